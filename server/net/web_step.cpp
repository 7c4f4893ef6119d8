#include "server/net/web_step.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/uio.h>
#include <utility>
#include <variant>

#include "server/net/forwarded.hpp"
#include "server/net/http_request.hpp"
#include "server/net/log_about.hpp"
#include "server/net/web_answer.hpp"
#include "server/net/web_entry.hpp"
#include "server/net/websocket.hpp"
#include "server/net/websocket_handshake.hpp"

namespace confab::net {
namespace {

constexpr std::string_view websocket_path = "/ws";

/// A connection, and what has been read of it and not been used.
struct visit {
  explicit visit(std::shared_ptr<arrival> of, const web_limits& with)
      : who(std::move(of)), limits(with), from_proxy(who->by().web->proxies.have(who->ip())) {}

  /// What its end means when nothing more comes.
  arrival_end end() const noexcept { return who->late() ? arrival_end::late : arrival_end::gone; }

  std::shared_ptr<arrival> who;
  web_limits limits;
  bool from_proxy;  // each request may be somebody else's
  std::string rest;
};

/// Whose a request is.
struct sender {
  std::optional<ip_bytes> ip;  ///< none: the peer's
  bool secure;
};

/// What is answered; with a form it is an upgrade.
struct reply {
  web_answer answer;
  std::optional<websocket_form> upgrade{};
};

sender sender_of(const visit& at, const http_request& asked) {
  const bool secure = at.who->is_secure();
  if (!at.from_proxy) return {{}, secure};
  const forwarded said = read_forwarded(asked.fields, at.who->by().web->proxies.networks);
  return {said.source, said.secure.value_or(secure)};
}

// ---- what is answered

web_answer forbidden(std::string_view why, const http_request& asked, const web_manner& how) {
  return answer_with({403, std::string(why)}, asked.head_only, how);
}

reply upgrade(const http_request& asked, const door& by, const web_manner& how) {
  if (!may_connect(asked, by.web->names, how.secure)) {
    return {forbidden("403 Forbidden: pages from there may not connect; --web-origin allows them\n", asked, how)};
  }
  auto agreed = welcome_websocket(asked);
  if (const auto* const refused = std::get_if<http_answer>(&agreed)) {
    return {answer_with(*refused, asked.head_only, how)};
  }
  auto& welcome = std::get<websocket_welcome>(agreed);
  reply out;
  out.answer.status = 101;
  out.answer.head = std::move(welcome.answer);
  out.upgrade = welcome.form;
  return out;
}

reply reply_to(const http_request_reader& reader, const arrival& from, bool secure, bool last, spdlog::logger& log) {
  const door& by = from.by();
  const web_manner how{std::chrono::system_clock::now(), secure, last};
  if (reader.now() != http_request_reader::state::complete) {
    return {answer_with(refusal_of(reader.status()), false, how)};
  }
  const http_request& asked = reader.request();
  if (!is_for_us(asked, by.web->names)) {
    log_about(log, spdlog::level::info, from.address(), "asks for a host that --web-host does not name");
    return {forbidden("403 Forbidden: this server does not go by that name; --web-host allows it\n", asked, how)};
  }
  if (asked.path == websocket_path) return upgrade(asked, by, how);
  return {answer_with_file(asked, by.web->files, how)};
}

// ---- reading and writing

// One read, into the reader as far as that wants it. False: the peer has gone.
bool read_some(visit& at, http_request_reader& into) {
  std::array<char, 4096> buffer;
  const ssize_t count = at.who->read(buffer);
  if (count < 0) return at.who->error() == 0;
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  at.rest.append(bytes.substr(into.feed(bytes)));
  return count > 0;
}

// False: there is none, and none will come.
asio::awaitable<bool> read_request(visit& at, http_request_reader& into, bool first) {
  at.rest.erase(0, into.feed(at.rest));
  const bool begun = first || !at.rest.empty();
  if (!begun && into.now() == http_request_reader::state::more) {
    at.who->limit(at.limits.to_ask_again);
    if (!co_await at.who->readable()) co_return false;
  }
  at.who->limit(at.limits.to_ask);
  while (into.now() == http_request_reader::state::more) {
    if (!co_await at.who->readable()) co_return false;
    if (!read_some(at, into)) co_return false;
  }
  co_return true;
}

// What is taken of both is taken off them. False: the peer has gone.
bool write_some(visit& at, std::string_view& head, std::string_view& body) {
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(head.data()), head.size()},  // nothing is written to them
                              iovec{const_cast<char*>(body.data()), body.size()}};
  const ssize_t count = at.who->write(pieces);
  if (count < 0) return at.who->error() == 0;
  const std::size_t of_head = std::min(static_cast<std::size_t>(count), head.size());
  head.remove_prefix(of_head);
  body.remove_prefix(static_cast<std::size_t>(count) - of_head);
  return true;
}

asio::awaitable<bool> write(visit& at, std::string_view head, std::string_view body) {
  at.who->limit(at.limits.to_take);
  for (;;) {
    const bool there = write_some(at, head, body);
    if (!there) co_return false;
    if (head.empty() && body.empty()) co_return true;
    const bool can_go_on = co_await at.who->writable();
    if (!can_go_on) co_return false;
  }
}

// Closing with unread input would reset the connection, and the answer could be lost.
asio::awaitable<void> wait_for_end(visit& at) {
  at.who->limit(at.limits.linger);
  at.who->end_output();
  std::array<char, 2048> discarded;
  for (std::size_t sum = 0; sum < at.limits.most_discarded;) {
    if (!co_await at.who->readable()) co_return;
    const ssize_t count = at.who->read(discarded);
    if (count == 0 || (count < 0 && at.who->error() != 0)) co_return;
    if (count > 0) sum += static_cast<std::size_t>(count);
  }
}

// A user's connection, of which the next step is told. False: of that address there are too many who are nobody yet.
bool upgrade_to_session(visit& at, const sender& whose, websocket_form form, web_places::taken place,
                        std::size_t max_line) {
  if (whose.ip) at.who->comes_from(*whose.ip);
  if (at.from_proxy) place = web_places::take(at.who->by().web->places, at.who->counts_as());
  if (!place) return false;
  admission& fresh = at.who->will_be();
  fresh.secure = whose.secure;
  fresh.early = std::move(at.rest);
  fresh.silent = form == websocket_form::json;
  fresh.web = std::make_unique<websocket>(form, max_line, std::move(place));
  return true;
}

}  // namespace

asio::awaitable<arrival_end> serve_web(std::shared_ptr<arrival> who, const connection_options& options,
                                       spdlog::logger& log) {
  visit at(who, options.web);
  web_places::taken place;  // a proxy takes none: those whose requests it brings do
  if (!at.from_proxy) {
    place = web_places::take(who->by().web->places, who->counts_as());
    if (!place) co_return arrival_end::crowded;
  }
  for (std::size_t number = 1;; ++number) {
    http_request_reader reader;
    const bool asked = co_await read_request(at, reader, number == 1);
    if (!asked) co_return number == 1 ? at.end() : arrival_end::served;
    const sender whose = sender_of(at, reader.request());
    const reply what = reply_to(reader, *who, whose.secure, number >= at.limits.requests, log);
    const bool taken = co_await write(at, what.answer.head, what.answer.body());
    if (!taken) co_return at.end();
    if (what.upgrade) {
      const bool in = upgrade_to_session(at, whose, *what.upgrade, std::move(place), options.max_line);
      co_return in ? arrival_end::admitted : arrival_end::crowded;
    }
    if (!what.answer.closes) continue;
    co_await wait_for_end(at);
    co_return arrival_end::served;
  }
}

}  // namespace confab::net

#include "server/net/tls_step.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "server/net/first_line.hpp"
#include "server/net/log_about.hpp"
#include "server/net/tls_stream.hpp"

namespace confab::net {
namespace {

constexpr std::chrono::seconds time_to_leave{1};

// The beginning of what has come, which stays in the socket; nothing: it has ended.
std::string_view look(int socket, std::array<char, 64>& into) {
  const ssize_t count = ::recv(socket, into.data(), into.size(), MSG_PEEK);
  return {into.data(), count > 0 ? static_cast<std::size_t>(count) : 0U};
}

// Says it, and waits a moment for the peer to go: a socket that is closed while something waits in it is reset, and
// what was said may be lost.
asio::awaitable<void> explain(std::shared_ptr<arrival> to, std::string_view words, std::chrono::milliseconds within) {
  ::send(to->descriptor(), words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  ::shutdown(to->descriptor(), SHUT_WR);
  to->limit(std::min<std::chrono::milliseconds>(time_to_leave, within));
  std::array<char, 4096> nothing;
  while (co_await to->readable()) {
    const ssize_t count = ::recv(to->descriptor(), nothing.data(), nothing.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) break;
  }
}

asio::awaitable<bool> wait_for(std::shared_ptr<arrival> who, tls_stream::progress what) {
  return what == tls_stream::progress::wants_output ? who->writable() : who->readable();
}

}  // namespace

asio::awaitable<arrival_end> shake_hands(std::shared_ptr<arrival> who, tls_surroundings with) {
  who->limit(with.within);
  if (!co_await who->readable()) {
    if (!who->late()) co_return arrival_end::gone;
    with.counters.handshakes_failed.add();
    co_await explain(who, tls_refusal(false), with.within);
    co_return arrival_end::late;
  }
  std::array<char, 64> start;
  const std::string_view first = look(who->descriptor(), start);
  if (first.empty()) co_return arrival_end::gone;
  if (!is_tls_hello(first)) {
    with.counters.handshakes_failed.add();
    log_about(with.log, spdlog::level::info, who->will_be().addr, "plain text on a TLS port");
    co_await explain(who, tls_refusal(is_http_start(first)), with.within);
    co_return arrival_end::refused;
  }
  auto tls = std::make_unique<tls_stream>(who->descriptor(), *who->by().tls->get());
  for (;;) {
    co_await with.turns.enter();
    if (who->descriptor() < 0 || who->late()) break;
    const tls_stream::progress now = tls->handshake();
    if (now == tls_stream::progress::done) {
      with.counters.handshakes_done.add();
      who->will_be().secure = true;
      who->will_be().tls = std::move(tls);
      co_return arrival_end::admitted;
    }
    if (now == tls_stream::progress::failed) {
      with.counters.handshakes_failed.add();
      log_about(with.log, spdlog::level::info, who->will_be().addr, "the TLS handshake failed: {}", tls->why());
      co_return arrival_end::refused;
    }
    if (!co_await wait_for(who, now)) break;
  }
  with.counters.handshakes_failed.add();
  co_return who->late() ? arrival_end::late : arrival_end::gone;
}

}  // namespace confab::net

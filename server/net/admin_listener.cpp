#include "server/net/admin_listener.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include <asio/co_spawn.hpp>

#include "common/unique_fd.hpp"
#include "server/net/completion.hpp"
#include "server/net/log_about.hpp"

namespace confab::net {
namespace {

using descriptor = asio::posix::stream_descriptor;

constexpr int max_accepts = 64;
constexpr auto pause_when_short = std::chrono::milliseconds(100);

bool is_to_be_tried_again(int error) noexcept {
  return error == EAGAIN || error == EINTR;
}

}  // namespace

/// A connection.
struct admin_listener::visit : std::enable_shared_from_this<visit> {
  visit(asio::io_context& io, unique_fd fd) : socket(io, fd.get()), timer(io) { fd.release(); }

  /// From now on it ends whatever it waits for when that time is over.
  void limit(std::chrono::milliseconds time) {
    timer.expires_after(time);
    timer.async_wait([self = shared_from_this()](const asio::error_code& error) {
      // It may have been on its way when the connection ended, or got more time.
      if (error || self->timer.expiry() > std::chrono::steady_clock::now()) return;
      asio::error_code ignored;
      self->socket.cancel(ignored);
    });
  }
  void end() {
    asio::error_code ignored;
    timer.cancel();
    socket.close(ignored);
  }

  descriptor socket;
  asio::steady_timer timer;
  bool asked = false;  // its question is whole, or no question
};

admin_listener::admin_listener(asio::io_context& io, int socket, answerer answer, std::shared_ptr<spdlog::logger> log,
                               admin_limits limits)
    : io_(io), readiness_(io, socket), pause_(io), answer_(std::move(answer)), log_(std::move(log)), limits_(limits) {}

admin_listener::~admin_listener() {
  stop();
}

void admin_listener::start() {
  running_ = true;
  asio::co_spawn(io_, run(), rethrow);
}

void admin_listener::stop() {
  if (std::exchange(stopped_, true)) return;
  readiness_.release();  // its owner closes it
  pause_.cancel();
  for (const visitor& each : visits_) each->end();
}

asio::awaitable<void> admin_listener::run() {
  while (!stopped_) {
    const auto [error] = co_await readiness_.async_wait(descriptor::wait_read, as_result);
    if (error || stopped_) break;
    if (accept_all()) continue;
    pause_.expires_after(pause_when_short);
    co_await pause_.async_wait(as_result);
  }
  running_ = false;
}

// False when the process or the system is out of files or memory: to go on at once would only spin.
bool admin_listener::accept_all() {
  for (int i = 0; i < max_accepts; ++i) {
    unique_fd socket(::accept4(readiness_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EAGAIN) return true;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return false;
      continue;  // it concerns that one connection only
    }
    if (!make_room()) continue;
    try {
      visits_.push_back(std::make_shared<visit>(io_, std::move(socket)));
    } catch (const std::system_error&) {
      return false;  // the system watches no more descriptors
    }
    ++serving_;
    asio::co_spawn(io_, serve(visits_.back()), rethrow);
  }
  return true;
}

// False when there is none: all who are here have asked. Otherwise whoever connects and says nothing could keep
// everybody else from asking.
bool admin_listener::make_room() {
  if (visits_.size() < limits_.connections) return true;
  const auto silent = std::find_if(visits_.begin(), visits_.end(), [](const visitor& each) { return !each->asked; });
  if (silent == visits_.end()) return false;
  (*silent)->end();
  visits_.erase(silent);
  return true;
}

// ---- one connection

asio::awaitable<void> admin_listener::serve(visitor who) {
  try {
    co_await answer_to(who);
  } catch (const std::exception& e) {
    log_about(*log_, spdlog::level::err, "", "a question over HTTP has no answer: {}", e.what());
  }
  who->end();
  std::erase(visits_, who);  // unless it has made way
  --serving_;
}

asio::awaitable<void> admin_listener::answer_to(visitor who) {
  http_request_reader reader;
  if (!co_await read(who, reader)) co_return;
  who->asked = true;
  const bool asked = reader.now() == http_request_reader::state::complete;
  const http_answer answer = asked ? answer_(reader.request()) : refusal_of(reader.status());
  const bool head_only = asked && reader.request().head_only;
  std::string bytes = render(answer, head_only, std::chrono::system_clock::now());
  if (co_await write(who, std::move(bytes))) co_await wait_for_end(who);
}

// False when nobody is there any more to be answered, or it has taken too long.
asio::awaitable<bool> admin_listener::read(visitor who, http_request_reader& into) {
  who->limit(limits_.to_ask);
  std::array<char, 2048> buffer;
  while (into.now() == http_request_reader::state::more) {
    const auto [error] = co_await who->socket.async_wait(descriptor::wait_read, as_result);
    if (error) co_return false;
    const ssize_t count = ::recv(who->socket.native_handle(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      into.feed({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || !is_to_be_tried_again(errno)) {
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> admin_listener::write(visitor who, std::string bytes) {
  who->limit(limits_.to_take);
  for (std::string_view left = bytes; !left.empty();) {
    const ssize_t count = ::send(who->socket.native_handle(), left.data(), left.size(), MSG_NOSIGNAL);
    if (count > 0) {
      left.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (!is_to_be_tried_again(errno)) co_return false;
    const auto [error] = co_await who->socket.async_wait(descriptor::wait_write, as_result);
    if (error) co_return false;
  }
  co_return true;
}

// Closing with unread input would reset the connection, and the answer could be lost.
asio::awaitable<void> admin_listener::wait_for_end(visitor who) {
  who->limit(limits_.linger);
  ::shutdown(who->socket.native_handle(), SHUT_WR);
  std::array<char, 2048> discarded;
  for (std::size_t sum = 0; sum < limits_.most_discarded;) {
    const auto [error] = co_await who->socket.async_wait(descriptor::wait_read, as_result);
    if (error) co_return;
    const ssize_t count = ::recv(who->socket.native_handle(), discarded.data(), discarded.size(), 0);
    if (count == 0 || (count < 0 && !is_to_be_tried_again(errno))) co_return;
    if (count > 0) sum += static_cast<std::size_t>(count);
  }
}

}  // namespace confab::net

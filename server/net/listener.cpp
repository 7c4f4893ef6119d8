#include "server/net/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>

#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>

#include "server/net/address.hpp"
#include "server/net/completion.hpp"
#include "server/net/log_about.hpp"

namespace confab::net {
namespace {

// Connections taken in one go, before the users already there get their turn.
constexpr int max_accepts = 256;
constexpr auto pause_when_short = std::chrono::milliseconds(100);

// What the kernel keeps for a connection, in bytes of memory that it doubles for its own needs (socket(7)). Left to
// itself it grows to 4 MiB for a peer that never reads, before our own queue fills; what a peer may send before we read
// grows to tcp_rmem's 6 MiB and more. A line, and what the largest page of an answer has, fit many times over.
constexpr int send_buffer = 96 * 1024;
constexpr int receive_buffer = 64 * 1024;

// Unanswered keepalive probes until a silent peer is given up; the first goes out when half of the time is over.
constexpr int probes = 4;

void set(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

// Linux hands these down to every socket that the listener accepts, so they cost nothing a connection (tcp(7),
// socket(7)).
void set_inherited_options(int socket, const connection_options& options) {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // a turn is one write already: nothing to gain from waiting for more
  set(socket, SOL_SOCKET, SO_SNDBUF, send_buffer);
  set(socket, SOL_SOCKET, SO_RCVBUF, receive_buffer);
  const auto patience = static_cast<int>(options.vanished_after.count());
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, std::max(patience / 2, 1));
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, std::max(patience / (2 * probes), 1));
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, probes);
  // No probe is sent while something is unacknowledged, and that is tried again for a quarter of an hour.
  const std::chrono::milliseconds unanswered = std::max(options.vanished_after, options.write_timeout);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(unanswered.count()));
}

}  // namespace

listener::listener(asio::io_context& io, listening_socket socket, const connection_options& options,
                   std::shared_ptr<spdlog::logger> log, std::shared_ptr<const door> by)
    : socket_(std::move(socket)),
      readiness_(io, socket_.descriptor()),
      pause_(io),
      log_(std::move(log)),
      door_(std::move(by)) {
  if (!socket_.is_unix()) set_inherited_options(socket_.descriptor(), options);
}

void listener::start(std::span<const std::unique_ptr<shard>> shards, metrics::number& paused) {
  shards_ = shards;
  paused_ = &paused;
  batches_.resize(shards.size());
  running_ = true;
  asio::co_spawn(readiness_.get_executor(), run(), rethrow);
}

void listener::change(const connection_options& options, std::shared_ptr<const door> by) {
  door_ = std::move(by);
  if (!socket_.is_unix()) set_inherited_options(socket_.descriptor(), options);
}

void listener::stop() {
  if (readiness_.is_open()) readiness_.release();  // the socket closes it
  socket_.close();
  pause_.cancel();
  if (std::exchange(short_of_files_, false)) paused_->set(paused_->value() - 1);
}

// With 0 there is what it takes.
void listener::be_short(int error) {
  const bool is = error != 0;
  if (std::exchange(short_of_files_, is) == is) return;
  paused_->set(is ? paused_->value() + 1 : paused_->value() - 1);
  if (is) {
    log_about(*log_, spdlog::level::warn, "", "accepting is paused: {}", std::generic_category().message(error));
  } else {
    log_about(*log_, spdlog::level::info, "", "accepting again");
  }
}

void listener::retire() {
  // Of what the queue can have; what comes meanwhile may be reset.
  for (int i = 0; i < listening_socket::backlog / max_accepts && accept_all(); ++i) hand_out();
  hand_out();
  stop();
}

asio::awaitable<void> listener::run() {
  for (bool can_go_on = true; readiness_.is_open();) {
    if (can_go_on) {
      const auto [error] = co_await readiness_.async_wait(asio::posix::stream_descriptor::wait_read, as_result);
      if (error) break;
    } else {  // whoever waited may go meanwhile: so it tries again, whether or not somebody comes
      pause_.expires_after(pause_when_short);
      co_await pause_.async_wait(as_result);
      if (!readiness_.is_open()) break;
    }
    can_go_on = accept_all();
    hand_out();
  }
  running_ = false;
}

// False when the process or the system is out of files or memory: to go on at once would only spin.
bool listener::accept_all() {
  for (int i = 0; i < max_accepts; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    unique_fd socket(
        ::accept4(socket_.descriptor(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      // A unix socket hands nothing down. It has no dead machines, and the kernel bounds what a peer may send.
      if (socket_.is_unix()) set(socket.get(), SOL_SOCKET, SO_SNDBUF, send_buffer);
      batches_[next_].push_back({std::move(socket), from});
      next_ = (next_ + 1) % shards_.size();
      be_short(0);
      continue;
    }
    if (errno == EAGAIN) {
      be_short(0);
      return true;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      be_short(errno);
      return false;
    }
    // Anything else concerns that one connection only (accept(2): it has already failed); the next may be well.
  }
  return true;
}

void listener::hand_out() {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (batches_[i].empty()) continue;
    shard& to = *shards_[i];
    asio::dispatch(to.context(), [&to, by = door_, batch = std::exchange(batches_[i], {})]() mutable {
      for (accepted& each : batch) {
        if (by == nullptr) {
          to.adopt(std::move(each.socket), to_string(each.from));
        } else {
          to.arrive(std::move(each.socket), each.from, by);
        }
      }
    });
  }
}

}  // namespace confab::net

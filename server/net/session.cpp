#include "server/net/session.hpp"

#include <array>
#include <cerrno>
#include <exception>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

#include "common/commands.hpp"
#include "common/opening.hpp"
#include "common/utf8.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

session::session(shard& home, std::uint32_t slot, std::uint32_t generation, unique_fd socket, std::string addr)
    : home_(home),
      socket_(std::move(socket)),
      slot_(slot),
      generation_(generation),
      addr_(std::make_unique<std::string>(std::move(addr))),
      decoder_(home.options().max_line) {}

bool session::start() {
  interest_ = EPOLLIN;
  if (!home_.watcher().add(socket_.get(), home_.key_of(*this), interest_)) return false;
  read();
  return true;
}

void session::ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) writable_.wake();
  if (stage_ == stage::dead || (events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
  if ((interest_ & EPOLLIN) != 0) {
    readable_.wake();
  } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    stop(leave_reason::error);
  }
}

void session::greet(bool speaks) {
  if (stage_ != stage::newcomer) return;
  stage_ = stage::user;
  home_.to_hub().join(slot_, generation_, *addr_, speaks);
  addr_.reset();
}

// ---- reading

task session::read() {
  do {
    co_await readable_;
  } while (read_some());
}

// One read; false when there will be no other.
bool session::read_some() try {
  if (stage_ == stage::dead) return false;
  const std::span<char> buffer = home_.read_buffer();
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count > 0) {
    if (!discarding_) take({buffer.data(), static_cast<std::size_t>(count)});
  } else if (count == 0) {
    end_of_stream();
    return false;
  } else if (errno != EAGAIN && errno != EINTR) {
    fail(errno);
  }
  return stage_ != stage::dead;
} catch (const std::exception& e) {
  home_.log().error("a session ends: {}", e.what());
  stop(leave_reason::error);
  return false;
}

void session::take(std::string_view bytes) {
  if (!signature_.known()) {
    switch (signature_.take(bytes)) {
      case proxy_signature::verdict::open: return;
      case proxy_signature::verdict::whole: return refuse_silently("a PROXY header");
      case proxy_signature::verdict::other: decode(signature_.waits());
    }
  }
  decode(bytes);
}

void session::decode(std::string_view bytes) {
  if (first_line_ && !decoder_.mid_line() && is_tls_hello(bytes)) return refuse_silently("a TLS handshake");
  decoder_.feed(bytes);
  while (!discarding_ && stage_ != stage::dead) {
    switch (decoder_.next()) {
      case line_decoder::event::need_more: {
        const std::string replies = decoder_.take_telnet_replies();
        if (!replies.empty()) send_now(replies);
        return;
      }
      case line_decoder::event::line: take_line(decoder_.line()); break;
      case line_decoder::event::too_long: take_too_long(decoder_.line()); break;
      case line_decoder::event::overrun:
        greet(true);
        home_.to_hub().refuse(slot_, generation_, problem::flood);
        home_.to_hub().leave(slot_, generation_, leave_reason::error);
        discarding_ = true;
        break;
    }
  }
}

void session::take_line(std::string_view line, bool unfinished) {
  if (first_line_) {
    // Empty lines may come before a request (RFC 9112, section 2.2), and say nothing of a user either.
    const bool blank = utf8::trim(line).empty();
    if (blank && stage_ == stage::newcomer) return;
    if (is_stranger(line, true)) return;
    first_line_ = blank;
  }
  greet(true);
  std::string scratch;
  home_.to_hub().apply(slot_, generation_, read_command(line, scratch), unfinished);
}

// The headers of a request whose first line is too long would be said to all, cookies included.
void session::take_too_long(std::string_view start) {
  if (std::exchange(first_line_, false) && is_stranger(start, false)) return;
  greet(true);
  home_.to_hub().refuse(slot_, generation_, problem::line_too_long);
}

void session::end_of_stream() {
  ended_ = true;
  watch();
  if (!discarding_ && !signature_.known()) {
    signature_.end();
    decode(signature_.waits());
  }
  if (!discarding_) {
    switch (decoder_.finish()) {
      case line_decoder::event::line: take_line(decoder_.line(), true); break;
      case line_decoder::event::too_long: take_too_long(decoder_.line()); break;
      case line_decoder::event::need_more:
      case line_decoder::event::overrun: break;
    }
  }
  switch (stage_) {
    case stage::newcomer:  // said nothing: nobody needs to know that it was there
    case stage::lingering: return stop(leave_reason::eof);
    case stage::user: return home_.to_hub().leave(slot_, generation_, leave_reason::eof);
    case stage::leaving:
    case stage::dead: return;
  }
}

// Whether the first line, or its start, says that the peer speaks something else; then it is shown out.
bool session::is_stranger(std::string_view line, bool whole) {
  line.remove_prefix(leading_nothing(line));
  if (is_proxy_header(line)) {
    refuse_silently("a PROXY header");
  } else if (is_ssh_banner(line)) {
    refuse_silently("an SSH client");
  } else if (whole ? is_http_request(line) : is_http_start(line)) {
    refuse_http();
  } else {
    return false;
  }
  return true;
}

// Nobody is there who could read an answer.
void session::refuse_silently(std::string_view what) {
  home_.log().info("{}: {} on a plain port", home_.peer_of(socket_.get()), what);
  stop(leave_reason::error);
}

void session::refuse_http() {
  home_.log().info("{}: an HTTP request", home_.peer_of(socket_.get()));
  discarding_ = true;
  send_now(http_refusal());
  if (stage_ == stage::user) return home_.to_hub().leave(slot_, generation_, leave_reason::error);
  if (stage_ == stage::newcomer) close_when_written();
}

// ---- writing

void session::say(std::string_view piece) {
  if (stage_ == stage::dead) return;
  if (outbox_ == nullptr) outbox_ = home_.take_outbox();
  outbox_->add(piece);
}

// The fast path of a broadcast: one send() from the bytes that all share, and nothing else.
void session::say_only(std::string_view piece, const std::shared_ptr<const chat::broadcast>& everybody) {
  const ssize_t count = ::send(socket_.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count == static_cast<ssize_t>(piece.size())) return;
  if (count < 0 && errno != EAGAIN && errno != EINTR) return fail(errno);
  if (count > 0) piece.remove_prefix(static_cast<std::size_t>(count));
  say(piece);
  flush(everybody);
}

void session::flush(const std::shared_ptr<const chat::broadcast>& everybody) {
  if (stage_ == stage::dead || outbox_ == nullptr) return;
  if (!writing_) write_some();
  if (stage_ == stage::dead) return;
  if (outbox_->empty()) return written();
  if (outbox_->bytes() > home_.options().send_queue) {
    home_.log().warn("{}: does not read; ended with {} bytes waiting", home_.peer_of(socket_.get()), outbox_->bytes());
    return stop(leave_reason::slow);
  }
  outbox_->keep(everybody);
  if (!writing_) write();
}

void session::send_now(std::string_view bytes) {
  say(bytes);
  flush(nullptr);
}

void session::write_some() {
  std::array<iovec, outbox::max_gather> pieces;
  while (!outbox_->empty()) {
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = outbox_->gather(pieces);
    const ssize_t count = ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return fail(errno);
    outbox_->consume(static_cast<std::size_t>(count));
    outbox_->progress = home_.now();
  }
}

task session::write() {
  writing_ = true;
  outbox_->progress = home_.now();
  outbox_->on_the_way = 0;
  home_.watch_over(*this);
  watch();
  do {
    co_await writable_;
    if (stage_ != stage::dead) write_some();
  } while (stage_ != stage::dead && !outbox_->empty());
  writing_ = false;
  if (stage_ == stage::dead) co_return;
  watch();
  written();
}

void session::written() {
  home_.give_back(std::move(outbox_));
  if (std::exchange(report_, false)) home_.to_hub().drained(slot_, generation_);
  if (stage_ != stage::leaving) return;
  if (ended_) return stop(leave_reason::eof);
  stage_ = stage::lingering;
  held_ = false;
  watch();
  linger_until_ = home_.now() + home_.options().linger;
  home_.watch_over(*this);
  ::shutdown(socket_.get(), SHUT_WR);
}

// ---- control

void session::hold(bool held) {
  held_ = held;
  watch();
}

void session::report_when_written() {
  report_ = true;
  if (outbox_ == nullptr) written();
}

void session::close_when_written() {
  if (stage_ == stage::dead || stage_ == stage::lingering) return;
  stage_ = stage::leaving;
  discarding_ = true;
  if (outbox_ == nullptr) written();
}

void session::fail(int error) {
  if (error != ECONNRESET && error != EPIPE && error != ETIMEDOUT) {
    home_.log().info("{}: the connection failed: {}", home_.peer_of(socket_.get()),
                     std::generic_category().message(error));
  }
  stop(leave_reason::error);
}

void session::stop(leave_reason reason) {
  if (stage_ == stage::dead) return;
  const bool known = stage_ == stage::user;
  stage_ = stage::dead;
  ear.listening = false;
  if (reason == leave_reason::slow) {
    // What the kernel still holds for it would stay there for minutes: throw it away with the connection.
    const ::linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  socket_.reset();  // leaves the epoll by itself
  home_.give_back(std::move(outbox_));
  if (known) home_.to_hub().leave(slot_, generation_, reason);
  home_.retire(*this);
  // Both coroutines see the stage and end.
  readable_.wake();
  writable_.wake();
}

void session::sweep(std::chrono::steady_clock::time_point now) {
  if (stage_ == stage::lingering && now >= linger_until_) return stop(leave_reason::eof);
  if (!writing_) return;
  // The kernel asks for more only when a good part of its buffer, up to megabytes, has gone: over a slow link that
  // takes longer than a peer that does not read may have.
  int on_the_way = 0;
  if (::ioctl(socket_.get(), SIOCOUTQ, &on_the_way) == 0) {
    if (on_the_way < std::exchange(outbox_->on_the_way, on_the_way)) outbox_->progress = now;
  }
  if (now - outbox_->progress >= home_.options().write_timeout) {
    home_.log().warn("{}: a write made no progress for {} s; ended with {} bytes waiting", home_.peer_of(socket_.get()),
                     home_.options().write_timeout.count(), outbox_->bytes());
    stop(leave_reason::slow);
  }
}

std::size_t session::held_bytes() const noexcept {
  if (stage_ == stage::dead) return 0;
  return decoder_.held_bytes() + (outbox_ == nullptr ? 0 : outbox_->held_bytes());
}

// Keeps epoll's idea of what we wait for in step with ours.
void session::watch() {
  const bool reading = !held_ && !ended_;
  const std::uint32_t wanted =
      (reading ? static_cast<std::uint32_t>(EPOLLIN) : 0U) | (writing_ ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  if (wanted == interest_) return;
  interest_ = wanted;
  home_.watcher().change(socket_.get(), home_.key_of(*this), wanted);
}

}  // namespace confab::net

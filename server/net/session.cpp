#include "server/net/session.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "common/commands.hpp"
#include "common/utf8.hpp"
#include "server/net/log_about.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

session::session(shard& home, std::uint32_t slot, std::uint32_t generation, admission who)
    : secure_(who.secure),
      home_(home),
      transport_(std::move(who.socket), std::move(who.tls)),
      slot_(slot),
      generation_(generation),
      addr_(std::move(who.addr)),
      websocket_(std::move(who.web)),
      framing_(home.options().max_line, websocket_ != nullptr) {}

bool session::start() {
  interest_ = EPOLLIN;
  if (!home_.watcher().add(transport_.descriptor(), home_.key_of(*this), interest_)) return false;
  read();
  if (transport_.unread()) home_.read_on(*this);
  return true;
}

void session::ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    const bool reader_waits = transport_.read_waits_for_output();
    writable_.wake();
    if (reader_waits) readable_.wake();
  }
  if (stage_ == stage::dead || (events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
  if ((interest_ & EPOLLIN) != 0) {
    readable_.wake();
    if (transport_.write_waits_for_input()) writable_.wake();
  } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    stop(leave_reason::error);
  }
}

void session::read_on() {
  if (!held_ && !ended_) readable_.wake();
}

void session::greet(bool speaks) {
  if (stage_ != stage::newcomer) return;
  stage_ = stage::user;
  log_about(home_.log(), spdlog::level::debug, addr_, "is here");
  wire_format as = wire_format::text;
  if (websocket_ != nullptr) {
    websocket_->is_user();
    if (websocket_->starts_in_json()) as = wire_format::json;
  }
  home_.to_hub().join(slot_, generation_, addr_, speaks, framing_.max_line(), secure_, as);
}

void session::give_up() {
  if (stage_ == stage::newcomer) stop(leave_reason::eof);
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
  const ssize_t count = transport_.read(buffer);
  if (count > 0) {
    take({buffer.data(), static_cast<std::size_t>(count)});
  } else if (count == 0) {
    end_of_stream();
    return false;
  } else if (const int error = transport_.error(); error != 0) {
    fail(error);
  }
  if (stage_ == stage::dead) return false;
  if (transport_.is_tls()) after_tls();
  return true;
} catch (const std::exception& e) {
  fail_by(e);
  return false;
}

void session::take_early(std::span<char> bytes) try { take(bytes); } catch (const std::exception& e) {
  fail_by(e);
}

// What epoll cannot know of a connection: that there is more to read already, or that reading and writing wait for each
// other.
void session::after_tls() {
  watch();
  if (!held_ && transport_.unread()) home_.read_on(*this);
}

void session::take(std::span<char> bytes) {
  home_.counters().bytes_in.add(bytes.size());
  websocket_ == nullptr ? take_lines({bytes.data(), bytes.size()}) : take_frames(bytes);
}

void session::take_lines(std::string_view bytes) {
  while (!bytes.empty() && !discarding_ && stage_ != stage::dead) {
    bytes = framing_.feed(bytes);
    take_events();
  }
}

void session::take_events() {
  while (!discarding_ && stage_ != stage::dead) {
    switch (framing_.next()) {
      case line_framing::event::need_more: {
        const std::string replies = framing_.take_replies();
        if (!replies.empty()) send_now(replies);
        return;
      }
      case line_framing::event::line: take_line(framing_.line(), framing_.unfinished()); break;
      case line_framing::event::too_long:
        if (websocket_ != nullptr) return refuse_frames(websocket_code::too_big);
        greet(true);
        home_.to_hub().refuse(slot_, generation_, problem::line_too_long);
        break;
      case line_framing::event::overrun: give_up_stream(); break;
      case line_framing::event::stranger: refuse(framing_.who()); break;
    }
  }
}

void session::take_line(std::string_view line, bool unfinished) {
  // A blank line says nothing of a user; but a program that is nobody until it sends one has sent it.
  const bool sent_one = websocket_ != nullptr && websocket_->starts_in_json();
  if (stage_ == stage::newcomer && !sent_one && utf8::trim(line).empty()) return;
  greet(true);
  std::string scratch;
  home_.to_hub().apply(slot_, generation_, read_command(line, scratch), unfinished);
}

void session::give_up_stream() {
  greet(true);
  home_.to_hub().refuse(slot_, generation_, problem::flood);
  home_.to_hub().leave(slot_, generation_, leave_reason::error);
  discarding_ = true;
}

void session::end_of_stream() {
  ended_ = true;
  watch();
  if (!discarding_ && websocket_ == nullptr && !transport_.was_cut()) {  // of WebSocket, what is cut is no message
    framing_.end();
    take_events();
  }
  switch (stage_) {
    case stage::newcomer:  // said nothing: nobody needs to know that it was there
    case stage::lingering: return stop(leave_reason::eof);
    case stage::user: return home_.to_hub().leave(slot_, generation_, leave_reason::eof);
    case stage::leaving:
    case stage::dead: return;
  }
}

// Whoever takes the chat for something else is shown out, with an answer if somebody is there who could read it.
void session::refuse(line_framing::stranger who) {
  log_about(home_.log(), spdlog::level::info, addr_, "{}", who.what);
  if (stage_ == stage::newcomer) home_.counters().strangers.add();
  discarding_ = true;
  if (who.answer.empty()) return stop(leave_reason::error);
  send_now(who.answer);
  if (stage_ == stage::user) return home_.to_hub().leave(slot_, generation_, leave_reason::error);
  if (stage_ == stage::newcomer) close_when_written();
}

// ---- control

void session::hold(bool held) {
  held_ = held;
  watch();
  if (!held && transport_.unread()) home_.read_on(*this);
}

void session::report_when_written() {
  report_ = true;
  if (outbox_ == nullptr) written();
}

void session::close_when_written(chat::farewell why) {
  if (stage_ == stage::dead || stage_ == stage::lingering) return;
  discarding_ = true;
  if (websocket_ != nullptr) end_frames(why);
  if (stage_ == stage::dead) return;
  stage_ = stage::leaving;
  if (outbox_ == nullptr) written();
}

void session::fail(int error) {
  if (error != ECONNRESET && error != EPIPE && error != ETIMEDOUT) {
    log_about(home_.log(), spdlog::level::info, addr_, "the connection failed: {}",
              std::generic_category().message(error));
  }
  stop(leave_reason::error);
}

void session::fail_by(const std::exception& what) {
  log_about(home_.log(), spdlog::level::err, addr_, "the session ends: {}", what.what());
  stop(leave_reason::error);
}

void session::stop(leave_reason reason) {
  if (stage_ == stage::dead) return;
  const bool known = stage_ == stage::user;
  if (stage_ == stage::newcomer && !discarding_) home_.counters().silent.add();
  if (reason == leave_reason::slow) home_.counters().slow.add();
  if (stage_ != stage::newcomer) log_about(home_.log(), spdlog::level::debug, addr_, "has gone");
  stage_ = stage::dead;
  cursor.subscribed = false;
  // A closed socket leaves the epoll by itself.
  reason == leave_reason::slow ? transport_.abort() : transport_.close();
  home_.outboxes().give_back(std::move(outbox_));
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
  const int on_the_way = transport_.unconfirmed();
  if (on_the_way >= 0 && on_the_way < std::exchange(outbox_->on_the_way, on_the_way)) outbox_->progress = now;
  const std::chrono::seconds allowed = std::max(home_.options().write_timeout, outbox_->allowed_time);
  if (now - outbox_->progress >= allowed) {
    log_about(home_.log(), spdlog::level::warn, addr_, "a write made no progress for {} s; ended with {} bytes waiting",
              allowed.count(), outbox_->bytes());
    stop(leave_reason::slow);
  }
}

std::size_t session::held_bytes() const noexcept {
  if (stage_ == stage::dead) return 0;
  return transport_.held_bytes() + framing_.held_bytes() + (outbox_ == nullptr ? 0 : outbox_->held_bytes());
}

// Keeps epoll's idea of what we wait for in step with ours.
void session::watch() {
  const bool reader_waits = transport_.read_waits_for_output();
  const bool reading = !held_ && !ended_ && !reader_waits;
  const bool writing = reader_waits || (writing_ && !transport_.write_waits_for_input());
  const std::uint32_t wanted =
      (reading ? static_cast<std::uint32_t>(EPOLLIN) : 0U) | (writing ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  if (wanted == interest_) return;
  interest_ = static_cast<std::uint8_t>(wanted);
  home_.watcher().change(transport_.descriptor(), home_.key_of(*this), wanted);
}

}  // namespace confab::net

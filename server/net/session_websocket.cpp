// What a session does otherwise when its peer came by WebSocket. The rest of it is in session.cpp.
#include <algorithm>
#include <array>

#include "common/commands.hpp"
#include "server/net/log_about.hpp"
#include "server/net/session.hpp"
#include "server/net/shard.hpp"

namespace confab::net {
namespace {

std::uint16_t code_of(chat::farewell why) noexcept {
  using enum chat::farewell;
  switch (why) {
    case bye: break;
    case shutdown: return static_cast<std::uint16_t>(websocket_code::going_away);
    case shown_out: return static_cast<std::uint16_t>(websocket_code::policy);
    case full: return static_cast<std::uint16_t>(websocket_code::try_again);
  }
  return static_cast<std::uint16_t>(websocket_code::normal);
}

}  // namespace

// ---- reading

void session::take_frames(std::span<char> bytes) {
  using event = websocket_reader::event;
  websocket_reader& reader = websocket_->reader();
  websocket_->heard();
  while (!discarding_ && stage_ != stage::dead) {
    const websocket_reader::found what = reader.next(bytes);
    const std::string_view payload(what.payload.data(), what.payload.size());
    switch (what.is) {
      case event::need_more: return;
      case event::text: take_message(payload, what.ends_message); break;
      case event::ping: send_frame(websocket_head::pong(payload.size()).bytes(), payload); break;
      case event::pong:  // as an empty line: who only listens has nothing else to send
        if (stage_ == stage::user) home_.to_hub().apply(slot_, generation_, command());
        break;
      case event::close: return leave_frames(what.code, leave_reason::eof);
      case event::fault: return refuse_frames(static_cast<websocket_code>(what.code));
    }
  }
}

// A message is a line, whether or not it has the end of one.
void session::take_message(std::string_view part, bool ends) {
  take_lines(part);
  if (!ends) return;
  if (!part.ends_with('\n')) take_lines("\n");
}

// ---- writing

// The same in a frame of its own, whose head goes before the bytes that all share.
[[gnu::noinline]] void session::say_framed(std::string_view piece,
                                           const std::shared_ptr<const chat::broadcast>& broadcast) {
  if (websocket_->closed()) return;
  const websocket_head made = websocket_head::text(piece.size());
  std::string_view head = made.bytes();
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(head.data()), head.size()},  // nothing is written to them
                              iovec{const_cast<char*>(piece.data()), piece.size()}};
  const ssize_t count = transport_.write(pieces, home_.scratch());
  if (const int error = count < 0 ? transport_.error() : 0; error != 0) return fail(error);
  const std::size_t taken = count < 0 ? 0 : static_cast<std::size_t>(count);
  home_.counters().bytes_out.add(taken);
  if (taken == head.size() + piece.size()) return;
  const std::size_t of_head = std::min(taken, head.size());
  head.remove_prefix(of_head);
  piece.remove_prefix(taken - of_head);
  outbox_ = home_.outboxes().take();
  if (!head.empty()) outbox_->add(head);
  outbox_->add(piece);
  flush(broadcast);
}

// A control frame, or the rest of one: not within a frame of text.
void session::send_frame(std::string_view head, std::string_view payload) {
  if (stage_ == stage::dead || websocket_->closed()) return;
  if (outbox_ == nullptr) outbox_ = home_.outboxes().take();
  outbox_->add(head);
  if (!payload.empty()) outbox_->add(payload);
  flush(nullptr);
}

// Nothing goes out behind this; what is said in this turn goes out before.
void session::end_frames(chat::farewell why) {
  if (stage_ == stage::dead || websocket_->closed()) return;
  flush(nullptr);
  const std::uint16_t code = websocket_->close_code() != 0 ? websocket_->close_code() : code_of(why);
  send_frame(websocket_close(code, {}).bytes(), {});
  websocket_->close();
}

// Nothing more is read, and it is closed with that code when the hub has let go of it: what came before is answered.
void session::leave_frames(std::uint16_t code, leave_reason reason) {
  discarding_ = true;
  websocket_->close_with(code);
  if (stage_ == stage::user) return home_.to_hub().leave(slot_, generation_, reason);
  if (stage_ == stage::newcomer) close_when_written();
}

void session::refuse_frames(websocket_code why) {
  log_about(home_.log(), spdlog::level::info, addr_, "what came over WebSocket is refused with code {}",
            static_cast<int>(why));
  leave_frames(static_cast<std::uint16_t>(why), leave_reason::error);
}

// ---- control

bool session::ping() {
  if (stage_ != stage::newcomer && stage_ != stage::user) return false;
  if (websocket_->closed() || ended_) return false;
  // Who lags is watched by what is written; who is not read from could have answered.
  if (writing_ || held_) return true;
  if (!websocket_->ask()) {
    log_about(home_.log(), spdlog::level::info, addr_, "answers no ping");
    stop(leave_reason::error);
    return false;
  }
  send_frame(websocket_ping, {});
  return stage_ != stage::dead;
}

}  // namespace confab::net

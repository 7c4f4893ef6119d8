// The writing half of a session: what it is said, and how that gets to its peer. The rest is in session.cpp.
#include <algorithm>
#include <array>
#include <utility>

#include "server/net/log_about.hpp"
#include "server/net/session.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

void session::say(std::string_view piece) {
  if (stage_ == stage::dead) return;
  if (websocket_ != nullptr && websocket_->closed()) return;
  if (outbox_ == nullptr) outbox_ = home_.outboxes().take();
  if (websocket_ != nullptr && !outbox_->in_frame()) outbox_->begin_frame();
  outbox_->add(piece);
}

// The fast path of a broadcast: one send() from the bytes that all share, and nothing else.
void session::say_only(std::string_view piece, const std::shared_ptr<const chat::broadcast>& broadcast) {
  if (websocket_ != nullptr) [[unlikely]]
    return say_framed(piece, broadcast);
  const ssize_t count = transport_.write(piece);
  if (count != static_cast<ssize_t>(piece.size())) return say_rest(piece, count, broadcast);
  home_.counters().bytes_out.add(piece.size());
}

// What the transport has not taken of it, or why it took nothing. Apart from say_only(), which saves fewer registers
// so.
[[gnu::noinline]] void session::say_rest(std::string_view piece, ssize_t taken,
                                         const std::shared_ptr<const chat::broadcast>& broadcast) {
  if (const int error = taken < 0 ? transport_.error() : 0; error != 0) return fail(error);
  if (taken > 0) {
    home_.counters().bytes_out.add(static_cast<std::size_t>(taken));
    piece.remove_prefix(static_cast<std::size_t>(taken));
  }
  say(piece);
  flush(broadcast);
}

void session::flush(const std::shared_ptr<const chat::broadcast>& broadcast) {
  if (stage_ == stage::dead || outbox_ == nullptr) return;
  // Of what is not written at once a copy is kept, this head among it.
  const websocket_head head = websocket_head::text(outbox_->in_frame() ? outbox_->frame_bytes() : 0);
  if (outbox_->in_frame()) outbox_->end_frame(head.bytes());
  if (!writing_) write_some();
  if (stage_ == stage::dead) return;
  if (outbox_->empty()) return written();
  const std::size_t promised = writing_ ? outbox_->allowed_bytes : 0;
  if (outbox_->bytes() > std::max(home_.options().send_queue, promised)) {
    log_about(home_.log(), spdlog::level::warn, addr_, "does not read; ended with {} bytes waiting", outbox_->bytes());
    return stop(leave_reason::slow);
  }
  outbox_->keep(broadcast);
  if (!writing_) write();
}

void session::send_now(std::string_view bytes) {
  say(bytes);
  flush(nullptr);
}

void session::write_some() {
  std::array<iovec, outbox::max_gather> pieces;
  while (!outbox_->empty()) {
    const std::size_t gathered = outbox_->gather(pieces);
    const ssize_t count = transport_.write(std::span(pieces).first(gathered), home_.scratch());
    if (count < 0) {
      const int error = transport_.error();
      if (error != 0) fail(error);
      return;
    }
    home_.counters().bytes_out.add(static_cast<std::size_t>(count));
    outbox_->consume(static_cast<std::size_t>(count));
    outbox_->progress = home_.now();
  }
}

task session::write() {
  writing_ = true;
  outbox_->progress = home_.now();
  outbox_->on_the_way = 0;
  outbox_->allowed_bytes = home_.options().send_queue;
  outbox_->allowed_time = home_.options().write_timeout;
  home_.watch(*this);
  watch();
  do {
    co_await writable_;
    if (stage_ != stage::dead) write_some();
    if (stage_ != stage::dead && transport_.is_tls()) after_tls();
  } while (stage_ != stage::dead && !outbox_->empty());
  writing_ = false;
  if (stage_ == stage::dead) co_return;
  watch();
  written();
}

void session::written() {
  home_.outboxes().give_back(std::move(outbox_));
  if (report_) home_.to_hub().drained(slot_, generation_);
  report_ = false;
  if (stage_ != stage::leaving) return;
  if (ended_) return stop(leave_reason::eof);
  stage_ = stage::lingering;
  held_ = false;
  watch();
  linger_until_ = home_.now() + home_.options().linger;
  home_.watch(*this);
  transport_.end_output();
}

}  // namespace confab::net

#include "common/line_decoder.hpp"

namespace confab {
namespace {

// Assigning an empty string would keep the memory.
void let_go(std::string& text) noexcept {
  std::string().swap(text);
}

}  // namespace

void line_decoder::feed(std::string_view piece) {
  // Only 0xFF starts a telnet sequence: one search spares everyone else the filter.
  if (telnet_ == nullptr && piece.find(telnet_filter::iac) != std::string_view::npos) {
    telnet_ = std::make_unique<telnet_filter>();
  }
  if (telnet_ != nullptr) {
    filtered_ = telnet_->filter(piece);
    piece = filtered_;
  }
  piece_ = piece;
}

line_decoder::event line_decoder::next() {
  if (handed_out_) {
    let_go(held_);
    handed_out_ = false;
  }
  if (piece_.empty() || overrun_) {
    let_go(filtered_);
    piece_ = {};
    const bool endless = telnet_ != nullptr && telnet_->subnegotiated() >= max_unterminated;
    return endless && !overrun_ ? give_up() : event::need_more;
  }
  const std::size_t end = piece_.find('\n');
  const std::string_view part = piece_.substr(0, end);
  if (unterminated_ + part.size() >= max_unterminated) return give_up();
  if (end == std::string_view::npos) {
    piece_ = {};
    keep(part);
    let_go(filtered_);
    return event::need_more;
  }
  piece_.remove_prefix(end + 1);
  if (unterminated_ == 0)
    return end_line(part);  // the usual case: a whole line in one piece, handed out without a copy
  keep(part);
  return end_line(held_);
}

line_decoder::event line_decoder::finish() {
  if (handed_out_ || unterminated_ == 0 || overrun_) return event::need_more;
  return end_line(held_);
}

line_decoder::event line_decoder::give_up() {
  overrun_ = true;
  let_go(held_);
  return event::overrun;
}

// Adds to the unfinished line. One byte over the limit is kept because it may be the CR of a CRLF.
void line_decoder::keep(std::string_view part) {
  unterminated_ += static_cast<std::uint32_t>(part.size());
  skipping_ = skipping_ || unterminated_ > max_line_ + 1;
  if (skipping_) {
    if (held_.size() > start_size) {
      held_.resize(start_size);
      held_.shrink_to_fit();
    }
    part = part.substr(0, start_size - held_.size());
  }
  held_.append(part);
}

line_decoder::event line_decoder::end_line(std::string_view line) {
  handed_out_ = !held_.empty();
  unterminated_ = 0;
  if (!skipping_ && line.ends_with('\r')) line.remove_suffix(1);
  const bool too_long = skipping_ || line.size() > max_line_;
  skipping_ = false;
  line_ = too_long ? line.substr(0, start_size) : line;
  return too_long ? event::too_long : event::line;
}

}  // namespace confab

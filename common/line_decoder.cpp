#include "common/line_decoder.hpp"

#include <utility>

namespace confab {
namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";

// Where the line that `piece` goes on with ends: at its LF, or at the NUL of CR NUL. `after_cr`: so does what came
// before. Looks no further than a stretch behind the end, so that a piece full of short lines is not read again and
// again.
std::size_t end_of_line(std::string_view piece, bool after_cr) noexcept {
  constexpr std::size_t stretch = 512;
  for (std::size_t from = 0; from < piece.size(); from += stretch) {
    const std::string_view here = piece.substr(from, stretch);
    const std::size_t lf = here.find('\n');
    const std::string_view line = here.substr(0, lf);
    for (std::size_t nul = line.find('\0'); nul != std::string_view::npos; nul = line.find('\0', nul + 1)) {
      const std::size_t at = from + nul;
      if (at == 0 ? after_cr : piece[at - 1] == '\r') return at;
    }
    if (lf != std::string_view::npos) return from + lf;
  }
  return std::string_view::npos;
}

// Assigning an empty string would keep the memory.
void let_go(std::string& text) noexcept {
  std::string().swap(text);
}

}  // namespace

void line_decoder::feed(std::string_view piece) {
  // Only 0xFF starts a telnet sequence: one search spares everyone else the filter.
  if (telnet_ == nullptr && piece.find(telnet_filter::iac) != std::string_view::npos) {
    telnet_ = std::make_unique<telnet_filter>(!begun_);
  }
  if (telnet_ != nullptr) {
    filtered_ = telnet_->filter(piece);
    piece = filtered_;
  }
  begun_ = begun_ || !piece.empty();
  piece_ = piece;
}

// People do not see that their editor or shell begins a file with one. What turns out to be something else goes on as
// the beginning of the line.
void line_decoder::leave_out_bom() {
  while (bom_ < bom.size() && !piece_.empty() && piece_.front() == bom[bom_]) {
    piece_.remove_prefix(1);
    ++bom_;
  }
  if (bom_ < bom.size() && piece_.empty()) return;  // the next piece will tell
  if (bom_ < bom.size()) keep(bom.substr(0, bom_));
  bom_ = no_bom;
}

line_decoder::event line_decoder::next() {
  if (handed_out_) {
    let_go(held_);
    handed_out_ = false;
  }
  if (bom_ != no_bom) leave_out_bom();
  if (piece_.empty() || overrun_) return used_up();
  const std::size_t end = end_of_line(piece_, after_cr_);
  const std::string_view part = piece_.substr(0, end);
  if (unterminated_ + part.size() >= max_unterminated) return give_up();
  if (end == std::string_view::npos) {
    keep(part);
    return used_up();
  }
  piece_.remove_prefix(end + 1);
  if (unterminated_ == 0)
    return end_line(part);  // the usual case: a whole line in one piece, handed out without a copy
  keep(part);
  return end_line(held_);
}

line_decoder::event line_decoder::used_up() {
  let_go(filtered_);
  piece_ = {};
  return telnet_ != nullptr && telnet_->endless() && !overrun_ ? give_up() : event::need_more;
}

line_decoder::event line_decoder::finish() {
  if (bom_ != no_bom) keep(bom.substr(0, std::exchange(bom_, no_bom)));
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
  if (part.empty()) return;
  after_cr_ = part.back() == '\r';
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
  after_cr_ = false;
  if (!skipping_ && line.ends_with('\r')) line.remove_suffix(1);
  const bool too_long = skipping_ || line.size() > max_line_;
  skipping_ = false;
  line_ = too_long ? line.substr(0, start_size) : line;
  return too_long ? event::too_long : event::line;
}

}  // namespace confab

#include "client/terminal/footer.hpp"

#include <algorithm>
#include <utility>

#include "client/terminal/layout.hpp"
#include "common/cells.hpp"

namespace confab::terminal {
namespace {

constexpr std::string_view reverse = "\x1b[7m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view save_cursor = "\0337";
constexpr std::string_view restore_cursor = "\0338";
constexpr std::string_view cursor_up = "\x1b[A";
constexpr std::string_view erase_row_end = "\x1b[K";
constexpr std::string_view erase_below = "\x1b[J";
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";
// At the ends of a row that shows a part of the draft.
constexpr std::string_view more_left = "<";
constexpr std::string_view more_right = ">";
// In less room than this they would only be in the way.
constexpr std::size_t least_marked = 8;

// Cells at the end of a row that are never written to: room for a terminal that counts wider than we do.
constexpr std::size_t spare = 2;

// The text of a row never wraps and never scrolls: cells that are there to be used.
std::size_t usable(std::size_t columns) noexcept {
  return columns > spare ? columns - spare : 0;
}

// How many cells the prompt may have, of `room`: the draft needs some too, but no more than it fills.
std::size_t prompt_room(std::size_t room, std::string_view draft) noexcept {
  constexpr std::size_t for_draft = 20;
  return room - std::min({room / 3, for_draft, cells::most_width(draft, for_draft)});
}

// The widest wording of what stands in front that fits.
std::string_view choose_prompt(const input_view& input, std::size_t room) noexcept {
  if (cells::most_width(input.prompt) <= room) return input.prompt;
  for (const std::string& each : input.narrower) {
    if (cells::most_width(each) <= room) return each;
  }
  return cells::clip(input.narrower.empty() ? input.prompt : input.narrower.back(), room);
}

// Where the row should start, so that the caret is in sight, when not all fits. Stays where it was (`previous`) as long
// as it can: typing then only adds, and moving does not make the whole row jump.
std::size_t choose_first(std::string_view before, std::string_view after, std::size_t previous, std::size_t room) {
  if (previous < before.size() && cells::is_boundary(before, previous)) {
    const std::size_t visible = cells::most_width(before.substr(previous), room);
    const bool half_empty = visible + cells::most_width(after, room) < room / 3;
    if (visible <= room && (previous == 0 || !half_empty)) return previous;
  }
  return cells::fitting_end(before, room * 2 / 3);
}

}  // namespace

void footer::print(std::string_view line) {
  lines_ += line;
  lines_ += "\r\n";
}

footer::row footer::lay_out(const input_view& input, window_size size) const {
  const std::size_t room = usable(size.columns);
  row result;
  result.prompt = choose_prompt(input, prompt_room(room, input.text));
  const std::size_t for_text = room - std::min(room, cells::most_width(result.prompt));
  const std::string_view text = input.text;
  const std::string_view before = text.substr(0, input.caret);
  const std::string_view after = text.substr(before.size());
  if (cells::most_width(before, for_text) + cells::most_width(after, for_text) <= for_text) {
    result.before = shown(before);
    result.after = shown(after);
    return result;
  }
  const bool marked = for_text >= least_marked;
  result.first = choose_first(before, after, drawn_ ? drawn_->input.first : 0, for_text - (marked ? 2 : 0));
  result.cut_left = marked && result.first > 0;
  const std::string_view visible = before.substr(result.first);
  result.before = shown(visible);
  const std::size_t left = for_text - std::min(for_text, cells::most_width(visible) + (result.cut_left ? 1 : 0));
  std::string_view seen = cells::clip(after, left);
  result.cut_right = marked && seen.size() < after.size();
  if (result.cut_right) seen = cells::clip(after, left - std::min<std::size_t>(left, 1));
  result.after = shown(seen);
  return result;
}

std::string footer::visible_status(window_size size) const {
  if (size.columns < min_status_columns || size.rows < min_status_rows) return {};
  return std::string{cells::clip(status_, usable(size.columns))};
}

// Everything away from the caret back to the footer's first cell, row by row: a tmux that is told to erase all from its
// first cell would save the footer into its scrollback.
void footer::append_erase(std::string& out, window_size size) const {
  if (!drawn_) return;
  std::size_t up = drawn_->status.empty() ? 0 : 1;
  if (style_.reflows && size.columns < drawn_->size.columns && size.columns > 0) {
    // The rows were wrapped: the footer begins further up. In doubt too low: a row left behind is ugly, a message
    // erased is lost.
    const row& input = drawn_->input;
    up = drawn_->status.empty() ? 0 : cells::wrapped_rows(drawn_->status, size.columns);
    // The caret's row is that of the character under it.
    const std::string_view under = std::string_view{input.after}.substr(0, cells::next_cluster(input.after).size);
    std::string upto = input.prompt;
    if (input.cut_left) upto += more_left;
    upto.append(input.before).append(under);
    up += cells::wrapped_rows(upto, size.columns) - 1;
  }
  out += erase_below;
  out += '\r';
  out += erase_row_end;
  for (; up > 0; --up) {
    out += cursor_up;
    out += erase_row_end;
  }
}

void footer::append_lines(std::string& out) {
  out += lines_;
  lines_.clear();
  out += passing_;
  passing_.clear();
}

void footer::append_mark(std::string& out, std::string_view mark) const {
  if (style_.reverse_status) out += reverse;
  out += mark;
  if (style_.reverse_status) out += plain;
}

// The row from its first cell; what stood in it is written over, and the rest erased if `erase`.
void footer::append_row(std::string& out, const row& input, bool erase) const {
  out += input.prompt;
  if (input.cut_left) append_mark(out, more_left);
  out += input.before;
  if (!erase && input.after.empty() && !input.cut_right) return;
  out += save_cursor;
  out += input.after;
  if (input.cut_right) append_mark(out, more_right);
  if (erase) out += erase_row_end;
  out += restore_cursor;
}

void footer::draw(std::string& out, row input, window_size size) {
  drawn next{size, visible_status(size), std::move(input)};
  if (!next.status.empty()) {
    if (style_.reverse_status) out += reverse;
    out += next.status;
    if (style_.reverse_status) out += plain;
    out += "\r\n";
  }
  append_row(out, next.input, false);
  drawn_ = std::move(next);
}

std::string footer::update(const input_view& input, window_size size) {
  std::string out;
  row now = lay_out(input, size);
  const bool whole = !drawn_ || !lines_.empty() || drawn_->size != size || drawn_->status != visible_status(size);
  if (whole) {
    append_erase(out, size);
    append_lines(out);
    draw(out, std::move(now), size);
    return out;
  }
  append_lines(out);
  row& was = drawn_->input;
  if (was == now) return out;
  const bool same_frame = was.prompt == now.prompt && was.cut_left == now.cut_left && !was.cut_right && !now.cut_right;
  const bool typed_on = same_frame && was.after.empty() && now.after.empty() && now.before.starts_with(was.before);
  if (typed_on) {
    out += std::string_view{now.before}.substr(was.before.size());
  } else {
    out += '\r';
    append_row(out, now, true);
  }
  was = std::move(now);
  return out;
}

std::string footer::clear(const input_view& input, window_size size) {
  std::string out;
  append_erase(out, size);  // some terminals save what they clear
  out += clear_screen;
  row now = lay_out(input, size);
  append_lines(out);
  draw(out, std::move(now), size);
  return out;
}

std::string footer::hide(window_size size) {
  std::string out;
  append_erase(out, size);
  append_lines(out);
  drawn_.reset();
  return out;
}

bool reflows_on_resize(const char* term, const char* xterm_version, const char* tmux) noexcept {
  if (tmux != nullptr && *tmux != '\0') return true;  // also inside one of those below
  if (xterm_version != nullptr && *xterm_version != '\0') return false;
  const std::string_view name = term == nullptr ? "" : term;
  const std::string_view family = name.substr(0, name.find_first_of("-."));
  return family != "linux" && family != "screen" && family != "rxvt" && family != "st" && family != "vt100" &&
         family != "vt220";
}

}  // namespace confab::terminal

#include "client/terminal/keys.hpp"

#include <optional>

#include "client/terminal/key_sequences.hpp"
#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

constexpr unsigned char esc = 0x1B;
constexpr unsigned char interrupt = 0x03;
constexpr unsigned char underscore = 0x1F;  // Ctrl-_
constexpr std::string_view paste_end = "\x1b[201~";
// No sequence that means anything here is longer; of a longer one the rest is swallowed.
constexpr std::size_t max_parameters = 32;

char as_char(unsigned char byte) noexcept {
  return static_cast<char>(byte);
}
bool is_control(unsigned char byte) noexcept {
  return byte < 0x20 || byte == 0x7F;
}

key_event plain(key_code code) {
  return {code};
}

// How many bytes a character has that starts with `lead`; 0: no character does.
std::size_t sequence_size(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Whether a TAB with `rest` behind it was pressed. Text behind it comes from no hand that fast; further TABs and keys
// (Shift-Tab, an arrow) may, over a slow line.
bool was_pressed(std::string_view rest, bool more) noexcept {
  const std::size_t other = rest.find_first_not_of('\t');
  if (other == std::string_view::npos) return !more;
  const char next = rest[other];
  return is_control(static_cast<unsigned char>(next)) && next != '\r' && next != '\n';
}

}  // namespace

void key_decoder::feed(std::string_view bytes, std::vector<key_event>& keys, bool more) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const bool pasted_tab = bytes[at] == '\t' && state_ != state::paste && !was_pressed(bytes.substr(at + 1), more);
    take(static_cast<unsigned char>(pasted_tab ? ' ' : bytes[at]), keys);
  }
}

key_decoder::wait key_decoder::waiting() const noexcept {
  switch (state_) {
    case state::escape:
    case state::string:
    case state::string_escape: return wait::escape;
    // A person can press Alt-[ or Alt-O; once parameters came only a terminal can be speaking, and a slow line must not
    // turn the rest of its sequence into text.
    case state::csi:
    case state::ss3: return pending_.empty() ? wait::escape : wait::nothing;
    case state::csi_linux: return wait::escape;
    case state::paste: return interrupt_ ? wait::escape : wait::paste;
    case state::ground:
    case state::utf8: break;
  }
  return wait::nothing;
}

void key_decoder::flush(std::vector<key_event>& keys) {
  if (waiting() == wait::nothing) return;
  if (state_ == state::paste) {
    if (interrupt_ && lost_ == 0) paste_.pop_back();
    end_paste(keys);
    return;
  }
  if (state_ == state::escape) keys.push_back(plain(key_code::escape));
  pending_.clear();
  state_ = state::ground;
}

void key_decoder::take(unsigned char byte, std::vector<key_event>& keys) {
  switch (state_) {
    case state::ground: return take_ground(byte, keys);
    case state::utf8: return take_utf8(byte, keys);
    case state::escape: return take_escape(byte, keys);
    case state::csi: return take_csi(byte, keys);
    case state::ss3: return take_ss3(byte, keys);
    case state::string:
    case state::string_escape: return take_string(byte, keys);
    case state::paste: return take_paste(byte, keys);
    case state::csi_linux:  // F1 to F5 of the Linux console: one more letter
      state_ = state::ground;
      if (is_control(byte) || byte >= 0x80) take_ground(byte, keys);
      return;
  }
}

void key_decoder::take_ground(unsigned char byte, std::vector<key_event>& keys) {
  if (byte >= 0x80) {
    if (sequence_size(byte) == 0) {
      keys.push_back(plain(key_code::not_utf8));
      return;
    }
    pending_.assign(1, as_char(byte));
    state_ = state::utf8;
    return;
  }
  switch (byte) {
    case esc: state_ = state::escape; return;
    case '\r':
    case '\n': keys.push_back(plain(key_code::enter)); return;
    case '\t': keys.push_back(plain(key_code::tab)); return;
    case 0x08:
    case 0x7F: keys.push_back(plain(key_code::backspace)); return;
    default: break;
  }
  if (byte >= 0x20) {
    keys.push_back({key_code::character, byte});
  } else if (byte >= 1 && byte <= 26) {
    keys.push_back({key_code::control, static_cast<char32_t>(U'a' + byte - 1)});
  } else if (byte == underscore) {
    keys.push_back({key_code::control, U'_'});
  }
}

void key_decoder::take_utf8(unsigned char byte, std::vector<key_event>& keys) {
  if (byte < 0x80 || byte > 0xBF) {  // the character stays unfinished
    state_ = state::ground;
    pending_.clear();
    keys.push_back(plain(key_code::not_utf8));
    take_ground(byte, keys);
    return;
  }
  pending_.push_back(as_char(byte));
  if (pending_.size() < sequence_size(static_cast<unsigned char>(pending_[0]))) return;
  const utf8::decoded whole = utf8::decode(pending_);
  const bool is_text = whole.size == pending_.size();  // else overlong, a surrogate, or above U+10FFFF
  keys.push_back(is_text ? key_event{key_code::character, whole.code_point} : plain(key_code::not_utf8));
  pending_.clear();
  state_ = state::ground;
}

void key_decoder::take_escape(unsigned char byte, std::vector<key_event>& keys) {
  pending_.clear();
  switch (byte) {
    case '[': state_ = state::csi; return;
    case 'O': state_ = state::ss3; return;
    case 'P':
    case 'X':
    case ']':
    case '^':
    case '_': state_ = state::string; return;
    case esc: keys.push_back(plain(key_code::escape)); return;  // the second may start something
    default: break;
  }
  state_ = state::ground;
  if (byte >= 0x80) {  // Esc, and then text came at once (an input method)
    keys.push_back(plain(key_code::escape));
    take_ground(byte, keys);
    return;
  }
  const std::size_t before = keys.size();
  take_ground(byte, keys);
  if (keys.size() > before) keys.back().alt = true;
}

void key_decoder::take_csi(unsigned char byte, std::vector<key_event>& keys) {
  if (is_control(byte) || byte >= 0x80) {  // broken off; the byte counts by itself
    state_ = state::ground;
    take_ground(byte, keys);
    return;
  }
  if (byte < 0x40) {
    if (pending_.size() < max_parameters) pending_.push_back(as_char(byte));
    return;
  }
  if (byte == '[' && pending_.empty()) {
    state_ = state::csi_linux;
    return;
  }
  state_ = state::ground;
  finish_csi(as_char(byte), keys);
}

void key_decoder::finish_csi(char final, std::vector<key_event>& keys) {
  const parameters given = parse_parameters(pending_);
  if (final == '~') {
    if (given.first == 200) {
      begin_paste();
    } else if (const auto code = number_key(given.first)) {
      keys.push_back(with_modifiers(*code, given.second));
    }
  } else if (final == 'Z') {
    keys.push_back(plain(key_code::back_tab));
  } else if (const auto code = letter_key(final)) {
    keys.push_back(with_modifiers(*code, given.second));
  } else if (const auto shifted = small_letter_key(final); shifted && pending_.empty()) {
    keys.push_back(plain(*shifted));
  }
  pending_.clear();
}

void key_decoder::take_ss3(unsigned char byte, std::vector<key_event>& keys) {
  if (is_control(byte) || byte >= 0x80) {
    state_ = state::ground;
    take_ground(byte, keys);
    return;
  }
  if ((byte >= '0' && byte <= '9') || byte == ';') {
    if (pending_.size() < max_parameters) pending_.push_back(as_char(byte));
    return;
  }
  state_ = state::ground;
  const parameters given = parse_parameters(pending_);
  if (const auto code = letter_key(as_char(byte))) {
    // Old terminals put the modifier first ("5C"), newer ones second ("1;5C").
    keys.push_back(with_modifiers(*code, given.second != 0 ? given.second : given.first));
  } else if (const auto turned = small_letter_key(as_char(byte))) {
    keys.push_back(with_modifiers(*turned, 5));
  } else if (byte == 'M') {
    keys.push_back(plain(key_code::enter));  // of the keypad
  }
  pending_.clear();
}

void key_decoder::take_string(unsigned char byte, std::vector<key_event>& keys) {
  if (byte == interrupt) {  // no answer of a terminal holds one: its end was lost
    state_ = state::ground;
    take_ground(byte, keys);
  } else if (state_ == state::string_escape && byte != '\\') {  // not its end: another sequence
    state_ = state::escape;
    take_escape(byte, keys);
  } else if (byte == '\a' || state_ == state::string_escape) {
    state_ = state::ground;
  } else if (byte == esc) {
    state_ = state::string_escape;
  }
}

void key_decoder::begin_paste() {
  paste_.clear();
  lost_ = 0;
  flow_ = paste_flow;  // its time begins now
  end_match_ = 0;
  interrupt_ = false;
  state_ = state::paste;
}

void key_decoder::keep(std::string_view bytes) {
  const std::string_view kept = bytes.substr(0, max_paste - paste_.size());
  paste_ += kept;
  lost_ += bytes.size() - kept.size();
}

void key_decoder::take_paste(unsigned char byte, std::vector<key_event>& keys) {
  ++flow_;
  interrupt_ = byte == interrupt;
  if (as_char(byte) == paste_end[end_match_]) {
    if (++end_match_ == paste_end.size()) end_paste(keys);
    return;
  }
  // Not the mark after all. It holds one Esc, so a new one can only start with this byte.
  keep(paste_end.substr(0, end_match_));
  end_match_ = byte == esc ? 1 : 0;
  const char one = as_char(byte);
  if (byte != esc) keep({&one, 1});
}

bool key_decoder::take_flow() noexcept {
  if (flow_ < paste_flow) return false;
  flow_ = 0;
  return true;
}

void key_decoder::end_paste(std::vector<key_event>& keys) {
  key_event key{key_code::paste};
  key.text = std::move(paste_);
  key.lost = lost_;
  keys.push_back(std::move(key));
  paste_ = {};
  end_match_ = 0;
  state_ = state::ground;
}

}  // namespace confab::terminal

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace confab::terminal {

/// What a person pressed.
enum class key_code : std::uint8_t {
  character,  ///< `code_point`; with `alt` it is a command (Alt-B), never text
  control,    ///< Ctrl and a letter: `code_point` is the small letter, or `_` for Ctrl-_ (Ctrl-/ on most keyboards)
  paste,      ///< a bracketed paste: `text`, raw and perhaps anything, and `lost`
  not_utf8,   ///< bytes that are no character: the terminal speaks another encoding
  enter,
  tab,
  back_tab,  ///< Shift-Tab
  escape,    ///< Esc alone
  backspace,
  del,
  left,
  right,
  up,
  down,
  home,
  end,
};

/// One key. Arrow keys, Home, End, Del and Backspace carry `alt` and `ctrl` where the terminal says so.
struct key_event {
  key_code code = key_code::character;
  char32_t code_point = 0;
  bool alt = false;
  bool ctrl = false;
  std::string text = {};
  std::size_t lost = 0;  ///< bytes of the paste that came behind the first `max_paste` and were not kept

  bool operator==(const key_event&) const = default;
};

/// Turns the bytes of a terminal, cut anywhere, into keys. Knows UTF-8, xterm's, VT's, rxvt's and the Linux console's
/// sequences and bracketed paste; what it does not know (mouse, focus, answers of the terminal) it swallows whole.
/// Pure: has no clock. Owned by whoever reads the terminal; not thread-safe.
class key_decoder {
 public:
  /// What the bytes so far leave open, and how long the owner should let it wait: when nothing more arrived within that
  /// time since the last `feed`, call `flush`.
  enum class wait {
    nothing,  ///< all is decided
    escape,   ///< Esc alone or the start of a sequence? Ctrl-C in a paste, or a part of it? 50 ms
    paste,    ///< a paste whose end has not come: 2 s (see `take_flow`), or a lost end would swallow the keyboard
  };

  /// Bytes of one paste that are kept; the rest of it is dropped and counted.
  static constexpr std::size_t max_paste = std::size_t{1} << 20U;
  /// This many bytes within the time of a paste are more than any hand types, a held key included.
  static constexpr std::size_t paste_flow = 512;

  /// Decodes `bytes` and appends the keys that are complete to `keys`. `bytes` are what one read gave; `more`: the
  /// terminal has more already. A TAB that more text follows at once was pasted, not pressed: it comes as a blank.
  void feed(std::string_view bytes, std::vector<key_event>& keys, bool more = false);

  wait waiting() const noexcept;

  /// Whether a paste has begun and its end has not come.
  bool in_paste() const noexcept { return state_ == state::paste; }

  /// Bytes of an unfinished character or sequence that are kept: never many, however long it is.
  std::size_t held() const noexcept { return pending_.size(); }

  /// Whether the paste whose end is awaited has just begun, or `paste_flow` more bytes of it have come since the last
  /// call that said so: only then does its time begin anew. So what a person types into a paste whose end is lost
  /// cannot hold the keyboard for longer.
  bool take_flow() noexcept;

  /// The time of `waiting` is over: a lone Esc is the key, an unfinished sequence is dropped, a paste is taken as it
  /// is. A Ctrl-C that nothing followed was pressed: it ends the paste, and does nothing else.
  void flush(std::vector<key_event>& keys);

 private:
  enum class state : std::uint8_t { ground, utf8, escape, csi, csi_linux, ss3, string, string_escape, paste };

  void take(unsigned char byte, std::vector<key_event>& keys);
  void take_ground(unsigned char byte, std::vector<key_event>& keys);
  void take_utf8(unsigned char byte, std::vector<key_event>& keys);
  void take_escape(unsigned char byte, std::vector<key_event>& keys);
  void take_csi(unsigned char byte, std::vector<key_event>& keys);
  void take_ss3(unsigned char byte, std::vector<key_event>& keys);
  void take_string(unsigned char byte, std::vector<key_event>& keys);
  void take_paste(unsigned char byte, std::vector<key_event>& keys);
  void keep(std::string_view bytes);
  void begin_paste();
  void end_paste(std::vector<key_event>& keys);
  void finish_csi(char final, std::vector<key_event>& keys);

  state state_ = state::ground;
  std::string pending_;  // the bytes of an unfinished character, or the parameters of a sequence
  std::string paste_;
  std::size_t lost_ = 0;       // of the paste, behind `max_paste`
  std::size_t flow_ = 0;       // of the paste, since its time began last
  std::size_t end_match_ = 0;  // how much of the mark that ends a paste was just seen
  bool interrupt_ = false;     // the last byte of the paste so far was a Ctrl-C
};

}  // namespace confab::terminal

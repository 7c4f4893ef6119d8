#pragma once

#include <array>
#include <string_view>
#include <system_error>
#include <termios.h>

#include "client/terminal/footer.hpp"
#include "common/unique_fd.hpp"

namespace confab::terminal {

/// The terminal, as the line editor needs it: keys come one by one without echo, pastes are bracketed, the title can be
/// changed. Everything is put back on every way out: `leave`, the destructor, `exit`, and (once `guard_ways_out` was
/// called) signals that end the process, crashes among them.
///
/// It opens the terminal anew, so that what a loop does to its descriptor (Asio makes it non-blocking) does not
/// reach standard input, standard output and the shell that started us. Only one is open at a time. On the thread of
/// the screen that owns it.
class tty {
 public:
  /// Not open, not entered.
  tty() noexcept = default;
  ~tty();
  tty(const tty&) = delete;
  tty& operator=(const tty&) = delete;

  /// Opens `path`; a null `path` means the controlling terminal, or else that of standard input.
  std::error_code open(const char* path = nullptr);

  /// The open descriptor, -1 before `open`. It stays owned here: a stream_descriptor must `release` it.
  int descriptor() const noexcept { return descriptor_.get(); }

  /// Turns the editor's modes on. Again after the process was continued: it does no harm twice.
  std::error_code enter();

  /// Puts everything back, with the flags of descriptors 0 to 2. Harmless when not entered.
  void leave() noexcept;

  /// Ctrl-Z: puts everything back, stops the process group until it is continued, and enters again. The footer must be
  /// hidden before and drawn after. Size and screen may be others then.
  std::error_code suspend();

  /// The window's size, 80x24 where the terminal does not say.
  window_size size() const noexcept;

  /// Writes all of `bytes`, waiting where the terminal is slow (its descriptor may be non-blocking). The error says
  /// that the terminal is gone.
  std::error_code write_all(std::string_view bytes) const noexcept;

  /// From now on the terminal that is entered is put back before the process ends by a signal (crashes, TERM, HUP,
  /// INT, QUIT) or by `exit`. Signals that are handled or ignored already are left alone; a handler installed
  /// later (a signal_set) takes over and must see to `leave`. Call it once, from main.
  static void guard_ways_out() noexcept;

  /// Puts the entered terminal back, if there is one. Async-signal-safe.
  static void restore_now() noexcept;

 private:
  void remember_flags() noexcept;
  void restore_flags() const noexcept;

  unique_fd descriptor_;
  bool entered_ = false;
  termios before_ = {};                      // what `leave` puts back
  std::array<int, 3> flags_ = {-1, -1, -1};  // of descriptors 0 to 2; -1: not open
};

}  // namespace confab::terminal

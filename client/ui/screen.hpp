#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "client/ui/completion_words.hpp"
#include "common/language.hpp"

namespace confab::client {

/// What a line on the screen is. Decides where plain mode writes it.
enum class line_kind {
  message,  ///< what people said: standard output
  answer,   ///< rows of an answer that was asked for: standard output
  menu,     ///< the menu and its questions: standard output, hidden by --quiet
  notice,   ///< `***` lines, joins, days: standard error in plain mode
  error,    ///< something was refused or failed: standard error in plain mode
};

/// What the next line is for. Decides what an editor completes and which of the earlier lines it offers again.
enum class line_use {
  choice,  ///< of the menu: not worth keeping
  talk,    ///< said to somebody
  name,    ///< the name of somebody, or our own
};

/// What a screen reports. Called on the thread of the io_context that the screen was made with.
class screen_input {
 public:
  virtual ~screen_input() = default;
  /// One line that was typed or read, without its line end. After `screen::want_line`; an editor need not wait for it.
  virtual void on_line(std::string line) = 0;
  /// The same, of a line that is to be said whatever it looks like: a part of a longer one.
  virtual void on_part(std::string part) { on_line(std::move(part)); }
  /// Instead of `on_line`, of a line that is too long for every server: only its size is known.
  virtual void on_too_long(std::size_t /*bytes*/) {}
  /// The input has ended. Nothing follows.
  virtual void on_end_of_input() = 0;
  /// Ctrl-D on an empty line of an editor: out of the mode, in the menu out of the program.
  virtual void on_leave() {}
  /// Ctrl-O in an editor: to whom whispered last.
  virtual void on_open() {}
  /// Ctrl-C on an empty line of an editor, twice: out of the program at once.
  virtual void on_interrupt() {}
  /// What Tab may complete to at this moment.
  virtual completion_words completions() const { return {}; }
  /// The output is closed (EPIPE): nobody reads any more.
  virtual void on_output_closed() = 0;
};

/// Where lines are shown and typed. Two kinds: plain lines, and the line editor over a footer.
/// Lives on the thread of its io_context; the app owns the order of calls, the screen owns the terminal.
/// Text handed in is safe to print: the only escape sequences in it are the client's own colours.
class screen {
 public:
  virtual ~screen() = default;
  /// Starts to read; `input` must outlive the screen's use.
  virtual void start(screen_input& input) = 0;
  /// Asks for the next line; answered once by `on_line` or `on_end_of_input`. An editor may deliver without being
  /// asked.
  virtual void want_line() = 0;
  /// Shows one line (without line end).
  virtual void show(line_kind kind, std::string_view line) = 0;
  /// What the lines from now on are for. `conversation` tells one that is talked in from another: the lines of one are
  /// not offered again in another.
  virtual void set_use(line_use, std::string_view /*conversation*/ = {}) {}
  /// Keeps a line that was not sent among the earlier ones of the present use, and of the public chat in the menu.
  virtual void remember(std::string_view /*line*/) {}
  /// Puts what is being typed among the earlier lines of the present use, so that the row is empty.
  virtual void set_aside() {}
  /// What one message may have, in bytes, so that an editor can offer to send a longer line in parts; 0: not known.
  virtual void set_limit(std::size_t) {}
  /// What language the screen's own few words are in from now on.
  virtual void speak(language) {}
  /// Whether prompt and status stand there all the time, and are changed in place; else each is a line of its own.
  virtual bool has_footer() const { return false; }
  /// The question in front of the input, such as `public[bob]> `.
  virtual void set_prompt(std::string_view prompt) = 0;
  /// The status row and the window title; a screen without them does nothing.
  virtual void set_status(std::string_view status, std::string_view title) = 0;
  /// Rings the bell, where there is one.
  virtual void ring() = 0;
  /// Clears the window, where there is one.
  virtual void clear() = 0;
};

}  // namespace confab::client

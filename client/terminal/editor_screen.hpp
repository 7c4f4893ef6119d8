#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include "client/terminal/footer.hpp"
#include "client/terminal/history.hpp"
#include "client/terminal/keys.hpp"
#include "client/terminal/line_editor.hpp"
#include "client/terminal/tty.hpp"
#include "client/ui/screen.hpp"
#include "common/language.hpp"

namespace confab::terminal {

/// How the editor's screen looks.
struct editor_settings {
  language lang = language::zh;
  bool sgr = true;                 ///< false: no SGR at all, so the status row is plain too
  bool reflows = true;             ///< see `reflows_on_resize`
  const char* terminal = nullptr;  ///< its path; null: the one that the process has
  /// How long Esc may be the start of a sequence, and Ctrl-C a part of a paste.
  std::chrono::milliseconds escape_time{50};
  /// How long a paste whose end is lost holds the keyboard, once it comes no faster than a hand types.
  std::chrono::milliseconds paste_time{2000};
  /// Within it a second Ctrl-C on an empty line leaves.
  std::chrono::milliseconds interrupt_time{2000};
};

/// The screen of a person at a terminal: messages scroll by as ordinary output, under them stand a status row and the
/// line that is being typed. Nothing is drawn but on events, and once a turn of the loop however many there were.
///
/// Joins the line editor, the footer and the terminal. Lives on the thread of its io_context, which runs no more when
/// this object goes; the terminal is as it was before then.
class editor_screen final : public client::screen {
 public:
  /// Takes the terminal over; null where there is none that can be.
  static std::unique_ptr<editor_screen> open(asio::io_context& io, const editor_settings& settings);
  ~editor_screen() override;
  editor_screen(const editor_screen&) = delete;
  editor_screen& operator=(const editor_screen&) = delete;

  void start(client::screen_input& input) override;
  void want_line() override {}  // lines come when they are typed
  void show(client::line_kind kind, std::string_view line) override;
  void set_use(client::line_use use, std::string_view conversation = {}) override;
  void speak(language lang) override;
  void set_limit(std::size_t bytes) override { editor_.set_limit(bytes); }
  bool has_footer() const override { return true; }
  void remember(std::string_view line) override;
  void set_aside() override;
  void set_prompt(std::string_view prompt) override;
  void set_status(std::string_view status, std::string_view title) override;
  void ring() override;
  void clear() override;

  /// At most this many conversations have their lines kept.
  static constexpr std::size_t most_conversations = 50;
  /// At most this many of the words that Tab could put in are listed.
  static constexpr std::size_t most_listed = 60;

 private:
  editor_screen(asio::io_context& io, const editor_settings& settings);

  void read();
  void watch_signals();
  bool more_to_read();
  void await_more();
  void handle(const std::vector<key_event>& keys);
  void obey(const editor_event& event);
  void submit(const editor_event& event);
  void print_wrapped(std::string_view text);
  void list(const std::vector<std::string>& words);
  void interrupt();
  void suspend();
  void schedule_draw();
  void draw();
  void write(std::string_view bytes);

  asio::io_context& io_;
  editor_settings settings_;
  tty tty_;
  footer foot_;
  /// What was said in one conversation: what one person was told is not offered to another.
  history& said_in(const std::string& conversation);

  std::map<std::string, history> said_;    // by conversation
  std::deque<std::string> conversations_;  // of them, the one talked in last is the last
  history names_;
  history choices_;               // lines that the menu could not take
  history* current_ = &choices_;  // of the present use
  line_editor editor_;
  key_decoder keys_;
  asio::posix::stream_descriptor input_;
  asio::steady_timer timer_;  // of what the bytes so far leave open
  asio::signal_set signals_;  // SIGWINCH, SIGCONT
  client::screen_input* owner_ = nullptr;
  std::array<char, 1024> bytes_{};  // less than the kernel keeps: so it is known whether more follows
  std::string title_;
  bool draw_due_ = false;
  bool gone_ = false;  // the terminal is
  std::optional<std::chrono::steady_clock::time_point> interrupted_;
  std::optional<std::chrono::steady_clock::time_point> paste_ends_;  // at the latest, unless more of it flows in
};

}  // namespace confab::terminal

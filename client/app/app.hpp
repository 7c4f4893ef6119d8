#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "client/app/saved_place.hpp"
#include "client/model/held_whispers.hpp"
#include "client/model/history_merge.hpp"
#include "client/model/joined_rooms.hpp"
#include "client/model/roster.hpp"
#include "client/options.hpp"
#include "client/protocol/connection.hpp"
#include "client/ui/menu.hpp"
#include "client/ui/paint.hpp"
#include "client/ui/screen.hpp"
#include "client/ui/transcript.hpp"
#include "client/ui/ui_messages.hpp"
#include "client/ui/unread_counter.hpp"

namespace confab::client {

/// What the program found out when it started.
struct run_context {
  bool interactive = false;  ///< a person types at a terminal and sees the output
  sgr_level sgr = sgr_level::none;
  std::string tag_prefix;  ///< of this run's tags: random letters and digits
  std::uint32_t seed = 0;
  std::chrono::milliseconds hold_time = held_whispers::hold_time;  ///< how long private lines wait for somebody
  std::chrono::milliseconds first_wait{1000};                      ///< before the first attempt to connect again
};

/// How `wanted` and the context make the connection.
connection_settings settings_for(const options& wanted, const run_context& context);

/// One session of the client: carries lines from the screen to the menu and on to the server, and what the server says
/// to the screen. All on the thread of one io_context, which the owner runs until `result` is there.
class app final : public screen_input, public connection_listener {
 public:
  app(asio::io_context& io, options wanted, run_context context, screen& shown);

  /// Connects; the rest follows by itself.
  void start();
  /// Ends at once, as after a signal.
  void end(exit_code code);
  /// Set when the session is over; the io_context is stopped then.
  const std::optional<exit_code>& result() const noexcept { return result_; }
  /// Who is online, for completing names.
  const roster& people() const noexcept { return roster_; }

  void on_line(std::string line) override;
  void on_too_long(std::size_t bytes) override;
  void on_part(std::string part) override;
  void on_end_of_input() override;
  void on_output_closed() override { end(exit_code::failed); }
  void on_leave() override;
  void on_open() override;
  void on_interrupt() override { end(exit_code::interrupted); }
  completion_words completions() const override;
  void on_link(const link_event& what) override;
  void on_settled() override;
  void on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) override;
  void on_ended(const outage& why) override;

  /// How long the end waits for confirmations.
  static constexpr std::chrono::seconds flush_time{5};
  /// At most this many unconfirmed lines are on their way before more input is read.
  static constexpr std::size_t most_unanswered = 64;
  /// How long the menu waits for what was said before we came.
  static constexpr std::chrono::seconds history_merge_time{2};
  /// After so long without an answer a person is told that we are connecting.
  static constexpr std::chrono::seconds patience{1};
  /// In a bigger crowd names are only learnt when somebody needs them.
  static constexpr std::uint64_t most_learnt = 2000;

 private:
  // From the screen to the server.
  void pump();
  bool ready_for_line() const noexcept;
  void mark_waiting();
  struct typed_line {
    std::string text;
    bool part = false;  // of a longer one: it is said whatever it looks like
  };
  void take_line(typed_line line);
  void type(const typed_line& line);
  void run(const menu_actions& actions);
  void perform(const action::send& what);
  void perform(const action::show& what);
  void perform(const action::ask& what);
  void perform(const action::set_bell& what) { unread_.set_bell(what.mode); }
  void perform(const action::remember& what) { screen_.remember(what.text); }
  void perform(const action::decide& what);
  void perform(const action::opened& what) { unread_.opened(what.name); }
  void perform(const action::show_ids& what) { transcript_.show_ids(what.shown); }
  void perform(const action::clear&) { screen_.clear(); }
  void perform(const action::quit& what);

  // Coming to the server, losing it and coming back: app_return.cpp.
  void take(const greeted& what);
  void take(const returning& what);
  void take(const logged_in& what);
  void take(const name_refused& what);
  void take(const name_taken_still& what);
  void ask_other_name(const name_refused& what);
  void name_taken(const std::string& name);
  void follow_language(const welcome& hello);
  void log_in_first(const logged_in& what);
  void open_menu();
  void give_back_typed();
  void plan_return();
  void learn_names();
  void answer_first(const server_event& what);
  void hear_meanwhile();
  void caught_up(bool complete);
  void show_waiting(const request& what);

  // From the server to the screen: app_events.cpp.
  void take(const server_event& what);
  void take(const dropped& what);
  void take(const stranded& what);
  void take(const confirmed& what) { count_delivery(what.what, true); }
  self ourselves() const { return {roster_.me(), roster_.my_number()}; }
  void show_repeated(const server_event& what);
  void show_event(const server_event& what);
  void answer(const server_event& what);
  void count_delivery(const request& what, bool accepted);

  // Private lines that wait for somebody: app_held.cpp.
  void hold(held_whisper line);
  void consider_held();
  void release(held_whisper line, const somebody& to);
  void give_up(const std::vector<held_whisper>& lines, bool answered);
  void watch_held();
  void keep_place();
  void list_unsent();
  void show(const std::vector<shown_line>& lines, std::string_view from = {});
  void remark(line_kind kind, std::string_view text);
  void refresh();
  ui_message offline_status() const noexcept;
  void schedule_comings();

  // The end.
  void finish(std::chrono::seconds linger);
  void leave_when_flushed();
  void leave_after(std::chrono::seconds delay);
  void leave();

  asio::io_context& io_;
  const options options_;
  language lang_;
  const run_context context_;
  screen& screen_;
  roster roster_;
  menu menu_;
  transcript transcript_;
  unread_counter unread_;
  joined_rooms rooms_;
  history_merge history_merge_;
  held_whispers held_;
  saved_place place_;
  connection connection_;
  asio::steady_timer digest_timer_;
  asio::steady_timer end_timer_;
  asio::steady_timer held_timer_;
  asio::steady_timer place_timer_;
  asio::steady_timer opening_timer_;  // until we say that we are connecting, then until the menu opens anyway

  std::deque<typed_line> typed_;  // lines that wait for the menu
  std::size_t shown_limit_ = 0;   // of one line, as the screen knows it
  bool line_wanted_ = false;      // the screen was asked for the next
  bool first_attempt_ = true;     // to connect; the status row says so
  bool input_ended_ = false;
  bool offering_name_ = false;      // we have none, and a person can choose one when the menu opens
  bool place_timed_ = false;        // where we are is written down soon
  bool logging_in_ = false;         // greeted, but not under our name yet
  bool opening_ = false;            // online for the first time, and the menu waits for what was said before
  bool renaming_ = false;           // our name was lost in a reconnect, and another is asked for
  bool returned_ = false;           // to a server that knew nothing of us, and not online yet
  bool missed_told_ = true;         // that something may be missing, since that return
  std::string name_refusal_;        // at the first login: what to tell; empty = none
  bool listing_ = false;            // in the middle of a printed list
  std::uint64_t last_waiting_ = 0;  // the ticket of the last line that was shown as waiting
  std::size_t resent_ = 0;          // how many of the lines that waited at the reconnect were accepted,
  std::size_t resent_left_ = 0;     // and how many of them are not answered
  std::string bye_;                 // the reason that the server gave for closing
  std::string shown_prompt_;
  std::string shown_status_;
  /// The way out: waiting for confirmations, then listening on for a while, then saying goodbye.
  enum class ending { none, flushing, listening, leaving };
  ending ending_ = ending::none;
  std::chrono::seconds linger_{0};
  std::string quit_reason_;
  bool refused_ = false;  // something was, or could not be sent
  exit_code end_code_ = exit_code::done;
  std::optional<exit_code> result_;
};

}  // namespace confab::client

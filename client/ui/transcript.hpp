#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/protocol/events.hpp"
#include "client/ui/paint.hpp"
#include "client/ui/presence_digest.hpp"
#include "client/ui/screen.hpp"
#include "common/language.hpp"

namespace confab::client {

/// How much a line concerns the person.
enum class concern {
  none,      ///< nothing to call the person for: notices, answers, own lines
  message,   ///< somebody said something to all
  mention,   ///< and it holds our name
  personal,  ///< somebody said something to us alone
};

/// One line for the screen.
struct shown_line {
  line_kind kind = line_kind::notice;
  std::string text;
  concern about = concern::none;
};

/// Who we are, as far as that tells our own lines from those of others.
struct self {
  self(std::string_view own_name, user_number own_number = 0) : name(own_name), user(own_number) {}  // NOLINT
  self(const char* own_name) : name(own_name) {}                                                     // NOLINT
  self(const std::string& own_name) : name(own_name) {}                                              // NOLINT
  std::string_view name;
  user_number user = 0;  ///< 0: the server gives no numbers, so only the name tells
};

/// Turns what the server says into the lines that people see: local time, [public] or [private] in words, names in
/// their colours, arrivals folded, a line when the day changes. No terminal, no socket, no clock; one owner, one
/// thread.
class transcript {
 public:
  using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

  /// The newest messages, at most this many, can be told by sender and time when they are taken back; older ones only
  /// by their id.
  static constexpr std::size_t most_remembered = 500;

  transcript(language lang, paint colours) : lang_(lang), paint_(colours) {}

  /// The lines for one event. `me`: we, before this event. `now`: for events that say no time.
  std::vector<shown_line> show(const event& said, const self& me, time_point now);

  void speak(language lang) noexcept { lang_ = lang; }
  /// Whether the message of that id was shown lately.
  bool has_shown(std::uint64_t id) const noexcept;

  /// Whether messages are shown with their ids (for /recall).
  void show_ids(bool shown) noexcept { ids_ = shown; }

  /// A line of the client's own: `***` and text.
  std::vector<shown_line> remark(line_kind kind, std::string_view text, time_point now);

  /// What we said to `partner`, or (empty) in `room` or (empty) to everybody, while it waits for a connection.
  std::vector<shown_line> waiting(std::string_view text, std::string_view partner, std::string_view room,
                                  time_point now);

  /// When arrivals wait to be shown, and the lines for them; some may go on waiting.
  std::optional<time_point> due() const noexcept { return digest_.due(); }
  std::vector<shown_line> overdue(time_point now);

 private:
  using lines = std::vector<shown_line>;

  void add(lines& out, line_kind kind, std::string text, time_point time, concern about = concern::none);
  void settle(lines& out);
  void add_day(lines& out, time_point time);
  /// What stands in front of a message beside its time.
  struct label {
    std::string place;
    bool past = false;
    std::uint64_t id = 0;
  };
  /// What is remembered of a message, for telling later which one was taken back.
  struct remembered {
    std::uint64_t id = 0;
    std::string from;
    time_point time;
    bool ours = false;
    bool shown = false;     ///< else: only that it was taken back is known
    bool recalled = false;  ///< and told so; the server may say it again after a resume
  };
  remembered& recollect(std::uint64_t id);
  void remember(std::string_view from, bool ours, time_point time);

  void add_message(lines& out, const label& front, std::string text, time_point time, concern about);
  void remark_now(lines& out, std::string_view text, time_point time);
  std::string tag(bool personal, std::string_view room = {}) const;
  std::string speaker(std::string_view name, bool ours) const;

  void show_one(lines& out, const joined& what, const self& me, time_point now);
  void show_one(lines& out, const left& what, const self& me, time_point now);
  void show_one(lines& out, const crowd& what, const self& me, time_point now);
  void show_one(lines& out, const room_crowd& what, const self& me, time_point now);
  void show_one(lines& out, const delivery& what, const self& me, time_point now);
  void show_one(lines& out, const message& what, const self& me, time_point now);
  void show_one(lines& out, const whisper& what, const self& me, time_point now);
  void show_one(lines& out, const client::renamed& what, const self& me, time_point now);
  void show_one(lines& out, const client::notice& what, const self& me, time_point now);
  void show_one(lines& out, const room_changed& what, const self& me, time_point now);
  void show_one(lines& out, const topic& what, const self& me, time_point now);
  void show_one(lines& out, const client::recalled& what, const self& me, time_point now);
  void show_one(lines& out, const away& what, const self& me, time_point now);
  void show_one(lines& out, const back& what, const self& me, time_point now);
  template <typename Other>
  void show_one(lines&, const Other&, const self&, time_point) {}

  language lang_;
  paint paint_;
  presence_digest digest_;
  bool ids_ = false;
  std::uint64_t id_ = 0;                            // of the event that is being shown
  time_point now_{};                                // by our own clock, which need not be the server's
  time_point last_time_{};                          // of the last line that is not shown again
  std::deque<remembered> remembered_;               // the oldest first
  std::optional<std::chrono::year_month_day> day_;  // local, of the last line
};

}  // namespace confab::client

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "client/protocol/events.hpp"
#include "client/protocol/heartbeat.hpp"
#include "client/protocol/send_queue.hpp"

namespace confab::client {

/// Why a link was given up.
enum class fault {
  no_answer,      ///< no `welcome` in time: not our protocol
  unreadable,     ///< a line that is no event: not our protocol
  line_too_long,  ///< more than `link::max_line` bytes without LF: not our protocol
  closed_early,   ///< closed before any `welcome`; `detail` is what was said before, if anything
  refused,        ///< the server said in our protocol why it does not want us: `why`, or `bye`
  silent,         ///< the heartbeat had no answer
};

struct link_fault {
  fault what{};
  std::string detail{};  ///< safe to print, may be empty
  error why{};           ///< refused: the server's error, unless
  std::string bye{};     ///< it said goodbye for this reason
};

/// What a link tells its owner, in the order in which it happened.
struct greeted {  ///< the server speaks our protocol; our name is not taken yet
  welcome hello;
};
struct returning {   ///< after a reconnect, when the server knows nothing of us any more: the first questions are asked
  std::string name;  ///< ours
};
struct logged_in {          ///< commands are answered from now on
  std::string name;         ///< ours
  bool again = false;       ///< after a reconnect
  bool resumed = false;     ///< our place was still there
  bool complete = true;     ///< false: we missed something that the server can no longer tell
  std::size_t waiting = 0;  ///< how many commands waited for it and are written now
};
struct name_refused {  ///< the wanted name was refused; we go by the name that the server gave
  std::string wanted;
  error why;
  bool again = false;  ///< after a reconnect
};
struct name_taken_still {  ///< after a reconnect the name is still held by the dead connection; it is asked for again
  std::string wanted;
};
struct server_event {  ///< anything else that the server said
  event said;
  std::optional<request> answers;  ///< the command that this answers
  bool last = true;                ///< nothing more of that answer follows (a list comes in pages)
  bool repeated = false;           ///< our own words, which were received before
};
struct dropped {  ///< the connection was lost before this was confirmed, and it is not sent again
  request what;
  bool no_room = false;  ///< or: it was never sent, for we could not go back to the room that it was meant for
};
/// Meant for one person, and nobody can tell any more who has their name: the server has forgotten us, or never told
/// one person from another. It is sent only after `restore`.
struct stranded {
  request what;
};
struct confirmed {  ///< what we had sent is among what the history shows: it was said, and is not sent again
  request what;
};
using link_event = std::variant<greeted, returning, logged_in, name_refused, name_taken_still, server_event, dropped,
                                stranded, confirmed>;

/// Where we were: enough to take our place on the server again, also after the program was killed.
struct place {
  std::string token{};  ///< empty = nowhere
  std::uint64_t last_id = 0;
  bool operator==(const place&) const = default;
};

/// What is asked after a reconnect that found nothing of us, before anything that waits is sent.
struct first_question {
  std::string command{};
  purpose why{};
  std::string room{};  ///< if it is refused, what waits for this room is not sent; empty = sent anyway
  /// It asks for what was said last in this room (`#tea`): where the answer does not reach back to what we have
  /// received, older pages are asked for. Empty = one answer is enough.
  std::string pages_of{};
};

/// The client's end of the protocol, with no socket and no clock in it: greets, takes the name, tags commands, keeps
/// the beat, and takes the lines apart. Bytes and time go in; bytes to write and events come out. It
/// outlives any one connection: what is not confirmed waits in it for the next. One owner, one thread.
class link {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::size_t max_line = 1024 * 1024;            ///< bytes of one line from the server
  static constexpr std::size_t max_before_welcome = 1024 * 1024;  ///< bytes that may come before the welcome
  static constexpr std::chrono::seconds greeting_time{10};        ///< for the welcome to come
  static constexpr std::chrono::seconds name_retry{2};            ///< between attempts to get a name back
  static constexpr int name_attempts = 10;                        ///< so often after a reconnect
  static constexpr int page_size = 200;                           ///< messages of a page; the most that a server gives
  static constexpr int most_pages = 20;                           ///< beyond the first of each room, on one return
  static constexpr std::size_t max_waiting = 50;                  ///< lines that wait while there is no connection
  /// The `/heartbeat` that we promise; `heartbeat::usual_beat` keeps it with time to spare.
  static constexpr std::chrono::seconds promised{15};

  /// `name`: to be taken on connecting; empty = none. `tag_prefix`: see send_queue.
  /// `hold_for_name`: when our name cannot be had back after a reconnect, nothing is said under another until
  /// `take_name`.
  link(std::string name, std::string tag_prefix, bool hold_for_name = false)
      : wanted_name_(std::move(name)),
        first_(tag_prefix + "-"),
        queue_(std::move(tag_prefix)),
        hold_for_name_(hold_for_name) {}

  // What happens to it.
  void connected(time_point now);
  void received(std::string_view bytes, time_point now);
  /// The connection is gone, for whatever reason.
  void lost();
  void tick(time_point now);

  /// Queues a command (UTF-8, one line, no LF). It is written when online, else after the next reconnect. False when it
  /// cannot wait: it is not to be kept, or `max_waiting` lines wait already.
  /// `room`: that it is meant for, if it is to be said in one.
  /// `partner`: the person, if it is for one.
  bool send(std::string command, purpose why, bool keep, std::string room = {}, std::string partner = {});
  /// What was stranded is sent after all, as `command`. The tag is the old one: if it was said before, it is not said
  /// again.
  void restore(request what, std::string command);
  /// Whether `token` could be one: 1 to 64 letters, digits, `_` or `-`.
  static bool good_token(std::string_view token) noexcept;
  /// Before the first connection: the place that an earlier run had.
  void take_up(place where);
  /// On every connection the server is promised a sign of life.
  void promise_heartbeat() noexcept { promises_ = true; }
  /// From the next such reconnect on; in the order in which they are asked.
  void ask_on_return(std::vector<first_question> questions) { on_return_ = std::move(questions); }
  /// Another name than the one that was refused; does nothing but while `nameless`.
  void take_name(std::string name);
  /// Says goodbye; nothing is written after it.
  void quit(std::string_view reason = {});

  // What it wants done.
  /// Bytes to write now; empties them.
  std::string take_output() { return std::exchange(output_, {}); }
  bool has_output() const noexcept { return !output_.empty(); }
  std::vector<link_event> take_events() { return std::exchange(events_, {}); }
  /// When `tick` is due.
  std::optional<time_point> deadline() const noexcept;
  /// Set once the connection has to be given up; `connected` forgets it.
  const std::optional<link_fault>& failure() const noexcept { return failure_; }

  bool online() const noexcept { return phase_ == phase::online; }
  bool ever_online() const noexcept { return ever_online_; }
  /// What waits is held until there is a name.
  bool nameless() const noexcept { return phase_ == phase::nameless; }
  /// The longest command that the server takes, in bytes.
  std::size_t max_command() const noexcept;
  std::size_t unanswered() const noexcept { return queue_.unanswered(); }
  /// To come back to; without a token nowhere.
  place where() const { return {token_, last_id_}; }
  /// What is sent or waits, and is not confirmed.
  const std::deque<request>& unconfirmed() const noexcept { return queue_.all(); }

 private:
  static constexpr std::string_view name_tag = "name";  // of asking for our name
  enum class phase { offline, greeting, naming, nameless, returning, online, leaving };

  void take_line(std::string_view line, time_point now);
  void before_welcome(std::string_view line, time_point now);
  void welcomed(welcome hello, time_point now);
  void after_welcome(event said);
  void note_own(const event& said);
  bool is_repeated(const event& said);
  std::pair<std::optional<request>, bool> answered_by(const event& said);
  void fail(fault what, std::string detail = {});
  void fail(link_fault why);
  void flush();

  // link_return.cpp
  void ask_for_name();
  void answer_to_name(const event& said, time_point now);
  void finish_login(bool complete);
  void strand();
  void answered_first(const std::string& room, bool refused);
  void note_age(const event& said);
  bool is_new(const event& said) const;
  bool ask_for_older(const event& said, const request& asked);
  void now_online(bool complete);

  std::string wanted_name_;  // to be taken at the next login: the option, then whatever we renamed to
  std::vector<first_question> on_return_;
  send_queue first_;  // of them, those that are being asked
  send_queue queue_;
  bool hold_for_name_ = false;
  bool promises_ = false;
  heartbeat beat_;
  phase phase_ = phase::offline;
  bool ever_online_ = false;
  std::size_t server_line_ = 4096;  // the server's limit for a line
  std::string name_;                // what the server calls us
  std::string token_;               // to come back with; empty = none
  bool settled_ = false;            // our place there has our name and our rooms
  std::uint64_t last_id_ = 0;       // of the messages received so far
  using wall_time = decltype(event::time);
  wall_time last_time_;        // of all that was received so far
  std::uint64_t seen_id_ = 0;  // what is not newer was received before the connection was lost
  wall_time seen_time_;        // likewise

  // Of the present connection only.
  std::string partial_;  // the line that has no LF yet
  std::size_t before_welcome_ = 0;
  std::string said_before_;  // the lines before the welcome that were no events
  std::optional<time_point> greeting_deadline_;
  std::optional<time_point> name_retry_at_;
  int name_tries_ = 0;
  bool resumed_ = false;
  bool numbers_ = false;         // the server tells people apart by numbers
  bool forgotten_ = false;       // we were online before, and the server knows nothing of it
  int pages_left_ = 0;           // that may still be asked for
  std::optional<event> oldest_;  // of the messages of the page that is coming
  std::optional<link_fault> failure_;

  std::string output_;
  std::vector<link_event> events_;
};

}  // namespace confab::client

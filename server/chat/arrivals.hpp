#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "server/chat/announcer.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"

namespace confab::chat {

/// Of whom the others know, and how they hear of those who come and go: one by one, a moment later, or as a crowd. With
/// the hub, on its thread.
class arrivals {
 public:
  explicit arrivals(chat_state& chat);

  /// Shows `fresh` itself and the others that it is here: with `to_all` at once; otherwise the others hear of it after
  /// hub_options::arrival_delay, or earlier if make_known is called. From here on it hears what is said to all.
  void introduce(device& fresh, bool to_all);
  /// What the others hear of somebody begins with the arrival. Nothing happens when they know of it.
  void make_known(user& fresh);
  /// `who` has gone: the others are told, if they knew of it. It may be nobody's user any more; if it is somebody's
  /// still, `who` itself does not hear of it.
  void tell_gone(const user& who, leave_reason reason, std::string_view words, bool still_here = false);

  /// When the next arrival is due to be told; nothing: none is.
  std::optional<std::chrono::steady_clock::time_point> next() const noexcept;
  /// Tells of those that are due.
  void tell_due();
  /// A second is over: tells of the crowd, if there was one.
  void tell_crowd();
  /// Tells programs how many are online, if that has changed since the last time.
  void tell_count();
  void clear() noexcept;

  /// hub_options::announce_limit is another.
  void change() noexcept { announcer_.set_limit(chat_.options.announce_limit); }

  /// How many are online, as `who` sees it: of those that the others do not know of yet, each knows of itself.
  std::size_t online_for(const user& who) const noexcept { return known_ + (who.known ? 0 : 1); }

  fact::arrived decide_arrived(const user& fresh);
  /// What has not been told one by one since the last time; nothing: all has.
  std::optional<fact::crowd> decide_crowd();
  fact::gone decide_gone(const user& who, leave_reason reason, std::string_view words);
  /// With `here` (null: it is on another node) it becomes known; `except` does not hear of it (null: all do). Who is
  /// here hears of itself in any case.
  void apply(const fact::arrived& news, user* here, const user* except);
  void apply(const fact::gone& news, const user* except);
  void apply(const fact::crowd& news);

 private:
  template <class Event>
  void to_all_but(const user* except, const Event& what);

  struct due {
    std::chrono::steady_clock::time_point when;
    std::uint64_t user_id;
  };

  chat_state& chat_;
  announcer announcer_;
  std::deque<due> due_;         // of whom the others are not told yet; some are known or gone by now
  std::size_t known_ = 0;       // users that the others know of
  std::size_t count_told_ = 0;  // how many were online when that was last told
};

}  // namespace confab::chat

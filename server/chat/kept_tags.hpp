#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/chat/moment.hpp"
#include "server/history/message.hpp"

namespace confab::chat {

/// Tags of messages from before the server was started, as the history has them: whoever is not sure whether a message
/// got through sends it again, and it must not be said twice because the server was restarted in between. Filled at the
/// start, then it only shrinks. With the hub, on its thread.
class kept_tags {
 public:
  struct entry {
    std::uint64_t id;
    std::chrono::system_clock::time_point time;
    std::string room;  ///< key; empty for a whisper
    std::string to;    ///< a whisper's receiver by name
    std::size_t text;  ///< see says
    message_kind kind;
    std::chrono::steady_clock::time_point until;

    bool is_whisper() const noexcept { return !to.empty(); }
    /// Whether that is what it said, and how.
    bool says(std::string_view words, message_kind how) const noexcept {
      return std::hash<std::string_view>()(words) == text && how == kind;
    }
  };

  /// Remembers the tag of `kept`, if it has one and is younger than `window`. Of two with the same tag the later
  /// counts.
  void add(const store::message& kept, moment now, std::chrono::seconds window);
  /// The message that was said with `tag` in `scope`, or null.
  const entry* find(std::uint64_t scope, std::string_view tag, std::chrono::steady_clock::time_point now) const;
  /// Gives back the memory when nothing can be asked for any more.
  void forget(std::chrono::steady_clock::time_point now);

  std::size_t size() const noexcept { return by_tag_.size(); }

 private:
  static std::string key(std::uint64_t scope, std::string_view tag);

  std::unordered_map<std::string, entry> by_tag_;
  std::chrono::steady_clock::time_point last_until_;
};

}  // namespace confab::chat

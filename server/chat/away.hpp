#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/refusal.hpp"

namespace confab::chat {

/// Who is away, and what they said about it. With the hub, on its thread.
class away {
 public:
  explicit away(chat_state& chat) : chat_(chat) {}

  void leave(const asker& from, std::string_view text) { set(from, true, text); }
  void come_back(const asker& from) { set(from, false, {}); }

  /// What somebody who is away said about it.
  std::string_view text_of(const user& who) const;
  /// Whether `from`, who whispers to `receiver`, is to be told that that one is away: each time of being away it is
  /// told once. From here on it counts as told.
  bool decide_telling(const user& from, const user& receiver);

  /// Nothing: it is not refused, and the fact is what becomes true.
  std::optional<refusal> decide(const user& from, bool is_away, std::string_view text, fact::away& news) const;
  /// Somebody who is null is on another node, and nothing of it is kept here.
  void apply(const fact::away& news, const asker& from);

  /// Somebody has left for good.
  void forget(const user& gone);
  void clear() noexcept { all_.clear(); }

  /// How many are away.
  std::size_t size() const noexcept { return all_.size(); }

 private:
  struct status {
    std::string text;
    std::unordered_set<std::uint64_t> told;  // users (by user_id) that know of it already
  };

  void set(const asker& from, bool is_away, std::string_view text);

  chat_state& chat_;
  std::unordered_map<std::uint64_t, status> all_;  // who is away, by user::user_id
};

}  // namespace confab::chat

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "server/chat/chat_state.hpp"

namespace confab::chat {

/// The secrets with which broken connections come back. With the hub, on its thread.
class tokens {
 public:
  explicit tokens(chat_state& chat) : chat_(chat) {}

  /// Only programs can come back: they hold the token. A person's nc that ends has left.
  static bool can_come_back(const user& who) noexcept;

  /// Gives `to` a token if it has none, and if connections may come back.
  void give(user& to);
  /// Who has that token, or null.
  user* find(std::string_view token) const;
  /// It could not resume with that token: what it said with tags under it, the history may know, and it is not said
  /// again.
  static void note_earlier(user& from, std::string_view token);

  /// Somebody has left for good.
  void forget(const user& gone);
  void clear() noexcept { by_token_.clear(); }

 private:
  chat_state& chat_;
  std::unordered_map<std::string, user*> by_token_;
};

}  // namespace confab::chat

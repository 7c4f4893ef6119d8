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
  static bool can_come_back(const device& who) noexcept;

  /// Gives `to` a token if it has none, and if connections may come back.
  void give(device& to);
  /// Which device has that token, or null.
  device* find(std::string_view token) const;
  /// It could not resume with that token: what it said with tags under it, the history may know, and it is not said
  /// again.
  static void note_earlier(device& from, std::string_view token);

  /// A device has left for good.
  void forget(const device& gone);
  void clear() noexcept { by_token_.clear(); }

 private:
  chat_state& chat_;
  std::unordered_map<std::string, device*> by_token_;
};

}  // namespace confab::chat

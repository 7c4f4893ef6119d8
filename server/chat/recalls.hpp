#pragma once

#include <optional>
#include <string_view>

#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/refusal.hpp"

namespace confab::chat {

/// Taking back what was said. With the hub, on its thread.
class recalls {
 public:
  recalls(chat_state& chat, delivery_reports& broken, backlog& past)
      : chat_(chat), delivery_reports_(broken), backlog_(past) {}

  /// `id` is that of a message, as it was typed.
  void recall(const asker& from, std::string_view id);

  /// Nothing: it is not refused, and the fact is what becomes true of `message`.
  std::optional<refusal> decide(const user& from, std::string_view id, fact::recalled& news, logged_message*& message);
  /// Somebody who is null is on another node; a message that is null is not known (any more).
  void apply(const fact::recalled& news, const asker& from, logged_message* message);

 private:
  chat_state& chat_;
  delivery_reports& delivery_reports_;
  backlog& backlog_;
};

}  // namespace confab::chat

#pragma once

#include <cstdint>

#include "server/chat/command_cost.hpp"
#include "server/chat/hub.hpp"

namespace confab::chat {

/// Who may use a command. So far there is nobody who may not.
enum class role : std::uint8_t { anybody };

/// Whether `who` may do what is for that role.
constexpr bool may(const user&, role wanted) noexcept {
  return wanted == role::anybody;
}

/// One row of the table of rules: all that the hub has to know of a command. What it means is in the command table.
struct hub::rule {
  verb what;
  role who;
  cost::function cost;
  /// It is more than a question: it is done even if the connection has broken since it was sent. Else what was sent
  /// behind it would be said under another name, or to others, than it was meant.
  bool changes;
  void (*run)(hub& rules, const asker& from, const command& wanted);
};

}  // namespace confab::chat

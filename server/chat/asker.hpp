#pragma once

#include <string_view>

#include "server/chat/user.hpp"

namespace confab::chat {

/// Whose command is being answered, on which device, and the tag that it came with: its answers go to that device and
/// carry the tag, and nothing else does.
struct asker {
  device* on = nullptr;  ///< null: somebody on another node
  std::string_view tag;  ///< empty: none

  user* who() const noexcept { return on == nullptr ? nullptr : on->owner; }
  user* operator->() const noexcept { return on->owner; }
  user& operator*() const noexcept { return *on->owner; }
};

}  // namespace confab::chat

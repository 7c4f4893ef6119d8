#pragma once

#include <string_view>

#include "server/chat/user.hpp"

namespace confab::chat {

/// Whose command is being answered, and the tag that it came with: its answers carry the tag, and nothing else does.
struct asker {
  user* who = nullptr;
  std::string_view tag;  ///< empty: none

  user* operator->() const noexcept { return who; }
  user& operator*() const noexcept { return *who; }
};

}  // namespace confab::chat

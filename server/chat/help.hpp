#pragma once

#include <string_view>

#include "server/chat/chat_state.hpp"

namespace confab::chat {

/// Lists all commands, or tells of the one that `topic` names, with or without its slash. On the hub's thread.
void help(chat_state& chat, const asker& from, std::string_view topic);

}  // namespace confab::chat

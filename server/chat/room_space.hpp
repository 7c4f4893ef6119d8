#pragma once

#include "server/chat/chat_state.hpp"

namespace confab::chat {

/// Which room makes way for one of `asker` when there are as many as may be and each has members: one in which somebody
/// is alone, of whoever is alone in most; if there is none, one whose members all come from one address, of the address
/// that has most of these. Of several, the one that has been silent for longest. Whoever asks must have fewer, also
/// afterwards. Null: none. On the hub's thread.
room* room_that_makes_way(chat_state& chat, const user& asker);

}  // namespace confab::chat

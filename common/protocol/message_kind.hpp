#pragma once

#include <cstdint>

namespace confab {

/// How what somebody said is to be shown, whoever it is for. The numbers are those of the history on the disk.
enum class message_kind : std::uint8_t {
  plain = 0,  ///< as it was typed
  emote = 1,  ///< what the sender does, told with the sender's name in front: `* alice waves`
};

}  // namespace confab

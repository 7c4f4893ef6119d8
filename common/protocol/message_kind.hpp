#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confab {

/// How what somebody said is to be shown, whoever it is for. The numbers are those of the history on the disk.
enum class message_kind : std::uint8_t {
  plain = 0,  ///< as it was typed
  emote = 1,  ///< what the sender does, told with the sender's name in front: `* alice waves`
};

inline constexpr std::size_t message_kind_count = static_cast<std::size_t>(message_kind::emote) + 1;

/// Its word in JSON.
constexpr std::string_view wire_word(message_kind kind) noexcept {
  return kind == message_kind::emote ? "emote" : "plain";
}

/// The kind with that word; plain for a word that this version does not know, or none.
constexpr message_kind find_message_kind(std::string_view word) noexcept {
  return word == wire_word(message_kind::emote) ? message_kind::emote : message_kind::plain;
}

}  // namespace confab

#pragma once

#include <cstddef>
#include <span>
#include <variant>

#include "server/history/message.hpp"

namespace confab::store {

/// What is written: something that was said, or that something is taken away. Plain data; any thread.
using operation = std::variant<message, recall, room_end>;

/// About how many bytes these take while they wait to be written.
std::size_t bytes_of(const operation& what);
std::size_t bytes_of(std::span<const operation> all);

/// Whether it must not be lost when it cannot be written: a message that is not kept is lost, what takes something away
/// is not.
bool is_owed(const operation& what) noexcept;

}  // namespace confab::store

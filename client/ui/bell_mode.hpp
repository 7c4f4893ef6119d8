#pragma once

#include <optional>
#include <string_view>

/// Pure; any thread.
namespace confab::client {

/// Whom the bell rings for.
enum class bell_mode { off, pm, mention, all };
std::optional<bell_mode> parse_bell(std::string_view word) noexcept;
std::string_view bell_word(bell_mode mode) noexcept;

}  // namespace confab::client

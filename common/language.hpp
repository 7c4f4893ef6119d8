#pragma once

#include <optional>
#include <string_view>

namespace confab {

/// The languages that confab speaks.
enum class language { en, zh };

/// `en` or `zh`, as on the command line.
std::optional<language> parse_language(std::string_view text) noexcept;

/// What LC_ALL, LC_MESSAGES or LANG (the first that is set and not empty) asks for: zh when it
/// says so, else `fallback`. Reads the environment: call it before threads start.
language language_from_environment(language fallback = language::en) noexcept;

}  // namespace confab

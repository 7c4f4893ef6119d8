#pragma once

#include <cstdint>
#include <string_view>

/// Names that the eye takes for others (UTS 39), by ICU's tables. Any thread.
namespace confab::chat {

/// Loads the tables; otherwise the first question does, which then takes some milliseconds. Throws std::runtime_error
/// when ICU has none.
void load_lookalikes();

/// Whether `name` mixes scripts in a way that no language does, such as a Cyrillic letter among Latin ones. Latin may
/// be mixed with Chinese, Japanese or Korean ("highly restrictive" in UTS 39).
bool mixes_scripts(std::string_view name);

/// What a name looks like: equal for names that look the same.
struct looks {
  std::uint64_t as_written;
  std::uint64_t in_capitals;  ///< names are the same in any case, and so some people read them: ALlCE is alice
};
looks looks_of(std::string_view name);

/// Whether `name` looks like a reserved word or a command.
bool looks_reserved(const looks& name);

}  // namespace confab::chat

#include "common/language.hpp"

#include <cstdlib>

namespace confab {

std::optional<language> parse_language(std::string_view text) noexcept {
  if (text == "en") return language::en;
  if (text == "zh") return language::zh;
  return std::nullopt;
}

language language_from_environment(language fallback) noexcept {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("zh") ? language::zh : fallback;
  }
  return fallback;
}

}  // namespace confab

#include "client/ui/mention.hpp"

#include <string>

#include "common/names.hpp"
#include "common/normal_form.hpp"

namespace confab::client {
namespace {

/// Latin letters and digits make longer words; other scripts write names without spaces around them.
bool joins_words(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

}  // namespace

bool mentions(std::string_view text, std::string_view name) {
  const std::string folded_name = name_key(name);
  if (folded_name.empty()) return false;
  const std::string folded = normalise(text, normal_form::folded);
  for (std::size_t at = folded.find(folded_name); at != std::string::npos; at = folded.find(folded_name, at + 1)) {
    const std::size_t end = at + folded_name.size();
    const bool runs_on_before = at > 0 && joins_words(folded[at - 1]) && joins_words(folded_name.front());
    const bool runs_on_after = end < folded.size() && joins_words(folded[end]) && joins_words(folded_name.back());
    if (!runs_on_before && !runs_on_after) return true;
  }
  return false;
}

}  // namespace confab::client

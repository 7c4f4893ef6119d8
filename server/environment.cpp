#include "server/environment.hpp"

#include <cstdlib>

namespace confab {

std::optional<std::string> take_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string out = value;
  ::unsetenv(name);
  return out;
}

}  // namespace confab

#pragma once

#include <cstdint>
#include <string_view>

namespace confab {

/// A user as others see one. Until a user chooses a name, it is the address.
struct person {
  std::string_view name;
  std::string_view addr;
  std::uint64_t number = 0;  ///< this user's and nobody else's while the server runs; 0: not known
};

}  // namespace confab

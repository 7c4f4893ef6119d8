#pragma once

#include <stdexcept>

namespace confab::bench {

/// Something that makes a figure impossible: a server that does not start, a user that was thrown out, a message
/// that never came. It ends the scene it happens in; the report shows its text.
class failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace confab::bench

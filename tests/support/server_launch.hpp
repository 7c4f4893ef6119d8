#pragma once

#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::test {

/// How to start the server program with nothing but these arguments; what it keeps goes to `state`.
launch server_launch(const std::vector<std::string>& arguments, const scratch_directory& state);

}  // namespace confab::test

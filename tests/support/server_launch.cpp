#include "tests/support/server_launch.hpp"

namespace confab::test {

launch server_launch(const std::vector<std::string>& arguments, const scratch_directory& state) {
  launch what;
  what.program = CONFAB_SERVER_PROGRAM;
  what.arguments = arguments;
  what.environment = {{"XDG_STATE_HOME", state.path()}};
  return what;
}

}  // namespace confab::test

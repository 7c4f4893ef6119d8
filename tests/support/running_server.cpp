#include "tests/support/running_server.hpp"

#include <exception>
#include <signal.h>
#include <stdexcept>

#include "tests/support/catch.hpp"

namespace confab::test {
namespace {

launch launch_of(const server_setup& setup, const scratch_directory& state) {
  std::vector<std::string> arguments{"--ip", setup.ip, "--port", "0"};
  const auto add = [&arguments](const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  if (!setup.language.empty()) add({"--lang", setup.language});
  if (setup.predictable) add({"--announce-limit", "1000000", "--replay", "0"});
  add(setup.arguments);
  launch what = server_launch(arguments, state);
  what.environment.insert(what.environment.end(), setup.environment.begin(), setup.environment.end());
  what.errors = setup.errors;
  what.open_files = setup.open_files;
  what.address_space = setup.address_space;
  what.mask = setup.mask;
  return what;
}

}  // namespace

running_server::running_server(const server_setup& setup)
    : program_(launch_of(setup, state_)), announcement_(program_.output_line()) {
  const auto colon = announcement_.rfind(':');
  if (announcement_.rfind("listening on ", 0) != 0 || colon == std::string::npos)
    throw std::runtime_error("not what a ready server says: " + announcement_);
  at_.ip = setup.ip;
  at_.port = static_cast<std::uint16_t>(std::stoi(announcement_.substr(colon + 1)));
}

running_server::~running_server() {
  if (ended_) return;
  try {
    const int status = stop();
    INFO("standard error of the server:\n" << program_.errors());
    CHECK(status == 0);
  } catch (const std::exception& error) {
    FAIL_CHECK(error.what());
  }
}

int running_server::stop() {
  ended_ = true;
  program_.signal(SIGTERM);
  return program_.wait();
}

outcome run_server(const std::vector<std::string>& arguments) {
  const scratch_directory state;
  return run(server_launch(arguments, state));
}

}  // namespace confab::test

#include "client/ui/paint.hpp"

#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;

TEST_CASE("paint: names keep their colour, whatever the spelling", "[paint]") {
  const paint colours(sgr_level::full);
  CHECK(colours.name("bob") == colours.name("bob"));
  CHECK(colours.name("bob").substr(0, 5) == colours.name("BOB").substr(0, 5));
  std::set<std::string> codes;
  for (int i = 0; i < 500; ++i) {
    const std::string name = std::to_string(i);
    const std::string shown = colours.name(name);
    codes.insert(shown.substr(0, shown.find('m')));
    CHECK(shown.ends_with(name + "\x1b[0m"));
  }
  CHECK(codes.size() == 12);
  for (const char* never : {"\x1b[30", "\x1b[37", "\x1b[90", "\x1b[97"}) CHECK(codes.count(never) == 0);
}

TEST_CASE("paint: without colours the attributes stay, and with none nothing does", "[paint]") {
  CHECK(paint(sgr_level::attributes).name("bob") == "bob");
  CHECK(paint(sgr_level::attributes).own("me") == "\x1b[1mme\x1b[0m");
  CHECK(paint(sgr_level::attributes).mention("me") == "\x1b[7mme\x1b[0m");
  CHECK(paint(sgr_level::none).dim("x") == "x");
  CHECK(paint(sgr_level::none).own("x") == "x");
}

TEST_CASE("paint: the option beats NO_COLOR, which beats the forcing ones, which beat the terminal", "[paint]") {
  const auto choose = [](color_mode mode, color_environment variables, bool tty) {
    return choose_sgr(mode, variables, tty);
  };
  const color_environment plain{.term = "xterm"};
  CHECK(choose(color_mode::automatic, plain, true) == sgr_level::full);
  CHECK(choose(color_mode::automatic, plain, false) == sgr_level::none);
  CHECK(choose(color_mode::automatic, {.term = "dumb"}, true) == sgr_level::none);
  CHECK(choose(color_mode::automatic, {}, true) == sgr_level::none);
  CHECK(choose(color_mode::always, {.no_color = "1"}, false) == sgr_level::full);
  CHECK(choose(color_mode::never, {.force_color = "1", .term = "xterm"}, true) == sgr_level::none);
  CHECK(choose(color_mode::automatic, {.no_color = "1", .clicolor_force = "1", .term = "xterm"}, true) ==
        sgr_level::attributes);
  CHECK(choose(color_mode::automatic, {.no_color = "1", .clicolor_force = "1", .term = "xterm"}, false) ==
        sgr_level::none);
  CHECK(choose(color_mode::automatic, {.no_color = "", .term = "xterm"}, true) == sgr_level::full);
  CHECK(choose(color_mode::automatic, {.clicolor_force = "1"}, false) == sgr_level::full);
  CHECK(choose(color_mode::automatic, {.force_color = "1"}, false) == sgr_level::full);
  CHECK(choose(color_mode::automatic, {.force_color = "0"}, false) == sgr_level::none);
}

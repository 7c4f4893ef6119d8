#include <string>
#include <vector>

#include "client/terminal/footer.hpp"
#include "client/terminal/line_editor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/model_screen.hpp"
#include "tests/unit/client/terminal/screen_check.hpp"
#include "tests/unit/client/terminal/typist.hpp"

namespace confab::terminal {

TEST_CASE("footer: ten thousand lines while one types lose nothing and leave the draft intact", "[footer]") {
  testing::model_screen screen(60, 14);
  footer foot;
  foot.set_status("public · bob");
  line_editor editor(language::en);
  editor.set_prompt("> ");
  testing::typist hands(editor);
  const std::string typed = "打字 typing 👍🏽 while it rains ";
  std::string all_typed;
  int printed = 0;
  while (printed < 10'000) {
    // Turns of every size, from one line to hundreds.
    for (int i = 0; i < 1 + printed % 257 && printed < 10'000; ++i) foot.print("line " + std::to_string(printed++));
    const char next = typed[all_typed.size() % typed.size()];
    all_typed += next;
    hands.type({&next, 1});
    screen.write(foot.update(editor.view(), {60, 14}));
    REQUIRE(testing::draft_problem(screen, editor.view()) == "");
  }
  while (all_typed.size() % typed.size() != 0) {
    const char next = typed[all_typed.size() % typed.size()];
    all_typed += next;
    hands.type({&next, 1});
  }
  screen.write(foot.update(editor.view(), {60, 14}));
  CHECK(editor.text() == all_typed);
  CHECK(testing::draft_problem(screen, editor.view()) == "");
  const std::vector<std::string> lines = screen.lines();
  REQUIRE(lines.size() == 10'002);
  bool in_order = true;
  for (std::size_t i = 0; i < 10'000; ++i) in_order = in_order && lines[i] == "line " + std::to_string(i);
  CHECK(in_order);
}

}  // namespace confab::terminal

#include "client/ui/ui_messages.hpp"

#include <string>

#include "common/problems.hpp"
#include "tests/support/catch.hpp"

using confab::explain;
using confab::language;
using confab::problem;
using confab::client::explain;

namespace {

confab::client::error refusal(problem what, std::string detail) {
  return {.code = std::string(wire_code(what)),
          .text = "in the server's words",
          .problem = std::string(wire_name(what)),
          .detail = std::move(detail)};
}

}  // namespace

TEST_CASE("messages: every refusal is in the person's language, whatever the server speaks", "[ui_messages]") {
  const auto lang = GENERATE(language::en, language::zh);
  for (std::size_t i = 0; i < confab::problem_count; ++i) {
    const auto what = static_cast<problem>(i);
    CHECK(explain(lang, refusal(what, "tea")) == explain(what, lang, "tea"));
  }
}

TEST_CASE("messages: what this version does not know stays in the server's words", "[ui_messages]") {
  CHECK(explain(language::zh, {.code = "bad-name", .text = "not that one", .problem = "name-of-tomorrow"}) ==
        "not that one");
  CHECK(explain(language::zh, {.code = "no-such-user", .text = "gone"}) == "gone");
  CHECK(explain(language::zh, {.code = "something-new", .text = ""}) == "something-new");
}

TEST_CASE("messages: a refusal without the word that it quotes stays in the server's words", "[ui_messages]") {
  CHECK(explain(language::zh, refusal(problem::no_such_room, "")) == "in the server's words");
  CHECK(explain(language::zh, refusal(problem::no_such_user, "")) == "该用户不存在");
}

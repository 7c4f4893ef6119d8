#include "client/phrases.hpp"

#include <string>

#include "common/problems.hpp"
#include "tests/support/catch.hpp"

using confab::explain;
using confab::language;
using confab::problem;
using confab::wire_code;
using confab::client::explain_refusal;

TEST_CASE("phrases: a refusal is in the client's language, whatever the server speaks", "[phrases]") {
  const auto ours = GENERATE(language::en, language::zh);
  const auto servers = GENERATE(language::en, language::zh);
  for (const problem what : {problem::no_history, problem::cannot_resume, problem::name_reserved, problem::lobby_stays,
                             problem::too_many_joined, problem::history_arguments, problem::recall_needs_id}) {
    CHECK(explain_refusal(ours, wire_code(what), explain(what, servers)) == explain(what, ours));
  }
}

TEST_CASE("phrases: a code that can mean one thing needs no words", "[phrases]") {
  CHECK(explain_refusal(language::zh, "no-such-user", "gone") == "该用户不存在");
  CHECK(explain_refusal(language::zh, "no-history", "") == "本服务器不保存聊天记录");
}

TEST_CASE("phrases: what has a detail, or is not known, stays in the server's words", "[phrases]") {
  const std::string text = explain(problem::no_such_room, language::en, "tea");
  CHECK(explain_refusal(language::zh, "no-such-room", text) == text);
  CHECK(explain_refusal(language::zh, "bad-name", "not that one") == "not that one");
  CHECK(explain_refusal(language::zh, "something-new", "New") == "New");
  CHECK(explain_refusal(language::zh, "something-new", "") == "something-new");
}

#include "common/problems.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using confab::explain;
using confab::find_problem;
using confab::language;
using confab::name_error;
using confab::problem;
using confab::problem_count;
using confab::wire_code;

namespace {

std::vector<problem> all_problems() {
  std::vector<problem> all;
  for (std::size_t i = 0; i < problem_count; ++i) all.push_back(static_cast<problem>(i));
  return all;
}

}  // namespace

TEST_CASE("problems: each has a code and words of its own in both languages", "[problems]") {
  std::set<std::string> english;
  std::set<std::string> chinese;
  for (const problem each : all_problems()) {
    CAPTURE(int(each), wire_code(each));
    CHECK(wire_code(each).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK_FALSE(wire_code(each).empty());
    const std::string en = explain(each, language::en, "DETAIL");
    const std::string zh = explain(each, language::zh, "DETAIL");
    CHECK(english.insert(en).second);
    CHECK(chinese.insert(zh).second);
    CHECK(confab::utf8::length(en) == en.size());
    CHECK(confab::utf8::length(zh) < zh.size());
    for (const std::string& text : {en, zh}) {
      CHECK(confab::utf8::valid(text));
      CHECK(confab::is_safe(text));
      CHECK(text.find("{}") == std::string::npos);
    }
    CHECK((en.find("DETAIL") == std::string::npos) == (zh.find("DETAIL") == std::string::npos));
  }
}

TEST_CASE("problems: each has a name of its own, by which it is found", "[problems]") {
  std::set<std::string_view> names;
  for (const problem each : all_problems()) {
    CAPTURE(wire_name(each));
    CHECK(names.insert(wire_name(each)).second);
    CHECK(wire_name(each).find_first_not_of("abcdefghijklmnopqrstuvwxyz-0123456789") == std::string_view::npos);
    CHECK(find_problem(wire_name(each)) == each);
    CHECK(has_detail(each) == (explain(each, language::zh, "a") != explain(each, language::zh, "b")));
  }
  CHECK(wire_name(problem::not_your_message) == "not-your-message");
  CHECK(find_problem("") == std::nullopt);
  CHECK(find_problem("not-your-messages") == std::nullopt);
}

TEST_CASE("problems: the codes are those of the protocol", "[problems]") {
  std::set<std::string_view> codes;
  for (const problem each : all_problems()) codes.insert(wire_code(each));
  CHECK(codes == std::set<std::string_view>{
                     "bad-encoding",     "line-too-long",   "flood",        "unknown-command", "looks-like-password",
                     "missing-argument", "bad-argument",    "no-such-user", "name-in-use",     "bad-name",
                     "server-full",      "no-such-room",    "not-in-room",  "too-many-rooms",  "no-history",
                     "history-failed",   "no-such-message", "not-yours",    "cannot-resume",   "tag-used"});
  const std::vector<std::pair<problem, std::string_view>> expected{
      {problem::not_utf8, "bad-encoding"},
      {problem::line_too_long, "line-too-long"},
      {problem::flood, "flood"},
      {problem::unknown_command, "unknown-command"},
      {problem::looks_like_command, "unknown-command"},
      {problem::looks_like_password, "looks-like-password"},
      {problem::takes_nothing, "bad-argument"},
      {problem::missing_argument, "missing-argument"},
      {problem::bad_argument, "bad-argument"},
      {problem::tag_too_long, "missing-argument"},
      {problem::whisper_needs_name, "missing-argument"},
      {problem::whisper_needs_text, "missing-argument"},
      {problem::tag_in_tag, "bad-argument"},
      {problem::no_such_user, "no-such-user"},
      {problem::name_in_use, "name-in-use"},
      {problem::name_empty, "bad-name"},
      {problem::name_too_long, "bad-name"},
      {problem::name_bad_character, "bad-name"},
      {problem::name_too_many_marks, "bad-name"},
      {problem::name_bad_start, "bad-name"},
      {problem::name_like_address, "bad-name"},
      {problem::name_reserved, "bad-name"},
      {problem::name_mixes_scripts, "bad-name"},
      {problem::name_looks_taken, "bad-name"},
      {problem::server_full, "server-full"},
      {problem::tag_used, "tag-used"},
      {problem::no_such_room, "no-such-room"},
      {problem::not_in_room, "not-in-room"},
      {problem::lobby_stays, "bad-argument"},
      {problem::too_many_rooms, "too-many-rooms"},
      {problem::too_many_joined, "too-many-rooms"},
      {problem::history_arguments, "bad-argument"},
      {problem::no_word_to_search, "bad-argument"},
      {problem::no_history, "no-history"},
      {problem::history_failed, "history-failed"},
      {problem::no_such_message, "no-such-message"},
      {problem::not_your_message, "not-yours"},
      {problem::already_recalled, "no-such-message"},
      {problem::note_too_long, "bad-argument"},
      {problem::cannot_resume, "cannot-resume"},
  };
  REQUIRE(expected.size() == problem_count);
  for (const auto& [what, code] : expected) CHECK(wire_code(what) == code);
}

TEST_CASE("problems: the original's answers are word for word", "[problems]") {
  CHECK(explain(problem::name_in_use, language::zh) == "当前用户名已经被使用");
  CHECK(explain(problem::name_in_use, language::en) == "That name is already in use");
  CHECK(explain(problem::no_such_user, language::zh) == "该用户不存在");
  CHECK(explain(problem::no_such_user, language::en) == "There is no user with that name");
  CHECK(explain(problem::whisper_needs_text, language::zh) == "无消息内容，请重发");
  CHECK(explain(problem::whisper_needs_text, language::en) == "Nothing to send: to NAME TEXT");
  CHECK(explain(problem::whisper_needs_name, language::zh) == "请输入对方用户名");
  CHECK(explain(problem::whisper_needs_name, language::en) == "Say who it is for: to NAME TEXT");
}

TEST_CASE("problems: the detail stands in its place, whatever it is", "[problems]") {
  CHECK(explain(problem::line_too_long, language::en, "4096") ==
        "That line is over 4096 bytes, so nobody got it: send it in parts");
  CHECK(explain(problem::server_full, language::zh, "10") == "服务器已满（10 人），请稍后再试");
  CHECK(explain(problem::unknown_command, language::en, "/{}") ==
        "There is no command /{}: see /help, or start with // to say it");
  CHECK(explain(problem::no_such_user, language::en, "unused") == explain(problem::no_such_user, language::en));
  // Where people can do something about it, they are told what.
  CHECK(explain(problem::unknown_command, language::zh, "/x").find("/help") != std::string::npos);
  CHECK(explain(problem::not_utf8, language::en).find("UTF-8") != std::string::npos);
  CHECK(explain(problem::not_utf8, language::zh).find("UTF-8") != std::string::npos);
  CHECK(explain(problem::name_too_long, language::en).find(std::to_string(confab::max_name_length)) !=
        std::string::npos);
  CHECK(explain(problem::name_too_long, language::zh).find(std::to_string(confab::max_name_length)) !=
        std::string::npos);
}

TEST_CASE("problems: every refusal of a name is one", "[problems]") {
  CHECK(to_problem(name_error::empty) == problem::name_empty);
  CHECK(to_problem(name_error::too_long) == problem::name_too_long);
  CHECK(to_problem(name_error::bad_character) == problem::name_bad_character);
  CHECK(to_problem(name_error::too_many_marks) == problem::name_too_many_marks);
  CHECK(to_problem(name_error::bad_start) == problem::name_bad_start);
  CHECK(to_problem(name_error::like_an_address) == problem::name_like_address);
  CHECK(to_problem(name_error::reserved) == problem::name_reserved);
}

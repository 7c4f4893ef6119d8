// Names: who may have which, and who hears of it.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// Says a line in JSON mode and gives the code of the error that answers it.
std::string refusal(peer& user, const std::string& line) {
  user.say(line);
  return user.event("error")["code"];
}

}  // namespace

TEST_CASE("rename: the asker is told, and all others hear it", "[rename]") {
  struct wording {
    std::string language, told, heard, taken, online;
  };
  const wording words =
      GENERATE(wording{"en", "Your name is now: ", "is now known as ", "That name is already in use", "online..."},
               wording{"zh", "用户名已修改为：", "改名为 ", "当前用户名已经被使用", "在线..."});
  CAPTURE(words.language);
  running_server server({.language = words.language});
  peer a = joined(server);
  peer b = joined(server);
  a.heard();

  a.say("rename alice");
  CHECK(a.line() == words.told + "alice");
  CHECK(b.line() == a.as() + words.heard + "alice");
  b.say("rename alice");
  CHECK(b.line() == words.taken);
  b.say("rename  bob ");
  CHECK(b.line() == words.told + "bob");
  CHECK(a.line() == b.as() + words.heard + "bob");
  a.say("rename 小明");
  CHECK(a.line() == words.told + "小明");
  CHECK(b.line() == a.as("alice") + words.heard + "小明");
  a.say("hi");
  CHECK(a.line() == a.as("小明") + "hi");
  CHECK(b.line() == a.as("小明") + "hi");
  b.say("who");
  CHECK(b.lines(2) == lines{a.as("小明") + words.online, b.as("bob") + words.online});
  CHECK(a.heard() == lines{});
  CHECK(b.heard() == lines{});
}

TEST_CASE("rename: without a name says what is missing, to the asker alone", "[rename]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  const std::string line = GENERATE("rename", "rename ", "  rename\t", "/rename");
  a.say(line);
  CHECK(a.heard().size() == 1);
  CHECK(b.heard() == lines{});
  a.json_on();
  CHECK(refusal(a, line) == "missing-argument");
}

TEST_CASE("rename: other spellings of a name in use are that name", "[rename]") {
  running_server server;
  peer a = joined_as(server, "alice");
  peer b = joined(server);
  a.heard();
  const std::string spelling = GENERATE("alice", "Alice", "ALICE", "ａｌｉｃｅ", "Ａlice");
  b.say("rename " + spelling);
  CHECK(b.line() == "That name is already in use");
  CHECK(b.heard() == lines{});
  CHECK(a.heard() == lines{});

  // To the one who has it they are free.
  if (spelling == "Alice" || spelling == "ALICE") {
    a.say("rename " + spelling);
    CHECK(a.line() == "Your name is now: " + spelling);
    CHECK(b.line() == a.as("alice") + "is now known as " + spelling);
    b.say("rename alice");
    CHECK(b.line() == "That name is already in use");
  }
}

TEST_CASE("rename: a name is shown composed, however it was typed", "[rename]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.say("rename Jose\xCC\x81");
  CHECK(a.line() == "Your name is now: Jos\xC3\xA9");
  CHECK(b.line() == a.as() + "is now known as Jos\xC3\xA9");
  b.say("to JOS\xC3\x89 hi");
  CHECK(a.line() == b.address() + " whispers to you: hi");
}

TEST_CASE("rename: a name is free again when its owner takes another or goes", "[rename]") {
  running_server server;
  peer a = joined_as(server, "alice");
  peer b = joined(server);
  a.heard();
  SECTION("takes another") {
    a.say("rename carol");
    CHECK(a.line() == "Your name is now: carol");
    CHECK(b.line() == a.as("alice") + "is now known as carol");
  }
  SECTION("goes") {
    a.close();
    CHECK(b.line() == a.as("alice") + "is offline");
  }
  b.say("rename alice");
  CHECK(b.line() == "Your name is now: alice");
}

TEST_CASE("rename: names of up to 32 code points, not bytes", "[rename]") {
  running_server server;
  peer a = joined(server);
  a.json_on();
  const std::string character = GENERATE("x", "名", "\xF0\x9D\x90\x80");  // the last: 4 bytes, outside the BMP
  for (const std::size_t length : {1U, 31U, 32U}) {
    const std::string name = repeated(character, length);
    a.say("rename " + name);
    CHECK(a.event("renamed")["name"] == name);
  }
  CHECK(refusal(a, "rename " + repeated(character, 33)) == "bad-name");
}

TEST_CASE("rename: bad names are refused to the asker alone", "[rename]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.json_on();
  for (const std::string_view bad : {"two words",
                                     "-dash",
                                     ".dot",
                                     "a:b",
                                     "a,b",
                                     "a@b",
                                     "a#b",
                                     "a/b",
                                     "'quoted'",
                                     "\"quoted\"",
                                     "[a]",
                                     "(a)",
                                     "{a}",
                                     "<a>",
                                     "127.0.0.1:80",
                                     "127.0.0.1",
                                     "1.2.3.4:5",
                                     "a\x1B[31mb",
                                     "a\xE2\x80\xAE"
                                     "b",
                                     "a\xE2\x80\x8B"
                                     "b",
                                     "system",
                                     "server",
                                     "admin",
                                     "root",
                                     "all",
                                     "everyone",
                                     "exit",
                                     "Admin",
                                     "ＡＤＭＩＮ",
                                     "who",
                                     "rename",
                                     "to",
                                     "help",
                                     "count",
                                     "ping",
                                     "quit",
                                     "json",
                                     "tag",
                                     "say",
                                     "WHO"}) {
    const std::string name(bad);
    CAPTURE(name);
    CHECK(refusal(a, "rename " + name) == "bad-name");
    CHECK(a.heard() == lines{});
    CHECK(b.heard() == lines{});
  }
}

TEST_CASE("rename: somebody else's address cannot be taken", "[rename]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.json_on();
  const std::string code = refusal(a, "rename " + b.address());
  CHECK((code == "bad-name" || code == "name-in-use"));
  CHECK(b.heard() == lines{});
}

TEST_CASE("rename: names in many scripts", "[rename]") {
  running_server server;
  peer a = joined(server);
  const std::string name =
      GENERATE("o-o", "a.b", "_x_", "Ünal", "王小明", "Владимир", "さくら", "김철수", "मीरा", "x2", "42nd");
  a.say("rename " + name);
  CHECK(a.line() == "Your name is now: " + name);
}

TEST_CASE("rename: of many who want one name at once exactly one gets it", "[rename]") {
  running_server server;
  std::vector<peer> users = joined_many(server, 10);
  for (auto& user : users) user.say("rename prize");
  int won = 0;
  int lost = 0;
  for (auto& user : users)
    for (const auto& line : user.heard()) {
      won += line == "Your name is now: prize" ? 1 : 0;
      lost += line == "That name is already in use" ? 1 : 0;
    }
  CHECK(won == 1);
  CHECK(lost == 9);
}

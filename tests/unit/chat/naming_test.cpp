// Choosing names.

#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::simulation;

TEST_CASE("hub: a rename is confirmed to the user and told to the others", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "rename anna");
  CHECK(chat.heard(a) == "Your name is now: anna\n");
  CHECK(chat.heard(b) == "[127.0.0.1:1]127.0.0.1:1: is now known as anna\n");
  chat.line(a, "/rename 安娜");
  CHECK(chat.heard(a) == "Your name is now: 安娜\n");
  CHECK(chat.heard(b) == "[127.0.0.1:1]anna: is now known as 安娜\n");
  chat.line(a, "hi");
  CHECK(chat.heard(b) == "[127.0.0.1:1]安娜: hi\n");
}

TEST_CASE("hub: a name in use is refused in every spelling, and nobody else hears of it", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename Straße");
  chat.forget();
  const std::string name = GENERATE("Straße", "STRASSE", "strasse", "ＳＴＲＡＳＳＥ");
  chat.line(b, "rename " + name);
  CHECK(chat.heard(b) == "That name is already in use\n");
  CHECK(chat.heard(a).empty());
  chat.line(b, "still me");
  CHECK(chat.heard(a) == chat.as(b) + "still me\n");
}

TEST_CASE("hub: another spelling of one's own name is allowed and told", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename anna");
  chat.forget();
  chat.line(a, "rename ANNA");
  CHECK(chat.heard(a) == "Your name is now: ANNA\n");
  CHECK(chat.heard(b) == chat.as(a, "anna") + "is now known as ANNA\n");
  chat.line(b, "rename Anna");
  CHECK(chat.heard(b) == "That name is already in use\n");
}

TEST_CASE("hub: a name that looks like somebody else's is refused, as long as they have it", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename alice");
  chat.line(b, "rename bob");
  chat.forget();
  const std::string name = GENERATE("aIice", "ALlCE");
  CAPTURE(name);
  chat.line(b, "rename " + name);
  CHECK(chat.heard(b).find("looks the same") != std::string::npos);
  CHECK(chat.heard(a).empty());
  chat.forget();
  chat.line(a, "rename " + name);  // one's own may look alike
  CHECK(chat.heard(a) == "Your name is now: " + name + "\n");
  chat.forget();
  chat.line(b, "rename alice");
  CHECK(chat.heard(b).find("looks the same") != std::string::npos);
  SECTION("until they choose another") {
    chat.line(a, "rename carol");
  }
  SECTION("until they leave") {
    chat.end(a);
  }
  chat.forget();
  chat.line(b, "rename alice");
  CHECK(chat.heard(b) == "Your name is now: alice\n");
}

TEST_CASE("hub: a name that mixes scripts, or that looks reserved, is refused", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  for (const std::string_view name : {"\u0430lice", "b\u043Eb", "Tom\u0438"}) {
    chat.line(a, "rename " + std::string(name));
    CHECK(chat.heard(a).find("scripts") != std::string::npos);
    chat.forget();
  }
  for (const std::string_view name : {"adrnin", "rne", "exit", "我"}) {
    chat.line(a, "rename " + std::string(name));
    CHECK(chat.heard(a).find("reserved") != std::string::npos);
    chat.forget();
  }
  chat.line(a, "rename 小明Tom");
  CHECK(chat.heard(a) == "Your name is now: 小明Tom\n");
}

TEST_CASE("hub: a name of marks costs no more than its bytes, and is nobody's", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  std::string name = "a";
  for (int i = 0; i < 1000; ++i) name += "\u0301";
  for (int i = 0; i < 1000; ++i) name += "\u0316";
  chat.forget();
  chat.line(a, "to " + name + " x");
  CHECK(chat.heard(a) == "There is no user with that name\n");
  chat.forget();
  for (const std::string_view command : {"rename ", "/join "}) {
    chat.line(a, std::string(command) + name);
    CHECK_THAT(chat.heard(a), Catch::Contains("too long"));
    chat.forget();
  }
}

TEST_CASE("hub: the very same name is confirmed and told to nobody", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename Zoë");
  chat.forget();
  chat.line(a, "rename Zoe\u0308");
  CHECK(chat.heard(a) == "Your name is now: Zoë\n");
  CHECK(chat.heard(b).empty());
}

TEST_CASE("hub: a name that was given up is free", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename anna");
  SECTION("by another name") {
    chat.line(a, "rename ada");
  }
  SECTION("by leaving") {
    chat.end(a);
  }
  chat.forget();
  chat.line(b, "rename Anna");
  CHECK(chat.heard(b) == "Your name is now: Anna\n");
}

TEST_CASE("hub: after a failed rename the old name stays one's own", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "rename anna");
  chat.line(a, "rename admin");
  chat.line(a, "rename 1.2.3.4");
  chat.forget();
  chat.line(b, "rename anna");
  CHECK(chat.heard(b) == "That name is already in use\n");
  chat.line(b, "to anna hi");
  CHECK(chat.heard(a) == chat.addr(b) + " whispers to you: hi\n");
}

TEST_CASE("hub: a name against the rules is refused with the rule", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  const auto refused = [&](const std::string& name, problem why) {
    CAPTURE(name);
    chat.line(a, "rename " + name);
    CHECK(chat.heard(a) == explain(why, language::en) + "\n");
    CHECK(chat.heard(b).empty());
  };
  refused("two words", problem::name_bad_character);
  refused("127.0.0.1:1", problem::name_bad_character);
  refused("127.0.0.1", problem::name_like_address);
  for (const char* const name : {"unix", "Unix", "ＵＮＩＸ", "unix.2", "UNIX.10", "unix.02"}) {
    refused(name, problem::name_like_address);
  }
  refused("-x", problem::name_bad_start);
  refused("Everyone", problem::name_reserved);
  refused("who", problem::name_reserved);
  refused(std::string(33, 'x'), problem::name_too_long);
  chat.line(a, "rename");
  CHECK(chat.heard(a) == explain(problem::missing_argument, language::en, "rename NAME") + "\n");
}

TEST_CASE("hub: users of a unix socket are told apart, and nobody can take a name that looks like one", "[hub]") {
  simulation chat;
  const auto a = chat.come_from("unix");
  const auto b = chat.come_from("unix");
  const auto c = chat.come_from("unix");
  chat.forget();
  chat.line(a, "to unix.2 psst");
  CHECK(chat.heard(b) == "unix whispers to you: psst\n");
  chat.line(c, "hello");
  CHECK(chat.heard(b) == "[unix.3]unix.3: hello\n");
  for (const char* const name : {"unix.", "unix.x", "unixes", "unix-2", "myunix", "unix.2a", "uni"}) {
    CAPTURE(name);
    chat.forget();
    chat.line(a, std::string("rename ") + name);
    CHECK(chat.heard(a) == std::string("Your name is now: ") + name + "\n");
  }
}

TEST_CASE("hub: two who want one name in one turn get it in order", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(b, "rename star");
    chat.line(a, "rename STAR");
    chat.line(b, "rename comet");
    chat.line(a, "rename Star");
  });
  CHECK(chat.heard(b) == "Your name is now: star\nYour name is now: comet\n" + chat.as(a) + "is now known as Star\n");
  CHECK(chat.heard(a) == chat.as(b) + "is now known as star\nThat name is already in use\n" + chat.as(b, "star") +
                             "is now known as comet\nYour name is now: Star\n");
}

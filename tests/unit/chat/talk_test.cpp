// Who hears what, and in which order, when people come, talk and ask.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::object;
using confab::test::simulation;

TEST_CASE("hub: an arrival is told to all, the newcomer too", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  CHECK(chat.heard(a) == "[127.0.0.1:1]127.0.0.1:1: is online\n");
  const auto b = chat.come();
  CHECK(chat.heard(a) == "[127.0.0.1:2]127.0.0.1:2: is online\n");
  CHECK(chat.heard(b) == "[127.0.0.1:2]127.0.0.1:2: is online\n");
  CHECK(chat.hub().online() == 2);
}

TEST_CASE("hub: those who come in one turn hear of all who come after them", "[hub]") {
  simulation chat;
  const auto all = chat.come_many(3);
  const std::string first = chat.as(all[0]) + "is online\n";
  const std::string second = chat.as(all[1]) + "is online\n";
  const std::string third = chat.as(all[2]) + "is online\n";
  CHECK(chat.heard(all[0]) == first + second + third);
  CHECK(chat.heard(all[1]) == second + third);
  CHECK(chat.heard(all[2]) == third);
}

TEST_CASE("hub: the message of the day comes first, to the newcomer only", "[hub]") {
  auto options = simulation::quiet();
  options.motd = {"Welcome", "", "欢迎"};
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  CHECK(chat.heard(a) == "Welcome\n\n欢迎\n" + chat.as(a) + "is online\n" + chat.as(b) + "is online\n");
  CHECK(chat.heard(b) == "Welcome\n\n欢迎\n" + chat.as(b) + "is online\n");
}

TEST_CASE("hub: a welcome has the message of the day, if there is one", "[hub]") {
  auto options = simulation::quiet();
  const bool there = GENERATE(false, true);
  if (there) options.motd = {"Welcome", "", "欢迎"};
  simulation chat(options);
  const auto a = chat.come();
  chat.forget();
  chat.line(a, "/json on");
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0].contains("motd") == there);
  if (there) CHECK(events[0]["motd"] == nlohmann::json{"Welcome", "", "欢迎"});
}

TEST_CASE("hub: what is said goes to all, the sender too", "[hub]") {
  simulation chat;
  const auto all = chat.come_many(3);
  chat.forget();
  chat.line(all[1], "  hello  world ");
  for (const auto each : all) CHECK(chat.heard(each) == chat.as(all[1]) + "hello  world\n");
}

TEST_CASE("hub: the original's lines in Chinese", "[hub]") {
  auto options = simulation::quiet();
  options.lang = language::zh;
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  CHECK(chat.heard(b) == chat.as(b) + "已上线\n");
  chat.line(b, "who");
  CHECK(chat.heard(b) == chat.as(a) + "在线...\n" + chat.as(b) + "在线...\n");
  chat.forget();
  chat.line(b, "rename 小明");
  CHECK(chat.heard(a) == chat.as(b) + "改名为 小明\n");
  CHECK(chat.heard(b) == "用户名已修改为：小明\n");
  chat.line(b, "to 127.0.0.1:1 你好");
  CHECK(chat.heard(a) == "小明想对您说：你好\n");
  chat.line(b, "to 谁 你好");
  chat.line(b, "to 小明");
  chat.line(b, "to");
  CHECK(chat.heard(b) == "该用户不存在\n无消息内容，请重发\n请输入对方用户名\n");
  chat.end(b);
  CHECK(chat.heard(a) == chat.as(b, "小明") + "下线\n");
}

TEST_CASE("hub: all hear one order, with their own replies where they belong", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  const auto c = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(a, "one");
    chat.line(b, "/ping x");
    chat.line(b, "two");
    chat.line(a, "/count");
    chat.line(a, "three");
  });
  const std::string one = chat.as(a) + "one\n";
  const std::string two = chat.as(b) + "two\n";
  const std::string three = chat.as(a) + "three\n";
  CHECK(chat.at(c).pieces == 1);
  CHECK(chat.heard(a) == one + two + "3 online\n" + three);
  CHECK(chat.heard(b) == one + "pong x\n" + two + three);
  CHECK(chat.heard(c) == one + two + three);
}

TEST_CASE("hub: replies in a row come in one piece", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(a, "/ping 1");
    chat.line(a, "/ping 2");
    chat.line(a, "/count");
  });
  CHECK(chat.at(a).pieces == 1);
  CHECK(chat.heard(a) == "pong 1\npong 2\n1 online\n");
}

TEST_CASE("hub: an empty line is nothing", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "");
  chat.line(a, "  ");
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(b).empty());
}

TEST_CASE("hub: a whisper is heard by the one it is for", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  const auto c = chat.come();
  chat.line(b, "rename Bob");
  chat.forget();
  const std::string to = GENERATE("to bob", "/to BOB", "/msg Bob", "to ｂｏｂ");
  chat.line(a, to + "  two  words ");
  CHECK(chat.heard(b) == "127.0.0.1:1 whispers to you: two  words\n");
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(c).empty());
}

TEST_CASE("hub: until one has a name, the address is the name", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come_from("[fe80::1]:5");
  chat.forget();
  chat.line(b, "to 127.0.0.1:1 hi");
  CHECK(chat.heard(a) == "[fe80::1]:5 whispers to you: hi\n");
  chat.line(a, "to [FE80::1]:5 hi");
  CHECK(chat.heard(b) == "127.0.0.1:1 whispers to you: hi\n");
  chat.line(b, "rename bob");
  chat.forget();
  chat.line(a, "to [fe80::1]:5 hi");
  CHECK(chat.heard(a) == "There is no user with that name\n");
  CHECK(chat.heard(b).empty());
}

TEST_CASE("hub: a whisper to oneself comes once", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat.line(a, "to 127.0.0.1:1 note");
  CHECK(chat.heard(a) == "127.0.0.1:1 whispers to you: note\n");
  chat.line(a, "/json on");
  chat.forget();
  chat.line(a, "/tag t to 127.0.0.1:1 note");
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "private");
  CHECK(events[0]["tag"] == "t");
}

TEST_CASE("hub: a whisper that cannot be says why, to the sender only", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "to nobody hi");
  chat.line(a, "to 127.0.0.1:2");
  chat.line(a, "to");
  CHECK(chat.heard(a) ==
        "There is no user with that name\nNothing to send: to NAME TEXT\nSay who it is for: to NAME TEXT\n");
  chat.end(b);
  chat.forget();
  chat.line(a, "to 127.0.0.1:2 hi");
  CHECK(chat.heard(a) == "There is no user with that name\n");
}

TEST_CASE("hub: who lists all in order of arrival", "[hub]") {
  simulation chat;
  const auto all = chat.come_many(5);
  chat.line(all[3], "rename dora");
  chat.end(all[1]);
  chat.line(all[0], "I am alive, but that changes no order");
  const auto late = chat.come_from("127.0.0.1:77");
  chat.forget();
  chat.line(all[4], "who");
  CHECK(chat.heard(all[4]) == chat.as(all[0]) + "online...\n" + chat.as(all[2]) + "online...\n" +
                                  chat.as(all[3], "dora") + "online...\n" + chat.as(all[4]) + "online...\n" +
                                  chat.as(late) + "online...\n");
  CHECK(chat.heard(all[0]).empty());
}

TEST_CASE("hub: count counts", "[hub]") {
  simulation chat;
  const auto all = chat.come_many(3);
  chat.forget();
  chat.line(all[0], "/count");
  CHECK(chat.heard(all[0]) == "3 online\n");
  chat.end(all[2]);
  chat.forget();
  chat.line(all[0], "/count");
  CHECK(chat.heard(all[0]) == "2 online\n");
}

TEST_CASE("hub: ping answers with what it was given", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat.line(a, "/ping");
  chat.line(a, "/ping  a  b ");
  CHECK(chat.heard(a) == "pong\npong a  b\n");
}

TEST_CASE("hub: help is made from the table of commands", "[hub]") {
  const auto lang = GENERATE(language::en, language::zh);
  auto options = simulation::quiet();
  options.lang = lang;
  simulation chat(options);
  const auto a = chat.come();
  chat.forget();
  chat.line(a, "/help");
  std::string all;
  for (const command_row& row : command_table()) {
    const std::string line = std::string(row.usage) + ": " + std::string(lang == language::en ? row.en : row.zh) + "\n";
    all += line;
    CAPTURE(row.word);
    std::string heard = chat.heard(a);
    chat.line(a, "/help " + std::string(row.word));
    CHECK(chat.heard(a) == line);
    chat.line(a, "/help /" + std::string(row.word));
    CHECK(chat.heard(a) == line);
    chat.at(a).unread = heard;
  }
  CHECK(chat.heard(a) == all);
  chat.line(a, "/help dance");
  CHECK(chat.heard(a) == explain(problem::unknown_command, lang, "dance") + "\n");
}

TEST_CASE("hub: in JSON help has each command's word, usage and both languages", "[hub]") {
  auto options = simulation::quiet();
  options.lang = GENERATE(language::en, language::zh);
  simulation chat(options);
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.forget();
  chat.line(a, "/tag h /help");
  const auto events = chat.events(a);
  REQUIRE(events.size() == command_table().size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const command_row& row = command_table()[i];
    CAPTURE(row.word);
    CHECK(events[i]["type"] == "notice");
    CHECK(events[i]["tag"] == "h");
    CHECK(events[i]["command"] == row.word);
    CHECK(events[i]["usage"] == row.usage);
    CHECK(events[i]["en"] == row.en);
    CHECK(events[i]["zh"] == row.zh);
    CHECK(events[i].value("programs", false) == (row.whom == audience::programs));
  }
}

TEST_CASE("hub: what is wrong with a line is said to its sender only", "[hub]") {
  auto options = simulation::quiet();
  options.max_line = 1234;
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "\xC4\xE3\xBA\xC3");
  chat.line(a, "/dance now");
  chat.refuse(a, problem::line_too_long);
  CHECK(chat.heard(a) == explain(problem::not_utf8, language::en) + "\n" +
                             explain(problem::unknown_command, language::en, "/dance") + "\n" +
                             explain(problem::line_too_long, language::en, "1234") + "\n");
  CHECK(chat.heard(b).empty());
}

TEST_CASE("hub: ids of messages and whispers rise from one", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(b, "/json on");
  chat.forget();
  chat.line(a, "one");
  chat.line(a, "to 127.0.0.1:2 two");
  chat.line(a, "/count");
  chat.line(a, "to nobody lost");
  chat.line(b, "three");
  chat.line(b, "to 127.0.0.1:1 four");
  std::vector<object> ids;
  for (const object& event : chat.events(b)) ids.push_back(event["id"]);
  CHECK(ids == std::vector<object>{1, 2, 3, 4});
}

TEST_CASE("hub: a connection that speaks at once is told of with its first line", "[hub]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  const auto b = chat.come_saying("hello");
  const std::string all = chat.as(b) + "is online\n" + chat.as(b) + "hello\n";
  CHECK(chat.heard(a) == all);
  CHECK(chat.heard(b) == all);
}

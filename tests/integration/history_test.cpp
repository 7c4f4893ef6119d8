// The history, black box: what newcomers are shown, paging, restarts.

#include <algorithm>
#include <filesystem>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/integration/asking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("history: a newcomer is shown the last --replay messages, marked as past", "[history][replay]") {
  const scratch_directory data;
  running_server server(on(data, "3"));
  peer ann(server);
  ann.heard();
  std::vector<std::string> said;
  for (int count = 0; count <= 4; ++count) {
    INFO(count << " messages");
    peer fresh(server);
    const lines heard = fresh.heard();
    const std::size_t due = std::min<std::size_t>(said.size(), 3);
    REQUIRE(heard.size() == 1 + due);
    CHECK(heard[0] == fresh.as() + "is online");
    for (std::size_t i = 0; i < due; ++i) CHECK(undated(heard[1 + i]) == said[said.size() - due + i]);
    said.push_back(ann.as() + "message " + std::to_string(count));
    ann.say("message " + std::to_string(count));
    ann.heard();
  }
  // A room has its own.
  ann.say("/join tea");
  ann.say("leaves");
  ann.heard();
  peer fresh(server);
  fresh.heard();
  fresh.say("/join tea");
  const lines heard = fresh.heard();
  REQUIRE(heard.size() == 3);
  CHECK(undated(heard[2]) == "#tea " + ann.as() + "leaves");
  peer program(server);
  program.heard();
  program.json_on();
  program.say("/join tea");
  program.event("joined");
  program.event("room");
  const json event = program.event("message");
  CHECK(event["past"] == true);
  CHECK(event["text"] == "leaves");
}

TEST_CASE("history: it can be paged back to its very start", "[history]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  for (int i = 1; i <= 45; ++i) {
    ann.say("message " + std::to_string(i));
    if (i % 5 == 0) ann.say("to " + ann.address() + " not for the room");
  }
  ann.heard();
  ann.json_on();
  const int step = GENERATE(1, 7, 44, 45, 46, 200);
  std::vector<std::string> all;
  std::string question = "/tag h /history " + std::to_string(step);
  for (bool more = true; more;) {
    ann.say(question);
    std::vector<std::string> page;
    json event = ann.event();
    std::uint64_t first = 0;
    for (; event["type"] == "message"; event = ann.event()) {
      CHECK(event["past"] == true);
      CHECK(event["tag"] == "h");
      if (first == 0) first = event["id"];
      page.push_back(event["text"]);
    }
    REQUIRE(event["type"] == "history");
    CHECK(event["messages"] == page.size());
    CHECK(page.size() <= static_cast<std::size_t>(step));
    more = event["more"];
    CHECK((!more || page.size() == static_cast<std::size_t>(step)));
    all.insert(all.begin(), page.begin(), page.end());
    question = "/tag h /history " + std::to_string(step) + " before " + std::to_string(first);
  }
  REQUIRE(all.size() == 45);
  for (int i = 1; i <= 45; ++i) CHECK(all[static_cast<std::size_t>(i - 1)] == "message " + std::to_string(i));
}

TEST_CASE("history: before a time, and what makes no sense", "[history]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  for (int i = 0; i < 25; ++i) ann.say("x");
  ann.heard();
  CHECK(found(ann, "/history") == 20);
  CHECK(found(ann, "/history 25") == 25);
  CHECK(found(ann, "/history 200") == 25);
  CHECK(found(ann, "/history 3 before 3") == 2);
  CHECK(found(ann, "/history before 1") == 0);
  CHECK(found(ann, "/history before 2000-01-01") == 0);
  CHECK(found(ann, "/history before 2261-12-31T23:59") == 20);
  for (const std::string bad : {"0", "201", "x", "before", "5 before yesterday", "before 2026-02-30"})
    CHECK(ask(ann, "/history " + bad).rfind("Say how many, and before what: /history 50 before 1234", 0) == 0);
}

TEST_CASE("history: answers come in the order of the commands, whatever they are", "[history]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  ann.say("one");
  ann.heard();
  ann.say("/tag 1 /history\n/tag 2 two\n/tag 3 /search two\n/tag 4 /count\n/tag 5 /history 1\n/tag 6 /ping");
  ann.half_close();
  std::string order;
  for (const auto& line : ann.lines_until_end()) order += line.substr(0, 2);
  CHECK(order == "1 1 2 3 3 4 5 5 6 ");
}

TEST_CASE("history: it survives a restart, in every room, and ids go on rising", "[history]") {
  const scratch_directory data;
  const bool killed = GENERATE(false, true);
  std::uint64_t last = 0;
  for (int round = 0; round < 4; ++round) {
    running_server server(on(data, "2"));
    peer ann(server);
    lines heard = ann.heard();
    REQUIRE(heard.size() == (round == 0 ? 1 : 3));
    if (round > 0) CHECK(undated(heard[2]).find("]127.0.0.1:") != std::string::npos);
    if (round > 0) CHECK(undated(heard[2]).find(": last of " + std::to_string(round - 1)) != std::string::npos);
    ann.json_on();
    ann.say("first of " + std::to_string(round));
    const std::uint64_t first = ann.event("message")["id"];
    CHECK(first > last);
    if (!killed) CHECK(first == last + 1);
    ann.say("/join tea");
    for (const char* const type : {"joined", "room"}) CHECK(ann.event()["type"] == type);
    if (round > 0) CHECK(ann.event("message")["text"] == "leaves");
    if (round > 1) CHECK(ann.event("message")["text"] == "leaves");
    ann.say("leaves");
    ann.event("message");
    ann.say("/room lobby");
    ann.event("room");
    ann.say("last of " + std::to_string(round));
    last = ann.event("message")["id"];
    ann.say("/history 200");
    for (int i = 0; i < 2 * (round + 1); ++i) ann.event("message");
    CHECK(ann.event("history")["messages"] == 2 * (round + 1));
    if (killed) {
      server.program().signal(SIGKILL);
      CHECK(server.program().wait() == 128 + SIGKILL);
      server.expect_ended();
    }
  }
}

TEST_CASE("history: off says so, and keeps nothing", "[history]") {
  const scratch_directory data;
  const std::string language = GENERATE("en", "zh");
  running_server server({.arguments = {"--data-dir", data.path() + "/none", "--history", "off"}, .language = language});
  const std::string said = language == "zh" ? "本服务器不保存聊天记录\n" : "This server keeps no history\n";
  peer ann = joined(server);
  ann.say("hello");
  ann.heard();
  CHECK(ask(ann, "/history") == said);
  CHECK(ask(ann, "/search hello") == said);
  CHECK(ask(ann, "/history nonsense") != said);
  ann.json_on();
  ann.say("/tag h /history");
  const json error = ann.event("error");
  CHECK(error["code"] == "no-history");
  CHECK(error["tag"] == "h");
  CHECK_FALSE(std::filesystem::exists(data.path() + "/none"));
}

TEST_CASE("history: with --keep-messages the oldest go", "[history]") {
  const scratch_directory data;
  running_server server(on(data, "0", {"--keep-messages", "5"}));
  peer ann(server);
  ann.heard();
  for (int i = 1; i <= 12; ++i) ann.say("message " + std::to_string(i));
  ann.heard();
  const deadline until;
  while (found(ann, "/history 200") > 5 && !until.passed()) {
  }
  ann.say("/history 200");
  const lines heard = ann.heard();
  REQUIRE(heard.size() == 6);
  CHECK(undated(heard[0]) == ann.as() + "message 8");
  CHECK(found(ann, "/search message") == 5);
}

TEST_CASE("history: the words of past lines are Chinese where the server is", "[history]") {
  const scratch_directory data;
  server_setup setup = on(data);
  setup.language = "zh";
  running_server server(setup);
  peer ann(server);
  ann.heard();
  CHECK(ask(ann, "/history") == "没有找到消息\n");
  for (int i = 0; i < 2; ++i) ann.say("你好");
  ann.heard();
  ann.say("/history 1");
  const lines heard = ann.heard();
  REQUIRE(heard.size() == 2);
  CHECK(undated(heard[0]) == ann.as() + "你好");
  CHECK(heard[1] == "以上 1 条，还有更多");
  CHECK(ask(ann, "/history x") ==
        "请输入条数及起点：/history 50 before 1234（编号、12:30、2026-01-05 或 2026-01-05T12:30）\n");
  CHECK(ask(ann, "/search") == "缺少内容，用法：/search [before ID|TIME] WORDS\n");
}

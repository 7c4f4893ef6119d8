#include "client/protocol/link.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/client/protocol/link_support.hpp"

using namespace std::chrono_literals;

namespace confab::client {

TEST_CASE("link: asks for JSON first and is online with the welcome", "[link]") {
  link made("", "t");
  made.connected(start);
  CHECK(made.take_output() == "/json on\n");
  CHECK_FALSE(made.online());
  CHECK(made.deadline() == start + link::greeting_time);
  made.received(hello, start);
  CHECK(made.online());
  const auto events = made.take_events();
  REQUIRE(events.size() == 2);
  CHECK(std::get<greeted>(events[0]).hello.online == 1);
  CHECK_FALSE(std::get<logged_in>(events[1]).again);
  CHECK_FALSE(made.failure());
}

TEST_CASE("link: reads events however the stream is cut", "[link]") {
  const std::string stream =
      hello + R"({"type":"message","from":"b","text":"火锅"})" + "\r\n\n" + R"({"type":"pong","token":"x"})" + "\n";
  for (std::size_t size = 1; size <= stream.size(); size += size < 8 ? 1 : 17) {
    link made("", "t");
    made.connected(start);
    for (std::size_t at = 0; at < stream.size(); at += size) made.received(stream.substr(at, size), start);
    const auto said = only<server_event>(made.take_events());
    INFO(size);
    REQUIRE(said.size() == 2);
    CHECK(std::get<message>(said[0].said.body).text == "火锅");
    CHECK_FALSE(made.failure());
  }
}

TEST_CASE("link: takes its name before anything waiting is written", "[link]") {
  link made("bob", "t");
  CHECK(made.send("/say early", purpose{1}, true));
  made.connected(start);
  made.take_output();
  made.received("Welcome to text\n[1.2.3.4:5]1.2.3.4:5: is online\n" + hello, start);
  CHECK(made.take_output() == "/tag name /rename bob\n");
  CHECK_FALSE(made.online());
  SECTION("granted") {
    made.received(R"({"type":"renamed","tag":"name","old":"1.2.3.4:5","name":"bob"})"
                  "\n",
                  start);
    CHECK(made.online());
    const auto online = only<logged_in>(made.take_events());
    REQUIRE(online.size() == 1);
    CHECK(online[0].name == "bob");
    CHECK(online[0].waiting == 1);
    CHECK(made.take_output() == "/tag t1 /say early\n");
  }
  SECTION("refused") {
    made.received(R"({"type":"error","tag":"name","code":"name-in-use","text":"taken"})"
                  "\n",
                  start);
    CHECK(made.online());
    const auto events = made.take_events();
    const auto refused = only<name_refused>(events);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].wanted == "bob");
    CHECK(refused[0].why.code == "name-in-use");
    CHECK_FALSE(refused[0].again);
    CHECK(only<logged_in>(events).at(0).name == "1.2.3.4:5");
  }
}

TEST_CASE("link: shows the message of the day of the welcome, and nothing of what comes before", "[link]") {
  link made("", "t");
  made.connected(start);
  made.received(
      "be nice\nand \x1b[2J kind\n[1.2.3.4:5]1.2.3.4:5: is online\n(2026-01-05 10:00) [x]a: earlier\n"
      R"({"type":"welcome","name":"1.2.3.4:5","addr":"1.2.3.4:5","online":1,"motd":["be nice","and \u001b[2J kind"]})"
      "\n",
      start);
  const auto said = only<server_event>(made.take_events());
  REQUIRE(said.size() == 2);
  CHECK(std::get<notice>(said[0].said.body).text == "be nice");
  CHECK(std::get<notice>(said[1].said.body).text == "and \xEF\xBF\xBD[2J kind");
}

TEST_CASE("link: hands each answer to its question, a list with its last slice", "[link]") {
  link made = online_link();
  REQUIRE(made.send("/who", purpose{5}, false));
  CHECK(made.take_output() == "/tag t1 /who\n");
  made.received(R"({"type":"users","tag":"t1","users":[{"name":"a"}],"online":2,"end":false})"
                "\n",
                start);
  auto said = only<server_event>(made.take_events());
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].answers);
  CHECK(said[0].answers->why == purpose{5});
  CHECK_FALSE(said[0].last);
  CHECK(made.unanswered() == 1);
  made.received(R"({"type":"users","tag":"t1","users":[{"name":"b"}],"online":2,"end":true})"
                "\n",
                start);
  said = only<server_event>(made.take_events());
  REQUIRE(said.size() == 1);
  CHECK(said[0].answers);
  CHECK(said[0].last);
  CHECK(made.unanswered() == 0);
}

TEST_CASE("link: a list of rooms ends with its last slice", "[link]") {
  link made = online_link();
  REQUIRE(made.send("/rooms", purpose{5}, false));
  for (const std::string end : {"false", "true"}) {
    CHECK(made.unanswered() == 1);
    made.received(R"({"type":"rooms","tag":"t1","rooms":[{"room":"tea","members":1,"topic":""}],"end":)" + end + "}\n",
                  start);
  }
  CHECK(made.unanswered() == 0);
}

TEST_CASE("link: an answer out of the history ends with its count, not with its first message", "[link]") {
  link made = online_link();
  made.send("/history", purpose{5}, false);
  made.received(R"({"type":"message","id":1,"tag":"t1","from":"a","text":"x","past":true})"
                "\n"
                R"({"type":"private","id":2,"tag":"t1","from":"a","to":"b","text":"x","past":true})"
                "\n",
                start);
  CHECK(made.unanswered() == 1);
  made.received(R"({"type":"history","tag":"t1","messages":2,"more":true})"
                "\n",
                start);
  CHECK(made.unanswered() == 0);
  const auto said = only<server_event>(made.take_events());
  REQUIRE(said.size() == 3);
  for (const server_event& each : said) CHECK(each.answers);
  CHECK_FALSE(said[1].last);
  CHECK(said[2].last);
}

TEST_CASE("link: entering a room is answered with where our text goes", "[link]") {
  link made = online_link();
  made.send("/join tea", purpose{5}, false);
  made.received(R"({"type":"joined","tag":"t1","room":"tea","name":"1.2.3.4:5","members":1})"
                "\n",
                start);
  CHECK(made.unanswered() == 1);
  made.received(R"({"type":"room","tag":"t1","room":"tea","topic":""})"
                "\n",
                start);
  CHECK(made.unanswered() == 0);
}

TEST_CASE("link: keeps the beat and notices a dead link", "[link]") {
  link made = online_link();
  made.tick(start + 8s);
  CHECK(made.take_output() == "/ping beat\n");
  SECTION("answered: the person sees nothing of it") {
    made.received(R"({"type":"pong","token":"beat"})"
                  "\n",
                  start + 8s);
    CHECK(made.take_events().empty());
    made.tick(start + 16s);
    CHECK_FALSE(made.failure());
  }
  SECTION("not answered") {
    made.tick(start + 16s);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::silent);
    CHECK_FALSE(made.deadline());
  }
}

TEST_CASE("link: what is not a confab server ends in a reason", "[link]") {
  link made("", "t");
  made.connected(start);
  SECTION("silence") {
    made.tick(start + 9999ms);
    CHECK_FALSE(made.failure());
    made.tick(start + 10s);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::no_answer);
  }
  SECTION("another protocol that closes") {
    made.received("HTTP/1.1 400 \x1b[2JBad\r\n\r\n", start);
    CHECK_FALSE(made.failure());
    made.lost();
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::closed_early);
    CHECK(made.failure()->detail == "HTTP/1.1 400 \xEF\xBF\xBD[2JBad");
  }
  SECTION("closing without a word") {
    made.lost();
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::closed_early);
    CHECK(made.failure()->detail.empty());
  }
  SECTION("garbage without end, with and without lines") {
    const std::string piece = GENERATE(std::string(1024, 'x'), std::string(1023, 'x') + "\n");
    for (int i = 0; i < 1024; ++i) made.received(piece, start);
    CHECK_FALSE(made.failure());
    made.received(piece, start);
    REQUIRE(made.failure());
    const bool one_line = piece.back() == 'x';
    CHECK(made.failure()->what == (one_line ? fault::line_too_long : fault::unreadable));
    CHECK(made.failure()->detail.size() < 100);
  }
  SECTION("a refusal in our own protocol") {
    made.received(R"({"type":"error","code":"server-full","problem":"server-full","detail":"9","text":"full"})"
                  "\n",
                  start);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::refused);
    CHECK(made.failure()->why.problem == "server-full");
    CHECK(made.failure()->why.detail == "9");
    CHECK(made.failure()->bye.empty());
  }
  SECTION("a goodbye in our own protocol") {
    made.received(R"({"type":"bye","reason":"shutdown"})"
                  "\n",
                  start);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::refused);
    CHECK(made.failure()->bye == "shutdown");
  }
}

TEST_CASE("link: garbage and huge lines after the welcome end it", "[link]") {
  link made = online_link();
  SECTION("garbage") {
    made.received("oops\n", start);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::unreadable);
    CHECK(made.failure()->detail == "oops");
  }
  SECTION("a line of the limit is read") {
    std::string line = R"({"type":"notice","text":")";
    line += std::string(link::max_line - line.size() - 2, 'x') + "\"}";
    REQUIRE(line.size() == link::max_line);
    made.received(line + "\n", start);
    CHECK_FALSE(made.failure());
    CHECK(only<server_event>(made.take_events()).size() == 1);
  }
  SECTION("one byte more is not, in one piece or in many") {
    const std::string line = std::string(link::max_line + 1, 'x');
    const std::size_t size = GENERATE(as<std::size_t>(), 4096, link::max_line + 1);
    for (std::size_t at = 0; at < line.size(); at += size) made.received(line.substr(at, size), start);
    REQUIRE(made.failure());
    CHECK(made.failure()->what == fault::line_too_long);
  }
  SECTION("and the next connection starts afresh") {
    made.received("oops\n", start);
    made.lost();
    made.connected(start);
    CHECK_FALSE(made.failure());
    made.received(hello, start);
    CHECK(made.online());
  }
}

TEST_CASE("link: the longest command fits the server's line with its tag", "[link]") {
  link made = online_link();
  made.send(std::string(made.max_command(), 'x'), purpose{1}, true);
  CHECK(made.take_output().size() - 1 <= 200);
}

TEST_CASE("link: a server's limit on lines is never less than a confabd has", "[link]") {
  const auto longest = [](const std::string& limit) {
    link made({}, "t");
    made.connected(start);
    made.received(R"({"type":"welcome","name":"1.2.3.4:5","limits":{"line":)" + limit + "}}\n", start);
    return made.max_command();
  };
  const std::size_t least = longest("64");
  CHECK(least > 16);
  for (const char* const limit : {"0", "1", "63", "-1"})
    CHECK(longest(limit) == (limit[0] == '-' ? longest("4096") : least));
  CHECK(longest("65") == least + 1);
}

TEST_CASE("link: what only asks is not answered by a message", "[link]") {
  link made = online_link();
  made.send("who", purpose{1}, false);
  made.take_output();
  made.received(R"({"type":"message","id":4,"from":"eve","text":"x","own_tag":"t1"})"
                "\n",
                start);
  CHECK(only<confirmed>(made.take_events()).empty());
  made.received(R"({"type":"users","tag":"t1","users":[{"name":"eve"}],"online":1,"end":true})"
                "\n",
                start);
  const auto answers = only<server_event>(made.take_events());
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].answers);
}

TEST_CASE("link: says goodbye and nothing after it, however long it takes", "[link]") {
  const std::string granted = R"({"type":"renamed","tag":"name","old":"1.2.3.4:5","name":"bob"})"
                              "\n";
  const std::string taken = R"({"type":"error","tag":"name","code":"name-in-use","text":"taken"})"
                            "\n";
  link made("bob", "t");
  made.connected(start);
  made.received(hello + granted, start);
  made.lost();
  made.connected(start);
  made.received(hello + taken, start);  // it would ask again soon, and beat
  REQUIRE(made.deadline());
  made.take_output();
  made.quit();
  CHECK(made.take_output() == "/quit\n");
  for (int seconds = 1; seconds < 1000; ++seconds) made.tick(start + std::chrono::seconds(seconds));
  CHECK(made.take_output().empty());
}

TEST_CASE("link: says goodbye and nothing after it", "[link]") {
  link made = online_link();
  made.quit();
  CHECK(made.take_output() == "/quit\n");
  CHECK_FALSE(made.send("/say late", purpose{1}, true));
  CHECK(made.take_output().empty());
}

}  // namespace confab::client

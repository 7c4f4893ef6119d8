#include <string>
#include <vector>

#include "client/protocol/link.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/protocol/link_support.hpp"

using namespace std::chrono_literals;

namespace confab::client {

TEST_CASE("link: after a reconnect it asks again for a name that its dead connection still holds", "[link]") {
  link made = online_link("bob");
  made.received(R"({"type":"renamed","tag":"name","old":"1.2.3.4:5","name":"bob"})"
                "\n",
                start);
  made.received(R"({"type":"renamed","old":"bob","name":"rob"})"
                "\n",
                start);
  made.lost();
  made.connected(start);
  made.take_output();
  made.take_events();
  made.received(hello, start);
  CHECK(made.take_output() == "/tag name /rename rob\n");  // the latest name, not the first

  const std::string taken = R"({"type":"error","tag":"name","code":"name-in-use","text":"taken"})"
                            "\n";
  auto now = start;
  for (int tries = 1; tries < link::name_attempts; ++tries) {
    made.received(taken, now);
    CHECK_FALSE(made.online());
    CHECK(made.take_output().empty());
    REQUIRE(made.deadline());
    CHECK(*made.deadline() <= now + link::name_retry);
    now += link::name_retry;
    made.received("{\"type\":\"ok\"}\n", now);
    made.tick(now);
    CHECK(made.take_output().find("/tag name /rename rob\n") != std::string::npos);
  }
  CHECK(only<name_taken_still>(made.take_events()).size() == 1);
  made.received(taken, now);
  CHECK(made.online());
  CHECK(only<name_refused>(made.take_events()).at(0).again);
}

TEST_CASE("link: a person who cannot have the name back is asked for another before anything is said", "[link]") {
  link made("bob", "t", true);
  made.connected(start);
  made.received(hello, start);
  made.received(R"({"type":"renamed","tag":"name","old":"1.2.3.4:5","name":"bob"})"
                "\n",
                start);
  REQUIRE(made.online());
  made.lost();
  REQUIRE(made.send("/say held", purpose{1}, true));
  made.connected(start);
  made.received(hello, start);
  made.take_output();
  const std::string refused = R"({"type":"error","tag":"name","code":"bad-name","text":"no"})"
                              "\n";
  made.received(refused, start);
  CHECK(made.nameless());
  CHECK(made.take_output().empty());
  CHECK(only<name_refused>(made.take_events()).at(0).again);
  SECTION("lost again: the old name is asked for again") {
    made.lost();
    made.connected(start);
    made.take_output();
    made.received(hello, start);
    CHECK(made.take_output() == "/tag name /rename bob\n");
  }
  SECTION("until there is one") {
    made.take_name("rob");
    CHECK(made.take_output() == "/tag name /rename rob\n");
    made.received(refused, start);
    CHECK(made.nameless());
    made.take_name("ann");
    made.take_output();
    made.received(R"({"type":"renamed","tag":"name","old":"1.2.3.4:5","name":"ann"})"
                  "\n",
                  start);
    CHECK(made.online());
    CHECK(made.take_output() == "/tag t1 /say held\n");
  }
}

TEST_CASE("link: comes back to the place that the server holds open", "[link]") {
  link made("bob", "t");
  made.connected(start);
  made.take_output();
  made.received(R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","token":"secret"})"
                "\n"
                R"({"type":"message","id":7,"from":"ann","text":"hi"})"
                "\n",
                start);
  REQUIRE(made.send("/say mine", purpose{3}, true));
  made.take_output();
  made.take_events();
  made.lost();
  made.connected(start);
  CHECK(made.take_output() == "/resume secret 7\n/json on\n");

  SECTION("what was accepted before is shown once, and our sending it again is only confirmed") {
    made.received(
        R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","token":"secret","resumed":true,"complete":false})"
        "\n",
        start);
    CHECK(made.take_output() == "/tag t1 /say mine\n");
    auto events = made.take_events();
    REQUIRE(only<logged_in>(events).size() == 1);
    CHECK_FALSE(only<logged_in>(events)[0].complete);
    made.received(R"({"type":"message","id":8,"from":"bob","text":"mine","past":true})"
                  "\n"
                  R"({"type":"message","id":9,"from":"ann","text":"yes","past":true})"
                  "\n"
                  R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","token":"secret"})"
                  "\n"
                  R"({"type":"message","id":8,"tag":"t1","from":"bob","text":"mine"})"
                  "\n",
                  start);
    const auto said = only<server_event>(made.take_events());
    REQUIRE(said.size() == 3);
    CHECK_FALSE(said[0].repeated);
    CHECK_FALSE(said[1].repeated);
    CHECK(said[2].repeated);
    CHECK(said[2].answers);
    CHECK(made.unanswered() == 0);
  }
  SECTION("shown with our tag it is confirmed, and the repetition is nothing") {
    made.received(R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","token":"secret","resumed":true})"
                  "\n"
                  R"({"type":"message","id":8,"tag":"t1","from":"bob","text":"mine","past":true})"
                  "\n"
                  R"({"type":"message","id":8,"tag":"t1","from":"bob","text":"mine"})"
                  "\n",
                  start);
    const auto said = only<server_event>(made.take_events());
    REQUIRE(said.size() == 1);
    CHECK(said[0].answers);
    CHECK_FALSE(said[0].repeated);
  }
  SECTION("too late: as somebody new, under the same name") {
    made.received(
        "There is nothing to resume\n"
        R"({"type":"error","code":"cannot-resume","text":"too old"})"
        "\n"
        R"({"type":"welcome","name":"1.2.3.4:6","addr":"1.2.3.4:6","token":"other"})"
        "\n",
        start);
    CHECK_FALSE(made.failure());
    CHECK(made.take_output() == "/tag name /rename bob\n");
    made.lost();
    made.connected(start);
    CHECK(made.take_output() == "/resume other 0\n/json on\n");
  }
  SECTION("not after saying goodbye") {
    made.received(R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","token":"secret","resumed":true})"
                  "\n",
                  start);
    made.quit();
    made.take_output();
    made.lost();
    made.connected(start);
    CHECK(made.take_output() == "/json on\n");
  }
}

TEST_CASE("link: what was not confirmed is written once more after a reconnect, in order", "[link]") {
  link made = online_link();
  made.send("/say one", purpose{1}, true);
  made.send("/say two", purpose{1}, true);
  made.send("/who", purpose{2}, false);
  made.take_output();
  made.received(R"({"type":"message","tag":"t1","from":"1.2.3.4:5","text":"one"})"
                "\n",
                start);
  made.take_events();
  made.lost();
  CHECK(only<dropped>(made.take_events()).at(0).what.command == "/who");
  CHECK(made.send("/say three", purpose{1}, true));
  CHECK_FALSE(made.send("/who", purpose{2}, false));
  made.connected(start);
  made.take_output();
  made.received(hello, start);
  CHECK(made.take_output() == "/tag t2 /say two\n/tag t4 /say three\n");
  const auto online = only<logged_in>(made.take_events());
  REQUIRE(online.size() == 1);
  CHECK(online[0].again);
  CHECK(online[0].waiting == 2);
}

TEST_CASE("link: a server that has forgotten us is asked for our place before anything that waits is sent", "[link]") {
  link made = online_link();
  made.ask_on_return({{"/history", purpose{1}, {}}, {"/join tea", purpose{2}, "tea"}});
  made.lost();
  REQUIRE(made.send("/say for tea", purpose{3}, true, "tea"));
  REQUIRE(made.send("/to bob hi", purpose{4}, true));
  made.connected(start);
  made.take_output();
  made.received(hello, start);
  CHECK(made.take_output() == "/tag t-1 /history\n/tag t-2 /join tea\n");
  CHECK_FALSE(made.online());
  CHECK(only<returning>(made.take_events()).size() == 1);
  made.received(R"({"type":"history","tag":"t-1","messages":0,"more":false})"
                "\n"
                R"({"type":"joined","tag":"t-2","room":"tea","name":"1.2.3.4:5","members":1})"
                "\n",
                start);
  CHECK_FALSE(made.online());
  SECTION("taken again") {
    made.received(R"({"type":"room","tag":"t-2","room":"tea","topic":""})"
                  "\n",
                  start);
    CHECK(made.online());
    CHECK(made.take_output() == "/tag t1 /say for tea\n/tag t2 /to bob hi\n");
    const auto events = made.take_events();
    CHECK(only<dropped>(events).empty());
    CHECK(only<logged_in>(events).at(0).waiting == 2);
  }
  SECTION("refused: what was meant for the room is not sent") {
    made.received(R"({"type":"error","tag":"t-2","code":"too-many-rooms","text":"no"})"
                  "\n",
                  start);
    CHECK(made.online());
    CHECK(made.take_output() == "/tag t2 /to bob hi\n");
    const auto gone = only<dropped>(made.take_events());
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].no_room);
    CHECK(gone[0].what.command == "/say for tea");
  }
  SECTION("lost again: asked again") {
    made.lost();
    made.connected(start);
    made.take_output();
    made.received(hello, start);
    CHECK(made.take_output() == "/tag t-3 /history\n/tag t-4 /join tea\n");
    CHECK(made.unanswered() == 2);
  }
}

TEST_CASE("link: fifty lines wait for a connection, not more", "[link]") {
  link made = online_link();
  made.lost();
  for (std::size_t i = 1; i <= link::max_waiting; ++i) CHECK(made.send("/say x", purpose{1}, true));
  CHECK_FALSE(made.send("/say x", purpose{1}, true));
  CHECK(made.unanswered() == link::max_waiting);
}

namespace {

const std::string numbered = R"({"type":"welcome","name":"1.2.3.4:5","addr":"1.2.3.4:5","user":7,"token":"secret"})"
                             "\n";

}  // namespace

TEST_CASE("link: a heartbeat is promised on every connection, and its answer is nobody's", "[link]") {
  link made({}, "t");
  made.promise_heartbeat();
  for (int i = 0; i < 2; ++i) {
    made.connected(start);
    made.take_output();
    made.received(hello, start);
    CHECK(made.take_output() == "/tag beat /heartbeat 15\n");
    made.take_events();
    const std::string answer = GENERATE(as<std::string>(), R"({"type":"ok","tag":"beat"})",
                                        R"({"type":"error","tag":"beat","code":"unknown-command","text":"no"})");
    made.received(answer + "\n", start);
    CHECK(made.take_events().empty());
    made.lost();
    made.take_events();
  }
  CHECK(heartbeat::usual_beat < link::promised);
}

TEST_CASE("link: takes up the place of an earlier run", "[link]") {
  link made("bob", "t");
  made.take_up({"secret", 7});
  made.connected(start);
  CHECK(made.take_output() == "/resume secret 7\n/json on\n");
  SECTION("which is still there, under its name") {
    made.received(R"({"type":"welcome","name":"bob","addr":"1.2.3.4:5","user":4,"token":"secret","resumed":true})"
                  "\n",
                  start);
    CHECK(made.take_output().empty());
    const auto online = only<logged_in>(made.take_events());
    REQUIRE(online.size() == 1);
    CHECK_FALSE(online[0].again);
    CHECK(online[0].resumed);
    CHECK(made.where() == place{"secret", 7});
  }
  SECTION("or not: as somebody new, in JSON or after text") {
    const std::string before = GENERATE(as<std::string>(), "There is nothing to resume\n",
                                        R"({"type":"error","code":"cannot-resume","text":"no"})"
                                        "\n");
    made.received(before + R"({"type":"welcome","name":"1.2.3.4:5","addr":"1.2.3.4:5","user":4,"token":"new"})" + "\n",
                  start);
    CHECK_FALSE(made.failure());
    CHECK(made.take_output() == "/tag name /rename bob\n");
    CHECK(made.where() == place{"new", 0});
    made.received(R"({"type":"welcome","name":"1.2.3.4:5","addr":"1.2.3.4:5","token":"newer"})"
                  "\n",
                  start);
    CHECK(made.where().token == "newer");
  }
}

TEST_CASE("link: a token that could not be one is none", "[link]") {
  for (const std::string& wrong :
       {std::string(), std::string("a b"), std::string("a\nb"), std::string(65, 'x'), std::string("ä")}) {
    CHECK_FALSE(link::good_token(wrong));
    link made({}, "t");
    made.take_up({wrong, 7});
    made.connected(start);
    CHECK(made.take_output() == "/json on\n");
  }
  CHECK(link::good_token(std::string(64, 'x')));
  CHECK(link::good_token("ddb1444c2df8e7b6435871cae09b6b40"));
}

TEST_CASE("link: what is meant for one person is not sent to a server that has forgotten us", "[link]") {
  const bool numbers = GENERATE(true, false);
  const bool resumed = GENERATE(true, false);
  link made({}, "t");
  made.connected(start);
  made.received(numbers ? numbered : hello, start);
  made.send("/to @9 written", purpose{4}, true, {}, "bob");
  made.lost();
  made.send("/say all", purpose{3}, true);
  made.send("/to @9 waiting", purpose{4}, true, {}, "bob");
  made.connected(start);
  made.take_output();
  made.take_events();
  made.received(R"({"type":"welcome","name":"1.2.3.4:5","addr":"1.2.3.4:5","token":"secret")" +
                    std::string(numbers ? R"(,"user":7)" : "") + (resumed ? R"(,"resumed":true)" : "") + "}\n",
                start);
  const auto events = made.take_events();
  const auto held = only<stranded>(events);
  CHECK(only<logged_in>(events).size() == 1);
  if (numbers && resumed) {
    CHECK(held.empty());
    CHECK(made.take_output() == "/tag t1 /to @9 written\n/tag t2 /say all\n/tag t3 /to @9 waiting\n");
    return;
  }
  CHECK(made.take_output() == "/tag t2 /say all\n");
  REQUIRE(held.size() == 2);
  CHECK(held[0].what.command == "/to @9 written");
  CHECK(held[0].what.attempts == 1);
  CHECK(held[1].what.partner == "bob");
  SECTION("until it is restored, under its old tag") {
    made.send("/say more", purpose{3}, true);
    made.take_output();
    made.restore(held[0].what, "/to @2 written");
    CHECK(made.take_output() == "/tag t1 /to @2 written\n");
    made.received(R"({"type":"private","tag":"t1","id":3,"from":"1.2.3.4:5","to":"bob","text":"written"})"
                  "\n",
                  start);
    CHECK(only<server_event>(made.take_events()).at(0).answers);
    CHECK(made.unanswered() == 2);
  }
}

TEST_CASE("link: what the history shows as said is not sent again", "[link]") {
  link made({}, "t");
  made.connected(start);
  made.received(numbered, start);
  made.ask_on_return({{"/history 200", purpose{1}, {}}});
  made.send("/say one", purpose{3}, true);
  made.send("/say two", purpose{3}, true);
  made.lost();
  made.connected(start);
  made.take_output();
  made.received(R"({"type":"error","code":"cannot-resume","text":"no"})"
                "\n" +
                    numbered,
                start);
  CHECK(made.take_output() == "/tag t-1 /history 200\n");
  made.take_events();
  made.received(R"({"type":"message","id":3,"tag":"t-1","from":"x","text":"one","past":true,"own_tag":"t1"})"
                "\n"
                R"({"type":"message","id":4,"tag":"t-1","from":"y","text":"theirs","past":true,"own_tag":"other1"})"
                "\n",
                start);
  auto events = made.take_events();
  REQUIRE(only<confirmed>(events).size() == 1);
  CHECK(only<confirmed>(events)[0].what.command == "/say one");
  CHECK(only<server_event>(events).size() == 2);  // both are shown
  made.received(R"({"type":"history","tag":"t-1","messages":2,"more":false})"
                "\n",
                start);
  CHECK(made.online());
  CHECK(made.take_output() == "/tag t2 /say two\n");
  made.take_events();
  SECTION("and what it does not show is answered as repeated, with the first id") {
    made.received(R"({"type":"message","id":2,"tag":"t2","from":"somebody","user":7,"text":"two","repeated":true})"
                  "\n",
                  start);
    events = made.take_events();
    REQUIRE(only<server_event>(events).size() == 1);
    CHECK(only<server_event>(events)[0].repeated);
    CHECK(only<server_event>(events)[0].answers);
    CHECK(made.unanswered() == 0);
  }
}

TEST_CASE("link: lost twice while it returns, it asks and sends everything once", "[link]") {
  link made = online_link();
  made.ask_on_return({{"/join tea", purpose{2}, "tea"}});
  made.send("/say written", purpose{3}, true);
  made.take_output();
  made.lost();
  for (int i = 0; i < 3; ++i) {
    made.connected(start);
    made.take_output();
    made.received(hello, start);
    CHECK(made.take_output().ends_with(" /join tea\n"));
    made.lost();
  }
  CHECK(only<dropped>(made.take_events()).empty());
  made.connected(start);
  made.take_output();
  made.received(hello, start);
  const std::string asked = made.take_output();
  const std::string tag = asked.substr(5, asked.find(' ', 5) - 5);
  made.received(R"({"type":"room","tag":")" + tag + R"(","room":"tea"})" + "\n", start);
  CHECK(made.take_output() == "/tag t1 /say written\n");
}

}  // namespace confab::client

#include "client/ui/transcript.hpp"

#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::client;
using confab::language;
using namespace std::chrono_literals;

namespace {

/// Noon of a Monday, in a zone of our own choosing.
const transcript::time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 12h;

transcript plain(language lang = language::en) {
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  return transcript(lang, paint(sgr_level::none));
}

std::vector<std::string> texts(const std::vector<shown_line>& lines) {
  std::vector<std::string> result;
  for (const auto& each : lines) result.push_back(each.text);
  return result;
}

event at(transcript::time_point time, event_body body) {
  return {.time = time, .id = 0, .tag = {}, .body = std::move(body)};
}

/// The lines for one event on a day that has begun already.
std::vector<shown_line> show(transcript& log, event_body body) {
  log.show(at(noon, notice{"start"}), "me", noon);
  return log.show(at(noon + 3min, std::move(body)), "me", noon + 3min);
}

}  // namespace

TEST_CASE("transcript: public lines have time, place and name", "[transcript]") {
  auto log = plain();
  const auto lines = show(log, message{"bob", "hi there"});
  REQUIRE(texts(lines) == std::vector<std::string>{"12:03 [public] bob: hi there"});
  CHECK(lines[0].kind == line_kind::message);
  CHECK(lines[0].about == concern::message);
  auto chinese = plain(language::zh);
  CHECK(texts(show(chinese, message{"小红", "今晚吃火锅吗"})) ==
        std::vector<std::string>{"12:03 [公] 小红: 今晚吃火锅吗"});
}

TEST_CASE("transcript: our own lines are ours and call nobody", "[transcript]") {
  auto log = plain();
  const auto lines = show(log, message{"me", "I said me"});
  CHECK(texts(lines) == std::vector<std::string>{"12:03 [public] (me): I said me"});
  CHECK(lines.at(0).about == concern::none);
  auto chinese = plain(language::zh);
  CHECK(texts(show(chinese, whisper{"me", "阿强", "好"})) == std::vector<std::string>{"12:03 [私] （我） → 阿强: 好"});
}

TEST_CASE("transcript: private lines say who to whom, and concern us", "[transcript]") {
  auto log = plain();
  const auto lines = show(log, whisper{"bob", "me", "psst"});
  CHECK(texts(lines) == std::vector<std::string>{"12:03 [private] bob → (me): psst"});
  CHECK(lines.at(0).about == concern::personal);
}

TEST_CASE("transcript: a mention is marked in more than colour", "[transcript]") {
  auto log = plain();
  const auto lines = show(log, message{"bob", "Me, look!"});
  CHECK(texts(lines) == std::vector<std::string>{"12:03 [public] *bob: Me, look!"});
  CHECK(lines.at(0).about == concern::mention);
}

TEST_CASE("transcript: a line tells when the day changes", "[transcript]") {
  auto log = plain();
  CHECK(texts(log.show(at(noon, notice{"a"}), "me", noon)) ==
        std::vector<std::string>{"── 2026-01-05 Mon ──", "12:00 *** a"});
  CHECK(log.show(at(noon + 11h + 59min, notice{"b"}), "me", noon).size() == 1);
  CHECK(texts(log.show(at(noon + 12h, notice{"c"}), "me", noon)) ==
        std::vector<std::string>{"── 2026-01-06 Tue ──", "00:00 *** c"});
  auto chinese = plain(language::zh);
  CHECK(chinese.show(at(noon, notice{"a"}), "me", noon).at(0).text == "── 2026-01-05 周一 ──");
}

TEST_CASE("transcript: arrivals in a row are folded and stand before what came later", "[transcript]") {
  auto log = plain();
  show(log, joined{"bob", 2});
  CHECK(log.show(at(noon + 3min, joined{"ann", 3}), "me", noon + 3min).empty());
  CHECK(log.show(at(noon + 3min, left{"bob", "eof", 2}), "me", noon + 3min).empty());
  REQUIRE(log.due());
  SECTION("a message lets them out first") {
    CHECK(texts(log.show(at(noon + 3min, message{"ann", "hi"}), "me", noon + 3min)) ==
          std::vector<std::string>{"12:03 *** ann came in; bob left (2 online)", "12:03 [public] ann: hi"});
    CHECK_FALSE(log.due());
  }
  SECTION("time lets them out") {
    CHECK(texts(log.overdue(*log.due())) == std::vector<std::string>{"12:03 *** ann came in; bob left (2 online)"});
    CHECK(log.overdue(noon + 4min).empty());
  }
}

TEST_CASE("transcript: a server with another clock does not hold arrivals back", "[transcript]") {
  auto log = plain();
  log.show(at(noon + 5h, joined{"bob", 2}), "me", noon);
  log.show(at(noon + 5h, joined{"ann", 3}), "me", noon);
  REQUIRE(log.due());
  CHECK(*log.due() <= noon + presence_digest::gap);
}

TEST_CASE("transcript: our own arrival is no news", "[transcript]") {
  auto log = plain();
  CHECK(show(log, joined{"me", 1}).empty());
  CHECK_FALSE(log.due());
}

TEST_CASE("transcript: who comes and takes a name at once is one line", "[transcript]") {
  auto log = plain();
  const auto come = [&] { return show(log, joined{"10.0.0.1:5", 12, "", "10.0.0.1:5"}); };
  CHECK(come().empty());
  REQUIRE(log.due());
  SECTION("others go on talking meanwhile") {
    CHECK(texts(log.show(at(noon + 3min, message{"ann", "hi"}), "me", noon + 3min)) ==
          std::vector<std::string>{"12:03 [public] ann: hi"});
    CHECK(texts(log.show(at(noon + 3min, renamed{"10.0.0.1:5", "bob"}), "me", noon + 3min)) ==
          std::vector<std::string>{"12:03 *** bob came in (12 online)"});
    CHECK_FALSE(log.due());
  }
  SECTION("what they say themselves comes after it") {
    CHECK(texts(log.show(at(noon + 3min, message{"10.0.0.1:5", "hi"}), "me", noon + 3min)) ==
          std::vector<std::string>{"12:03 *** 10.0.0.1:5 came in (12 online)", "12:03 [public] 10.0.0.1:5: hi"});
  }
  SECTION("so does what they do") {
    const event_body deed = GENERATE(as<event_body>(), joined{"10.0.0.1:5", 2, "tea", "10.0.0.1:5"},
                                     topic{"lobby", "News", "10.0.0.1:5"}, away{"10.0.0.1:5", "lunch"});
    const auto lines = texts(log.show(at(noon + 3min, deed), "me", noon + 3min));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == "12:03 *** 10.0.0.1:5 came in (12 online)");
  }
}

TEST_CASE("transcript: being away needs no words", "[transcript]") {
  auto log = plain();
  CHECK(texts(show(log, away{"bob", "lunch"})) == std::vector<std::string>{"12:03 *** bob is away: lunch"});
  CHECK(texts(show(log, away{"bob", ""})) == std::vector<std::string>{"12:03 *** bob is away"});
}

TEST_CASE("transcript: new names are told", "[transcript]") {
  auto log = plain();
  CHECK(texts(show(log, renamed{"bob", "rob"})) == std::vector<std::string>{"12:03 *** bob is now called rob"});
  CHECK(texts(show(log, renamed{"me", "you"})) == std::vector<std::string>{"12:03 *** You are now called you"});
}

TEST_CASE("transcript: rooms have their name in place of the word", "[transcript]") {
  auto log = plain();
  CHECK(texts(show(log, message{"bob", "hi", "tea"})) == std::vector<std::string>{"12:03 [#tea] bob: hi"});
  CHECK(texts(show(log, joined{"bob", 2, "tea"})).back() == "12:03 *** bob entered #tea (2 there)");
  CHECK(texts(show(log, left{"bob", "", 1, "tea"})).back() == "12:03 *** bob left #tea (1 there)");
  CHECK(texts(show(log, room_changed{"tea", "Black"})).back() ==
        "12:03 *** Public chat goes to #tea now; topic: Black");
  CHECK(texts(show(log, topic{"tea", "Green", "bob"})).back() == "12:03 *** bob set the topic of #tea: Green");
}

TEST_CASE("transcript: what is shown again has its time in brackets and calls nobody", "[transcript]") {
  auto log = plain();
  const auto lines = show(log, message{"bob", "me, look", "", true});
  CHECK(texts(lines) == std::vector<std::string>{"(12:03) [public] *bob: me, look"});
  CHECK(lines.at(0).about == concern::none);
  CHECK(show(log, whisper{"bob", "me", "missed", true}).back().about == concern::personal);
}

TEST_CASE("transcript: ids are shown on demand", "[transcript]") {
  auto log = plain();
  event said = at(noon, message{"bob", "hi"});
  said.id = 42;
  CHECK(log.show(said, "me", noon).back().text == "12:00 [public] bob: hi");
  log.show_ids(true);
  CHECK(log.show(said, "me", noon).back().text == "12:00 42 [public] bob: hi");
}

TEST_CASE("transcript: what is taken back is told by sender and time, once", "[transcript]") {
  auto log = plain();
  const auto say = [&](std::uint64_t id, event_body body) {
    return texts(log.show({.time = noon, .id = id, .tag = {}, .body = std::move(body)}, "me", noon));
  };
  log.remark(line_kind::notice, "the day has begun", noon);
  say(4, message{"bob", "oops"});
  say(5, whisper{"me", "bob", "oops"});
  say(6, message{"ann", "oops"});
  CHECK(say(4, recalled{}) == std::vector<std::string>{"12:00 *** bob took back a message from 12:00"});
  CHECK(say(4, recalled{}).empty());
  CHECK(say(5, recalled{}) == std::vector<std::string>{"12:00 *** You took back a message from 12:00"});
  log.show_ids(true);
  CHECK(say(6, recalled{}) == std::vector<std::string>{"12:00 *** ann took back a message from 12:00 (6)"});
  CHECK(say(7, recalled{}) == std::vector<std::string>{"12:00 *** Message 7 was taken back"});
  CHECK(say(7, recalled{}).empty());

  auto chinese = plain(language::zh);
  chinese.show({.time = noon - 129min, .id = 8, .tag = {}, .body = message{"小明", "哦"}}, "我", noon);
  CHECK(chinese.show({.time = noon, .id = 8, .tag = {}, .body = recalled{}}, "我", noon).back().text ==
        "12:00 *** 小明 撤回了 09:51 的一条消息");
}

TEST_CASE("transcript: so many messages are remembered and no more", "[transcript]") {
  const std::size_t later = GENERATE(transcript::most_remembered - 1, transcript::most_remembered);
  auto log = plain();
  const auto say = [&](std::uint64_t id, event_body body) {
    return log.show({.time = noon, .id = id, .tag = {}, .body = std::move(body)}, "me", noon).back().text;
  };
  for (std::uint64_t id = 1; id <= 1 + later; ++id) say(id, message{"bob", "x"});
  const bool known = later < transcript::most_remembered;
  CHECK(say(1, recalled{}) ==
        (known ? "12:00 *** bob took back a message from 12:00" : "12:00 *** Message 1 was taken back"));
}

TEST_CASE("transcript: what waits for a connection is marked", "[transcript]") {
  auto log = plain(language::zh);
  log.remark(line_kind::notice, "x", noon);
  CHECK(texts(log.waiting("我马上到", "", "", noon)) == std::vector<std::string>{"12:00 [公] （我）: 我马上到 ⏳待发"});
  CHECK(texts(log.waiting("好", "阿强", "茶", noon)) == std::vector<std::string>{"12:00 [私] （我） → 阿强: 好 ⏳待发"});
  CHECK(texts(log.waiting("好", "", "茶", noon)) == std::vector<std::string>{"12:00 [#茶] （我）: 好 ⏳待发"});
}

TEST_CASE("transcript: colours mark names, and nothing else changes", "[transcript]") {
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  transcript log(language::en, paint(sgr_level::full));
  std::string line = show(log, message{"bob", "hi"}).at(0).text;
  CHECK(line.find("\x1b[") != std::string::npos);
  for (std::size_t at = line.find('\x1b'); at != std::string::npos; at = line.find('\x1b')) {
    line.erase(at, line.find('m', at) - at + 1);
  }
  CHECK(line == "12:03 [public] bob: hi");
}

TEST_CASE("transcript: after a freeze each line has the time when it happened", "[transcript]") {
  auto log = plain();
  log.remark(line_kind::notice, "the day has begun", noon);
  const auto later = noon + 10min;  // the client was stopped meanwhile
  log.show(at(noon + 1min, joined{"bob", 2}), "me", later);
  CHECK(texts(log.show(at(noon + 2min, joined{"ann", 3}), "me", later)).empty());
  CHECK(texts(log.show(at(noon + 3min, message{"ann", "hi"}), "me", later)) ==
        std::vector<std::string>{"12:02 *** ann came in (3 online)", "12:03 [public] ann: hi"});
  log.show(at(noon + 4min, left{"bob", "eof", 2}), "me", later);
  CHECK(texts(log.overdue(later + presence_digest::gap)) == std::vector<std::string>{"12:04 *** bob left (2 online)"});
}

TEST_CASE("transcript: who was held back for a name does not step behind the line before", "[transcript]") {
  auto log = plain();
  log.remark(line_kind::notice, "the day has begun", noon);
  log.show(at(noon + 60s - 100ms, joined{"x:1", 2, "", "x:1"}), "me", noon);
  CHECK(texts(log.show(at(noon + 60s + 100ms, message{"ann", "hi"}), "me", noon)).back() == "12:01 [public] ann: hi");
  CHECK(texts(log.overdue(noon + presence_digest::naming)) ==
        std::vector<std::string>{"12:01 *** x:1 came in (2 online)"});
}

TEST_CASE("transcript: nobody's name can look like ours", "[transcript]") {
  auto log = plain();
  const self ours{"me", 7};
  const auto line = [&](event_body body) {
    log.remark(line_kind::notice, "x", noon);
    return log.show(at(noon, std::move(body)), ours, noon).back();
  };
  CHECK(line(message{.from = "me", .text = "hi", .user = 7}).text == "12:00 [public] (me): hi");
  CHECK(line(message{.from = "me", .text = "hi", .user = 8}).text == "12:00 [public] me: hi");
  CHECK(line(message{.from = "old", .text = "hi", .user = 7}).text == "12:00 [public] (me): hi");
  SECTION("of what is shown again only the number or our tag tells") {
    CHECK(line(message{.from = "me", .text = "hi", .past = true}).text == "(12:00) [public] me: hi");
    CHECK(line(message{.from = "was", .text = "hi", .past = true, .own_tag = "t1"}).text ==
          "(12:00) [public] (me): hi");
    CHECK(line(message{.from = "me", .text = "hi", .past = true, .user = 7}).text == "(12:00) [public] (me): hi");
  }
  SECTION("whispers") {
    CHECK(line(whisper{.from = "me", .to = "bob", .text = "x", .user = 8, .to_user = 7}).text ==
          "12:00 [private] me → (me): x");
    CHECK(line(whisper{.from = "me", .to = "me", .text = "x", .user = 8, .to_user = 7}).about == concern::personal);
    CHECK(line(whisper{.from = "me", .to = "me", .text = "x", .user = 7, .to_user = 9}).text ==
          "12:00 [private] (me) → me: x");
  }
  SECTION("in Chinese too") {
    auto chinese = plain(language::zh);
    CHECK(chinese.show(at(noon, message{.from = "我", .text = "好", .user = 8}), self{"小明", 7}, noon).back().text ==
          "12:00 [公] 我: 好");
    CHECK(chinese.show(at(noon, message{.from = "小明", .text = "好", .user = 7}), self{"小明", 7}, noon).back().text ==
          "12:00 [公] （我）: 好");
  }
}

TEST_CASE("transcript: crowds of a room, topics that were asked for, and what became of whispers", "[transcript]") {
  auto log = plain();
  auto chinese = plain(language::zh);
  const auto check = [&](const event_body& body, const std::string& en, const std::string& zh) {
    CHECK(texts(show(log, body)).back() == "12:03 *** " + en);
    CHECK(texts(show(chinese, body)).back() == "12:03 *** " + zh);
  };
  using state = delivery::state;
  const auto fate = [](state now, std::uint64_t messages) {
    return delivery{.now = now, .name = "bob", .user = 4, .messages = messages, .seconds = 120};
  };
  check(room_crowd{"tea", 5, 2, 40}, "#tea: 5 entered, 2 left (40 there)", "#tea：5 人进入，2 人离开（40 人）");
  check(topic{"tea", "Black", ""}, "Topic of #tea: Black", "#tea 的话题：Black");
  check(topic{"tea", "", ""}, "#tea has no topic", "#tea 没有话题");
  check(topic{"tea", "", "bob"}, "bob cleared the topic of #tea", "bob 清除了 #tea 的话题");
  check(fate(state::waiting, 1), "bob's connection is broken: your whisper waits for 120 s",
        "bob 的连接已断开：私聊将保留 120 秒");
  check(fate(state::delivered, 1), "bob is back and has your whisper", "bob 回来了，已收到你的私聊");
  check(fate(state::delivered, 2), "bob is back and has your 2 whispers", "bob 回来了，已收到你的 2 条私聊");
  check(fate(state::lost, 1), "bob did not come back: your whisper was not read", "bob 没有回来：你的私聊未被阅读");
  check(fate(state::lost, 2), "bob did not come back: 2 of your whispers were not read",
        "bob 没有回来：你的 2 条私聊未被阅读");
  CHECK(show(log, fate(state::unknown, 1)).empty());
}

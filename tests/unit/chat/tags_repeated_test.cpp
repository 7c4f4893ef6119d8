// What is sent again with its tag: answered as before in this session and over a restart of the server.

#include <memory>
#include <string>
#include <vector>

#include "server/chat/scope.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// What `who` is answered, as one object.
object reply(simulation& chat, simulation::ref who, const std::string& line) {
  chat.heard(who);
  chat.line(who, line);
  const auto events = chat.events(who);
  REQUIRE(events.size() == 1);
  return events[0];
}

bool is_repeated(const object& answer, std::uint64_t id) {
  return answer.value("repeated", false) && answer.value("id", std::uint64_t{0}) == id;
}

bool is_refused(const object& answer) {
  return answer.value("code", "") == "tag-used" &&
         answer["text"] == "That tag was used for another message: use a new one";
}

/// A server that was started again on what was kept by `before`, a moment later.
struct restarted {
  restarted(const std::vector<store::message>& before, std::chrono::seconds later, chat::hub_options options)
      : chat(std::move(options)) {
    chat.hub().restore(before.empty() ? 0 : before.back().id);
    chat.wait(later);
    chat.hub().restore_tags(before, chat.now());
  }

  simulation chat;
};

/// What a client said before its server ended: in tea, in the lobby, and to ann.
std::vector<store::message> kept_before(chat::hub_options options) {
  simulation chat(std::move(options));
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  std::vector<store::message> all;
  for (const char* const line : {"/tag t1 /in lobby one", "/tag t2 two", "/tag t3 to ann three", "four"}) {
    for (auto& each : wanted(chat, b, line).writes) all.push_back(std::get<store::message>(each));
  }
  for (auto& each : wanted(chat, a, "/tag t9 by somebody in text").writes) {
    all.push_back(std::get<store::message>(each));
  }
  return all;
}

chat::hub_options kept_with_tokens(const std::string& run) {
  auto options = with_tokens();
  options.history = true;
  options.instance_id = run;
  options.make_token = [run, made = std::make_shared<int>(0)] { return run + "token" + std::to_string(++*made); };
  return options;
}

}  // namespace

TEST_CASE("repeated: the answer has text and time of the first, and says so", "[tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const object first = reply(chat, b, "/tag t1 hello");
  const object whispered = reply(chat, b, "/tag t2 to ann psst");
  chat.heard(a);
  chat.wait(5s);
  for (auto [once, line] : {std::pair(first, "/tag t1 hello"), std::pair(whispered, "/tag t2 to ann psst")}) {
    once["repeated"] = true;
    CHECK(reply(chat, b, line) == once);
  }
  CHECK(chat.heard(a).empty());
}

TEST_CASE("repeated: the same tag with something else is refused, and nothing is said", "[tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(b, "/join tea");
  reply(chat, b, "/tag t1 hello");
  reply(chat, b, "/tag t2 to ann psst");
  reply(chat, b, "/tag t3 /in lobby all");
  chat.forget();
  for (const char* const line : {"/tag t1 other", "/tag t1 hello!", "/tag t1 to ann hello", "/tag t1 /in lobby hello",
                                 "/tag t2 psst", "/tag t2 to ann other", "/tag t2 to cat psst", "/tag t2 to @3 psst",
                                 "/tag t2 to nobody psst", "/tag t2 to @99 psst", "/tag t3 /in tea all"}) {
    CAPTURE(line);
    CHECK(is_refused(reply(chat, b, line)));
  }
  // Room or none named, name or number: the same message.
  CHECK(is_repeated(reply(chat, b, "/tag t1 /in tea hello"), 1));
  CHECK(is_repeated(reply(chat, b, "/tag t2 to @1 psst"), 2));
  CHECK(is_repeated(reply(chat, b, "/tag t2 to ANN psst"), 2));
  CHECK(is_repeated(reply(chat, b, "/tag t3 all"), 3));
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(c).empty());
  // Tags of what is no message are nobody's concern.
  CHECK(reply(chat, b, "/tag t1 /ping")["type"] == "pong");
  CHECK(chat.heard(c).empty());
}

TEST_CASE("repeated: a whisper is the same whatever became of the names", "[tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = named(chat, "cat");
  reply(chat, b, "/tag t1 to ann psst");
  chat.line(a, "rename amy");
  chat.line(c, "rename ann");
  chat.forget();
  CHECK(is_repeated(reply(chat, b, "/tag t1 to ann psst"), 1));
  CHECK(is_repeated(reply(chat, b, "/tag t1 to amy psst"), 1));
  CHECK(is_repeated(reply(chat, b, "/tag t1 to @1 psst"), 1));
  chat.line(a, "/quit");
  CHECK(is_repeated(reply(chat, b, "/tag t1 to ann psst"), 1));
  CHECK(is_repeated(reply(chat, b, "/tag t1 to @1 psst"), 1));
  CHECK(is_refused(reply(chat, b, "/tag t1 to amy psst")));
  chat.heard(c);
  reply(chat, b, "/tag t2 to ann you");
  CHECK(chat.heard(c) == "bob whispers to you: you\n");
}

TEST_CASE("repeated: of what was recalled or is forgotten the tag alone decides", "[tag][recall]") {
  auto options = with_tokens();
  const bool forgotten = GENERATE(false, true);
  if (forgotten) options.recent_bytes = 1;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const std::string time = chat.time();
  reply(chat, b, "/tag t1 hello");
  reply(chat, b, "/tag t2 to ann psst");
  if (!forgotten) {
    chat.line(b, "/recall 1");
    chat.line(b, "/recall 2");
  }
  chat.wait(3s);
  chat.forget();
  const object said = reply(chat, b, "/tag t1 other");
  CHECK(is_repeated(said, 1));
  CHECK(said["time"] == time);
  const object whispered = reply(chat, b, "/tag t2 to ann other");
  CHECK(is_repeated(whispered, 2));
  CHECK(whispered["to"] == "ann");
  CHECK(is_repeated(reply(chat, b, "/tag t2 to ann psst"), 2));
  CHECK(chat.heard(a).empty());
}

TEST_CASE("repeated: in text it looks as before, and a refusal is told", "[tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/tag t1 hello");
  chat.line(b, "/tag t2 to ann psst");
  chat.forget();
  CHECK(answer(chat, b, "/tag t1 hello") == "t1 " + chat.as(b, "bob") + "hello\n");
  CHECK(answer(chat, b, "/tag t2 to ann psst") == "t2 ok\n");
  CHECK(answer(chat, b, "/tag t2 to ann other") == "t2 That tag was used for another message: use a new one\n");
  CHECK(chat.heard(a).empty());
}

TEST_CASE("repeated: the history keeps tag and scope of what a program says", "[tag][history]") {
  const auto kept = kept_before(kept_with_tokens("r1"));
  REQUIRE(kept.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(kept[i].tag == "t" + std::to_string(i + 1));
    CHECK(kept[i].scope == chat::scope_of("r1token1"));
  }
  // Without a tag, or without a token to come back with, there is nothing to keep.
  for (std::size_t i = 3; i < 5; ++i) {
    CHECK(kept[i].tag.empty());
    CHECK(kept[i].scope == 0);
  }
}

TEST_CASE("repeated: over a restart of the server too, for who shows the token", "[tag][history]") {
  restarted server(kept_before(kept_with_tokens("r1")), 60s, kept_with_tokens("r2"));
  simulation& chat = server.chat;
  const auto a = named(chat, "ann");
  const auto b = chat.come_saying("/resume r1token1 0");
  chat.arrive();
  chat.forget();
  const object first = reply(chat, b, "/tag t1 one");
  CHECK(is_repeated(first, 1));
  CHECK(first["time"] == "2026-01-05T12:03:00.123Z");
  CHECK(first["text"] == "one");
  CHECK_FALSE(first.contains("room"));
  CHECK(reply(chat, b, "/tag t2 two")["room"] == "tea");
  const object whispered = reply(chat, b, "/tag t3 to ann three");
  CHECK(is_repeated(whispered, 3));
  CHECK(whispered["to"] == "ann");
  CHECK_FALSE(whispered.contains("to_user"));
  // A number of the run before means nobody now; the tag says which whisper it was.
  CHECK(is_repeated(reply(chat, b, "/tag t3 to @77 three"), 3));
  // Of one of now, the name says whether it may be the same.
  CHECK(is_repeated(reply(chat, b, "/tag t3 to @1 three"), 3));
  chat.line(a, "rename amy");
  CHECK(is_refused(reply(chat, b, "/tag t3 to @1 three")));
  CHECK(is_repeated(reply(chat, b, "/tag t3 to ann three"), 3));
  chat.heard(a);
  for (const char* const line : {"/tag t1 other", "/tag t1 to ann one", "/tag t2 /in lobby two", "/tag t3 to cat three",
                                 "/tag t3 three", "/tag t3 to ann other"}) {
    CAPTURE(line);
    CHECK(is_refused(reply(chat, b, line)));
  }
  CHECK(chat.heard(a).empty());
  // What was not said then, or without a token, is said.
  CHECK(reply(chat, b, "/tag t4 four")["id"] == 6);
  CHECK(reply(chat, b, "/tag t9 by somebody in text")["id"] == 7);
  CHECK(chat.heard(a) == chat.as(b) + "four\n" + chat.as(b) + "by somebody in text\n");
}

TEST_CASE("repeated: for nobody else, and not for ever", "[tag][history]") {
  const auto before = kept_before(kept_with_tokens("r1"));
  SECTION("another token") {
    restarted server(before, 60s, kept_with_tokens("r2"));
    const auto b = server.chat.come_saying("/resume r1token2 0");
    CHECK(reply(server.chat, b, "/tag t1 one")["id"] == 6);
  }
  SECTION("no token") {
    restarted server(before, 60s, kept_with_tokens("r2"));
    CHECK(reply(server.chat, program(server.chat, "bob"), "/tag t1 one")["id"] == 6);
  }
  SECTION("as long as it could have come back") {
    restarted server(before, 60s, kept_with_tokens("r2"));
    const auto b = server.chat.come_saying("/resume r1token1 0");
    const std::chrono::milliseconds late = GENERATE(-1ms, 0ms, 1ms);
    server.chat.wait(60s + late);
    server.chat.turn([&] { server.chat.hub().tick(); });
    CHECK(is_repeated(reply(server.chat, b, "/tag t1 one"), 1) == (late <= 0ms));
  }
  SECTION("without a window") {
    auto options = kept_with_tokens("r2");
    options.resume_window = 0s;
    restarted server(before, 60s, options);
    const auto b = server.chat.come_saying("/resume r1token1 0");
    CHECK(reply(server.chat, b, "/tag t1 one")["id"] == 6);
  }
}

TEST_CASE("repeated: over one restart after the other", "[tag][history]") {
  // The answer is lost each time: the client knows only the token of its last welcome.
  auto kept = kept_before(kept_with_tokens("r1"));
  std::string token = "r1token1";
  for (int run = 2; run <= 4; ++run) {
    CAPTURE(run);
    restarted server(kept, 20s * (run - 1), kept_with_tokens("r" + std::to_string(run)));
    const auto b = server.chat.come_saying("/resume " + token + " 0");
    token = server.chat.events(b).at(1)["token"];
    CHECK(token != "r1token1");
    CHECK(is_repeated(reply(server.chat, b, "/tag t1 one"), 1));
    // What it says now is in the same scope.
    const std::string line = "/tag run" + std::to_string(run) + " again";
    chat::store_requests said = wanted(server.chat, b, line);
    kept.push_back(test::kept(said));
    CHECK(kept.back().scope == chat::scope_of("r1token1"));
  }
}

TEST_CASE("repeated: one who has a token already has both scopes", "[tag][history]") {
  restarted server(kept_before(kept_with_tokens("r1")), 60s, kept_with_tokens("r2"));
  const auto b = program(server.chat, "bob");
  const std::string token = reply(server.chat, b, "/json on")["token"];
  CHECK(reply(server.chat, b, "/resume r1token1 0")["code"] == "cannot-resume");
  CHECK(is_repeated(reply(server.chat, b, "/tag t1 one"), 1));
  chat::store_requests more = wanted(server.chat, b, "/tag new words");
  CHECK(kept(more).scope == chat::scope_of(token));
}

TEST_CASE("own tags: are shown to who said it, in the history and on entering, and to nobody else", "[tag][history]") {
  auto options = kept_with_tokens("r2");
  options.replay = 5;
  const auto before = kept_before(kept_with_tokens("r1"));
  simulation chat(options);
  chat.hub().restore(5);
  chat.hub().restore_room(before[1].room, {before[1]});
  chat.hub().restore_tags(before, chat.now());
  const auto b = chat.come_saying("/resume r1token1 0");
  const auto c = program(chat, "cat");
  const auto first_past = [&](simulation::ref who) {
    for (const object& each : chat.events(who)) {
      if (each.value("past", false)) return each;
    }
    return object::object();
  };
  chat.line(b, "/tag q /join tea");
  const object entered = first_past(b);
  CHECK(entered["own_tag"] == "t2");
  CHECK_FALSE(entered.contains("tag"));
  chat.line(c, "/join tea");
  CHECK(first_past(c)["text"] == "two");
  chat.line(c, "/leave");
  chat.line(c, "/join tea");
  CHECK_FALSE(first_past(c).contains("own_tag"));
  // The history, with what was said in this run as well.
  chat.forget();
  chat::store_requests said = wanted(chat, b, "/tag t5 five");
  chat.forget();
  const bool is_b = GENERATE(true, false);
  const auto asker = is_b ? b : c;
  const auto asked = wanted(chat, asker, "/tag h /history").queries.at(0);
  store::page found;
  found.messages = {before[1], before[3], before[1]};
  found.messages[2].id = 6;
  found.messages[2].from_key = "r2.1";
  found.messages[2].tag = "t5";
  found.messages[2].scope = kept(said).scope;
  chat.turn([&] { chat.hub().answer(asked, found); });
  const auto events = chat.events(asker);
  REQUIRE(events.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(events[i]["tag"] == "h");
  CHECK(events[0].contains("own_tag") == is_b);
  CHECK_FALSE(events[1].contains("own_tag"));
  CHECK(events[2].contains("own_tag") == is_b);
  if (is_b) CHECK(events[2]["own_tag"] == "t5");
  CHECK(events[2]["user"] == chat.number(b));
  CHECK_FALSE(events[0].contains("user"));
}

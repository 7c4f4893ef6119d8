// What people do instead of saying it, wherever something can be said, shown again and taken back.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// Whether it is an emote that says `text`.
bool tells(const object& event, const std::string& text) {
  return event.value("kind", "") == "emote" && event.value("text", "") == text;
}

}  // namespace

TEST_CASE("emotes: all hear them, in text and in JSON", "[emote]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto p = program(chat, "eve");
  chat.line(a, "/me waves");
  CHECK(chat.heard(a) == "* ann waves\n");
  CHECK(chat.heard(b) == "* ann waves\n");
  const auto heard = chat.events(p);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0]["type"] == "message");
  CHECK(heard[0]["from"] == "ann");
  CHECK(tells(heard[0], "waves"));
  chat.line(a, "/tag q /me nods");
  CHECK(chat.heard(a) == "q * ann nods\n");
  CHECK(chat.heard(b) == "* ann nods\n");
  chat.line(b, "hi");
  CHECK_FALSE(chat.events(p).back().contains("kind"));
}

TEST_CASE("emotes: a room's members hear them, also from another room", "[emote]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto p = program(chat, "eve");
  for (const auto who : {a, b, p}) chat.line(who, "/join tea");
  chat.forget();
  chat.line(a, "/me waves");
  CHECK(chat.heard(b) == "#tea * ann waves\n");
  CHECK(tells(chat.events(p).at(0), "waves"));
  chat.line(a, "/room lobby");
  chat.forget();
  chat.line(a, "/in tea /me is still here");
  CHECK(chat.heard(b) == "#tea * ann is still here\n");
  const auto told = chat.events(p).at(0);
  CHECK(told["room"] == "tea");
  CHECK(tells(told, "is still here"));
  chat.line(a, "/in tea //me");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "/me\n");
}

TEST_CASE("emotes: one user hears them", "[emote]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto p = program(chat, "eve");
  chat.line(a, "/ids on");
  chat.forget();
  chat.line(a, "to bob /me waves");
  CHECK(chat.heard(b) == "ann whispers to you: * ann waves\n");
  CHECK(chat.heard(a) == "1 you whispered to bob: * ann waves\n");
  CHECK(chat.events(p).empty());
  chat.line(p, "/tag q to ann /me waves back");
  const auto confirmed = chat.events(p);
  REQUIRE(confirmed.size() == 1);
  CHECK(confirmed[0]["type"] == "private");
  CHECK(confirmed[0]["tag"] == "q");
  CHECK(tells(confirmed[0], "waves back"));
  CHECK(chat.heard(a) == "2 eve whispers to you: * eve waves back\n");
  chat.line(a, "to eve //me waves");
  const auto plain = chat.events(p).at(0);
  CHECK_FALSE(plain.contains("kind"));
  CHECK(plain["text"] == "/me waves");
  CHECK(answer(chat, b, "to eve /me") == "Something is missing. Usage: /me TEXT\n");
}

TEST_CASE("emotes: are emotes when they are shown again, and can be taken back", "[emote]") {
  auto options = with_tokens();
  options.replay = 10;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "/me waves");
  const auto b = chat.come();
  CHECK(chat.heard(b).find(past_line(chat, "* ann waves")) != std::string::npos);
  const auto p = chat.come();
  chat.line(p, "/json on");
  chat.forget();
  chat.line(a, "/join tea");
  chat.line(a, "/me sits down");
  chat.forget();
  chat.line(p, "/join tea");
  std::size_t seen = 0;
  for (const object& each : chat.events(p)) {
    if (each["type"] != "message") continue;
    ++seen;
    CHECK(each["past"] == true);
    CHECK(tells(each, "sits down"));
  }
  CHECK(seen == 1);
  chat.line(a, "/recall 2");
  CHECK(chat.heard(a).find("message 2 was recalled") != std::string::npos);
}

TEST_CASE("emotes: are emotes to whoever comes back", "[emote]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto p = program(chat, "eve");
  chat.turn([&] {
    chat.line(a, "/me waves");
    chat.line(p, "/tag t1 /me nods");
    chat.line(a, "to eve /me winks");
    chat.stop(p, leave_reason::error);
  });
  const auto again = chat.come_saying("/resume token1 0");
  const auto missed = chat.events(again);
  REQUIRE(missed.size() == 4);  // behind the welcome
  CHECK(tells(missed[1], "waves"));
  CHECK(tells(missed[2], "nods"));
  CHECK(tells(missed[3], "winks"));
}

TEST_CASE("emotes: the same words said plainly are not the same message", "[emote][tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto p = program(chat, "eve");
  chat.line(p, "/tag t1 /me waves");
  chat.line(p, "/tag t2 to ann /me waves");
  auto first = chat.events(p);
  REQUIRE(first.size() == 2);
  chat.line(p, "/tag t1 /me waves");
  chat.line(p, "/tag t2 to ann /me waves");
  for (object& each : first) each["repeated"] = true;
  CHECK(chat.events(p) == first);
  chat.line(p, "/tag t1 waves");
  chat.line(p, "/tag t2 to ann waves");
  chat.line(p, "/tag t1 to ann /me waves");
  const auto refused = chat.events(p);
  REQUIRE(refused.size() == 3);
  for (const object& each : refused) CHECK(each["code"] == "tag-used");
  chat.line(p, "/tag t3 waves");
  chat.line(p, "/tag t3 /me waves");
  CHECK(chat.events(p).back()["code"] == "tag-used");
  CHECK(chat.heard(a).find("* eve waves") != std::string::npos);
}

TEST_CASE("emotes: are kept as such, and shown so from the history", "[emote][history]") {
  auto options = with_tokens();
  options.history = true;
  options.instance_id = "r7";
  options.replay = 10;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto p = program(chat, "eve");
  chat::store_requests first = wanted(chat, a, "/me waves");
  chat::store_requests second = wanted(chat, a, "to eve /me winks");
  chat::store_requests third = wanted(chat, a, "plain");
  REQUIRE((first.writes.size() == 1 && second.writes.size() == 1 && third.writes.size() == 1));
  CHECK((kept(first).kind == message_kind::emote));
  CHECK(kept(first).text == "waves");
  CHECK((kept(second).kind == message_kind::emote));
  CHECK(kept(second).is_whisper());
  CHECK((kept(third).kind == message_kind::plain));

  const auto asked = wanted(chat, p, "/search waves");
  REQUIRE(asked.queries.size() == 1);
  chat.forget();
  store::page found;
  found.messages = {kept(first), kept(second), kept(third)};
  chat.turn([&] { chat.hub().answer(asked.queries[0], found); });
  const auto shown = chat.events(p);
  REQUIRE(shown.size() == 4);
  CHECK(tells(shown[0], "waves"));
  CHECK(tells(shown[1], "winks"));
  CHECK_FALSE(shown[2].contains("kind"));

  simulation later(options);
  later.hub().restore(3);
  later.hub().restore_room("tea", {kept(first), kept(third)});
  const auto fresh = program(later, "new");
  later.line(fresh, "/join tea");
  std::size_t seen = 0;
  for (const object& each : later.events(fresh)) {
    if (each["type"] != "message") continue;
    CHECK(each.contains("kind") == (each["text"] == "waves"));
    ++seen;
  }
  CHECK(seen == 2);
}

TEST_CASE("emotes: a tag is that of an emote over a restart, too", "[emote][tag]") {
  auto options = with_tokens();
  options.history = true;
  options.instance_id = "r1";
  std::vector<store::message> before;
  {
    simulation chat(options);
    const auto a = named(chat, "ann");
    const auto p = program(chat, "eve");
    chat.forget();
    for (const char* const line : {"/tag t1 /me waves", "/tag t2 to ann /me waves", "/tag t3 waves"}) {
      for (auto& each : wanted(chat, p, line).writes) before.push_back(std::get<store::message>(each));
    }
    CHECK(chat.heard(a).find("* eve waves") != std::string::npos);
  }
  REQUIRE(before.size() == 3);
  auto again = with_tokens();
  again.history = true;
  again.instance_id = "r2";
  simulation chat(again);
  chat.hub().restore(3);
  chat.hub().restore_tags(before, chat.now());
  const auto a = named(chat, "ann");
  const auto p = chat.come_saying("/resume token1 0");
  chat.line(p, "rename eve");
  chat.forget();
  for (const char* const line : {"/tag t1 /me waves", "/tag t2 to ann /me waves"}) {
    chat.line(p, line);
    const auto told = chat.events(p);
    REQUIRE(told.size() == 1);
    CHECK(told[0]["repeated"] == true);
    CHECK(tells(told[0], "waves"));
  }
  for (const char* const line : {"/tag t1 waves", "/tag t2 to ann waves", "/tag t3 /me waves"}) {
    chat.line(p, line);
    CHECK(chat.events(p).at(0)["code"] == "tag-used");
  }
  CHECK(chat.heard(a).empty());
}

#include "server/chat/away.hpp"

#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

namespace {

struct office {
  chat::chat_state chat{chat::hub_options(), 1};
  chat::away away{chat};

  office() { chat.out.begin(chat.now); }

  chat::user& come() {
    const std::uint32_t slot = slots++;
    return chat.users.add({0, slot, 1}, "1.1.1.1:" + std::to_string(slot), chat.now);
  }

  std::uint32_t slots = 0;
};

}  // namespace

TEST_CASE("away: each who whispers is told once, until the receiver goes away anew", "[away]") {
  office at;
  chat::user& ann = at.come();
  chat::user& bob = at.come();
  CHECK_FALSE(at.away.decide_telling(bob, ann));
  at.away.leave({&ann.first(), {}}, "lunch");
  CHECK(at.away.decide_telling(bob, ann));
  CHECK_FALSE(at.away.decide_telling(bob, ann));
  CHECK(at.away.text_of(ann) == "lunch");
  at.away.leave({&ann.first(), {}}, "tea");
  CHECK(at.away.decide_telling(bob, ann));
  CHECK(at.away.text_of(ann) == "tea");
  at.away.come_back({&ann.first(), {}});
  CHECK_FALSE(at.away.decide_telling(bob, ann));
  CHECK(at.away.text_of(ann).empty());
}

TEST_CASE("away: nothing is kept of those who are back, have gone, or were refused", "[away]") {
  office at;
  chat::user& ann = at.come();
  chat::user& bob = at.come();
  at.away.leave({&ann.first(), {}}, "lunch");
  at.away.leave({&bob.first(), {}}, std::string(max_note, 'x'));
  CHECK(at.away.size() == 2);
  at.away.come_back({&ann.first(), {}});
  CHECK(at.away.size() == 1);
  at.away.forget(ann);
  CHECK(at.away.size() == 1);
  at.away.forget(bob);
  CHECK(at.away.size() == 0);
  at.away.leave({&ann.first(), {}}, std::string(max_note + 1, 'x'));
  CHECK(at.away.size() == 0);
  CHECK_FALSE(ann.is_away);
}

TEST_CASE("away: who shows it, and a whisperer is told, once", "[away]") {
  auto options = simulation::quiet();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  CHECK(answer(chat, a, "/away lunch  time") == (zh ? "ann暂时离开：lunch  time\n" : "ann is away: lunch  time\n"));
  CHECK(chat.heard(b).empty());
  CHECK(answer(chat, b, "who") == chat.as(a, "ann") +
                                      (zh ? "在线...（暂离：lunch  time）\n" : "online... (away: lunch  time)\n") +
                                      chat.as(b, "bob") + (zh ? "在线...\n" : "online...\n") + chat.as(c, "cat") +
                                      (zh ? "在线...\n" : "online...\n"));
  const std::string told = zh ? "ann暂时离开：lunch  time\n" : "ann is away: lunch  time\n";
  chat.forget();
  CHECK(answer(chat, b, "/tag w to ann hi") == "w ok\nw " + told);
  CHECK(chat.heard(a) == (zh ? "bob想对您说：hi\n" : "bob whispers to you: hi\n"));
  CHECK(answer(chat, b, "to ann hi again").empty());
  CHECK(answer(chat, c, "to ann hi") == told);
  CHECK(answer(chat, c, "to ann hi").empty());
  chat.forget();
  CHECK(answer(chat, a, "/back") == (zh ? "ann回来了\n" : "ann is back\n"));
  CHECK(chat.heard(b).empty());
  CHECK(answer(chat, b, "to ann hi").empty());
  // Away again is another time.
  CHECK(answer(chat, a, "/away") == (zh ? "ann暂时离开\n" : "ann is away\n"));
  CHECK(answer(chat, b, "to ann hi") == (zh ? "ann暂时离开\n" : "ann is away\n"));
  CHECK(answer(chat, b, "who").find(zh ? "在线...（暂离）\n" : "online... (away)\n") != std::string::npos);
}

TEST_CASE("away: who has been told is remembered of the last thousand, and no more", "[away]") {
  constexpr std::size_t most = 1000;
  const std::size_t others = GENERATE_COPY(most - 1, most, most + 1);
  simulation chat;
  const auto a = named(chat, "ann");
  chat.line(a, "/away");
  const auto all = chat.come_many(others);
  chat.forget();
  std::size_t told = 0;
  for (const auto each : all) told += answer(chat, each, "to ann hi").empty() ? 0U : 1U;
  CHECK(told == others);
  // When there are more, all are forgotten, and the next whisper of each is answered again.
  CHECK(answer(chat, all.front(), "to ann hi").empty() == (others < most));
  CHECK(answer(chat, all.front(), "to ann hi").empty());
}

TEST_CASE("away: in JSON", "[away]") {
  simulation chat;
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "/tag 1 /away lunch");
  object away{{"type", "away"},       {"time", chat.time()},    {"tag", "1"},     {"name", "ann"},
              {"addr", chat.addr(a)}, {"user", chat.number(a)}, {"text", "lunch"}};
  CHECK(chat.events(a) == std::vector<object>{away});
  chat.line(b, "/tag 2 to ann hi");
  const auto told = chat.events(b);
  REQUIRE(told.size() == 2);
  CHECK(told[0]["type"] == "private");
  away["tag"] = "2";
  CHECK(told[1] == away);
  chat.line(b, "who");
  const auto list = chat.events(b).at(0)["users"];
  CHECK(list[0]["away"] == "lunch");
  CHECK_FALSE(list[1].contains("away"));
  chat.forget();
  chat.line(a, "/tag 3 /back");
  CHECK(chat.events(a) == std::vector<object>{{{"type", "back"},
                                               {"time", chat.time()},
                                               {"tag", "3"},
                                               {"name", "ann"},
                                               {"addr", chat.addr(a)},
                                               {"user", chat.number(a)}}});
  CHECK(answer(chat, a, "/back now").find("bad-argument") != std::string::npos);
}

TEST_CASE("away: whispering to oneself says nothing about it, nor does a new name", "[away]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/away");
  CHECK(answer(chat, a, "to ann note") == "ann whispers to you: note\n");
  CHECK(answer(chat, b, "to ann hi") == "ann is away\n");
  chat.line(b, "rename bill");
  CHECK(answer(chat, b, "to ann hi").empty());
}

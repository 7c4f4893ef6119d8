// A user with several devices: what each of them is told, and what ends with which.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// Ann is number 1, with two devices; Bob is number 2.
struct pair_of_devices {
  explicit pair_of_devices(chat::hub_options options = with_tokens(), bool json = false)
      : chat(std::move(options), 2), one(chat.come()), bob(chat.come()), two(chat.come_as(1, 1).value()) {
    chat.line(one, "rename ann");
    chat.line(bob, "rename bob");
    if (json) {
      for (const auto each : {one, two, bob}) chat.line(each, "/json on");
    }
    chat.forget();
  }
  std::string from(simulation::ref which) const { return chat.as(which, "ann"); }

  simulation chat;
  simulation::ref one;
  simulation::ref bob;
  simulation::ref two;
};

}  // namespace

TEST_CASE("devices: what one says reaches the others of its user as it reaches all, under its own address",
          "[devices]") {
  pair_of_devices at;
  at.chat.line(at.two, "/tag t hello");
  CHECK(at.chat.heard(at.two) == "t " + at.from(at.two) + "hello\n");
  CHECK(at.chat.heard(at.one) == at.from(at.two) + "hello\n");
  CHECK(at.chat.heard(at.bob) == at.from(at.two) + "hello\n");
  at.chat.line(at.one, "plain");
  for (const auto each : {at.one, at.two, at.bob}) CHECK(at.chat.heard(each) == at.from(at.one) + "plain\n");
}

TEST_CASE("devices: an answer is for the one that asked", "[devices]") {
  pair_of_devices at;
  CHECK(answer(at.chat, at.two, "/tag t /ping x") == "t pong x\n");
  CHECK(answer(at.chat, at.two, "/tag t nonsense/") != "");
  at.chat.forget();
  at.chat.line(at.two, "/topic nowhere");
  CHECK_FALSE(at.chat.heard(at.two).empty());
  CHECK(at.chat.heard(at.one).empty());
}

TEST_CASE("devices: a whisper reaches all of the receiver's, and the sender's others without the tag", "[devices]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.line(at.bob, "/tag b /to ann psst");
  for (const auto each : {at.one, at.two}) {
    const auto events = at.chat.events(each);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["text"] == "psst");
    CHECK_FALSE(events[0].contains("tag"));
  }
  CHECK(at.chat.events(at.bob).size() == 1);
  at.chat.line(at.two, "/tag a /to bob back");
  const auto own = at.chat.events(at.two);
  const auto copy = at.chat.events(at.one);
  REQUIRE((own.size() == 1 && copy.size() == 1));
  CHECK(own[0]["tag"] == "a");
  CHECK_FALSE(copy[0].contains("tag"));
  CHECK(copy[0]["text"] == "back");
  CHECK(copy[0]["addr"] == at.chat.addr(at.two));
  CHECK(at.chat.events(at.bob).size() == 1);
  at.chat.line(at.one, "/tag s /to ann note");
  CHECK(at.chat.events(at.one).at(0)["tag"] == "s");
  const auto note = at.chat.events(at.two);
  REQUIRE(note.size() == 1);
  CHECK_FALSE(note[0].contains("tag"));
}

TEST_CASE("devices: name and being away are the user's, and each device hears of them once", "[devices]") {
  pair_of_devices at;
  at.chat.line(at.two, "/tag t rename eve");
  const std::string news = at.chat.heard(at.one);
  CHECK(at.chat.heard(at.two) == "t " + news);
  CHECK(news.find("eve") != std::string::npos);
  const std::string seen = at.chat.heard(at.bob);
  CHECK(std::count(seen.begin(), seen.end(), '\n') == 1);
  at.chat.line(at.one, "/tag t /away lunch");
  const std::string away = at.chat.heard(at.two);
  CHECK(at.chat.heard(at.one) == "t " + away);
  CHECK(away.find("lunch") != std::string::npos);
  CHECK(answer(at.chat, at.bob, "to eve hi").find("lunch") != std::string::npos);
}

TEST_CASE("devices: rooms are the user's, the current one is the device's", "[devices][rooms]") {
  pair_of_devices at;
  at.chat.line(at.bob, "/join tea");
  at.chat.forget();
  at.chat.line(at.one, "/tag t /join tea");
  const std::string joined = at.chat.heard(at.two);
  CHECK(std::count(joined.begin(), joined.end(), '\n') == 1);  // that it joined, and not where its text goes
  CHECK(at.chat.heard(at.one).substr(0, joined.size() + 2) == "t " + joined);
  CHECK(at.chat.heard(at.bob) == joined);
  at.chat.line(at.two, "still in the lobby");
  CHECK(at.chat.heard(at.bob) == at.from(at.two) + "still in the lobby\n");
  at.chat.forget();
  at.chat.line(at.bob, "for members");
  CHECK(at.chat.heard(at.one) == at.chat.heard(at.two));
  at.chat.line(at.two, "/room tea");
  at.chat.forget();
  at.chat.line(at.two, "/tag x from two");
  CHECK(at.chat.heard(at.two) == "x #tea " + at.from(at.two) + "from two\n");
  CHECK(at.chat.heard(at.one) == "#tea " + at.from(at.two) + "from two\n");
  // Both talked there: both are told where their text goes now.
  at.chat.forget();
  at.chat.line(at.one, "/tag t /leave");
  const std::string left = at.chat.heard(at.two);
  CHECK(std::count(left.begin(), left.end(), '\n') == 2);
  CHECK(std::count(left.begin(), left.end(), ' ') > 0);
  at.chat.forget();
  at.chat.line(at.bob, "not for ann");
  CHECK(at.chat.heard(at.one).empty());
  CHECK(at.chat.heard(at.two).empty());
  CHECK(answer(at.chat, at.two, "lobby") == at.from(at.two) + "lobby\n");
}

TEST_CASE("devices: one that comes later is in the rooms of its user, and nobody hears of it", "[devices][rooms]") {
  simulation chat(with_tokens());
  const auto ann = chat.come();
  const auto bob = chat.come();
  chat.line(ann, "/join tea");
  chat.line(bob, "/join tea");
  chat.forget();
  const auto two = chat.come_as(1).value();
  CHECK(chat.heard(ann).empty());
  CHECK(chat.heard(bob).empty());
  CHECK(chat.heard(two).empty());
  chat.line(bob, "hello");
  CHECK(chat.heard(two) == "#tea " + chat.as(bob) + "hello\n");
  CHECK(chat.hub().online() == 2);
  chat.forget();
  chat.line(bob, "who");
  const std::string all = chat.heard(bob);
  CHECK(all == chat.as(ann) + "online...\n" + chat.as(bob) + "online...\n");
}

TEST_CASE("devices: the departure is told with the last one", "[devices]") {
  const bool first = GENERATE(true, false);
  pair_of_devices at;
  const auto goes = first ? at.one : at.two;
  const auto stays = first ? at.two : at.one;
  at.chat.line(at.one, "/join tea");
  at.chat.line(at.bob, "/join tea");
  at.chat.forget();
  at.chat.line(goes, "/quit");
  CHECK(at.chat.at(goes).closed);
  CHECK_FALSE(at.chat.at(stays).closed);
  CHECK(at.chat.heard(at.bob).empty());
  CHECK(at.chat.heard(stays).empty());
  at.chat.line(at.bob, "there?");
  CHECK(at.chat.heard(stays) == "#tea " + at.chat.as(at.bob, "bob") + "there?\n");
  at.chat.line(stays, "/in tea yes");
  at.chat.line(stays, "/in lobby yes");
  at.chat.forget();
  at.chat.line(stays, "/quit");
  const std::string news = at.chat.heard(at.bob);
  CHECK(std::count(news.begin(), news.end(), '\n') == 2);  // of the room and of the chat
  CHECK(at.chat.hub().online() == 1);
  // All addresses are free again.
  const auto again = at.chat.come_from(at.chat.addr(at.one));
  CHECK(at.chat.heard(again).find(at.chat.addr(at.one) + ".2") == std::string::npos);
  const auto other = at.chat.come_from(at.chat.addr(at.two));
  CHECK(at.chat.heard(other).find(at.chat.addr(at.two) + ".2") == std::string::npos);
}

TEST_CASE("devices: a user has at most ten", "[devices]") {
  simulation chat;
  chat.come();
  for (std::size_t count = 2; count <= 10; ++count) REQUIRE(chat.come_as(1));
  CHECK_FALSE(chat.come_as(1));
  chat.line(4, "/quit");
  CHECK(chat.come_as(1));
  CHECK_FALSE(chat.come_as(1));
  CHECK_FALSE(chat.come_as(77));
  CHECK(chat.hub().online() == 1);
}

TEST_CASE("devices: max_users counts users", "[devices]") {
  auto options = with_tokens();
  options.max_users = 2;
  simulation chat(options);
  chat.come();
  CHECK(chat.come_as(1));
  CHECK(chat.come_as(1));
  const auto second = chat.come();
  CHECK_FALSE(chat.at(second).closed);
  CHECK(chat.at(chat.come()).closed);
}

TEST_CASE("devices: a tag is one message's for each of them", "[devices][tag]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.line(at.one, "/tag t first");
  at.chat.line(at.two, "/tag t second");
  CHECK(at.chat.events(at.bob).size() == 2);
  at.chat.forget();
  at.chat.line(at.two, "/tag t second");
  const auto again = at.chat.events(at.two);
  REQUIRE(again.size() == 1);
  CHECK(again[0]["repeated"] == true);
  CHECK(again[0]["addr"] == at.chat.addr(at.two));
  CHECK(at.chat.events(at.bob).empty());
  CHECK(at.chat.events(at.one).empty());
}

TEST_CASE("devices: one that was broken comes back and has what it missed, its own tag with it", "[devices][resume]") {
  pair_of_devices at(with_tokens(), true);  // tokens: 1 of ann's first, 2 of her second, 3 of bob's
  at.chat.line(at.two, "/tag mine before");
  at.chat.stop(at.two, leave_reason::error);
  at.chat.line(at.one, "/tag other meanwhile");
  at.chat.line(at.bob, "/tag w /to ann psst");
  const auto told = at.chat.events(at.bob);
  CHECK(std::count_if(told.begin(), told.end(), [](const object& each) { return each.value("text", "") == "psst"; }) ==
        1);
  CHECK(std::none_of(told.begin(), told.end(), [](const object& each) { return each["type"] == "delivery"; }));
  at.chat.line(at.bob, "who");
  const object list = at.chat.events(at.bob).back()["users"];
  REQUIRE(list.size() == 2);
  CHECK_FALSE((list[0].contains("lost") || list[1].contains("lost")));
  at.chat.forget();
  const auto back = at.chat.come_saying("/resume token2 0");
  const auto events = at.chat.events(back);
  REQUIRE(events.size() == 4);
  CHECK(events[0]["type"] == "welcome");
  CHECK(events[0]["resumed"] == true);
  CHECK(events[1]["text"] == "before");
  CHECK(events[1]["tag"] == "mine");
  CHECK(events[2]["text"] == "meanwhile");
  CHECK_FALSE(events[2].contains("tag"));
  CHECK(events[3]["text"] == "psst");
  CHECK(at.chat.events(at.one).empty());
  CHECK(at.chat.events(at.bob).empty());
  at.chat.line(at.bob, "both");
  CHECK(at.chat.events(at.one).size() == 1);
  CHECK(at.chat.events(back).size() == 1);
}

TEST_CASE("devices: a user's connection is broken when all are; whispers wait then", "[devices][resume]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.stop(at.one, leave_reason::error);
  at.chat.wait(60s);
  at.chat.stop(at.two, leave_reason::error);
  at.chat.line(at.bob, "/tag w /to ann psst");
  const auto told = at.chat.events(at.bob);
  REQUIRE(told.size() == 2);
  CHECK(told[1]["type"] == "delivery");
  CHECK(told[1]["seconds"] == 120);  // until the last of them cannot come back any more
  // The first one's time is over; the other one comes back.
  at.chat.wait(61s);
  at.chat.second();
  CHECK(at.chat.hub().online() == 2);
  at.chat.forget();
  const auto late = at.chat.come_saying("/resume token1 0");
  CHECK(at.chat.events(late).at(0)["code"] == "cannot-resume");
  at.chat.line(late, "/quit");
  at.chat.forget();
  const auto back = at.chat.come_saying("/resume token2 0");
  CHECK(at.chat.events(back).back()["text"] == "psst");
  at.chat.drained(back);
  const auto report = at.chat.events(at.bob);
  REQUIRE(report.size() == 1);
  CHECK(report[0]["state"] == "delivered");
}

TEST_CASE("devices: when the last that may come back does not, the user leaves", "[devices][resume]") {
  const bool quits = GENERATE(true, false);
  pair_of_devices at(with_tokens(), true);
  at.chat.stop(at.one, leave_reason::error);
  if (quits) {
    at.chat.line(at.two, "/quit");
  } else {
    at.chat.stop(at.two, leave_reason::error);
  }
  const auto departures = [&] {
    const auto events = at.chat.events(at.bob);
    return std::count_if(events.begin(), events.end(), [](const object& each) { return each["type"] == "left"; });
  };
  at.chat.wait(118s);
  at.chat.second();
  CHECK(departures() == 0);
  CHECK(at.chat.hub().online() == 2);
  at.chat.wait(2s);
  at.chat.second();
  CHECK(at.chat.hub().online() == 1);
  CHECK(departures() == 1);
}

TEST_CASE("devices: one takes the place of another of the same user", "[devices][resume]") {
  const bool broken = GENERATE(true, false);
  pair_of_devices at(with_tokens(), true);
  if (broken) at.chat.stop(at.one, leave_reason::error);
  at.chat.forget();
  at.chat.line(at.two, "/resume token1 0");
  CHECK(at.chat.events(at.two).at(0)["resumed"] == true);
  if (!broken) CHECK(at.chat.at(at.one).closed);
  CHECK(at.chat.events(at.bob).empty());
  CHECK(at.chat.hub().online() == 2);
  at.chat.line(at.two, "/tag t still ann");
  CHECK(at.chat.events(at.two).at(0)["tag"] == "t");
  CHECK(at.chat.events(at.bob).size() == 1);
  at.chat.line(at.two, "/quit");
  CHECK(at.chat.hub().online() == 1);
}

TEST_CASE("devices: who is idle on one is shown out there only", "[devices][idle]") {
  auto options = with_tokens();
  options.idle_timeout = 100s;
  pair_of_devices at(options);
  at.chat.wait(80s);
  at.chat.line(at.two, "/ping");
  at.chat.line(at.bob, "/ping");
  at.chat.second();
  CHECK_FALSE(at.chat.heard(at.one).empty());  // the warning
  CHECK(at.chat.heard(at.two) == "pong\n");
  at.chat.wait(20s);
  at.chat.second();
  CHECK(at.chat.at(at.one).closed);
  CHECK_FALSE(at.chat.at(at.two).closed);
  CHECK(at.chat.hub().online() == 2);
  CHECK(at.chat.heard(at.bob) == "pong\n");
}

TEST_CASE("devices: how long a user has been idle is since the last sign of life on any", "[devices][who]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.wait(50s);
  at.chat.line(at.two, "/ping");
  at.chat.wait(3s);
  at.chat.forget();
  at.chat.line(at.bob, "who");
  const object list = at.chat.events(at.bob).at(0)["users"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["name"] == "ann");
  CHECK(list[0]["idle"] == 3);
}

TEST_CASE("devices: a long answer to one holds up no other", "[devices][listing]") {
  pair_of_devices at;
  at.chat.come_many(600);
  at.chat.forget();
  at.chat.line(at.one, "who");
  REQUIRE(at.chat.at(at.one).held);
  at.chat.line(at.one, "/ping one");
  CHECK(answer(at.chat, at.two, "/ping two") == "pong two\n");
  at.chat.line(at.two, "who");
  CHECK(at.chat.at(at.two).held);
  at.chat.line(at.two, "/ping last");
  at.chat.drain_all();
  const std::string first = at.chat.heard(at.one);
  const std::string second = at.chat.heard(at.two);
  CHECK(first.ends_with("pong one\n"));
  CHECK(second.ends_with("pong last\n"));
  CHECK(std::count(first.begin(), first.end(), '\n') == std::count(second.begin(), second.end(), '\n'));
}

TEST_CASE("devices: one takes back what another has said, and all hear of it", "[devices][recall]") {
  const bool whisper = GENERATE(true, false);
  pair_of_devices at(with_tokens(), true);
  at.chat.line(at.one, whisper ? "/to bob oops" : "oops");
  const auto id = at.chat.events(at.two).at(0)["id"].get<std::uint64_t>();
  at.chat.forget();
  at.chat.line(at.two, "/tag r /recall " + std::to_string(id));
  for (const auto each : {at.one, at.two, at.bob}) {
    const auto events = at.chat.events(each);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["type"] == "recalled");
    CHECK(events[0].contains("tag") == (each == at.two));
  }
}

TEST_CASE("devices: what becomes of a whisper is told on all of the sender's", "[devices][delivery]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.stop(at.bob, leave_reason::error);
  at.chat.line(at.one, "/tag w /to bob psst");
  at.chat.forget();
  const auto back = at.chat.come_saying("/resume token3 0");
  at.chat.drained(back);
  for (const auto each : {at.one, at.two}) {
    const auto events = at.chat.events(each);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["state"] == "delivered");
  }
}

TEST_CASE("devices: the end of the server is told on all", "[devices]") {
  pair_of_devices at;
  at.chat.shutdown();
  for (const auto each : {at.one, at.two, at.bob}) {
    CHECK_FALSE(at.chat.heard(each).empty());
    CHECK(at.chat.at(each).closed);
  }
}

TEST_CASE("devices: while one is sent what it missed, it gets each thing once", "[devices][resume]") {
  auto options = with_tokens();
  options.send_queue = 8192;
  pair_of_devices at(options, true);
  at.chat.stop(at.two, leave_reason::error);
  for (int i = 0; i < 40; ++i) at.chat.line(at.bob, "missed " + std::to_string(i) + std::string(200, '.'));
  const auto back = at.chat.come_saying("/resume token2 0");
  REQUIRE(at.chat.at(back).drain);  // there is more to come
  at.chat.line(at.one, "/to bob from one");
  at.chat.line(at.bob, "/to ann from bob");
  at.chat.line(at.bob, "/join tea");
  at.chat.line(at.one, "/join tea");
  at.chat.line(at.bob, "in the room");
  at.chat.line(at.bob, "/in lobby in the lobby");
  at.chat.drain_all();
  at.chat.line(at.bob, "afterwards");
  std::vector<std::string> texts;
  for (const auto& each : at.chat.events(back)) {
    const std::string text = each.value("text", "");
    if (!text.starts_with("missed")) texts.push_back(text);
  }
  std::erase(texts, "");  // the welcome, and that it has joined
  CHECK(texts == std::vector<std::string>{"from one", "from bob", "in the room", "in the lobby", "afterwards"});
}

TEST_CASE("devices: all are told that their user has to leave a room", "[devices][rooms]") {
  auto options = with_tokens();
  options.max_rooms = 2;
  pair_of_devices at(options, true);
  at.chat.line(at.one, "/join a");
  at.chat.line(at.two, "/join b");
  at.chat.forget();
  at.chat.line(at.bob, "/tag t /join c");
  const auto first = at.chat.events(at.one);
  const auto second = at.chat.events(at.two);
  REQUIRE((first.size() == 2 && second.size() == 1));
  CHECK(first[0]["type"] == "left");
  CHECK(first[0]["room"] == "a");
  CHECK(first[1]["type"] == "room");  // its text goes to the lobby from here on
  CHECK(second[0] == first[0]);
  at.chat.line(at.two, "words");
  CHECK(at.chat.events(at.one).at(0)["room"] == "b");
}

TEST_CASE("devices: what was whispered before one was there is for those that are away", "[devices][delivery]") {
  simulation chat(with_tokens(), 2);
  const auto ann = program(chat, "ann");
  const auto bob = program(chat, "bob");
  chat.stop(ann, leave_reason::error);
  chat.line(bob, "/to ann psst");
  const auto other = chat.come_as(1).value();
  chat.line(other, "/json on");
  chat.forget();
  SECTION("until one of them is back") {
    chat.stop(other, leave_reason::error);
    const auto again = chat.come_saying("/resume token3 0");
    chat.drain_all();
    CHECK(chat.heard(again).find("psst") == std::string::npos);
    CHECK(chat.heard(bob).empty());
    const auto back = chat.come_saying("/resume token1 0");
    chat.drain_all();
    CHECK(chat.heard(back).find("psst") != std::string::npos);
    const auto report = chat.events(bob);
    REQUIRE(report.size() == 1);
    CHECK(report[0]["state"] == "delivered");
  }
  SECTION("or their user leaves by coming back as another") {
    const auto eve = program(chat, "eve");
    chat.stop(eve, leave_reason::error);
    chat.wait(60s);
    chat.turn([] {});
    chat.line(other, "/ping");
    chat.wait(60s);
    chat.stop(chat.come_saying("/resume token4 0"), leave_reason::error);  // her time begins anew
    chat.wait(1s);
    chat.second();
    chat.forget();
    chat.line(other, "/resume token4 0");
    std::size_t lost = 0;
    for (const auto& each : chat.events(bob)) lost += each["type"] == "delivery" && each["state"] == "lost" ? 1U : 0U;
    CHECK(lost == 1);
  }
}

TEST_CASE("devices: what is taken back of a room that was left is told on all of them", "[devices][recall]") {
  pair_of_devices at(with_tokens(), true);
  at.chat.line(at.one, "/join tea");
  at.chat.line(at.one, "oops");
  const auto id = at.chat.events(at.two).back()["id"].get<std::uint64_t>();
  at.chat.line(at.one, "/leave tea");
  at.chat.forget();
  at.chat.line(at.one, "/recall " + std::to_string(id));
  for (const auto each : {at.one, at.two}) {
    const auto events = at.chat.events(each);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["type"] == "recalled");
  }
}

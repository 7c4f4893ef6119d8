// Lists of users too long for one turn: they come in slices of 256, each when the one before has been written.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::object;
using confab::test::simulation;
using refs = std::vector<simulation::ref>;

namespace {

constexpr std::size_t slice = 256;

/// The lines of the list for those of `all` from `first` up to `last`.
std::string listed(const simulation& chat, const refs& all, std::size_t first, std::size_t last) {
  std::string out;
  for (std::size_t i = first; i < last; ++i) out += chat.as(all[i]) + "online...\n";
  return out;
}

/// A server with 600 users, the asker among them, and the first slice of the list just come.
struct under_way {
  simulation chat;
  refs all = chat.come_many(600);
  simulation::ref asker = all[10];

  under_way() {
    chat.forget();
    chat.line(asker, "who");
    CHECK(chat.heard(asker) == listed(chat, all, 0, slice));
    CHECK(chat.at(asker).held);
    CHECK(chat.at(asker).drain);
  }
};

}  // namespace

TEST_CASE("listing: up to 256 users come at once", "[listing]") {
  simulation chat;
  const std::size_t count = GENERATE(std::size_t{1}, slice - 1, slice);
  const refs all = chat.come_many(count);
  chat.forget();
  chat.line(all[0], "who");
  CHECK(chat.heard(all[0]) == listed(chat, all, 0, count));
  CHECK_FALSE(chat.at(all[0]).held);
  CHECK_FALSE(chat.at(all[0]).drain);
}

TEST_CASE("listing: more come in slices, and the asker is not read from meanwhile", "[listing]") {
  simulation chat;
  const std::size_t count = GENERATE(slice + 1, std::size_t{600}, 2 * slice, 3 * slice + 1);
  const refs all = chat.come_many(count);
  chat.forget();
  chat.line(all[0], "/tag T who");
  std::size_t from = 0;
  for (;;) {
    const std::size_t to = std::min(from + slice, count);
    std::string expected;
    for (std::size_t i = from; i < to; ++i) expected += "T " + chat.as(all[i]) + "online...\n";
    CHECK(chat.heard(all[0]) == expected);
    if (to == count) break;
    CHECK(chat.at(all[0]).held);
    REQUIRE(chat.at(all[0]).drain);
    chat.drained(all[0]);
    from = to;
  }
  CHECK_FALSE(chat.at(all[0]).held);
  CHECK_FALSE(chat.at(all[0]).drain);
  chat.line(all[0], "/ping");
  CHECK(chat.heard(all[0]) == "pong\n");
}

TEST_CASE("listing: in JSON the last slice says so", "[listing]") {
  simulation chat;
  const refs all = chat.come_many(600);
  chat.line(all[0], "/json on");
  chat.wait(std::chrono::milliseconds(7999));
  chat.forget();
  chat.line(all[0], "/tag T who");
  chat.drain_all();
  const auto events = chat.events(all[0]);
  REQUIRE(events.size() == 3);
  std::size_t at = 0;
  for (const object& event : events) {
    CHECK(event["type"] == "users");
    CHECK(event["tag"] == "T");
    CHECK(event["online"] == 600);
    CHECK(event["end"] == (&event == &events.back()));
    for (const object& user : event["users"]) {
      CHECK(user["addr"] == chat.addr(all[at]));
      CHECK(user["idle"] == (at == 0 ? 0 : 7));
      CHECK(user["since"] == "2026-01-05T12:03:00.123Z");
      ++at;
    }
  }
  CHECK(at == 600);
}

TEST_CASE("listing: nobody else waits for a long list", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.all[0], "chat goes on");
  const std::string news = chat.as(list.all[0]) + "chat goes on\n";
  CHECK(chat.heard(list.all[1]) == news);
  CHECK(chat.heard(list.asker) == news);  // for the asker too, between two slices
  chat.line(list.all[1], "/count");
  CHECK(chat.heard(list.all[1]) == "600 online\n");
}

TEST_CASE("listing: what the asker sends meanwhile is answered after the list, in order", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  const auto other = list.all[20];
  chat.turn([&] {
    chat.line(list.asker, "/ping 1");
    chat.line(list.asker, "said meanwhile");
    chat.line(list.asker, "/tag T rename anna");
    chat.line(list.asker, "/dance");
  });
  CHECK(chat.heard(list.asker).empty());
  CHECK(chat.heard(other).empty());
  chat.drained(list.asker);
  CHECK(chat.heard(list.asker) == listed(chat, list.all, slice, 2 * slice));
  chat.drained(list.asker);
  CHECK(chat.heard(list.asker) == listed(chat, list.all, 2 * slice, 600) + "pong 1\n" + chat.as(list.asker) +
                                      "said meanwhile\nT Your name is now: anna\n" +
                                      explain(problem::unknown_command, language::en, "/dance") + "\n");
  CHECK(chat.heard(other) == chat.as(list.asker) + "said meanwhile\n" + chat.as(list.asker) + "is now known as anna\n");
}

TEST_CASE("listing: a second list waits for the first, and the rest for both", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "/tag T who");
  chat.line(list.asker, "/ping");
  chat.drained(list.asker);
  chat.heard(list.asker);
  chat.drained(list.asker);
  std::string tagged;
  for (std::size_t i = 0; i < slice; ++i) tagged += "T " + chat.as(list.all[i]) + "online...\n";
  CHECK(chat.heard(list.asker) == listed(chat, list.all, 2 * slice, 600) + tagged);
  CHECK(chat.at(list.asker).held);
  chat.drain_all();
  const std::string heard = chat.heard(list.asker);
  CHECK(heard.ends_with("T " + chat.as(list.all[599]) + "online...\npong\n"));
  CHECK_FALSE(chat.at(list.asker).held);
}

TEST_CASE("listing: a quit in between is done after the list, and what follows it not at all", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "/quit");
  chat.line(list.asker, "never said");
  CHECK_FALSE(chat.at(list.asker).closed);
  chat.drain_all();
  CHECK(chat.heard(list.asker) == listed(chat, list.all, slice, 600) + "Goodbye (press Enter)\n");
  CHECK(chat.at(list.asker).closed);
  CHECK(chat.heard(list.all[0]) == chat.as(list.asker) + "is offline\n");
}

TEST_CASE("listing: at the end of its stream the asker still gets all of it", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "/ping");
  chat.end(list.asker);
  CHECK_FALSE(chat.at(list.asker).closed);
  CHECK(chat.heard(list.all[0]).empty());
  chat.drain_all();
  CHECK(chat.heard(list.asker) == listed(chat, list.all, slice, 600) + "pong\n");
  CHECK(chat.at(list.asker).closed);
  CHECK(chat.heard(list.all[0]) == chat.as(list.asker) + "is offline\n");
}

TEST_CASE("listing: the end of the stream waits for a second list too", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "who");
  chat.line(list.asker, "/ping");
  chat.end(list.asker);
  chat.drain_all();
  CHECK(chat.heard(list.asker) == listed(chat, list.all, slice, 600) + listed(chat, list.all, 0, 600) + "pong\n");
  CHECK(chat.at(list.asker).closed);
}

TEST_CASE("listing: an asker whose connection breaks is gone at once", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.stop(list.asker, leave_reason::error);
  CHECK(chat.heard(list.all[0]) == chat.as(list.asker) + "is offline\n");
  CHECK(chat.hub().online() == 599);
  chat.turn([&] { chat.hub().drained(chat.at(list.asker).session); });
  CHECK(chat.heard(list.asker).empty());
}

TEST_CASE("listing: who leaves before it is listed is not in the list", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.end(list.all[5]);    // listed already
  chat.end(list.all[255]);  // the last that was listed
  chat.end(list.all[256]);  // the next
  chat.end(list.all[300]);
  chat.end(list.all[599]);  // the very last
  chat.forget();
  chat.drain_all();
  CHECK(chat.heard(list.asker) == listed(chat, list.all, 257, 300) + listed(chat, list.all, 301, 599));
}

TEST_CASE("listing: when all the rest leave the list still ends", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "/ping");
  chat.turn([&] {
    for (std::size_t i = slice; i < 600; ++i) chat.end(list.all[i]);
  });
  chat.forget();
  chat.drained(list.asker);
  CHECK(chat.heard(list.asker) == "pong\n");
  CHECK_FALSE(chat.at(list.asker).held);
}

TEST_CASE("listing: who comes or renames meanwhile is listed as it is then, but not who came after it was asked",
          "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.come();
  chat.line(list.all[400], "rename zoe");
  chat.line(list.all[0], "rename adam");
  chat.forget();
  chat.drain_all();
  CHECK(chat.heard(list.asker) == listed(chat, list.all, slice, 400) + chat.as(list.all[400], "zoe") + "online...\n" +
                                      listed(chat, list.all, 401, 600));
}

TEST_CASE("listing: a shutdown ends it", "[listing]") {
  under_way list;
  auto& chat = list.chat;
  chat.line(list.asker, "never said");
  chat.shutdown();
  CHECK(chat.heard(list.asker) == "The server is shutting down. Goodbye\n");
  CHECK(chat.at(list.asker).closed);
  chat.turn([&] { chat.hub().drained(chat.at(list.asker).session); });
  CHECK(chat.heard(list.asker).empty());
}

TEST_CASE("listing: an asker is not idle while its list is under way, and has the whole time again afterwards",
          "[listing]") {
  auto options = simulation::quiet();
  options.idle_timeout = std::chrono::seconds(5);
  simulation chat(options);
  const refs all = chat.come_many(300);
  chat.forget();
  chat.line(all[0], "who");
  chat.heard(all[0]);
  chat.seconds(5);
  CHECK(chat.hub().online() == 1);
  chat.heard(all[0]);
  chat.drain_all();
  CHECK_FALSE(chat.at(all[0]).held);
  chat.seconds(4);
  CHECK(chat.heard(all[0]).empty());
  chat.second();
  CHECK(chat.heard(all[0]) == "You were disconnected: idle for 5 s\n");
  CHECK(chat.at(all[0]).closed);
}

TEST_CASE("listing: several lists at once do not mix", "[listing]") {
  simulation chat;
  const refs all = chat.come_many(300);
  chat.forget();
  chat.turn([&] {
    chat.line(all[0], "/tag A who");
    chat.line(all[1], "who");
  });
  chat.turn([&] {
    chat.drained(all[1]);
    chat.drained(all[0]);
  });
  std::string tagged;
  for (const auto each : all) tagged += "A " + chat.as(each) + "online...\n";
  CHECK(chat.heard(all[0]) == tagged);
  CHECK(chat.heard(all[1]) == listed(chat, all, 0, 300));
}

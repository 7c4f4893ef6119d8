// The ways out: once, in order, and never again.

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::object;
using confab::test::simulation;

TEST_CASE("leaving: quit says goodbye, and nothing after it", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(b, "before");
    chat.line(a, "/quit see you");
    chat.line(b, "after");
    chat.line(a, "from beyond");
  });
  CHECK(chat.at(a).closed);
  CHECK(chat.heard(a) == chat.as(b) + "before\nGoodbye (press Enter)\n");
  CHECK(chat.heard(b) == chat.as(b) + "before\n" + chat.as(a) + "is offline\n" + chat.as(b) + "after\n");
  chat.stop(a, leave_reason::eof);  // the session closes now: it has left already
  CHECK(chat.heard(b).empty());
  CHECK(chat.hub().online() == 1);
}

TEST_CASE("leaving: every reason is told once, and named in JSON", "[leaving]") {
  simulation chat;
  const auto watcher = chat.come();
  const auto reader = chat.come();
  chat.line(reader, "/json on");
  const auto [reason, word] = GENERATE(table<leave_reason, std::string>(
      {{leave_reason::eof, "eof"}, {leave_reason::slow, "slow"}, {leave_reason::error, "error"}}));
  const auto a = chat.come();
  chat.line(a, "rename anna");
  chat.forget();
  chat.stop(a, reason);
  CHECK(chat.heard(watcher) == chat.as(a, "anna") + "is offline\n");
  const auto events = chat.events(reader);
  REQUIRE(events.size() == 1);
  CHECK(events[0] == object{{"type", "left"},
                            {"time", chat.time()},
                            {"name", "anna"},
                            {"addr", chat.addr(a)},
                            {"user", chat.number(a)},
                            {"online", 2},
                            {"reason", word}});
  chat.stop(a, leave_reason::error);
  CHECK(chat.heard(watcher).empty());
}

TEST_CASE("leaving: at the end of its stream a user gets what is still due, then the connection closes", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(a, "who");
    chat.line(a, "rename bob");
    chat.line(a, "hello");
    chat.end(a);
  });
  CHECK(chat.heard(a) == chat.as(a) + "online...\nYour name is now: bob\n" + chat.as(a, "bob") + "hello\n");
  CHECK(chat.at(a).closed);
  CHECK(chat.hub().online() == 0);
}

TEST_CASE("leaving: a JSON user gets a bye as its last line", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.forget();
  SECTION("on quitting") {
    chat.line(a, "/quit");
    CHECK(chat.events(a).back() == object{{"type", "bye"}, {"time", chat.time()}, {"reason", "quit"}});
  }
  SECTION("at the end of its stream") {
    chat.end(a);
    CHECK(chat.events(a).back() == object{{"type", "bye"}, {"time", chat.time()}, {"reason", "eof"}});
  }
  SECTION("after a flood") {
    chat.turn([&] {
      chat.refuse(a, problem::flood);
      chat.line(a, "hello");
    });
    const auto session = chat.at(a).session;
    chat.turn([&] { chat.hub().leave(session, leave_reason::error); });
    const auto events = chat.events(a);
    REQUIRE(events.size() == 3);
    CHECK(events[0]["code"] == "flood");
    CHECK(events[2]["reason"] == "error");
  }
}

TEST_CASE("leaving: a session that came and went in one turn is told of in order", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  simulation::ref b{};
  chat.turn([&] {
    b = chat.come();
    chat.line(b, "hit");
    chat.end(b);
  });
  const std::string all = chat.as(b) + "is online\n" + chat.as(b) + "hit\n";
  CHECK(chat.heard(a) == all + chat.as(b) + "is offline\n");
  CHECK(chat.heard(b) == all);
}

TEST_CASE("leaving: what comes late from an old session does not touch the new one in its place", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.stop(a, leave_reason::error);
  const auto c = chat.come_in_place_of(a, "127.0.0.1:50");
  chat.forget();
  chat.line(a, "ghost talk");
  chat.stop(a, leave_reason::eof);
  chat.turn([&] { chat.hub().drained(chat.at(a).session); });
  CHECK(chat.heard(b).empty());
  CHECK(chat.heard(c).empty());
  CHECK(chat.hub().online() == 2);
}

TEST_CASE("leaving: what was said to an old session does not reach the new one in its place", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  simulation::ref c{};
  chat.turn([&] {
    chat.line(b, "to 127.0.0.1:1 for a");
    chat.stop(a, leave_reason::error);
    c = chat.come_in_place_of(a, "127.0.0.1:50");
  });
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(c) == chat.as(c) + "is online\n");
  CHECK(chat.heard(b) == chat.as(a) + "is offline\n" + chat.as(c) + "is online\n");
}

TEST_CASE("leaving: sessions that were never there are ignored", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  for (const chat::session_ref stranger : {chat::session_ref{0, 500, 1}, chat::session_ref{0, 0, 0},
                                           chat::session_ref{0, 0, 2}, chat::session_ref{0, 1, 1}}) {
    chat.turn([&] {
      command said;
      said.is = command::kind::wanted;
      said.text = "hello";
      chat.hub().apply(stranger, said);
      chat.hub().drained(stranger);
      chat.hub().leave(stranger, leave_reason::eof);
    });
  }
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 1);
}

TEST_CASE("leaving: two with one address are two, whichever of them goes first", "[leaving]") {
  simulation chat;
  const auto a = chat.come();
  const auto first = chat.come_from("127.0.0.1:60");
  const bool renamed = GENERATE(false, true);
  if (renamed) chat.line(first, "rename casper");
  chat.forget();
  const auto second = chat.come_from("127.0.0.1:60");
  CHECK_FALSE(chat.at(first).closed);
  const std::string as_second = "[127.0.0.1:60.2]127.0.0.1:60.2: ";
  CHECK(chat.heard(a) == as_second + "is online\n");
  CHECK(chat.heard(second) == as_second + "is online\n");
  CHECK(chat.hub().online() == 3);
  chat.forget();
  chat.line(a, renamed ? "to casper hi" : "to 127.0.0.1:60 hi");
  chat.line(a, "to 127.0.0.1:60.2 ho");
  CHECK(chat.heard(first) == chat.addr(a) + " whispers to you: hi\n");
  CHECK(chat.heard(second) == chat.addr(a) + " whispers to you: ho\n");
  if (GENERATE(false, true)) {
    chat.stop(first, leave_reason::error);
    CHECK(chat.heard(a) == chat.as(first, renamed ? "casper" : "") + "is offline\n");
    chat.line(a, "to 127.0.0.1:60 hi");
    CHECK(chat.heard(a) == "There is no user with that name\n");
    // The address is free again, though the other still has its number.
    const auto third = chat.come_from("127.0.0.1:60");
    CHECK(chat.heard(third) == chat.as(third) + "is online\n");
  } else {
    chat.stop(second, leave_reason::error);
    CHECK(chat.heard(a) == as_second + "is offline\n");
    const auto third = chat.come_from("127.0.0.1:60");
    CHECK(chat.heard(third) == as_second + "is online\n");
  }
}

TEST_CASE("leaving: over the most users the next one is told and closed, and nobody hears of it", "[leaving]") {
  auto options = simulation::quiet();
  options.max_users = 3;
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  CHECK(chat.hub().online() == 2);
  const auto c = chat.come();
  CHECK_FALSE(chat.at(c).closed);
  CHECK(chat.hub().online() == 3);
  chat.forget();
  const auto d = chat.come();
  CHECK(chat.at(d).closed);
  CHECK(chat.heard(d) == "The server is full (3 users): try again later\n");
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 3);
  // What the session still sends is nobody's.
  chat.line(d, "let me in");
  chat.stop(d, leave_reason::eof);
  CHECK(chat.heard(a).empty());
  chat.stop(b, leave_reason::eof);
  chat.forget();
  const auto e = chat.come();
  CHECK_FALSE(chat.at(e).closed);
  CHECK(chat.heard(a) == chat.as(e) + "is online\n");
}

TEST_CASE("leaving: whoever asks for JSON first is refused in JSON", "[leaving]") {
  auto options = simulation::quiet();
  options.max_users = 1;
  simulation chat(options);
  chat.come();
  SECTION("over the most users") {
    const auto b = chat.come_saying("/json on");
    const auto events = chat.events(b);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["problem"] == "server-full");
    CHECK(events[0]["detail"] == "1");
    CHECK(chat.at(b).closed);
    CHECK(chat.heard(chat.come_saying("/json off")) == "The server is full (1 users): try again later\n");
  }
  SECTION("when the server ends") {
    chat.turn([&] { chat.hub().shutdown(); });
    const auto b = chat.come_saying("/json on");
    const auto events = chat.events(b);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["type"] == "bye");
    CHECK(events[0]["reason"] == "shutdown");
    CHECK(chat.at(b).closed);
  }
}

TEST_CASE("leaving: who is refused hears nothing of what is said in that turn", "[leaving]") {
  auto options = simulation::quiet();
  options.max_users = 1;
  simulation chat(options);
  const auto a = chat.come();
  chat.forget();
  simulation::ref b{};
  chat.turn([&] {
    chat.line(a, "before");
    b = chat.come();
    chat.line(a, "after");
  });
  CHECK(chat.heard(b) == "The server is full (1 users): try again later\n");
  CHECK(chat.heard(a) == chat.as(a) + "before\n" + chat.as(a) + "after\n");
}

TEST_CASE("shutdown: everyone is told goodbye and closed, and nobody is told of departures", "[shutdown]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(b, "/json on");
  chat.forget();
  chat.turn([&] {
    chat.line(a, "last words");
    chat.shutdown();
  });
  CHECK(chat.heard(a) == chat.as(a) + "last words\nThe server is shutting down. Goodbye\n");
  const auto events = chat.events(b);
  REQUIRE(events.size() == 2);
  CHECK(events[1] == object{{"type", "bye"}, {"time", chat.time()}, {"reason", "shutdown"}});
  CHECK(chat.at(a).closed);
  CHECK(chat.at(b).closed);
  CHECK(chat.hub().online() == 0);
  // What the sessions still report is too late.
  chat.line(a, "hello?");
  chat.stop(a, leave_reason::eof);
  chat.second();
  chat.shutdown();
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(b).empty());
}

TEST_CASE("shutdown: whoever still comes is told goodbye too", "[shutdown]") {
  simulation chat;
  chat.come();
  chat.shutdown();
  const auto late = chat.come();
  CHECK(chat.at(late).closed);
  CHECK(chat.heard(late) == "The server is shutting down. Goodbye\n");
  CHECK(chat.hub().online() == 0);
}

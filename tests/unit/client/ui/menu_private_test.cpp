#include <string>
#include <vector>

#include "client/ui/menu.hpp"
#include "tests/support/catch.hpp"

using namespace confab::client;
using confab::language;

namespace {

using words = std::vector<std::string>;

person known(std::string name, user_number user) {
  return {.name = std::move(name), .addr = "10.0.0." + std::to_string(user) + ":1", .user = user};
}

joined arrival(user_number user) {
  const std::string addr = "10.0.0." + std::to_string(user) + ":1";
  return {.name = addr, .online = 9, .addr = addr, .user = user};
}

renamed change(std::string from, std::string to, user_number user) {
  return {.old_name = std::move(from),
          .name = std::move(to),
          .addr = "10.0.0." + std::to_string(user) + ":1",
          .user = user};
}

left departure(std::string name, user_number user) {
  return {.name = std::move(name), .reason = "eof", .online = 2, .user = user};
}

/// In private chat with david, who has number 4, on a server that knows people by numbers; bob has 5.
struct chat {
  explicit chat(typist who = typist::person, bool numbers = true) : menu_(language::en, people_, bell_mode::off, who) {
    people_.greet(welcome{.name = "me", .online = 3, .user = numbers ? 3U : 0U});
    users all{.people = {known("me", 3), known("david", 4), known("bob", 5)}, .online = 3};
    if (!numbers) {
      for (person& each : all.people) each.user = 0;
    }
    people_.apply(all);
    menu_.start();
    type("/2 david");
  }

  words type(std::string_view line) { return in_words(menu_.line(line)); }
  words hear(event_body body) {
    people_.apply(body);
    return in_words(menu_.happened(event{.body = std::move(body)}));
  }
  words in_words(const menu_actions& actions) {
    words result;
    for (const auto& each : actions) {
      if (const auto* sent = std::get_if<action::send>(&each)) {
        result.push_back(sent->hold ? "hold " + sent->text : sent->command);
      }
      if (const auto* shown = std::get_if<action::show>(&each)) {
        result.push_back((shown->kind == line_kind::error ? "error " : "") + shown->text);
      }
      if (std::holds_alternative<action::ask>(each)) result.push_back(menu_.prompt());
      if (const auto* kept = std::get_if<action::remember>(&each)) result.push_back("remember " + kept->text);
      if (const auto* fate = std::get_if<action::decide>(&each)) {
        result.push_back(fate->send ? "deliver to " + std::to_string(fate->to.user) : "drop");
      }
    }
    return result;
  }

  roster people_;
  menu menu_;
};

const std::string gone = "david has left: nothing you write here is sent";
const std::string another = "david is somebody else now: 10.0.0.5:1, not the one you talked to";

}  // namespace

TEST_CASE("private chat: goes to the person by number, whatever their name", "[menu][private]") {
  chat here;
  CHECK(here.type("hi") == words{"/to @4 hi"});
  CHECK(here.hear(change("david", "dave", 4)) == words{"private→dave> "});
  CHECK(here.type("hi") == words{"/to @4 hi"});
  CHECK(here.hear(change("bob", "david", 5)).empty());  // not the one we talk to
  CHECK(here.type("still you?") == words{"/to @4 still you?"});
  CHECK(here.menu_.conversation() == "@4");
}

TEST_CASE("private chat: another who takes the name gets nothing unasked", "[menu][private]") {
  const bool numbers = GENERATE(true, false);
  const auto number = [numbers](user_number each) { return numbers ? each : 0; };
  INFO(numbers);
  SECTION("a person is asked, and yes is for that one") {
    chat here(typist::person, numbers);
    CHECK(here.hear(departure("david", number(4))) == words{gone});
    auto took = change("bob", "david", number(5));
    took.addr = "10.0.0.5:1";
    CHECK(here.hear(took) == words{another});
    CHECK(here.type("secret") == words{another, "y or n> "});
    SECTION("no") {
      const std::string answer = GENERATE("n", "", "no", "N", "否");
      CHECK(here.type(answer) == words{"remember secret", "error Not sent: secret", "private→david> "});
      CHECK(here.type("again") == words{another, "y or n> "});  // no means no, also the next time
    }
    SECTION("neither: nothing is sent, and the line is kept") {
      CHECK(here.type("secret") ==
            words{"remember secret", "error Please answer y or n first; Up brings your line back", "y or n> "});
    }
    SECTION("yes") {
      const std::string answer = GENERATE("y", "Yes", "ｙ", "是");
      CHECK(here.type(answer) == words{"private→david> ", numbers ? "/to @5 secret" : "/to david secret"});
      CHECK(here.type("more") == words{numbers ? "/to @5 more" : "/to david more"});
    }
    SECTION("yes, but meanwhile it is a third who has the name") {
      auto away = change("david", "dove", number(5));
      here.hear(away);
      here.hear(arrival(number(6)));
      here.hear(change(numbers ? "10.0.0.6:1" : "10.0.0.0:1", "david", number(6)));
      CHECK(here.type("y").back() == (numbers ? "/to @5 secret" : "/to dove secret"));  // who was asked about
    }
    SECTION("yes, but they have left") {
      here.hear(departure("david", number(5)));
      if (numbers) {
        CHECK(here.type("y").back() == "/to @5 secret");  // the server says that nobody has that number
      } else {
        CHECK(here.type("y") == words{"error Nobody online is called david", "remember secret",
                                      "error Not sent: secret", "private→david> "});
      }
    }
  }
  SECTION("a script is refused") {
    chat here(typist::script, numbers);
    here.hear(departure("david", number(4)));
    auto took = change("bob", "david", number(5));
    here.hear(took);
    const words said = here.type("secret");
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("error Not sent: secret (david is somebody else now"));
  }
}

TEST_CASE("private chat: the name may change hands without a departure that was told", "[menu][private]") {
  chat here;
  SECTION("a new name") {
    CHECK(here.hear(change("bob", "david", 5)) == words{gone, another});
  }
  SECTION("a list") {
    const auto told = here.hear(users{.people = {known("me", 3), known("david", 5)}, .online = 2});
    CHECK(told == words{gone, another});
  }
  SECTION("a word") {
    CHECK(here.hear(message{.from = "david", .text = "x", .user = 5, .addr = "10.0.0.5:1"}) == words{gone, another});
  }
  CHECK(here.type("secret") == words{another, "y or n> "});
}

TEST_CASE("private chat: who is missing in a whole list is gone", "[menu][private]") {
  chat here;
  CHECK(here.hear(users{.people = {known("me", 3)}, .online = 2, .end = false}).empty());
  CHECK(here.hear(users{.people = {known("bob", 5)}, .online = 2}) == words{gone});
  CHECK(here.type("hi") == words{"remember hi", "error Not sent: david is not there (hi)"});
}

TEST_CASE("private chat: the server says that they are gone", "[menu][private]") {
  chat here;
  CHECK(here.in_words(here.menu_.lost_partner(5)).empty());
  CHECK(here.in_words(here.menu_.lost_partner(0)).empty());
  CHECK(here.in_words(here.menu_.lost_partner(4)) == words{gone});
  CHECK(here.in_words(here.menu_.lost_partner(4)).empty());
}

TEST_CASE("private chat: who was held for gone and is there after all is back", "[menu][private]") {
  chat here;
  here.in_words(here.menu_.lost_partner(4));
  CHECK(here.hear(message{.from = "david", .text = "x", .user = 4}) == words{"david is back", "private→david> "});
  CHECK(here.type("hi") == words{"/to @4 hi"});
}

TEST_CASE("private chat: a resumed connection keeps the person where there are numbers", "[menu][private]") {
  const bool numbers = GENERATE(true, false);
  chat here(typist::person, numbers);
  here.people_.greet(welcome{.name = "me", .online = 3, .resumed = true, .user = numbers ? 3U : 0U});
  here.menu_.reconnected(true, std::nullopt);
  if (numbers) {
    CHECK(here.type("hi") == words{"/to @4 hi"});
  } else {
    CHECK(here.type("hi") == words{"hold hi"});  // somebody may have taken the name meanwhile
  }
}

TEST_CASE("private chat: after a restart nobody is known, and their lines wait", "[menu][private]") {
  const bool numbers = GENERATE(true, false);
  const auto restart = [numbers](chat& here) {
    here.people_.greet(welcome{.name = "me", .online = 1, .user = numbers ? 1U : 0U});
    here.menu_.reconnected(false, std::nullopt);
  };
  const users back{.people = {known("david", numbers ? 2U : 0U)}, .online = 2};
  const std::string unsure =
      numbers ? "david is at 10.0.0.2:1; after the break there is no telling whether that is the same person"
              : "david is at 10.0.0.0:1; after the break there is no telling whether that is the same person";
  SECTION("a person's") {
    chat here(typist::person, numbers);
    restart(here);
    CHECK(here.type("hi") == words{"hold hi"});
    CHECK(here.hear(back) == words{unsure});
    CHECK(here.type("hi again") == words{unsure, "y or n> "});
    CHECK(here.type("y") == words{"private→david> ", numbers ? "/to @2 hi again" : "/to david hi again"});
    CHECK(here.in_words(here.menu_.ask_held("david", *here.people_.who("david"), 1)).back() == "y or n> ");
    CHECK(here.menu_.asking());
    SECTION("sent") {
      CHECK(here.type("y") == words{"private→david> ", numbers ? "deliver to 2" : "deliver to 0"});
    }
    SECTION("not sent") {
      CHECK(here.type("n") == words{"drop", "private→david> "});
    }
    SECTION("given up") {
      CHECK(here.in_words(here.menu_.forget_held("bob")).empty());
      CHECK(here.in_words(here.menu_.forget_held("david")) == words{"private→david> "});
    }
    CHECK_FALSE(here.menu_.asking());
  }
  SECTION("a script's are refused") {
    chat here(typist::script, numbers);
    restart(here);
    CHECK(here.type("hi") == words{"error Not sent: david is not there (hi)"});
    here.hear(back);
    CHECK(here.type("hi").at(0).starts_with("error Not sent: hi (david is at"));
  }
}

TEST_CASE("private chat: a question about held lines survives another mode, others do not", "[menu][private]") {
  chat here;
  here.in_words(here.menu_.ask_held("bob", *here.people_.who("bob"), 2));
  here.type("/1");
  CHECK(here.menu_.asking());
  CHECK(here.type("y") == words{"public[me]> ", "deliver to 5"});
  here.type("quit");
  CHECK(here.menu_.asking());
  here.type("/menu");
  CHECK_FALSE(here.menu_.asking());
}

TEST_CASE("private chat: one line is for whom the person sees under that name", "[menu][private]") {
  chat here;
  CHECK(here.type("/msg BOB hi you") == words{"/to @5 hi you"});
  CHECK(here.type("/to nobody hi") == words{"/to nobody hi"});
  CHECK(here.type("/msg @7 hi") == words{"/to @7 hi"});
}

TEST_CASE("private chat: /reply is for whom whispered last", "[menu][private]") {
  const bool numbers = GENERATE(true, false);
  const auto number = [numbers](user_number each) { return numbers ? each : 0; };
  chat here(typist::person, numbers);
  here.type("/1");
  CHECK(here.type("/reply hi") == words{"error Nobody has whispered to you yet"});
  CHECK_FALSE(here.menu_.knows_whisperer());
  here.hear(whisper{.from = "me", .to = "bob", .text = "x", .user = number(3)});
  CHECK_FALSE(here.menu_.knows_whisperer());
  here.hear(whisper{.from = "bob", .to = "me", .text = "x", .user = number(5)});
  CHECK(here.type("/reply hi there") == words{numbers ? "/to @5 hi there" : "/to bob hi there"});
  SECTION("under another name") {
    here.hear(change("bob", "rob", number(5)));
    CHECK(here.type("/reply hi") == words{numbers ? "/to @5 hi" : "/to rob hi"});
  }
  SECTION("and not whoever takes their name") {
    here.hear(departure("bob", number(5)));
    here.hear(arrival(number(6)));
    here.hear(change(numbers ? "10.0.0.6:1" : "10.0.0.0:1", "bob", number(6)));
    if (numbers) {
      CHECK(here.type("/reply hi") == words{"/to @5 hi"});  // nobody, says the server
    } else {
      CHECK(here.type("/reply hi") == words{"error Nobody online is called bob"});
    }
  }
  SECTION("alone it opens their chat, as the key does") {
    const bool key = GENERATE(true, false);
    const words told = key ? here.in_words(here.menu_.open_last()) : here.type("/reply");
    CHECK(told == words{"private→bob> "});
    CHECK(here.type("hi") == words{numbers ? "/to @5 hi" : "/to bob hi"});
  }
  SECTION("after a restart nobody can know who that was") {
    here.people_.greet(welcome{.name = "me", .online = 1});
    here.menu_.reconnected(false, std::nullopt);
    CHECK_FALSE(here.menu_.knows_whisperer());
    CHECK(here.type("/reply hi") == words{"error Nobody online is called bob"});
  }
}

TEST_CASE("private chat: the list shows whose connection is broken", "[menu][private]") {
  chat here;
  here.hear(delivery{.now = delivery::state::waiting, .name = "bob", .user = 5, .messages = 1, .seconds = 120});
  CHECK(here.type("/2").at(0) == "  1. bob (connection broken)   2. david   0. back (or Enter)");
  here.hear(delivery{.now = delivery::state::delivered, .name = "bob", .user = 5, .messages = 1});
  CHECK(here.type("/2").at(0) == "  1. bob   2. david   0. back (or Enter)");
}

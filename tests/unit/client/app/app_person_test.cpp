// What a person at a terminal is offered and asked.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "client/app/saved_place.hpp"
#include "client/protocol/send_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

/// The polite server, with another welcome.
fake_server::answer with_welcome(const std::string& welcome) {
  return [welcome](const std::string& line) { return line == "/json on" ? welcome + "\n" : polite_answer(line); };
}

}  // namespace

TEST_CASE("app: a person without a name is offered to choose one, and Enter keeps the address", "[app][person]") {
  session here;
  here.interactive = true;
  here.wanted.name.clear();
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  CHECK(here.screen.has("Choose a name; Enter alone keeps 127.0.0.1:9"));
  SECTION("Enter") {
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
    CHECK(here.server->count("/rename") == 0);
  }
  SECTION("a name") {
    here.screen.type("taken");
    REQUIRE(here.until([&] { return here.screen.has("already in use"); }));
    here.screen.type("eve");
    REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
    CHECK(here.screen.status.find("eve") != std::string::npos);
  }
}

TEST_CASE("app: neither a script nor who has a name is asked for one", "[app][person]") {
  session here;
  here.interactive = GENERATE(true, false);
  if (!here.interactive) here.wanted.name.clear();
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK_FALSE(here.screen.has("Choose a name"));
}

TEST_CASE("app: who has chosen no language reads that of the server", "[app][person]") {
  const bool chosen = GENERATE(true, false);
  session here(
      with_welcome(R"({"type":"welcome","lang":"zh","name":"127.0.0.1:9","addr":"127.0.0.1:9","online":2,"user":1})"));
  here.wanted.lang_chosen = chosen;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  CHECK(here.screen.last_prompt() == (chosen ? "choose> " : "选择> "));
  CHECK(here.screen.has(chosen ? "Connected to" : "已连接"));
  CHECK(here.screen.spoken == (chosen ? std::nullopt : std::optional(confab::language::zh)));
}

TEST_CASE("app: Tab completes to our rooms, and behind a command to what it takes", "[app][person]") {
  session here([](const std::string& line) {
    if (line.find("/join tea") == std::string::npos) return polite_answer(line);
    const std::string tag = line.substr(5, line.find(' ', 5) - 5);
    return R"({"type":"joined","room":"tea","name":"ann","addr":"1.2.3.4:5","tag":")" + tag + "\"}\n" +
           R"({"type":"room","room":"tea","tag":")" + tag + "\"}\n";
  });
  here.start_in_public_chat();
  here.screen.type("/join tea");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "#tea[ann]> "; }));
  const completion_words words = here.client->completions();
  CHECK((words.rooms == std::vector<std::string>{"#lobby", "#tea"}));
  const auto history = std::find_if(words.arguments.begin(), words.arguments.end(),
                                    [](const argument_words& each) { return each.command == "/history"; });
  REQUIRE(history != words.arguments.end());
  CHECK((history->words == std::vector<std::string>{"#lobby", "#tea", "before"}));
  for (const char* command : {"/replay", "/times", "/bell"}) {
    INFO(command);
    CHECK(std::count(words.commands.begin(), words.commands.end(), command) == 1);
  }
}

TEST_CASE("app: the status row says how to leave, while there is something to leave", "[app][person]") {
  session here;
  here.start_in_public_chat();
  CHECK(here.screen.has("exit goes back to the menu"));
  CHECK(here.screen.status.find("exit: menu") != std::string::npos);
  here.screen.type("exit");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK(here.screen.status.find("exit: menu") == std::string::npos);
  CHECK(here.server->count("/say") == 0);
}

TEST_CASE("app: a message that was typed in the menu can be found again", "[app][person]") {
  session here;
  here.interactive = true;
  here.screen.type("hello everybody");
  here.start();
  REQUIRE(here.until([&] { return here.screen.remembered.size() == 1; }));
  CHECK(here.screen.remembered[0] == "hello everybody");
  CHECK(here.screen.has("1 is for talking"));
}

TEST_CASE("app: earlier lines are those of the conversation", "[app][person]") {
  session here;
  here.start_in_public_chat();
  CHECK(here.screen.conversation.empty());
  here.screen.type("/2 bob");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "private→bob> "; }));
  CHECK_FALSE(here.screen.conversation.empty());
  CHECK(here.screen.uses.back() == line_use::talk);
}

TEST_CASE("app: one key opens the private chat with whom whispered last", "[app][person]") {
  session here;
  here.start_in_public_chat();
  here.screen.input().on_open();
  CHECK(here.screen.has("Nobody has whispered to you yet"));
  CHECK(here.screen.aside == 0);
  here.server->send("{\"type\":\"private\",\"id\":5,\"from\":\"bob\",\"to\":\"ann\",\"text\":\"psst\"}\n");
  REQUIRE(here.until([&] { return here.screen.status.find("unread private 1 (Ctrl-O)") != std::string::npos; }));
  here.screen.input().on_open();
  CHECK(here.screen.last_prompt() == "private→bob> ");
  CHECK(here.screen.aside == 1);  // what was being typed was meant for somebody else
  CHECK(here.screen.status.find("unread") == std::string::npos);
}

TEST_CASE("app: the parts of a long line are said whatever they look like", "[app][person]") {
  session here;
  here.start_in_public_chat();
  CHECK(here.screen.limit == 4096 - send_queue("t").overhead() - std::string_view("/say ").size());
  here.screen.input().on_part("/quit exit");
  here.screen.input().on_part("quit");
  REQUIRE(here.until([&] { return here.server->count("/say quit") == 1; }));
  CHECK(here.server->count("/say /quit exit") == 1);
}

TEST_CASE("app: a private line that waits over a restart is asked about when somebody has the name", "[app][person]") {
  session here;
  here.first_wait = 1ms;
  here.interactive = true;
  here.screen.type("2");
  here.screen.type("bob");
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "private→bob> "; }));
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("psst");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "y or n> "; }));
  CHECK(here.screen.has("What you wrote to bob waits up to 60 s"));
  CHECK(here.server->count("psst") == 0);
  SECTION("yes") {
    here.screen.type("y");
    REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 1"); }));
    CHECK(here.server->count("/to bob psst") == 1);
    CHECK(here.screen.last_prompt() == "private→bob> ");
    here.screen.type("more");
    REQUIRE(here.until([&] { return here.server->count("/to bob more") == 1; }));
  }
  SECTION("no") {
    here.screen.type("n");
    REQUIRE(here.until([&] { return here.screen.has("Not sent: psst"); }));
    CHECK(here.server->count("psst") == 0);
  }
  SECTION("lost again before the answer, it is asked again") {
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.count("trying again in") == 2; }));
    REQUIRE(here.until([&] { return here.screen.count("Send your lines that wait") == 2; }));
    CHECK(here.screen.last_prompt() == "y or n> ");
    here.screen.type("y");
    REQUIRE(here.until([&] { return here.server->count("/to bob psst") == 1; }));
  }
  SECTION("leaving lists it") {
    here.screen.type("/quit");
    REQUIRE(here.ends());
    CHECK(here.screen.count("Not sent: psst") == 1);
  }
}

TEST_CASE("app: a private line waits its time for somebody and not longer", "[app][person]") {
  session here;
  here.first_wait = 1ms;
  here.hold_time = 20ms;
  here.interactive = true;
  here.screen.type("1");
  here.screen.type("/msg carol psst");
  here.start();
  REQUIRE(here.until([&] { return here.screen.has("no user with that name"); }));  // carol is not there
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("/msg carol again");
  REQUIRE(here.until([&] { return here.screen.has("Not sent: again (carol did not come back)"); }));
  CHECK(here.server->count("again") == 0);
}

TEST_CASE("app: what the history shows as ours after a crash is not said twice, nor shown twice", "[app][person]") {
  // The first server takes the line and dies before it confirms; the second has the first one's history.
  const std::string welcome = R"({"type":"welcome","name":"127.0.0.1:9","addr":"127.0.0.1:9","user":1,"token":"a"})";
  bool deaf = false;
  std::string tag;
  const auto first = [&](const std::string& line) -> std::string {
    if (line == "/json on") return welcome + "\n";
    if (line.find("/say") == std::string::npos) return polite_answer(line);
    tag = line.substr(5, line.find(' ', 5) - 5);
    return deaf ? std::string() : polite_answer(line);
  };
  const bool in_history = GENERATE(true, false);
  const auto second = [&](const std::string& line) -> std::string {
    if (line.starts_with("/resume"))
      return R"({"type":"error","code":"cannot-resume","text":"no"})"
             "\n";
    if (line == "/json on") return welcome + "\n";
    const std::string asked = line.substr(5, line.find(' ', 5) - 5);
    if (line.find("/history") != std::string::npos) {
      std::string past;
      if (in_history) {
        past = fmt::format(
            R"({{"type":"message","id":3,"tag":"{}","from":"ann","text":"once","past":true,"own_tag":"{}"}})"
            "\n",
            asked, tag);
      }
      return past + fmt::format(R"({{"type":"history","tag":"{}","messages":1,"more":false}})"
                                "\n",
                                asked);
    }
    if (line.find("/say once") != std::string::npos) {
      return fmt::format(R"({{"type":"message","id":3,"tag":"{}","from":"ann","user":1,"text":"once","repeated":true}})"
                         "\n",
                         asked);
    }
    return polite_answer(line);
  };
  session here(first);
  here.first_wait = 1ms;
  here.start_in_public_chat();
  deaf = true;
  here.screen.type("once");
  REQUIRE(here.until([&] { return here.server->count("/say once") == 1; }));
  const std::uint16_t port = here.server->port();
  here.server.reset();
  here.server = std::make_unique<fake_server>(here.io, second, port);
  REQUIRE(here.until(
      [&] { return here.screen.has("Waiting lines delivered: 1") || here.screen.count("(me): once") >= 2; }));
  here.screen.type("after");
  REQUIRE(here.until([&] { return here.server->count("/say after") == 1; }));
  CHECK(here.server->count("/say once") == (in_history ? 0 : 1));
  CHECK(here.screen.count("(me): once") == 2);  // as waiting, and as said
  CHECK(here.screen.count("(me): once ⏳") == 1);
}

namespace {

const std::string with_token =
    R"({"type":"welcome","name":"127.0.0.1:9","addr":"127.0.0.1:9","user":1,"online":2,"token":"secret"})";

std::string kept_in(const std::string& folder) {
  std::string all;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(each.path());
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

}  // namespace

TEST_CASE("app: where we are is written down, and removed at the end", "[app][person]") {
  const confab::test::scratch_directory scratch;
  session here(with_welcome(with_token));
  here.interactive = true;
  here.wanted.state_folder = scratch.path() + "/confab";
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK(here.server->count("/tag beat /heartbeat 15") == 1);
  here.server->send(said_by_bob("seen"));
  REQUIRE(here.until([&] { return kept_in(here.wanted.state_folder).ends_with("secret\n9\nann\n"); }));
  SECTION("another client does not take the place of one that lives") {
    session other(with_welcome(with_token));
    other.interactive = true;
    other.wanted.state_folder = here.wanted.state_folder;
    other.wanted.port = here.server->port();
    CHECK(saved_place(other.wanted.state_folder, fmt::format("127.0.0.1:{}", other.wanted.port), "ann").found() ==
          place{});
  }
  SECTION("leaving") {
    here.screen.type("/quit");
  }
  SECTION("interrupted") {
    here.client->on_interrupt();
  }
  if (here.client->result()) CHECK(std::filesystem::is_empty(here.wanted.state_folder));
}

TEST_CASE("app: a killed client takes its place back, with its room", "[app][person]") {
  const confab::test::scratch_directory scratch;
  const std::string resumed =
      R"({"type":"welcome","name":"ann","addr":"127.0.0.1:9","user":1,"online":2,"token":"secret","resumed":true,"rooms":["tea"],"room":"tea"})";
  const std::string missed = R"({"type":"message","id":10,"from":"bob","text":"missed","past":true,"user":2})";
  const bool there = GENERATE(true, false);
  session here([&](const std::string& line) {
    if (line == "/resume secret 9") {
      return there ? resumed + "\n" + missed + "\n"
                   : R"({"type":"error","code":"cannot-resume","text":"no"})"
                     "\n" +
                         with_token + "\n";
    }
    return line == "/json on" ? with_token + "\n" : polite_answer(line);
  });
  here.interactive = true;
  here.wanted.state_folder = scratch.path() + "/confab";
  {
    saved_place dead(here.wanted.state_folder, fmt::format("127.0.0.1:{}", here.server->port()), "ann");
    dead.note({"secret", 9}, "ann");
  }
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK(here.server->lines().front() == "/resume secret 9");
  CHECK(here.screen.has("You have your place back") == there);
  CHECK(here.screen.has("missed") == there);
  CHECK(here.server->count("/rename ann") == (there ? 0 : 1));
  here.screen.type("1");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == (there ? "#tea[ann]> " : "public[ann]> "); }));
  here.screen.type("/quit");
  REQUIRE(here.ends());
  CHECK(std::filesystem::is_empty(here.wanted.state_folder));
}

TEST_CASE("app: an old server that does not say where text goes is told: to all", "[app][person]") {
  const confab::test::scratch_directory scratch;
  const std::string resumed =
      R"({"type":"welcome","name":"ann","addr":"127.0.0.1:9","online":2,"token":"secret","resumed":true})";
  session here(
      [&](const std::string& line) { return line.starts_with("/resume") ? resumed + "\n" : polite_answer(line); });
  here.interactive = true;
  here.wanted.state_folder = scratch.path() + "/confab";
  {
    saved_place dead(here.wanted.state_folder, fmt::format("127.0.0.1:{}", here.server->port()), "ann");
    dead.note({"secret", 3}, "ann");
  }
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK(here.server->count("/room lobby") == 1);
}

TEST_CASE("app: a second outage is waited for like the first, and a failed return goes on counting", "[app][person]") {
  bool returning_works = true;
  session here([&](const std::string& line) {
    return line.find("/history") != std::string::npos && !returning_works ? std::string() : polite_answer(line);
  });
  here.first_wait = 1ms;
  here.start_in_public_chat();
  for (int outage = 1; outage <= 3; ++outage) {
    here.server->drop();
    here.screen.type(fmt::format("outage {}", outage));
    REQUIRE(here.until([&] { return here.server->count(fmt::format("/say outage {}", outage)) == 1; }));
  }
  CHECK(here.screen.count("(attempt 1)") == 3);
  CHECK(here.screen.count("(attempt 2)") == 0);
  returning_works = false;  // lost again while it returns, twice
  here.server->drop();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    REQUIRE(here.until([&] { return here.screen.count("Connected again") == 3 + attempt; }));
    here.screen.type(fmt::format("held {}", attempt));
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.has(fmt::format("(attempt {})", attempt + 1)); }));
  }
  returning_works = true;
  REQUIRE(here.until([&] { return here.server->count("/say held") == 3; }));
  CHECK(here.screen.status.find("not connected") == std::string::npos);
}

// How many are online, and who is away.

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using lines = std::vector<std::string>;

TEST_CASE("count: JSON users are told how many are online, at most once a second", "[count]") {
  running_server server({.arguments = {"--threads", "2"}});
  peer ann = joined(server);
  peer bob = joined(server);
  ann.heard();
  ann.json_on();
  const auto start = clock_type::now();
  std::vector<peer> more;
  std::size_t told = 0;
  std::size_t last = 0;
  const auto read = [&](const std::string& line) {
    const json event = json::parse(line);
    if (event["type"] != "count") return;
    CHECK(fields(event) == lines{"type", "time", "online"});
    last = event["online"];
    ++told;
  };
  while (clock_type::now() - start < 2500ms) {
    if (more.size() < 40) more.push_back(joined(server));
    while (const auto line = ann.line_within(20ms)) read(*line);
  }
  const deadline until;
  while (last != more.size() + 2 && !until.passed()) {
    if (const auto line = ann.line_within(100ms)) read(*line);
  }
  CHECK(last == more.size() + 2);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(clock_type::now() - start).count();
  CHECK(told >= 2);  // at its start and at its end
  CHECK(told <= static_cast<std::size_t>(seconds) + 1);
  // Without a change there is nothing to tell.
  CHECK_FALSE(ann.line_within(1500ms).has_value());
  // Who reads text hears of arrivals only.
  const lines arrivals = bob.heard();
  REQUIRE(arrivals.size() == more.size());
  for (std::size_t i = 0; i < more.size(); ++i) CHECK(arrivals[i] == more[i].as() + "is online");
}

TEST_CASE("away: who shows it, and whoever whispers is told once", "[away]") {
  const std::string language = GENERATE("en", "zh");
  const bool zh = language == "zh";
  running_server server({.arguments = {"--threads", "2"}, .language = language});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  const std::string away = zh ? "ann暂时离开：午饭" : "ann is away: 午饭";
  ann.say("/away 午饭");
  CHECK(ann.heard() == lines{away});
  bob.say("who");
  CHECK(bob.heard() == lines{ann.as("ann") + (zh ? "在线...（暂离：午饭）" : "online... (away: 午饭)"),
                             bob.as("bob") + (zh ? "在线..." : "online...")});
  bob.say("to ann hi");
  CHECK(bob.heard() == lines{away});
  bob.say("to ann hi");
  CHECK(bob.heard().empty());
  CHECK(ann.heard().size() == 2);
  ann.say("/back");
  CHECK(ann.heard() == lines{zh ? "ann回来了" : "ann is back"});
  bob.say("to ann hi");
  bob.say("who");
  CHECK(bob.heard()[0] == ann.as("ann") + (zh ? "在线..." : "online..."));
}

TEST_CASE("away: in JSON", "[away][json]") {
  running_server server;
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  ann.json_on();
  bob.json_on();
  ann.say("/tag a /away");
  json event = ann.event("away");
  CHECK(fields(event) == lines{"type", "time", "tag", "name", "addr", "user", "text"});
  CHECK(event["text"] == "");
  bob.say("/tag w to ann hi");
  CHECK(bob.event("private")["tag"] == "w");
  event = bob.event("away");
  CHECK(event["name"] == "ann");
  CHECK(event["tag"] == "w");
  bob.say("/who");
  event = bob.event("users");
  CHECK(event["users"][0]["away"] == "");
  CHECK_FALSE(event["users"][1].contains("away"));
  CHECK(ann.event("private")["text"] == "hi");
  ann.say("/tag b /back");
  event = ann.event("back");
  CHECK(fields(event) == lines{"type", "time", "tag", "name", "addr", "user"});
}

// Taking messages back, over real connections and in what is kept.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// Whether any file of the folder holds these bytes.
bool holds(const scratch_directory& folder, const std::string& bytes) {
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    if (content.find(bytes) != std::string::npos) return true;
  }
  return false;
}

lines answer(peer& who, const std::string& line) {
  who.say(line);
  return who.heard();
}

}  // namespace

TEST_CASE("recall: ids are shown to those who ask for them", "[recall]") {
  running_server server;
  peer ann = joined(server);
  peer bob = joined(server);
  ann.heard();
  CHECK(answer(ann, "hello") == lines{ann.as() + "hello"});
  CHECK(answer(ann, "/ids on").empty());
  CHECK(answer(ann, "again") == lines{"2 " + ann.as() + "again"});
  CHECK(bob.heard() == lines{ann.as() + "hello", ann.as() + "again"});
  CHECK(answer(ann, "/ids off").empty());
  CHECK(answer(ann, "more") == lines{ann.as() + "more"});
  CHECK(answer(ann, "/ids") == lines{"Something is missing. Usage: /ids on|off"});
}

TEST_CASE("recall: all who could hear it are told, and it is gone from all that can be asked", "[recall]") {
  const scratch_directory data;
  const std::string language = GENERATE("en", "zh");
  const bool zh = language == "zh";
  const std::string secret = "never to be said";
  const std::string gone = zh ? "消息 2 已被撤回" : "message 2 was recalled";
  {
    running_server server({.arguments = {"--data-dir", data.path(), "--replay", "5", "--threads", "2"},
                           .predictable = false,
                           .language = language});
    peer ann = joined(server);
    peer bob = joined(server);
    peer cat = joined(server);
    for (peer* const each : {&ann, &bob, &cat}) each->heard();
    cat.json_on();
    ann.say("before");
    ann.say(secret);  // kept in the file as it is, unlike the words in the index
    ann.say("after");
    ann.heard();
    CHECK(bob.heard().size() == 3);
    for (int i = 0; i < 3; ++i) cat.event("message");
    CHECK(answer(bob, "/recall 2") == lines{zh ? "消息 2 不是您发的" : "Message 2 is not yours"});
    CHECK(answer(ann, "/tag r /recall 2") == lines{"r " + gone});
    CHECK(bob.heard() == lines{gone});
    const json event = cat.event("recalled");
    CHECK(event["id"] == 2);
    CHECK(answer(ann, "/recall 2") == lines{zh ? "消息 2 已经撤回" : "Message 2 has already been recalled"});
    CHECK(bob.heard().empty());

    const lines page = answer(bob, "/history");
    CHECK(page.size() >= 3);
    const lines found = answer(bob, "/search " + secret);
    CHECK(found.size() == 1);  // that there is none
    for (const lines& reply : {page, found}) {
      // The search's answer repeats what was looked for, and nothing else.
      for (const auto& line : reply) CHECK(line.find(secret) == std::string::npos);
    }
    peer fresh(server);
    const lines heard = fresh.heard();
    CHECK(heard.size() == 3);
    for (const auto& line : heard) CHECK(line.find(secret) == std::string::npos);
  }
  CHECK_FALSE(holds(data, secret));
  const outcome check = run_server({"--data-dir", data.path(), "--check-data"});
  CHECK(check.status == 0);
  const outcome exported = run_server({"--data-dir", data.path(), "--export", "-"});
  CHECK(lines_of(exported.output).size() == 2);
  // It does not come back with a restart, and its id is not used again.
  running_server server({.arguments = {"--data-dir", data.path(), "--replay", "5"}, .predictable = false});
  peer ann(server);
  CHECK(ann.heard().size() == 3);
  CHECK(answer(ann, "/recall 1") == lines{"There is no message 1 that can still be recalled"});
  ann.json_on();
  ann.say("x");
  CHECK(ann.event("message")["id"] == 4);
}

TEST_CASE("recall: of a whisper both sides are told", "[recall]") {
  running_server server({.arguments = {"--threads", "2"}});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  peer cat = joined_as(server, "cat");
  for (peer* const each : {&ann, &bob, &cat}) each->heard();
  ann.say("/ids on");
  CHECK(answer(ann, "to bob psst") == lines{"1 you whispered to bob: psst"});
  CHECK(bob.heard() == lines{"ann whispers to you: psst"});
  CHECK(answer(bob, "/recall 1") == lines{"Message 1 is not yours"});
  CHECK(answer(ann, "/recall 1") == lines{"message 1 was recalled"});
  CHECK(bob.heard() == lines{"message 1 was recalled"});
  CHECK(cat.heard().empty());
  CHECK(answer(bob, "/search psst") == lines{"Nothing found"});
}

TEST_CASE("recall: in a room its members are told", "[recall][rooms]") {
  running_server server({.arguments = {"--threads", "2"}});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  peer cat = joined_as(server, "cat");
  for (peer* const each : {&ann, &bob}) {
    each->say("/join tea");
    each->heard();
  }
  ann.heard();
  cat.heard();
  ann.say("oops");
  ann.heard();
  bob.heard();
  CHECK(answer(ann, "/recall 1") == lines{"#tea message 1 was recalled"});
  CHECK(bob.heard() == lines{"#tea message 1 was recalled"});
  CHECK(cat.heard().empty());
}

TEST_CASE("recall: the name does not make it one's own", "[recall]") {
  running_server server;
  peer ann = joined_as(server, "ann");
  peer eve = joined(server);
  ann.heard();
  ann.say("mine");
  ann.heard();
  const std::string offline = ann.as("ann") + "is offline";
  ann.close();
  while (eve.line() != offline) {
  }
  CHECK(answer(eve, "rename ann") == lines{"Your name is now: ann"});
  CHECK(answer(eve, "/recall 1") == lines{"Message 1 is not yours"});
}

TEST_CASE("recall: after --recall-window it is too late", "[recall]") {
  running_server server({.arguments = {"--recall-window", "2"}});
  peer ann = joined(server);
  CHECK(answer(ann, "one") == lines{ann.as() + "one"});
  CHECK(answer(ann, "/recall 1") == lines{"message 1 was recalled"});
  const auto said = std::chrono::steady_clock::now();
  CHECK(answer(ann, "two") == lines{ann.as() + "two"});
  lines heard;
  // Somebody else's would be told apart from one that is too old, so this asks for another's.
  peer bob = joined(server);
  ann.heard();
  while (std::chrono::steady_clock::now() - said < 30s) {
    heard = answer(bob, "/recall 2");
    if (heard != lines{"Message 2 is not yours"}) break;
  }
  CHECK(heard == lines{"There is no message 2 that can still be recalled"});
  CHECK(std::chrono::steady_clock::now() - said >= 1990ms);
  CHECK(answer(ann, "/recall 2") == lines{"There is no message 2 that can still be recalled"});
}

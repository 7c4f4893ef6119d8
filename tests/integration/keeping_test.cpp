// Kept before told: what any user has heard is in the history, whatever becomes of the server or its disk.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/crowd.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t user_count = 8;
constexpr int under_way = 8;  // messages of each user

/// All that was heard, over all servers on one folder.
struct ledger {
  std::map<std::uint64_t, std::string> texts{};
  std::uint64_t highest_before = 0;  ///< of the servers before
  std::size_t heard = 0;
  lines faults{};

  void note(std::uint64_t id, const std::string& text) {
    ++heard;
    if (id <= highest_before) faults.push_back("id " + std::to_string(id) + " again");
    if (const auto [known, fresh] = texts.emplace(id, text); !fresh && known->second != text)
      faults.push_back("id " + std::to_string(id) + " is '" + known->second + "' and '" + text + "'");
  }
};

/// The value of a field of a JSON line that holds nothing to escape; empty when there is none.
std::string_view value(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  return line.substr(0, line.find_first_of(",\"}"));
}

/// Users talk as fast as they hear themselves, until the server is killed after `time`.
void talk_until_killed(running_server& server, int round, std::chrono::microseconds time, ledger& book) {
  int said = 0;
  clock_type::time_point first{};
  crowd* all = nullptr;
  std::vector<std::string> names(user_count);
  const auto say = [&](std::size_t who) {
    const bool whisper = ++said % 5 == 0;
    const std::string text = std::to_string(round) + "." + std::to_string(said);
    all->send(who, (whisper ? "to u" + std::to_string((who + 1) % user_count) + " " + text : text) + "\n");
  };
  crowd talking(server, [&](std::size_t who, std::string_view line) {
    const bool message = line.rfind(R"({"type":"message")", 0) == 0;
    if (!message && line.rfind(R"({"type":"private")", 0) != 0) {
      if (line.rfind(R"({"type":"renamed")", 0) == 0 && value(line, R"("name":")") == names[who])
        for (int i = 0; i < under_way; ++i) say(who);
      return;
    }
    if (book.heard == 0 || first == clock_type::time_point{}) first = clock_type::now();
    book.note(std::stoull(std::string(value(line, R"("id":)"))), std::string(value(line, R"("text":")")));
    if (value(line, R"("from":")") == names[who]) say(who);
  });
  all = &talking;
  for (std::size_t i = 0; i < user_count; ++i) {
    talking.add();
    names[i] = "u" + std::to_string(i);
    talking.send(i, "/json on\nrename " + names[i] + "\n");
  }
  talking.pump_until([&] { return first != clock_type::time_point{} && clock_type::now() - first >= time; },
                     "the time to kill it");
  server.program().signal(SIGKILL);
  CHECK(server.program().wait() == 128 + SIGKILL);
  server.expect_ended();
  // What is still in the kernel was told too.
  talking.pump_until(
      [&] {
        for (std::size_t i = 0; i < user_count; ++i)
          if (!talking.ended(i)) return false;
        return true;
      },
      "the ends of the connections");
}

// How often a server is killed; CONFAB_KILLS in the environment chooses.
int rounds() {
  const char* const chosen = std::getenv("CONFAB_KILLS");
  return chosen != nullptr ? std::stoi(chosen) : sanitized ? 10 : 50;
}

const std::string not_kept = "Messages are not kept at the moment; the chat goes on";
const std::string kept_again = "Messages are kept again";

lines texts_kept(const scratch_directory& data) {
  lines out;
  for (const auto& line : lines_of(run_server({"--data-dir", data.path(), "--export", "-"}).output))
    out.push_back(json::parse(line)["text"]);
  return out;
}

}  // namespace

TEST_CASE("keeping: after kill -9 at any moment all that was heard is there, once, and ids go on rising", "[keeping]") {
  const scratch_directory data;
  ledger book;
  std::mt19937 random(std::random_device{}());
  for (int round = 1; round <= rounds(); ++round) {
    INFO("round " << round);
    running_server server({.arguments = {"--data-dir", data.path(), "--threads", round % 2 == 0 ? "2" : "1"}});
    const auto time = std::uniform_int_distribution<int>(0, 80'000)(random);
    talk_until_killed(server, round, std::chrono::microseconds(time), book);
    book.highest_before = book.texts.empty() ? 0 : book.texts.rbegin()->first;
    for (const auto& fault : book.faults) FAIL(fault);
  }
  CHECK(book.texts.size() > 100);
  const outcome check = run_server({"--data-dir", data.path(), "--check-data"});
  INFO(check.errors);
  CHECK(check.status == 0);
  const outcome exported = run_server({"--data-dir", data.path(), "--export", "-"});
  std::uint64_t last = 0;
  std::size_t found = 0;
  for (const auto& line : lines_of(exported.output)) {
    const std::uint64_t id = std::stoull(std::string(value(line, R"("id":)")));
    if (id <= last) FAIL_CHECK("ids do not rise: " << line);
    last = id;
    const auto heard = book.texts.find(id);
    if (heard == book.texts.end()) continue;
    ++found;
    if (value(line, R"("text":")") != heard->second) FAIL_CHECK("heard '" << heard->second << "', kept " << line);
  }
  CHECK(found == book.texts.size());
}

TEST_CASE("keeping: with --sync full too", "[keeping]") {
  const scratch_directory data;
  ledger book;
  for (int round = 1; round <= 3; ++round) {
    running_server server({.arguments = {"--data-dir", data.path(), "--sync", "full"}});
    talk_until_killed(server, round, 50ms, book);
    book.highest_before = book.texts.empty() ? 0 : book.texts.rbegin()->first;
    for (const auto& fault : book.faults) FAIL(fault);
  }
  std::size_t found = 0;
  for (const auto& text : texts_kept(data))
    found += std::any_of(book.texts.begin(), book.texts.end(), [&](const auto& each) { return each.second == text; })
                 ? 1U
                 : 0U;
  CHECK(found == book.texts.size());
}

TEST_CASE("keeping: what was under way when the server is asked to end is kept, and told", "[keeping]") {
  const scratch_directory data;
  std::size_t told = 0;
  {
    running_server server({.arguments = {"--data-dir", data.path(), "--threads", "2"}});
    peer ann = joined(server);
    std::string many;
    for (int i = 0; i < 500; ++i) many += "message " + std::to_string(i) + "\n";
    ann.send(many);
    ann.line();
    CHECK(server.stop() == 0);
    for (const auto& line : ann.lines_until_end()) told += line.find("message ") != std::string::npos ? 1U : 0U;
    ++told;
  }
  const lines kept = texts_kept(data);
  REQUIRE(kept.size() >= told);
  for (std::size_t i = 0; i < kept.size(); ++i) CHECK(kept[i] == "message " + std::to_string(i));
}

TEST_CASE("keeping: on a full disk the chat goes on, users are told once, and it resumes by itself", "[keeping]") {
  const scratch_directory data;
  running_server server({.arguments = {"--data-dir", data.path()}});
  peer ann = joined(server);
  peer bob = joined(server);
  ann.heard();
  const auto say = [&](const std::string& text) {
    ann.say(text);
    CHECK(ann.line() == ann.as() + text);
    CHECK(bob.line() == ann.as() + text);
  };
  say("before");
  say("taken back while the disk is full");
  // From here on no file can grow beyond the size of what is kept.
  server.program().limit_files(std::filesystem::file_size(data.path() + "/history.db-wal"));
  ann.say("the first that is not kept " + std::string(4000, 'x').substr(0, 3000));
  lines heard = bob.lines(2);
  std::sort(heard.begin(), heard.end());
  CHECK(std::count(heard.begin(), heard.end(), not_kept) == 1);
  ann.lines(2);
  for (int i = 0; i < 50; ++i) say("lost " + std::to_string(i) + " " + std::string(500, 'x'));
  ann.say("/recall 2");
  CHECK(ann.line() == "message 2 was recalled");
  CHECK(bob.line() == "message 2 was recalled");
  // For longer than the server waits before it tries again nobody is told anything of it.
  const auto full = clock_type::now();
  do {
    say("goes on");
  } while (clock_type::now() - full < 1500ms);
  for (peer* const each : {&ann, &bob}) {
    each->say("/search taken");
    CHECK(each->heard() == lines{"Nothing found"});
  }
  CHECK(server.program().errors().find("the history is not kept") != std::string::npos);

  server.program().unlimit_files();
  std::size_t told = 0;
  for (const deadline until; told == 0 && !until.passed();) {
    while (const auto line = bob.line_within(200ms)) {
      CHECK(*line == kept_again);
      ++told;
    }
  }
  CHECK(told == 1);
  CHECK(ann.line() == kept_again);
  CHECK(server.program().errors().find("the history is kept again; not kept since the start: ") != std::string::npos);
  say("after");
  ann.say("/search after");
  CHECK(ann.heard().back() == "1 found");
  bob.expect_quiet();
  CHECK(server.stop() == 0);
  const lines kept = texts_kept(data);
  CHECK(std::count(kept.begin(), kept.end(), "before") == 1);
  CHECK(std::count(kept.begin(), kept.end(), "after") == 1);
  CHECK(std::count(kept.begin(), kept.end(), "taken back while the disk is full") == 0);
  const outcome check = run_server({"--data-dir", data.path(), "--check-data"});
  INFO(check.errors);
  CHECK(check.status == 0);
}

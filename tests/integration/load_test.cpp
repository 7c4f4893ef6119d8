// Many at once: order, completeness, and memory that comes back.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/crowd.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

bool ends_with(std::string_view line, std::string_view ending) {
  return line.size() >= ending.size() && line.substr(line.size() - ending.size()) == ending;
}

/// Users who only count what they hear: arrivals, departures, and everything else.
class counting_crowd {
 public:
  explicit counting_crowd(const endpoint& where)
      : people(where, [this](std::size_t member, std::string_view line) { note(member, line); }) {}

  /// Brings in `count` users, some hundreds at a time, each of whom hears of all who are there or come later.
  void join(std::size_t count) {
    while (people.size() < count) {
      const std::size_t batch = std::min<std::size_t>(250, count - people.size());
      tallies_.resize(people.size() + batch);
      people.add(batch);
      const std::size_t now = people.size();
      people.pump_until([&] { return arrivals_ == now * (now + 1) / 2; },
                        "all to hear of " + std::to_string(now) + " arrivals");
    }
  }

  struct tally {
    std::size_t departures = 0;
    std::size_t said = 0;
  };
  const tally& of(std::size_t member) const { return tallies_[member]; }
  std::size_t arrivals() const { return arrivals_; }

  crowd people;

 private:
  void note(std::size_t member, std::string_view line) {
    if (ends_with(line, "is online")) {
      ++arrivals_;
    } else if (ends_with(line, "is offline")) {
      ++tallies_[member].departures;
    } else {
      ++tallies_[member].said;
    }
  }

  std::vector<tally> tallies_;
  std::size_t arrivals_ = 0;  ///< heard by all together
};

/// How many users a test of "thousands" has: fewer where a sanitizer makes each of them dear or files are few.
std::size_t thousands(std::size_t wanted) {
  return std::min(sanitized ? wanted / 10 : wanted, raise_open_files() - 100);
}

/// Waits until the server has closed all but its own files.
void wait_for_files(running_server& server, crowd& people, std::size_t at_most) {
  people.pump_until([&] { return server.program().open_files() <= at_most; }, "the server to close its files");
}

void join_talk_leave(std::size_t count) {
  running_server server;
  { peer warm_up = joined(server); }
  const std::size_t files_before = server.program().open_files();
  const std::size_t memory_before = server.program().resident_bytes();
  counting_crowd users(server);
  crowd& people = users.people;
  users.join(count);
  const std::size_t memory_full = server.program().resident_bytes();

  // Talking: everybody hears every line.
  constexpr std::size_t talkers = 50;
  for (std::size_t i = 0; i < talkers; ++i) people.send(i * (count / talkers), "hello all\n你好\n");
  people.pump_until(
      [&] {
        for (std::size_t i = 0; i < count; ++i)
          if (users.of(i).said < 2 * talkers) return false;
        return true;
      },
      "all to hear all");

  // Leaving, every second user, in all the ways there are; the others hear of each once.
  for (std::size_t i = 0; i < count; i += 2) {
    switch (i / 2 % 4) {
      case 0: people.send(i, "/quit\n"); break;
      case 1: people.half_close(i); break;
      case 2: people.reset(i); break;
      default: people.close(i); break;
    }
    if (i % 500 == 0)
      people.pump_until([&, heard = i / 2] { return users.of(1).departures + 100 >= heard; }, "departures to be heard");
  }
  const std::size_t gone = (count + 1) / 2;
  people.pump_until(
      [&] {
        for (std::size_t i = 1; i < count; i += 2)
          if (users.of(i).departures < gone) return false;
        return true;
      },
      "all to hear of all departures");
  for (std::size_t i = 1; i < count; i += 2) {
    REQUIRE_FALSE(people.ended(i));
    REQUIRE(users.of(i).departures == gone);
    REQUIRE(users.of(i).said == 2 * talkers);
  }
  CHECK(users.arrivals() == count * (count + 1) / 2);

  // And all the rest in one moment.
  people.close_all();
  wait_for_files(server, people, files_before);
  peer last = joined(server);
  last.say("who");
  CHECK(last.line() == last.as() + "online...");
  const std::size_t memory_after = server.program().resident_bytes();
  WARN(count << " users: " << memory_before / mebibyte << " MiB before, " << memory_full / mebibyte << " MiB with all, "
             << memory_after / mebibyte << " MiB after");
  if (!sanitized) {
    CHECK(memory_after < memory_before + 16 * mebibyte + (memory_full - memory_before) / 4);
    CHECK(memory_full < memory_before + count * 64 * 1024);
  }
}

}  // namespace

TEST_CASE("load: all hear all in one order, and each sender's lines as they were sent", "[load]") {
  constexpr std::size_t users = 20;
  constexpr std::size_t each = 200;
  const std::string threads = GENERATE("1", "2", "4");
  CAPTURE(threads);
  running_server server({.arguments = {"--threads", threads}});
  std::vector<lines> heard(users);
  std::size_t total = 0;
  std::size_t ready = 0;
  crowd people(server, [&](std::size_t member, std::string_view line) {
    if (line == "pong ready") ++ready;
    if (line.find(" number ") == std::string_view::npos) return;
    heard[member].emplace_back(line);
    ++total;
  });
  people.add(users);
  for (std::size_t i = 0; i < users; ++i) people.send(i, "/ping ready\n");
  people.pump_until([&] { return ready == users; }, "everybody's arrival");

  for (std::size_t number = 0; number < each; ++number) {
    for (std::size_t i = 0; i < users; ++i) people.send(i, "my number " + std::to_string(number) + '\n');
    // Lets some of it go, so that all the senders are at it at the same time in many small pieces.
    if (number % 7 == 0) people.pump_until([&, turns = 0]() mutable { return ++turns > 3; }, "a few turns");
  }
  people.pump_until([&] { return total >= users * users * each; }, "all lines to reach all");
  CHECK(total == users * users * each);
  for (std::size_t i = 1; i < users; ++i) {
    const bool same = heard[i] == heard[0];  // thousands of lines are no help in a report
    REQUIRE(same);
  }

  std::map<std::string, std::size_t> next;
  for (const auto& line : heard[0]) {
    const auto end = line.find(": my number ");
    REQUIRE(end != std::string::npos);
    REQUIRE(line.substr(end) == ": my number " + std::to_string(next[line.substr(0, end)]++));
  }
  CHECK(next.size() == users);
}

TEST_CASE("load: renames, whispers and departures keep one order for all", "[load]") {
  constexpr std::size_t users = 12;
  constexpr std::size_t rounds = 60;
  const std::string threads = GENERATE("1", "2", "4");
  CAPTURE(threads);
  running_server server({.arguments = {"--threads", threads}});
  std::vector<lines> heard(users);
  std::vector<bool> ready(users);
  std::size_t done = 0;
  crowd people(server, [&](std::size_t member, std::string_view line) {
    if (line == "pong done") {
      ++done;
    } else if (ends_with(line, "is online")) {
      ready[member] = true;  // the first of them is its own, which tells the others too: it has said nothing yet
    } else if (line.find(" whispers to you: ") == std::string_view::npos &&
               line.find("Your name is now: ") == std::string_view::npos) {
      heard[member].emplace_back(line);
    }
  });
  people.add(users);
  people.pump_until([&] { return std::find(ready.begin(), ready.end(), false) == ready.end(); }, "everybody's arrival");

  for (std::size_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < users; ++i) {
      const std::string name = "u" + std::to_string(i) + "-" + std::to_string(round);
      people.send(i, "rename " + name + "\nI am " + name + "\nto " + name + " me\n");
    }
  for (std::size_t i = 0; i < users; ++i) people.send(i, "/say last\n");
  const auto lasts = [&](std::size_t member) {
    return std::count_if(heard[member].begin(), heard[member].end(),
                         [](const auto& line) { return ends_with(line, ": last"); });
  };
  people.pump_until(
      [&] {
        for (std::size_t i = 0; i < users; ++i)
          if (lasts(i) < static_cast<std::ptrdiff_t>(users)) return false;
        return true;
      },
      "everybody's last words");

  // A rename is announced to the others only, so each member's view lacks its own; take those of one from the other.
  const auto without = [&](const lines& view, std::size_t a, std::size_t b) {
    lines result;
    for (const auto& line : view)
      if (line.find("is now known as u" + std::to_string(a) + '-') == std::string::npos &&
          line.find("is now known as u" + std::to_string(b) + '-') == std::string::npos)
        result.push_back(line);
    return result;
  };
  for (std::size_t i = 1; i < users; ++i) {
    const bool same = without(heard[i], 0, i) == without(heard[0], 0, i);
    REQUIRE(same);
  }
  CHECK(heard[0].size() == users * rounds + (users - 1) * rounds + users);
}

TEST_CASE("load: users who come and go leave nothing behind", "[load]") {
  running_server server;
  const auto churn = [&server](int count) {
    for (int i = 0; i < count; ++i) {
      peer a(server);
      a.send("rename visitor-" + std::to_string(i) + "\nhello\n/quit\n");
      CHECK(a.lines_until_end().size() >= 4);
    }
  };
  churn(300);
  const std::size_t before = server.program().resident_bytes();
  const std::size_t files = server.program().open_files();
  churn(sanitized ? 300 : 3000);
  if (!sanitized) CHECK(server.program().resident_bytes() < before + 2 * mebibyte);
  crowd nobody(server, [](std::size_t, std::string_view) {});
  wait_for_files(server, nobody, files);
}

TEST_CASE("load: 5000 users join, talk and leave, and the memory comes back", "[load]") {
  join_talk_leave(thousands(5000));
}

TEST_CASE("load: 10000 users join, talk and leave, and the memory comes back", "[load][.large]") {
  join_talk_leave(thousands(10000));
}

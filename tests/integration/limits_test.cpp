// Bounded users, bounded queues, bounded files.

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/crowd.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/tcp_table.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// The most that the system keeps for a connection that nobody reads, in bytes.
std::size_t largest_send_buffer() {
  std::ifstream file("/proc/sys/net/ipv4/tcp_wmem");
  std::size_t least = 0;
  std::size_t usual = 0;
  std::size_t most = 0;
  return file >> least >> usual >> most ? most : 4 * 1024 * 1024;
}

/// What TCP holds in memory on this machine, in bytes: of every connection, so the test must be alone.
std::size_t kernel_memory() {
  std::ifstream file("/proc/net/sockstat");
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(" mem ");
    if (line.starts_with("TCP:") && at != std::string::npos) return std::stoul(line.substr(at + 5)) * 4096;
  }
  throw std::runtime_error("no figure for the memory of TCP");
}

/// Sends up to so much, as far as it goes without waiting.
void fill(const confab::unique_fd& socket, std::string_view bytes, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    if (::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
  }
}

/// Connects so many who never read, and waits until `watcher` has heard of all of them.
std::vector<confab::unique_fd> who_never_read(const running_server& server, peer& watcher, std::size_t count) {
  std::vector<confab::unique_fd> out;
  while (out.size() < count) out.push_back(start_connecting(server));
  watcher.lines(count);
  return out;
}

/// Users who chat and read all the time, some of whom speak JSON, next to a reader that never reads.
class busy_room {
 public:
  explicit busy_room(const running_server& server)
      : people_(server, [this](std::size_t member, std::string_view line) { note(member, line); }), said_(count) {
    people_.add(count);
    for (std::size_t i = 0; i < count; ++i) people_.send(i, i == 0 ? "/json on\n" : "/ping ready\n");
    people_.pump_until([this] { return ready_ == count; }, "everybody's arrival");
  }

  /// Everybody but the first says a line; done when all have heard all of them.
  void talk(std::size_t speakers) {
    for (std::size_t i = 1; i <= speakers; ++i) people_.send(i, text_);
    expected_ += speakers;
    people_.pump_until([this] { return complete(); }, "all to hear what was said");
  }
  bool complete() const {
    return std::all_of(said_.begin(), said_.end(), [this](std::size_t said) { return said == expected_; });
  }
  bool all_there() const {
    for (std::size_t i = 0; i < count; ++i)
      if (people_.ended(i)) return false;
    return true;
  }
  /// Goes on reading until somebody has left.
  void wait_for_departure() {
    people_.pump_until([this] { return !departures.empty(); }, "a departure");
  }

  static constexpr std::size_t count = 200;
  static constexpr std::size_t line_size = 4000;
  std::vector<json> departures{};  ///< `left` events, as the first one sees them

 private:
  void note(std::size_t member, std::string_view line) {
    if (line == "pong ready") ++ready_;
    if (line.size() > line_size) ++said_[member];
    if (member != 0 || line.front() != '{' || line.size() > line_size) return;
    const json event = json::parse(line);
    if (event["type"] == "welcome") ++ready_;
    if (event["type"] == "left") departures.push_back(event);
  }

  crowd people_;
  std::vector<std::size_t> said_;  ///< long lines heard, by member
  std::size_t expected_ = 0;
  std::size_t ready_ = 0;
  std::string text_ = std::string(line_size, 'x') + '\n';
};

}  // namespace

TEST_CASE("limits: as many users as allowed, and the next one gets one line", "[limits]") {
  running_server server({.arguments = {"--max-users", "3"}});
  std::vector<peer> users;
  for (int i = 0; i < 3; ++i) users.push_back(joined(server));
  for (auto& user : users) user.heard();

  for (int i = 0; i < 3; ++i) {
    peer extra(server);
    extra.send_anyway("who\n");
    CHECK(extra.lines_until_end().size() == 1);
  }
  for (auto& user : users) CHECK(user.heard() == lines{});

  users.front().close();
  CHECK(users.back().line() == users.front().as() + "is offline");
  peer next = joined(server);
  CHECK(users.back().line() == next.as() + "is online");
}

TEST_CASE("limits: of many arrivals in a second the first are told, the rest is counted", "[limits]") {
  constexpr std::size_t told = 5;
  const std::size_t arrivals = GENERATE_COPY(told - 1, told, told + 1, told * 4);
  running_server server({.arguments = {"--announce-limit", std::to_string(told)}, .predictable = false});
  peer watcher = joined(server);
  watcher.json_on();
  // The count of users is told at the end of a server's second, so after it a fresh one begins.
  peer other = joined(server);
  watcher.event("joined");
  watcher.event("count");

  std::vector<peer> users;
  for (std::size_t i = 0; i < arrivals; ++i) users.push_back(joined(server));
  std::size_t one_by_one = 0;
  std::size_t counted = 0;
  while (one_by_one + counted < arrivals) {
    const json event = watcher.event();
    if (event["type"] == "joined") ++one_by_one;
    if (event["type"] == "crowd") counted += event["joined"].get<std::size_t>();
  }
  CHECK(one_by_one + counted == arrivals);
  CHECK(one_by_one >= std::min(told, arrivals));
  if (arrivals <= told) CHECK(counted == 0);
  // Slow machines may take more than a second to let them all in, and each second tells as many again.
  if (!sanitized) CHECK(one_by_one <= 2 * told);
  users.back().heard();
  users.back().say("/count");
  CHECK(users.back().line() == std::to_string(arrivals + 2) + " online");
}

TEST_CASE("limits: a reader that never reads goes, and nobody else is disturbed", "[limits][slow]") {
  running_server server({.arguments = {"--send-queue", "262144"}});
  busy_room room(server);
  peer stuck(server, 4096);
  stuck.line();  // all have been told
  stuck.say("rename stuck");

  const std::size_t enough = 2 * (largest_send_buffer() + 1024 * 1024);
  std::size_t sent = 0;
  while (room.departures.empty() && sent < enough) {
    room.talk(20);
    sent += 20 * busy_room::line_size;
  }
  room.wait_for_departure();
  REQUIRE(room.departures.size() == 1);
  CHECK(room.departures[0]["name"] == "stuck");
  CHECK(room.departures[0]["addr"] == stuck.address());
  CHECK(room.departures[0]["reason"] == "slow");
  CHECK(room.departures[0]["online"] == busy_room::count);
  room.talk(100);
  CHECK(room.all_there());
  CHECK(room.departures.size() == 1);
}

TEST_CASE("limits: a write without progress ends the connection after the write timeout", "[limits][slow]") {
  running_server server({.arguments = {"--send-queue", "67108864", "--write-timeout", "1"}});
  busy_room room(server);
  peer stuck(server, 4096);
  stuck.line();
  stuck.say("rename stuck");
  for (std::size_t sent = 0; sent < largest_send_buffer() + 2 * 1024 * 1024; sent += 20 * busy_room::line_size)
    room.talk(20);
  room.wait_for_departure();
  REQUIRE(room.departures.size() == 1);
  CHECK(room.departures[0]["name"] == "stuck");
  CHECK(room.departures[0]["reason"] == "slow");
  room.talk(20);
  CHECK(room.all_there());
}

TEST_CASE("limits: a thousand peers that never read cost the kernel less than 512 KiB each", "[limits][slow]") {
  constexpr std::size_t most_each = 512 * 1024;
  const std::size_t count = std::min<std::size_t>(sanitized ? 200 : 1000, raise_open_files() / 2 - 100);
  running_server server({.arguments = {"--send-queue", "67108864", "--write-timeout", "600"}});
  const std::size_t before = kernel_memory();
  peer talker = joined(server);
  const auto stuck = who_never_read(server, talker, count);
  // What nobody takes goes into the server's own queue, once for all of them.
  const std::string text(4000, 'x');
  for (std::size_t said = 0; said < 2 * most_each; said += text.size()) {
    talker.say(text);
    talker.line();
  }
  talker.expect_quiet();
  CHECK(kernel_memory() < before + count * most_each);
}

TEST_CASE("limits: who floods and reads nothing costs the kernel little in both directions", "[limits][slow]") {
  constexpr std::size_t most_each = 640 * 1024;
  constexpr std::size_t count = 300;  // the answer to who comes in two slices
  running_server server({.arguments = {"--send-queue", "67108864", "--write-timeout", "600"}});
  const std::size_t before = kernel_memory();
  peer talker = joined(server);
  const auto stuck = who_never_read(server, talker, count);
  for (const confab::unique_fd& each : stuck) {  // what the senders' halves hold is no cost of the server's
    const int own_half = 4096;
    REQUIRE(::setsockopt(each.get(), SOL_SOCKET, SO_SNDBUF, &own_half, sizeof own_half) == 0);
  }
  // While the server reads, the kernel would give a fast sender more and more room.
  const std::string blanks = std::string(3999, ' ') + '\n';
  for (int round = 0; round < 10; ++round) {
    for (const confab::unique_fd& each : stuck) fill(each, blanks, 50);
    talker.expect_quiet();
  }
  const std::string text(4000, 'x');
  for (std::size_t said = 0; said < most_each; said += text.size()) {
    talker.say(text);
    talker.line();
  }
  for (const confab::unique_fd& each : stuck) fill(each, "who\n", 1);
  talker.expect_quiet();
  for (int round = 0; round < 100; ++round) {
    for (const confab::unique_fd& each : stuck) fill(each, blanks, 50);
    talker.expect_quiet();
  }
  CHECK(kernel_memory() < before + count * most_each);
}

TEST_CASE("limits: a slow reader that keeps reading stays, and hears every line", "[limits][slow]") {
  constexpr std::size_t count = 600;  // more than the kernel takes, less than the queue
  const std::string threads = GENERATE("1", "2");
  CAPTURE(threads);
  running_server server({.arguments = {"--threads", threads}});
  peer talker = joined(server);
  peer slow(server, 4096);
  CHECK(slow.line() == slow.as() + "is online");  // and so all have been told
  slow.expect_quiet();
  talker.heard();
  const auto text = [](std::size_t i) {
    return std::to_string(i) + std::string(1000, static_cast<char>('a' + i % 26));
  };
  for (std::size_t i = 0; i < count; ++i) {
    talker.say(text(i));
    REQUIRE(talker.line() == talker.as() + text(i));
    // A little of it now, so that what waits is of many turns.
    if (i % 5 == 0) REQUIRE(slow.line() == talker.as() + text(i / 5));
  }
  // What has not been read and is in no buffer of the kernel waits in the server.
  const std::size_t unread = (count - count / 5) * (talker.as().size() + 1000);
  const std::size_t in_the_kernel = tcp_queues_between(server, slow.address());
  CHECK(in_the_kernel > 0);
  CHECK(in_the_kernel + 64 * 1024 < unread);
  for (std::size_t i = count / 5; i < count; ++i) REQUIRE(slow.line() == talker.as() + text(i));
  slow.expect_quiet();
}

TEST_CASE("limits: over a slow link any reading is progress", "[limits][slow]") {
  constexpr std::size_t count = 200;
  running_server server({.arguments = {"--send-queue", "67108864", "--write-timeout", "2"}});
  peer slow(server, 4096);
  slow.heard();
  peer talker = joined(server);
  slow.heard();
  const std::string text(4000, 'x');
  const std::size_t enough = largest_send_buffer() + 1024 * 1024;
  const std::size_t lines_to_say = std::max(count, enough / text.size());
  for (std::size_t i = 0; i < lines_to_say; ++i) talker.say(text);
  CHECK(talker.heard().size() == lines_to_say);
  // Much less than the kernel's buffer has to empty before it asks for more.
  const auto end = std::chrono::steady_clock::now() + 5s;
  std::size_t read = 0;
  while (std::chrono::steady_clock::now() < end) {
    REQUIRE(slow.line() == talker.as() + text);
    ++read;
    talker.line_within(200ms);
  }
  for (; read < lines_to_say; ++read) REQUIRE(slow.line() == talker.as() + text);
  slow.expect_quiet();
}

TEST_CASE("limits: many readers that never read go together", "[limits][slow]") {
  running_server server({.arguments = {"--send-queue", "65536"}});
  busy_room room(server);
  std::vector<peer> stuck;
  for (int i = 0; i < 20; ++i) stuck.emplace_back(server, 4096);
  for (peer& each : stuck) each.line();  // all have been told of it
  const std::size_t enough = 2 * (largest_send_buffer() + 1024 * 1024);
  for (std::size_t sent = 0; room.departures.size() < stuck.size() && sent < enough; sent += 20 * busy_room::line_size)
    room.talk(20);
  REQUIRE(room.departures.size() == stuck.size());
  for (const auto& event : room.departures) CHECK(event["reason"] == "slow");
  room.talk(20);
  CHECK(room.all_there());
}

TEST_CASE("limits: who asks for much in one go gets all of it, in little memory, and nobody waits", "[limits]") {
  constexpr std::size_t questions = 2000;
  running_server server;
  peer asker = joined(server);
  for (int i = 0; i < 31; ++i) {
    const std::string room = "room" + std::to_string(i);
    asker.say("/join " + room);
    asker.say("/topic " + room + " " + std::string(200, 'x'));
  }
  asker.heard();
  peer other = joined(server);
  asker.heard();
  asker.say("/rooms");
  const lines answer = asker.heard();
  REQUIRE(answer.size() > 31);
  REQUIRE(answer[1].size() > 200);

  const std::size_t before = server.program().resident_bytes();
  std::string flood;
  for (std::size_t i = 0; i < questions; ++i) flood += "/rooms\n";
  asker.send(flood);
  for (int i = 0; i < 20; ++i) other.expect_quiet();
  if (!sanitized) CHECK(server.program().resident_bytes() < before + 16 * 1024 * 1024);
  for (std::size_t i = 0; i < questions; ++i) {
    if (asker.lines(answer.size()) != answer) FAIL("answer " << i << " is another");
  }
  asker.expect_quiet();
}

TEST_CASE("limits: a server out of files serves on, and lets others in when some go", "[limits]") {
  constexpr std::size_t files = 64;
  constexpr std::size_t wanted = 100;
  running_server server({.open_files = files});
  peer first = joined(server);
  peer second = joined(server);
  first.heard();

  // All of them are connected as far as they can tell; the kernel keeps those that the server has not accepted.
  std::size_t greeted = 0;
  std::size_t left = 0;
  std::vector<bool> in(wanted, false);
  crowd* everybody = nullptr;
  crowd people(server, [&](std::size_t member, std::string_view line) {
    if (in[member] || line != '[' + everybody->address(member) + ']' + everybody->address(member) + ": is online")
      return;
    in[member] = true;
    ++greeted;
  });
  everybody = &people;
  people.add(wanted);
  people.pump_until([&] { return server.program().open_files() + 8 >= files && greeted > 0; }, "files to run out");
  const std::size_t at_first = greeted;
  CHECK(at_first < wanted);

  // Those who are in go on chatting. How often the server tries again is counted where its calls can be.
  const lines arrivals = second.heard();
  REQUIRE(arrivals.size() >= at_first);
  for (auto& line : arrivals) REQUIRE(line.find("is online") != std::string::npos);
  for (int i = 0; i < 20; ++i) {
    first.say("still here " + std::to_string(i));
    while (second.line() != first.as() + "still here " + std::to_string(i)) {
    }
  }

  // When one goes another comes, until everybody has had a turn.
  const deadline until;
  while (left < wanted) {
    people.pump_until([&] { return greeted > left; }, "the next one's turn", until);
    for (std::size_t i = 0; i < wanted; ++i) {
      if (!in[i] || people.ended(i)) continue;
      people.close(i);
      ++left;
    }
    first.heard();
    second.heard();
  }
  CHECK(greeted == wanted);
  first.say("all well");
  CHECK([&] {
    for (;;)
      if (second.line() == first.as() + "all well") return true;
  }());
  CHECK_FALSE(server.program().errors().empty());
}

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

constexpr std::uint64_t keep_messages = 20'000;

// A process that writes as fast as it can and says on `told` which ids were settled. Operation n is message
// highest + n, so that the verdicts are about ids; now and then there is something to prune and to index.
[[noreturn]] void write_until_killed(options how, int told) {
  how.keep_messages = keep_messages;
  std::uint64_t first = 0;
  writer::events tell;
  tell.settled = [&first, told](const verdict& what) {
    if (!what.kept) std::_Exit(2);
    const std::uint64_t through = first + what.last;
    if (::write(told, &through, sizeof through) != sizeof through) std::_Exit(3);
  };
  writer to(how, tell);
  first = to.highest_id();
  std::uint64_t id = first;
  if (::write(told, &first, sizeof first) != sizeof first) std::_Exit(3);
  for (;;) {
    std::vector<message> batch;
    for (int i = 0; i < 3; ++i) {
      ++id;
      batch.push_back(said(id, "lobby", "消息 number " + std::to_string(id)));
    }
    to.append(std::move(batch));
    if (to.count().waiting_bytes > 100'000) ::usleep(500);
  }
}

bool read_number(int from, std::uint64_t& number) {
  return ::read(from, &number, sizeof number) == static_cast<ssize_t>(sizeof number);
}

// Kills a writing process after `reports` verdicts. The ids that it reported: [first, last].
std::pair<std::uint64_t, std::uint64_t> run_and_kill(const options& how, int reports) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    ::alarm(50);  // should the test die, this must not stay
    write_until_killed(how, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t first = 0;
  CHECK(read_number(ends[0], first));
  std::uint64_t last = first;
  for (int i = 0; i < reports && read_number(ends[0], last); ++i) {
  }
  ::kill(child, SIGKILL);
  while (read_number(ends[0], last)) {  // reported before it died
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return {first + 1, last};
}

// The text of each kept message by id.
std::map<std::uint64_t, std::string> all_kept(const options& how) {
  reader whom(how);
  std::map<std::uint64_t, std::string> all;
  page_request wanted;
  wanted.room = "lobby";
  wanted.limit = max_limit;
  for (;;) {
    const page found = ask(whom, wanted);
    REQUIRE(found.error.empty());
    for (const message& each : found.messages) all[each.id] = each.text;
    if (!found.more) return all;
    wanted.where = page_request::from::before_id;
    wanted.id = found.messages.front().id;
  }
}

}  // namespace

TEST_CASE("crash: every message whose verdict was told is there after kill -9, and ids go on", "[crash]") {
  const scratch place;
  const options how = place.history();
  std::mt19937 random(20260105);
  std::uint64_t highest = 0;
  std::uint64_t told = 0;
  for (int round = 0; round < 8; ++round) {
    INFO("round " << round);
    const auto [first, last] = run_and_kill(how, std::uniform_int_distribution<int>(1, 60)(random));
    REQUIRE(first > highest);
    REQUIRE(last >= first);
    told += last - first + 1;
    const auto kept = all_kept(how);
    REQUIRE(kept.size() >= std::min(told, keep_messages));
    // Pruning has taken old ones, from below.
    const std::uint64_t oldest = std::max(first, kept.begin()->first);
    std::uint64_t missing = 0;
    for (std::uint64_t id = oldest; id <= last; ++id) {
      const auto found = kept.find(id);
      if (found == kept.end() || found->second != "消息 number " + std::to_string(id)) ++missing;
    }
    CHECK(missing == 0);
    CHECK(check(how).empty());
    highest = std::max(last, kept.rbegin()->first);
  }
}

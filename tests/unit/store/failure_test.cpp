#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <signal.h>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/message_store.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

// For root nothing is forbidden: as somebody else, while this lives.
class somebody_else {
 public:
  somebody_else() {
    if (user_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("seteuid");
  }
  ~somebody_else() {
    if (user_ == 0 && ::seteuid(0) != 0) std::abort();
  }
  somebody_else(const somebody_else&) = delete;
  somebody_else& operator=(const somebody_else&) = delete;

 private:
  uid_t user_ = ::geteuid();
};

std::vector<message> some(std::uint64_t first, std::uint64_t last) {
  std::vector<message> all;
  for (std::uint64_t id = first; id <= last; ++id) all.push_back(said(id, "lobby", std::string(200, 'x')));
  return all;
}

}  // namespace

TEST_CASE("writer: a full disk loses what comes meanwhile and nothing else, and is got over", "[failure]") {
  const scratch place;
  const options how = place.history();
  witness seen;
  writer to(how, seen.events());
  reader whom(how);
  to.append(some(1, 100));
  REQUIRE(seen.settled(100));
  const auto before = std::filesystem::file_size(how.file.string() + "-wal");
  {
    const small_disk full(before);
    to.append(some(101, 200));
    REQUIRE(seen.settled(200));
    REQUIRE(seen.health(false));
    // At once: nobody waits for the disk to come back.
    to.append(some(201, 300));
    to.recall_message({1, time_of(1), "Ann", "addr"});
    REQUIRE(seen.settled(301));
    CHECK_FALSE(to.count().works);
    CHECK_FALSE(seen.reason().empty());
  }
  REQUIRE(seen.health(true));
  to.append(some(301, 400));
  REQUIRE(seen.settled(401));
  CHECK(seen.health_changes() == std::vector<bool>{false, true});
  CHECK(to.count().works);
  CHECK(to.count().kept == 200);
  CHECK(to.count().lost == 201);
  std::uint64_t next = 1;
  for (const verdict& each : seen.verdicts()) {
    CHECK(each.first == next);
    CHECK(each.kept == (each.last <= 100 || each.first > 301));
    CHECK(each.kept == each.reason.empty());
    next = each.last + 1;
  }
  page_request wanted;
  wanted.room = "lobby";
  wanted.limit = max_limit;
  wanted.max_bytes = SIZE_MAX;
  const page found = ask(whom, wanted);
  // The recall is owed.
  REQUIRE(found.messages.size() == 199);
  CHECK(found.messages[0].id == 2);
  CHECK(found.messages[98].id == 100);
  CHECK(found.messages[99].id == 301);
  CHECK(check(how).empty());
}

TEST_CASE("writer: a history locked by another program is got over", "[failure]") {
  const scratch place;
  const options how = place.history();
  witness seen;
  writer to(how, seen.events());
  {
    database other(how, database::access::write);
    transaction holding(other, transaction::kind::write);
    to.append(some(1, 1));
    REQUIRE(seen.settled(1));
    REQUIRE(seen.health(false));
    to.append(some(2, 2));
    REQUIRE(seen.settled(2));
  }
  REQUIRE(seen.health(true));
  to.append(some(3, 3));
  REQUIRE(seen.settled(3));
  CHECK(to.count().kept == 1);
  CHECK(to.count().lost == 2);
}

TEST_CASE("writer: while another program has the history locked, nothing waits for it, time and again", "[failure]") {
  const scratch place;
  options how = place.history();
  how.commit_wait = std::chrono::milliseconds(10);
  // Trying again would not come to an end within the test if it waited for the lock.
  how.busy_timeout = std::chrono::hours(1);
  witness seen;
  writer to(how, seen.events());
  to.append(some(1, 1));
  REQUIRE(seen.settled(1));
  std::uint64_t id = 1;
  for (int round = 0; round < 2; ++round) {
    std::optional<database> other(std::in_place, how, database::access::write);
    std::optional<transaction> holding(std::in_place, *other, transaction::kind::write);
    for (int i = 0; i < 20; ++i) {
      ++id;
      to.append(some(id, id));
      REQUIRE(seen.settled(id));
    }
    REQUIRE(seen.health(false));
    CHECK_THAT(seen.reason(), Contains("locked"));
    holding.reset();
    other.reset();
    REQUIRE(seen.health(true));
    ++id;
    to.append(some(id, id));
    REQUIRE(seen.settled(id));
  }
  CHECK(to.count().kept == 3);
  CHECK(to.count().lost == 40);
  CHECK(seen.health_changes() == std::vector<bool>{false, true, false, true});
}

TEST_CASE("writer: says what the system says: no descriptors, a file too large", "[failure]") {
  // UndefinedBehaviorSanitizer needs descriptors for its own checks.
  if (confab::test::sanitized) return;
  const scratch place;
  options how = place.history();
  {
    const no_files none;
    CHECK_THROWS_WITH(message_store(how), Contains("Too many open files"));
    how.file = place.folder() / "other.db";
    CHECK_THROWS_WITH(message_store(how), Contains("Too many open files"));
  }
  witness seen;
  writer to(how, seen.events());
  const small_disk full(1);
  to.append(some(1, 1));
  REQUIRE(seen.settled(1));
  CHECK_THAT(seen.verdicts().back().reason, Contains("File too large"));
}

TEST_CASE("writer: files that may not be written are refused, each by its name", "[failure]") {
  const scratch place;
  const options how = place.history();
  keep(how, some(1, 3));
  std::filesystem::permissions(place.folder(), std::filesystem::perms::all);
  const std::string ending = GENERATE(as<std::string>{}, "", "-wal", "-shm");
  const std::string name = how.file.string() + ending;
  { std::ofstream made(name, std::ios::app); }
  for (const char* const each : {"", "-wal", "-shm"}) {
    if (std::filesystem::exists(how.file.string() + each)) {
      std::filesystem::permissions(how.file.string() + each, std::filesystem::perms(0666));
    }
  }
  std::filesystem::permissions(name, std::filesystem::perms(0444));
  const somebody_else not_root;
  CHECK_THROWS_WITH(message_store(how), Contains(name + ": Permission denied"));
}

TEST_CASE("writer: a disk that stays full to the end still lets the server stop, and ids go on", "[failure]") {
  const scratch place;
  const options how = place.history();
  {
    witness seen;
    writer to(how, seen.events());
    to.append(some(1, 10));
    REQUIRE(seen.settled(10));
    const small_disk full(1);
    to.append(some(11, 20));
    REQUIRE(seen.settled(20));
    REQUIRE(seen.health(false));
  }
  {
    // Opening needs room as well.
    const small_disk full(1);
    CHECK_THROWS_AS(writer(how, {}), store_error);
  }
  const writer again(how, {});
  CHECK(again.highest_id() >= 20);
}

TEST_CASE("writer: what was not kept on a full disk leaves its ids used, to the end and beyond", "[failure]") {
  const scratch place;
  const options how = place.history();
  constexpr std::uint64_t last_kept = message_store::id_reserve + 1;  // all of the reserve that the first commit made
  {
    witness seen;
    writer to(how, seen.events());
    to.append(some(1, 1));
    REQUIRE(seen.settled(1));
    to.append(some(last_kept, last_kept));
    REQUIRE(seen.settled(2));
    const small_disk full(1);
    to.append(some(last_kept + 1, last_kept + 20));
    REQUIRE(seen.settled(22));
    REQUIRE(seen.health(false));
  }
  const writer again(how, {});
  CHECK(again.highest_id() >= last_kept + 20);
}

TEST_CASE("writer: at the end it tries once more to note the ids of what was not kept", "[failure]") {
  const scratch place;
  options how = place.history();
  how.retry_pause = std::chrono::hours(1);
  constexpr std::uint64_t last_lost = 3 * message_store::id_reserve;
  {
    witness seen;
    writer to(how, seen.events());
    to.append(some(1, 1));
    REQUIRE(seen.settled(1));
    {
      const small_disk full(1);
      to.append({said(last_lost, "lobby", "lost")});
      REQUIRE(seen.settled(2));
    }
    REQUIRE(seen.health(false));
  }
  const writer again(how, {});
  CHECK(again.highest_id() == last_lost);
}

TEST_CASE("writer: a full disk is got over even when newcomers have taken all descriptors meanwhile", "[failure]") {
  // UndefinedBehaviorSanitizer needs descriptors for its own checks.
  if (confab::test::sanitized) return;
  const scratch place;
  options how = place.history();
  how.retry_pause = std::chrono::milliseconds(300);
  witness seen;
  writer to(how, seen.events());
  std::optional<no_files> newcomers;
  {
    const small_disk full(1);
    to.append(some(1, 1));
    REQUIRE(seen.health(false));
    newcomers.emplace();
  }
  const bool works = seen.health(true);
  newcomers.reset();
  REQUIRE(works);
  to.append(some(2, 2));
  REQUIRE(seen.settled(2));
  CHECK(to.count().kept == 1);
}

TEST_CASE("writer: a disk with room for next to nothing counts as full, but ids are noted", "[failure]") {
  const scratch place;
  const options how = place.history();
  keep(how, some(1, 3));
  {
    message_store made(how);
    const small_disk nearly_full(message_store::probe_bytes);
    made.commit(std::vector<operation>{said(4, "lobby", "fits")}, 4);
    CHECK_THROWS_AS(made.probe(50'000), store_error);
  }
  message_store again(how);
  CHECK(again.highest_id() >= 50'000);
  again.probe(again.highest_id());
  CHECK(check(how).empty());
}

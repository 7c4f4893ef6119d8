// What may change about a history while it is open.
#include <atomic>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

std::atomic<std::uint64_t> flushes{0};

}  // namespace

/// In place of the system's, for SQLite too: what is flushed to the disk is counted.
extern "C" int fdatasync(int fd) {
  ++flushes;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace {

std::vector<message> numbered_lines(std::uint64_t first, std::uint64_t count) {
  std::vector<message> all;
  for (std::uint64_t id = first; id < first + count; ++id) all.push_back(said(id, "lobby", "a line"));
  return all;
}

void commit_some(message_store& to, std::uint64_t first, std::uint64_t count) {
  const auto some = numbered_lines(first, count);
  to.commit(std::vector<operation>(some.begin(), some.end()), first + count - 1);
}

std::int64_t messages_in(const options& how) {
  return database(how, database::access::read).integer("SELECT count(*) FROM messages");
}

void prune_all(message_store& of) {
  while (of.prune_due(std::nullopt)) of.prune_some(std::nullopt, no_hurry);
}

std::uint64_t flushes_of_a_commit(message_store& to, std::uint64_t id) {
  const std::uint64_t before = flushes;
  commit_some(to, id, 1);
  return flushes - before;
}

}  // namespace

TEST_CASE("changes: --sync holds from the next commit on, in both directions", "[changes]") {
  const scratch place;
  options how = place.history();
  message_store to(how);
  CHECK(flushes_of_a_commit(to, 1) == 0);
  how.sync = sync_mode::full;
  to.change(how);
  CHECK(flushes_of_a_commit(to, 2) >= 1);
  how.sync = sync_mode::normal;
  to.change(how);
  CHECK(flushes_of_a_commit(to, 3) == 0);
}

TEST_CASE("changes: --keep-messages holds for what is there already, and stops holding", "[changes]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  message_store to(how);
  commit_some(to, 1, 100);
  prune_all(to);
  CHECK(messages_in(how) == 100);
  how.keep_messages = 10;
  to.change(how);
  prune_all(to);
  CHECK(messages_in(how) == 10);
  how.keep_messages = 0;
  to.change(how);
  commit_some(to, 101, 20);
  prune_all(to);
  CHECK(messages_in(how) == 30);
}

TEST_CASE("changes: --keep-bytes holds for what is there already, and stops holding", "[changes]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  message_store to(how);
  commit_some(to, 1, 20'000);
  prune_all(to);
  REQUIRE(messages_in(how) == 20'000);
  how.keep_bytes = 1'048'576;
  how.keep_bytes_asked = true;
  to.change(how);
  REQUIRE(to.prune_due(std::nullopt));
  to.prune_some(std::nullopt, at_once);
  CHECK(to.too_large());
  how.keep_bytes = 0;
  to.change(how);
  CHECK_FALSE(to.prune_due(std::nullopt));
  CHECK_FALSE(to.too_large());
}

TEST_CASE("changes: a default that nobody asked for leaves a history that is larger, and says so", "[changes]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  message_store to(how);
  commit_some(to, 1, 20'000);
  how.keep_bytes = 1'048'576;
  how.keep_bytes_asked = false;
  to.change(how);
  CHECK_THAT(to.remark(), Contains("nothing is removed for that"));
  CHECK_FALSE(to.prune_due(std::nullopt));
  how.keep_bytes_asked = true;
  to.change(how);
  CHECK(to.remark().empty());
  CHECK(to.prune_due(std::nullopt));
}

TEST_CASE("changes: a writer takes them while it runs, without anything to write", "[changes]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  witness seen;
  writer to(how, seen.events());
  REQUIRE(seen.settled(to.append(numbered_lines(1, 50))));
  how.keep_messages = 10;
  to.change(how);
  const confab::test::deadline first;
  while (messages_in(how) != 10 && !first.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(messages_in(how) == 10);
  how.keep_messages = 0;
  how.keep_for = std::chrono::hours(24);
  how.sync = sync_mode::full;
  to.change(how);
  const std::uint64_t before = flushes;
  REQUIRE(seen.settled(to.append(numbered_lines(51, 1))));
  CHECK(flushes > before);
  CHECK(seen.health_changes().empty());
}

TEST_CASE("changes: a history that is opened anew has the changed limits", "[changes]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  witness seen;
  writer to(how, seen.events());
  REQUIRE(seen.settled(to.append(numbered_lines(1, 1))));
  how.keep_messages = 10;
  to.change(how);
  std::filesystem::remove(how.file);
  REQUIRE(seen.health(false));
  REQUIRE(seen.health(true));
  REQUIRE(seen.settled(to.append(numbered_lines(2, 50))));
  const confab::test::deadline until;
  while (messages_in(how) != 10 && !until.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(messages_in(how) == 10);
}

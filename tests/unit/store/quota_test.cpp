// --keep-bytes: how large the files may be.
#include <algorithm>

#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

constexpr std::uint64_t mebibyte = 1'048'576;

std::uint64_t bytes_on_disk(const options& how) {
  std::uint64_t bytes = 0;
  for (const char* const ending : {"", "-wal"}) {
    std::error_code none;
    const auto size = std::filesystem::file_size(how.file.string() + ending, none);
    if (!none) bytes += size;
  }
  return bytes;
}

std::vector<message> lines(std::uint64_t first, std::uint64_t count) {
  std::vector<message> all;
  for (std::uint64_t id = first; id < first + count; ++id) {
    all.push_back(said(id, "lobby", "line number " + std::to_string(id) + " of " + std::string(80 + id % 40, 'x')));
  }
  return all;
}

std::int64_t count_of(const options& how) {
  return database(how, database::access::read).integer("SELECT count(*) FROM messages");
}

// In turn, each to its end, so that nothing depends on how fast this machine is.
void do_all_maintenance(message_store& of) {
  constexpr auto to_the_end = std::chrono::steady_clock::time_point::max();
  int rounds = 0;
  while (of.prune_due(std::nullopt) || of.index_due() || of.merge_due()) {
    if (of.prune_due(std::nullopt)) of.prune_some(std::nullopt, to_the_end);
    if (of.index_due()) of.index_some(to_the_end);
    if (of.merge_due()) of.merge_some(to_the_end);
    REQUIRE(++rounds < 1000);
  }
}

}  // namespace

TEST_CASE("quota: the files stay below it, the newest stay, and about as many as have room", "[quota]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = mebibyte;
  constexpr std::uint64_t total = 5000;
  std::uint64_t largest = 0;
  {
    message_store to(how);
    for (std::uint64_t id = 1; id <= total; id += 100) {
      const auto some = lines(id, 100);
      to.commit(std::vector<operation>(some.begin(), some.end()), 0);
      do_all_maintenance(to);
      largest = std::max(largest, bytes_on_disk(how));
    }
  }
  CHECK(largest <= mebibyte);
  database db(how, database::access::read);
  const std::int64_t left = db.integer("SELECT count(*) FROM messages");
  CHECK(left > 500);
  CHECK(left < static_cast<std::int64_t>(total));
  CHECK(db.integer("SELECT min(id) FROM messages") == static_cast<std::int64_t>(total) - left + 1);
  CHECK(check(how) == std::vector<std::string>{});
}

TEST_CASE("quota: a writer keeps to it by itself", "[quota]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = mebibyte;
  witness seen;
  writer to(how, seen.events());
  REQUIRE(seen.settled(to.append(lines(1, 6000))));
  database db(how, database::access::read);
  const confab::test::deadline until;
  const auto pages = [&db] { return db.integer("PRAGMA page_count") - db.integer("PRAGMA freelist_count"); };
  while (pages() * 4096 > static_cast<std::int64_t>(mebibyte) && !until.passed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(pages() * 4096 <= static_cast<std::int64_t>(mebibyte));
  CHECK(db.integer("SELECT max(id) FROM messages") == 6000);
}

TEST_CASE("quota: a history that is larger already is left alone until somebody asks", "[quota]") {
  const scratch place;
  options how = place.history();
  how.keep_bytes = 0;
  keep(how, lines(1, 6000));
  REQUIRE(bytes_on_disk(how) > mebibyte);
  how.keep_bytes = mebibyte;
  for (int start = 0; start < 2; ++start) {
    message_store again(how);
    CHECK_THAT(again.remark(), Contains("--keep-bytes") && Contains("1048576") && Contains("nothing is removed"));
    CHECK_FALSE(again.prune_due(std::nullopt));
    again.commit(std::vector<operation>{said(10'000 + static_cast<std::uint64_t>(start) * 20'000, "lobby", "x")}, 0);
    CHECK_FALSE(again.prune_due(std::nullopt));
  }
  CHECK(count_of(how) == 6002);
  how.keep_bytes_asked = true;
  {
    message_store asked(how);
    CHECK(asked.remark().empty());
    do_all_maintenance(asked);
  }
  const auto left = count_of(how);
  CHECK(left > 500);
  CHECK(left < 6000);
  // Once it is known, the default is enough.
  how.keep_bytes_asked = false;
  message_store known(how);
  CHECK(known.remark().empty());
}

TEST_CASE("quota: a small history is under it from the start, and grows into it", "[quota]") {
  const scratch place;
  options how = place.history();
  keep(how, lines(1, 10));
  how.keep_bytes = mebibyte;
  {
    message_store small(how);
    CHECK(small.remark() == "");
    const auto more = lines(11, 6000);
    small.commit(std::vector<operation>(more.begin(), more.end()), 0);
  }
  message_store large(how);
  CHECK(large.remark().empty());
  CHECK(large.prune_due(std::nullopt));
}

#include "server/store/writer.hpp"

#include <future>
#include <utility>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

page_request last(std::size_t limit) {
  page_request wanted;
  wanted.room = "lobby";
  wanted.limit = limit;
  wanted.max_bytes = SIZE_MAX;
  return wanted;
}

// Every number once and in order.
bool in_order(const std::vector<verdict>& verdicts, std::uint64_t total) {
  std::uint64_t next = 1;
  for (const verdict& each : verdicts) {
    if (each.first != next || each.last < each.first) return false;
    next = each.last + 1;
  }
  return next == total + 1;
}

// Holds a writer's thread in its first verdict.
class holder {
 public:
  writer::events hold(writer::events then) {
    writer::events events = then;
    events.settled = [this, then](const verdict& what) {
      if (!held_) {
        held_ = true;
        entered_.set_value();
        release_.get_future().wait();
      }
      then.settled(what);
    };
    return events;
  }
  void wait() { entered_.get_future().wait(); }
  void release() { release_.set_value(); }

 private:
  bool held_ = false;  // the writer's thread
  std::promise<void> entered_;
  std::promise<void> release_;
};

}  // namespace

TEST_CASE("writer: what is settled can be read at once", "[writer]") {
  const scratch place;
  witness seen;
  writer to(place.history(), seen.events());
  reader whom(place.history());
  CHECK(to.append({said(1, "lobby", "one"), whispered(2, "Ann", "Bob", "two")}) == 2);
  REQUIRE(seen.settled(2));
  const page found = ask(whom, last(5));
  CHECK(found.messages == std::vector<message>{said(1, "lobby", "one")});
  CHECK(to.append({said(3, "lobby", "three")}) == 3);
  CHECK(to.recall_message({1, time_of(9), "Ann", "addr"}) == 4);
  REQUIRE(seen.settled(4));
  CHECK(ids(ask(whom, last(5))) == std::vector<std::uint64_t>{3});
  CHECK(ids(ask(whom, search_request{{{}, "bob"}, "two"})) == std::vector<std::uint64_t>{2});
  CHECK(ids(ask(whom, search_request{{{"lobby"}, ""}, "three"})) == std::vector<std::uint64_t>{3});
  CHECK(to.count().kept == 4);
  CHECK(to.count().lost == 0);
  std::uint64_t commits = 0;
  for (std::size_t i = 0; i <= to.commits().bounds().size(); ++i) commits += to.commits().count(i);
  CHECK(commits >= 2);
  CHECK(commits <= 4);
  CHECK(to.commits().sum() > 0);
}

TEST_CASE("writer: every operation has one verdict, in order, however fast they come", "[writer]") {
  const scratch place;
  witness seen;
  constexpr std::uint64_t total = 5 * writer::max_commit + 7;
  {
    writer to(place.history(), seen.events());
    std::uint64_t id = 0;
    while (id < total) {
      std::vector<message> batch;
      for (std::uint64_t i = id % 5; i < 5 && id < total; ++i) {
        ++id;
        batch.push_back(said(id, "lobby", "n"));
      }
      to.append(std::move(batch));
    }
    REQUIRE(seen.settled(total));
    CHECK(to.count().kept == total);
    CHECK(to.count().waiting_bytes == 0);
  }
  const auto verdicts = seen.verdicts();
  CHECK(in_order(verdicts, total));
  CHECK(verdicts.size() < total);  // they went in batches
  for (const verdict& each : verdicts) {
    CHECK(each.kept);
    CHECK(each.last - each.first < writer::max_commit);
  }
  CHECK(seen.health_changes().empty());
  CHECK(check(place.history()).empty());
}

TEST_CASE("writer: ends only when all is written, and the ids go on", "[writer]") {
  const scratch place;
  witness seen;
  {
    writer to(place.history(), seen.events());
    CHECK(to.highest_id() == 0);
    for (std::uint64_t id = 1; id <= 1000; ++id) to.append({said(id, "lobby", "n")});
  }
  CHECK(in_order(seen.verdicts(), 1000));
  writer again(place.history(), {});
  CHECK(again.highest_id() == 1000);
  reader whom(place.history());
  CHECK(ask(whom, last(1000)).messages.size() == 1000);
}

TEST_CASE("writer: ids that do not rise are refused, and nothing of the batch is queued", "[writer]") {
  const scratch place;
  witness seen;
  writer to(place.history(), seen.events());
  CHECK_THROWS_AS(to.append({said(0, "lobby", "x")}), std::logic_error);
  to.append({said(7, "lobby", "x")});
  CHECK_THROWS_AS(to.append({said(7, "lobby", "x")}), std::logic_error);
  CHECK_THROWS_AS(to.append({said(8, "lobby", "x"), said(8, "lobby", "x")}), std::logic_error);
  message beyond = said(8, "lobby", "x");
  beyond.id = std::uint64_t{1} << 63U;
  CHECK_THROWS_AS(to.append({beyond}), std::logic_error);
  CHECK(to.append({said(8, "lobby", "x")}) == 2);
  REQUIRE(seen.settled(2));
}

TEST_CASE("writer: what finds no room is not kept, and the verdicts stay in order", "[writer]") {
  const scratch place;
  options how = place.history();
  const std::string text(2000, 'x');
  // Room for two long messages; a small one would fit too, if it did not come after a refused one.
  how.max_queue_bytes = 3 * sizeof(operation) + 2 * text.size() + 400;
  witness seen;
  holder hold;
  writer to(how, hold.hold(seen.events()));
  to.append({said(1, "lobby", "first")});
  hold.wait();
  to.append({said(2, "lobby", text), said(3, "lobby", text), said(4, "lobby", text), said(5, "lobby", "small")});
  CHECK(to.count().waiting_bytes <= how.max_queue_bytes);
  CHECK(to.count().waiting_bytes > 2 * text.size());
  hold.release();
  REQUIRE(seen.settled(5));
  CHECK(in_order(seen.verdicts(), 5));
  CHECK(to.append({said(6, "lobby", "later")}) == 6);
  REQUIRE(seen.settled(6));
  const auto verdicts = seen.verdicts();
  REQUIRE(verdicts.size() == 4);
  CHECK(verdicts[1].kept);
  CHECK_FALSE(verdicts[2].kept);
  CHECK(verdicts[2].first == 4);
  CHECK(verdicts[2].last == 5);
  CHECK_THAT(verdicts[2].reason, Contains("waits"));
  CHECK(verdicts[3].kept);
  reader whom(how);
  CHECK(ids(ask(whom, last(9))) == std::vector<std::uint64_t>{1, 2, 3, 6});
  CHECK(to.count().lost == 2);
}

TEST_CASE("writer: a second one is refused while the first has the history", "[writer]") {
  const scratch place;
  {
    writer to(place.history(), {});
    CHECK_THROWS_WITH(writer(place.history(), {}), Contains("another confab"));
  }
  CHECK_NOTHROW(writer(place.history(), {}));
}

TEST_CASE("writer: indexes and prunes by itself", "[writer]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 10;
  witness seen;
  writer to(how, seen.events());
  for (std::uint64_t id = 1; id <= 500; ++id) to.append({said(id, "lobby", "common word " + std::to_string(id))});
  REQUIRE(seen.settled(500));
  database db(how, database::access::read);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto done = [&db] {
    return db.integer("SELECT count(*) FROM messages") == 10 &&
           db.integer("SELECT value FROM meta WHERE name = 'indexed'") == 500;
  };
  while (!done() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(done());
  CHECK(db.integer("SELECT min(id) FROM messages") == 491);
  CHECK(check(how).empty());
}

TEST_CASE("writer: goes on with the index beside traffic that never pauses", "[writer]") {
  const scratch place;
  const options how = place.history();
  witness seen;
  writer to(how, seen.events());
  database db(how, database::access::read);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::uint64_t id = 0;
  std::int64_t indexed = 0;
  int advances = 0;
  while (advances < 3 && std::chrono::steady_clock::now() < deadline) {
    REQUIRE(seen.settled(to.append({said(++id, "lobby", "word")})));
    const std::int64_t now = db.integer("SELECT value FROM meta WHERE name = 'indexed'");
    if (std::exchange(indexed, now) < now) ++advances;
  }
  CHECK(advances == 3);
}

TEST_CASE("writer: several threads may append and ask at once", "[writer]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 300;
  witness seen;
  std::mutex next_mutex;
  std::uint64_t next = 0;
  {
    writer to(how, seen.events());
    reader whom(how);
    const auto talk = [&] {
      for (int i = 0; i < 300; ++i) {
        const std::lock_guard lock(next_mutex);
        ++next;
        to.append({said(next, "lobby", "talk talk")});
        if (next % 7 == 0) to.recall_message({next - 3, time_of(next), "Ann", "addr"});
      }
    };
    std::thread one(talk);
    std::thread two(talk);
    std::size_t answers = 0;
    for (int i = 0; i < 50; ++i) {
      answers += ask(whom, last(20)).error.empty() ? 1U : 0U;
      answers += ask(whom, search_request{{{"lobby"}, ""}, "talk"}).error.empty() ? 1U : 0U;
    }
    one.join();
    two.join();
    CHECK(answers == 100);
  }
  CHECK(in_order(seen.verdicts(), 600 + 600 / 7));
  CHECK(check(how).empty());
}

TEST_CASE("writer: when there is no memory for a verdict, twice in a row, it is said later, and once", "[writer]") {
  const scratch place;
  witness seen;
  int failures = 0;
  writer::events tell = seen.events();
  const auto settled = tell.settled;
  tell.settled = [&failures, settled](const verdict& what) {
    if (what.last % 3 != 0 && failures < 4) {
      ++failures;
      throw std::bad_alloc();
    }
    settled(what);
  };
  {
    writer to(place.history(), tell);
    for (std::uint64_t id = 1; id <= 30; ++id) {
      to.append({said(id, "lobby", "n")});
      REQUIRE(seen.settled(id));
    }
    CHECK(to.count().waiting_bytes == 0);
    REQUIRE(seen.health(true));
  }
  CHECK(failures == 4);
  CHECK(in_order(seen.verdicts(), 30));
}

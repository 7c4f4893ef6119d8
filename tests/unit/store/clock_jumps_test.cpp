// Clocks jump. What depends on time goes by each message's own time, and finds what a model finds that looks at all.
#include <algorithm>
#include <random>

#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using namespace std::chrono_literals;

namespace {

using id_list = std::vector<std::uint64_t>;
// Messages whose clock jumps, often a little and sometimes by days, with ids that leave gaps over many spans.
std::vector<message> jumping(std::mt19937& random, std::size_t count) {
  const auto within = [&random](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  std::vector<message> all;
  moment time = time_of(1'000'000);
  std::uint64_t id = static_cast<std::uint64_t>(within(1, 5000));
  for (std::size_t i = 0; i < count; ++i) {
    id += static_cast<std::uint64_t>(within(0, 9) == 0 ? within(1, 9000) : within(1, 40));
    time += std::chrono::milliseconds(within(0, 2000));
    if (within(0, 14) == 0) time += std::chrono::hours(within(-72, 72));
    if (within(0, 14) == 0) time -= std::chrono::milliseconds(within(0, 500));
    all.push_back(within(0, 7) == 0 ? whispered(id, "Ann", "Bob", "word")
                                    : said(id, within(0, 3) == 0 ? "tea" : "lobby", "word"));
    all.back().time = time;
  }
  return all;
}

struct model {
  std::vector<message> all;

  // The last `limit` of those in `room` before `time`, by id.
  id_list before(const std::string& room, moment time, std::size_t limit) const {
    id_list found;
    for (const message& each : all) {
      if (each.room == room && each.time < time) found.push_back(each.id);
    }
    if (found.size() > limit) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
    return found;
  }
};

// A moment at, just before, just after or far from one of those of `all`.
moment some_time(std::mt19937& random, const std::vector<message>& all) {
  const std::size_t which = std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random);
  return all[which].time + std::chrono::milliseconds(std::uniform_int_distribution<int>(-1, 1)(random)) +
         std::chrono::hours(std::uniform_int_distribution<int>(-30, 30)(random) / 10);
}

}  // namespace

TEST_CASE("clock jumps: /history and /search before a time find all from before it, wherever it stands", "[clock]") {
  std::mt19937 random(20260101);
  for (int round = 0; round < 6; ++round) {
    const scratch place;
    const options how = place.history();
    const model slow{jumping(random, 400)};
    const bool indexed = round % 2 == 0;
    if (indexed) {
      keep(how, slow.all);
    } else {
      message_store(how).commit(std::vector<operation>(slow.all.begin(), slow.all.end()), 0);
    }
    queries from(how);
    std::size_t found_some = 0;
    for (int i = 0; i < 60; ++i) {
      const std::string room = i % 3 == 0 ? "tea" : "lobby";
      const moment time = some_time(random, slow.all);
      const std::size_t limit = std::uniform_int_distribution<std::size_t>(1, 60)(random);
      INFO("round " << round << ", " << room << " before " << time.time_since_epoch().count() << ", " << limit);
      const id_list wanted = slow.before(room, time, limit);
      found_some += wanted.empty() ? 0U : 1U;
      page_request request;
      request.room = room;
      request.where = page_request::from::before_time;
      request.time = time;
      request.limit = limit;
      const page answer = from.read_page(request);
      CHECK(ids(answer) == wanted);
      CHECK(answer.more == (slow.before(room, time, 1000).size() > limit));
      search_request words{{{room}, ""}, "word", UINT64_MAX, limit, time};
      const page searched = from.search(words, std::atomic<bool>(false));
      CHECK(ids(searched) == wanted);
      CHECK(searched.more == answer.more);
    }
    CHECK(found_some > 20);
  }
}

TEST_CASE("clock jumps: --keep-days removes exactly what is too old by its own time", "[clock]") {
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    INFO("round " << round);
    const scratch place;
    options how = place.history();
    how.keep_for = 24h;
    model slow{jumping(random, 300)};
    keep(how, slow.all);
    message_store made(how);
    std::size_t removed = 0;
    for (int i = 0; i < 8; ++i) {
      const moment now = some_time(random, slow.all) + 10h;
      while (made.prune_due(now)) made.prune_some(now, i % 2 == 0 ? at_once : no_hurry);
      removed += std::erase_if(slow.all, [&](const message& each) { return each.time < now - how.keep_for; });
      CHECK_FALSE(made.prune_due(std::nullopt));
      page_request all;
      for (const std::string room : {"lobby", "tea"}) {
        all.room = room;
        all.limit = max_limit;
        CHECK(ids(queries(how).read_page(all)) == slow.before(room, moment::max(), max_limit));
      }
      if (slow.all.empty()) break;
    }
    CHECK(removed > 0);
    CHECK(check(how).empty());
  }
}

TEST_CASE("clock jumps: the times of a span are right whoever writes", "[clock]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> few;
  for (std::uint64_t id = span_ids - 2; id <= span_ids + 2; ++id) few.push_back(said(id, "lobby", "x"));
  keep(how, few);
  {
    database other(how, database::access::write);
    other.execute("UPDATE messages SET time = 5 WHERE id = " + std::to_string(span_ids) +
                  "; UPDATE messages SET id = 3 * id, time = 4 WHERE id = " + std::to_string(span_ids + 1));
  }
  CHECK(check(how).empty() == false);  // of the index, which knows the old id
  page_request wanted;
  wanted.room = "lobby";
  wanted.where = page_request::from::before_time;
  wanted.time = moment(6ms);
  CHECK(ids(queries(how).read_page(wanted)) == id_list{span_ids, 3 * (span_ids + 1)});
}

TEST_CASE("clock jumps: the span of what has gone is forgotten", "[clock]") {
  const scratch place;
  options how = place.history();
  const bool by_age = GENERATE(false, true);
  if (by_age) how.keep_for = 1h;
  if (!by_age) how.keep_messages = 2;
  std::vector<message> some;
  for (std::uint64_t i = 0; i < 10; ++i) some.push_back(said(1 + i * span_ids, "lobby", "x"));
  keep(how, some);
  message_store made(how);
  const moment now = some[8].time + 1h;
  while (made.prune_due(now)) made.prune_some(now, at_once);
  database db(how, database::access::read);
  CHECK(db.integer("SELECT count(*) FROM messages") == 2);
  CHECK(db.integer("SELECT count(*) FROM spans") == 2);
  CHECK(check(how).empty());
}

// The writer knows the span that it wrote to last, until something is removed or undone.
TEST_CASE("clock jumps: spans stay true while some are said, some removed and some undone", "[clock]") {
  std::mt19937 random(21);
  const auto within = [&random](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  const scratch place;
  options how = place.history();
  how.keep_for = 24h;
  message_store made(how);
  database db(how, database::access::read);
  std::uint64_t id = 0;
  moment now = time_of(1'000'000);
  int removals = 0;
  int failures = 0;
  for (int step = 0; step < 300; ++step) {
    now += std::chrono::hours(within(0, 6));
    std::vector<operation> batch;
    for (int i = within(1, 4); i > 0; --i) {
      id += static_cast<std::uint64_t>(within(0, 40) == 0 ? 4000 : 1);
      message said_now = said(id, "lobby", "x");
      said_now.time = now - std::chrono::hours(within(0, 40));
      batch.emplace_back(said_now);
    }
    if (within(0, 5) == 0) {
      batch.push_back(batch.front());  // no id twice: the commit fails as a whole
      CHECK_THROWS_AS(made.commit(batch, id), store_error);
      ++failures;
    } else {
      made.commit(batch, id);
    }
    if (within(0, 3) == 0 && made.prune_due(now)) {
      made.prune_some(now, no_hurry);
      ++removals;
    }
    INFO("step " << step);
    REQUIRE(db.integer("SELECT count(*) FROM messages LEFT JOIN spans ON span = id / " + std::to_string(span_ids) +
                       " WHERE oldest IS NULL OR time < oldest") == 0);
  }
  CHECK(removals > 20);
  CHECK(failures > 20);
}

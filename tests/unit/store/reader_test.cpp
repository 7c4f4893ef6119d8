#include "server/store/reader.hpp"

#include <future>
#include <optional>
#include <utility>

#include "server/store/database.hpp"
#include "server/store/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

using id_list = std::vector<std::uint64_t>;
using from = page_request::from;

// Odd ids in the lobby, even ones in "team", every tenth a whisper between Ann and Bob, 1 to 40.
void keep_forty(const options& how) {
  std::vector<message> all;
  for (std::uint64_t id = 1; id <= 40; ++id) {
    all.push_back(id % 10 == 0  ? whispered(id, id % 20 == 0 ? "Ann" : "Bob", id % 20 == 0 ? "Bob" : "Ann", "psst")
                  : id % 2 == 1 ? said(id, "lobby", "hi")
                                : said(id, "team", "hello"));
  }
  keep(how, all);
}

page_request request(std::string room, from where, std::uint64_t id, std::size_t limit) {
  page_request wanted;
  wanted.room = std::move(room);
  wanted.where = where;
  wanted.id = id;
  wanted.time = time_of(id);
  wanted.limit = limit;
  wanted.max_bytes = SIZE_MAX;
  return wanted;
}

}  // namespace

TEST_CASE("reader: pages of a room, from the end and further back", "[reader]") {
  const scratch place;
  keep_forty(place.history());
  reader whom(place.history());
  const std::string lobby = "lobby";
  page found = ask(whom, request(lobby, from::newest, 0, 3));
  CHECK(ids(found) == id_list{35, 37, 39});
  CHECK(found.more);
  CHECK(ids(ask(whom, request(lobby, from::before_id, 35, 3))) == id_list{29, 31, 33});
  CHECK(ids(ask(whom, request(lobby, from::before_id, 34, 2))) == id_list{31, 33});
  found = ask(whom, request(lobby, from::before_id, 5, 2));
  CHECK(ids(found) == id_list{1, 3});
  CHECK_FALSE(found.more);
  found = ask(whom, request(lobby, from::before_id, 7, 2));
  CHECK(ids(found) == id_list{3, 5});
  CHECK(found.more);
  CHECK(ask(whom, request(lobby, from::before_id, 1, 5)).messages.empty());
  CHECK(ask(whom, request("nowhere", from::newest, 0, 5)).messages.empty());
  CHECK(ask(whom, request("", from::newest, 0, 5)).messages.empty());
}

TEST_CASE("reader: pages before a time", "[reader]") {
  const scratch place;
  keep_forty(place.history());
  reader whom(place.history());
  const std::string lobby = "lobby";
  CHECK(ids(ask(whom, request(lobby, from::before_time, 11, 2))) == id_list{7, 9});
  page_request wanted = request(lobby, from::before_time, 11, 2);
  wanted.time += std::chrono::milliseconds(1);
  CHECK(ids(ask(whom, wanted)) == id_list{9, 11});
  CHECK(ask(whom, request(lobby, from::before_time, 0, 2)).messages.empty());
  CHECK(ask(whom, request(lobby, from::before_time, 1, 2)).messages.empty());
  CHECK(ids(ask(whom, request(lobby, from::before_time, 1000, 2))) == id_list{37, 39});
}

TEST_CASE("reader: a page has what was said in its room, and no whispers", "[reader]") {
  const scratch place;
  keep_forty(place.history());
  reader whom(place.history());
  CHECK(ids(ask(whom, request("team", from::before_id, 34, 4))) == id_list{24, 26, 28, 32});
  CHECK(ask(whom, request("lobby", from::before_id, 0, 9)).messages.empty());
  CHECK(ids(ask(whom, request("lobby", from::before_id, UINT64_MAX, 2))) == id_list{37, 39});
}

TEST_CASE("reader: messages come back as they were kept", "[reader]") {
  const scratch place;
  std::vector<message> all{said(3, "lobby", "Hi \"there\" 你好"), whispered(4, "Ann", "Bob", "there, psst"),
                           whispered(6, "Bob", "Bob", "there: self"), said(7, "lobby", "there with a tag")};
  all[1].scope = UINT64_MAX;  // all 64 bits
  all[1].tag = std::string("t");
  all[3].scope = 17;
  all[3].tag = "标记 2";
  keep(place.history(), all);
  reader whom(place.history());
  CHECK(ask(whom, search_request{{{"lobby"}, "bob"}, "there"}).messages == all);
  CHECK(ask(whom, request("lobby", from::newest, 0, 20)).messages == std::vector<message>{all[0], all[3]});
}

TEST_CASE("reader: a page is 1 to 1000 messages long", "[reader]") {
  const scratch place;
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 1001; ++id) many.push_back(said(id, "lobby", "x"));
  keep(place.history(), many);
  reader whom(place.history());
  CHECK(ask(whom, request("lobby", from::newest, 0, 0)).messages.size() == 1);
  CHECK(ask(whom, request("lobby", from::newest, 0, 999)).messages.size() == 999);
  CHECK(ask(whom, request("lobby", from::newest, 0, 1000)).messages.size() == 1000);
  CHECK(ask(whom, request("lobby", from::newest, 0, 1001)).messages.size() == 1000);
}

TEST_CASE("reader: a page is cut where its bytes are over, and the rest can be asked for", "[reader]") {
  const scratch place;
  const std::vector<message> all{said(1, "lobby", "first word"), said(2, "lobby", "word " + std::string(3000, 'b')),
                                 said(3, "lobby", "word " + std::string(200, '"')), said(4, "lobby", "last word")};
  keep(place.history(), all);
  reader whom(place.history());
  const std::size_t two = told_bytes(all[2]) + told_bytes(all[3]);
  const bool searched = GENERATE(false, true);
  const auto answer = [&](std::size_t bytes, std::uint64_t before) {
    page_request wanted = request("lobby", from::before_id, before, 50);
    wanted.max_bytes = bytes;
    if (!searched) return ask(whom, wanted);
    search_request words{{{"lobby"}, ""}, "word", before, 50};
    words.max_bytes = bytes;
    return ask(whom, words);
  };
  struct example {
    std::size_t bytes;
    id_list found;
  };
  for (const example& each : std::vector<example>{{two - 1, {4}},
                                                  {two, {3, 4}},
                                                  {two + told_bytes(all[1]) - 1, {3, 4}},
                                                  {two + told_bytes(all[1]), {2, 3, 4}},
                                                  {1, {4}}}) {
    const page found = answer(each.bytes, UINT64_MAX);
    CHECK(ids(found) == each.found);
    CHECK(found.more);
  }
  // Further back, one message at a time, to the first, however little may be told.
  id_list seen;
  for (std::uint64_t before = UINT64_MAX;;) {
    const page found = answer(1, before);
    REQUIRE(found.messages.size() == 1);
    before = found.messages[0].id;
    seen.push_back(before);
    if (!found.more) break;
  }
  CHECK(seen == id_list{4, 3, 2, 1});
}

TEST_CASE("reader: what was said with a tag since a time", "[reader]") {
  const scratch place;
  std::vector<message> all;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    all.push_back(id % 4 == 0 ? whispered(id, "Ann", "Bob", "x") : said(id, "lobby", "x"));
    if (id % 3 != 0) all.back().tag = std::to_string(id);
    all.back().scope = id % 3 == 0 ? 0 : 1;
  }
  all[4].time = time_of(1);  // a clock that was wrong for a moment
  keep(place.history(), all);
  queries whom(place.history());
  CHECK(ids(whom.tagged({time_of(0)})) == id_list{1, 2, 4, 5, 7, 8});
  CHECK(ids(whom.tagged({time_of(4)})) == id_list{4, 7, 8});
  CHECK(ids(whom.tagged({time_of(4) + std::chrono::milliseconds(1)})) == id_list{7, 8});
  CHECK(ids(whom.tagged({time_of(0), 2})) == id_list{8});
  CHECK(whom.tagged({time_of(0), 1}).messages.empty());
  CHECK(whom.tagged({time_of(10)}).messages.empty());
}

TEST_CASE("reader: lists the rooms that something is kept of", "[reader]") {
  const scratch place;
  keep(place.history(), {said(1, "team", "a"), whispered(2, "Ann", "Bob", "b"), said(3, "lobby", "c"),
                         said(4, "team", "d"), said(5, "茶室", "e")});
  reader whom(place.history());
  CHECK(ask_rooms(whom).rooms == std::vector<room_ref>{"lobby", "team", "茶室"});
}

TEST_CASE("reader: an empty history answers everything", "[reader]") {
  const scratch place;
  keep(place.history(), {});
  reader whom(place.history());
  CHECK(ask(whom, request("lobby", from::newest, 0, 5)).error.empty());
  CHECK(ask(whom, request("lobby", from::before_time, 5, 5)).messages.empty());
  CHECK(ask(whom, search_request{{{"lobby"}, "ann"}, "hi"}).messages.empty());
  CHECK(ask_rooms(whom).rooms.empty());
}

TEST_CASE("reader: what cannot be read is an error, and is tried anew", "[reader]") {
  const scratch place;
  reader whom(place.history());
  CHECK_THAT(ask(whom, request("lobby", from::newest, 0, 5)).error, Contains("cannot open"));
  CHECK_THAT(ask(whom, search_request{{{"lobby"}, ""}, "hi"}).error, Contains("cannot open"));
  CHECK_THAT(ask_rooms(whom).error, Contains("cannot open"));
  keep(place.history(), {said(1, "lobby", "hi")});
  CHECK(ids(ask(whom, request("lobby", from::newest, 0, 5))) == id_list{1});
  CHECK(ids(ask(whom, search_request{{{"lobby"}, ""}, "hi"})) == id_list{1});
}

TEST_CASE("reader: refuses questions beyond the limit, answers all others, also at its end", "[reader]") {
  const scratch place;
  options how = place.history();
  how.max_requests = 2;
  keep(how, {said(1, "lobby", "hi")});
  std::promise<void> entered;
  std::promise<void> release;
  std::vector<std::string> errors;  // of the pages' thread alone, until the reader has gone
  {
    reader whom(how);
    const page_request wanted = request("lobby", from::newest, 0, 5);
    const auto note = [&errors](const page& found) { errors.push_back(found.error); };
    REQUIRE(whom.read_page(wanted, [&](const page&) {
      entered.set_value();
      release.get_future().wait();
    }));
    entered.get_future().wait();
    CHECK(whom.read_page(wanted, note));
    CHECK(whom.read_page(wanted, note));
    CHECK_FALSE(whom.read_page(wanted, note));
    // The other worker is not held up by this one.
    CHECK(ids(ask(whom, search_request{{{"lobby"}, ""}, "hi"})) == id_list{1});
    release.set_value();
  }
  CHECK(errors.size() == 2);
}

TEST_CASE("reader: the first question of each kind is answered when no descriptor is left", "[reader]") {
  // UndefinedBehaviorSanitizer needs descriptors for its own checks.
  if (confab::test::sanitized) return;
  const scratch place;
  keep_forty(place.history());
  reader whom(place.history());
  std::optional<no_files> left(std::in_place);
  const std::string lobby = "lobby";
  const page newest = ask(whom, request(lobby, from::newest, 0, 1));
  search_request words;
  words.who = {{lobby}, ""};
  words.words = "hi";
  const page found = ask(whom, words);
  left.reset();
  CHECK(ids(newest) == id_list{39});
  CHECK(found.error.empty());
  CHECK_FALSE(found.messages.empty());
}

TEST_CASE("reader: when there is no memory for an answer, twice in a row, it is an error that comes later",
          "[reader]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "one")});
  reader whom(place.history());
  std::promise<page> answer;
  int failures = 0;
  page_request wanted;
  wanted.room = "lobby";
  REQUIRE(whom.read_page(wanted, [&](page found) {
    if (++failures <= 2) throw std::bad_alloc();
    answer.set_value(std::move(found));
  }));
  auto coming = answer.get_future();
  REQUIRE(coming.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  CHECK_THAT(coming.get().error, Contains("no memory"));
  CHECK(ask(whom, wanted).messages.size() == 1);
}

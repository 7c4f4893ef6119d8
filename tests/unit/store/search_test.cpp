#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

using id_list = std::vector<std::uint64_t>;

const std::vector<message>& conversation() {
  static const std::vector<message> all{
      said(1, "lobby", "Good morning everyone"),          said(2, "lobby", "早上好，大家"),
      said(3, "team", "the report is ready, 报告写好了"), whispered(4, "Ann", "Bob", "the secret report"),
      whispered(5, "Bob", "Ann", "秘密报告收到"),         whispered(6, "Cid", "Dan", "another report"),
      whispered(7, "Ann", "Ann", "note to self: report"), said(8, "lobby", "小红有顶红帽子"),
      said(9, "lobby", "小红帽 says GOOD night"),         said(10, "lobby", "\"quoted\" AND (odd) text:x* 👍"),
  };
  return all;
}

id_list find(const options& how, view who, const std::string& words) {
  search_request wanted;
  wanted.who = std::move(who);
  wanted.words = words;
  const page found = queries(how).search(wanted, std::atomic<bool>(false));
  CHECK(found.complete);
  return ids(found);
}

}  // namespace

TEST_CASE("search: finds words of any script, whether the index has them yet or not", "[search]") {
  const scratch place;
  const options how = place.history();
  const bool indexed = GENERATE(false, true);
  if (indexed) {
    keep(how, conversation());
  } else {
    message_store(how).commit(std::vector<operation>(conversation().begin(), conversation().end()), 0);
  }
  const view lobby{{"lobby"}, ""};
  CHECK(find(how, lobby, "good") == id_list{1, 9});
  CHECK(find(how, lobby, "GOOD Morning") == id_list{1});
  CHECK(find(how, lobby, "goo").empty());
  CHECK(find(how, lobby, "大家") == id_list{2});
  CHECK(find(how, lobby, "家") == id_list{2});
  CHECK(find(how, lobby, "早上好") == id_list{2});
  CHECK(find(how, lobby, "小红") == id_list{8, 9});
  CHECK(find(how, lobby, "小红帽") == id_list{9});
  CHECK(find(how, lobby, "红 帽子") == id_list{8});
  CHECK(find(how, lobby, "👍") == id_list{10});
  CHECK(find(how, lobby, "night 早").empty());
}

TEST_CASE("search: only what the asker may see", "[search]") {
  const scratch place;
  const options how = place.history();
  const bool indexed = GENERATE(false, true);
  if (indexed) {
    keep(how, conversation());
  } else {
    message_store(how).commit(std::vector<operation>(conversation().begin(), conversation().end()), 0);
  }
  CHECK(find(how, {{"lobby"}, ""}, "report").empty());
  CHECK(find(how, {{"team"}, ""}, "report") == id_list{3});
  CHECK(find(how, {{"team", "lobby"}, ""}, "报告") == id_list{3});
  CHECK(find(how, {{"team"}, "ann"}, "报告") == id_list{3, 5});
  CHECK(find(how, {{}, "ann"}, "report") == id_list{4, 7});
  CHECK(find(how, {{}, "bob"}, "report") == id_list{4});
  CHECK(find(how, {{}, "dan"}, "report") == id_list{6});
  CHECK(find(how, {{}, "eve"}, "report").empty());
  CHECK(find(how, {}, "report").empty());
}

TEST_CASE("search: whispers between two are found without words, and no others", "[search]") {
  const scratch place;
  const options how = place.history();
  const bool indexed = GENERATE(false, true);
  if (indexed) {
    keep(how, conversation());
  } else {
    message_store(how).commit(std::vector<operation>(conversation().begin(), conversation().end()), 0);
  }
  const auto between = [&](const std::string& one, const std::string& other, const std::string& words = "") {
    search_request wanted;
    wanted.who.person = one;
    wanted.who.rooms = {"lobby", "team"};  // as if that mattered
    wanted.with = other;
    wanted.words = words;
    const page found = queries(how).search(wanted, std::atomic<bool>(false));
    CHECK(found.complete);
    CHECK_FALSE(found.more);
    return ids(found);
  };
  CHECK(between("ann", "bob") == id_list{4, 5});
  CHECK(between("bob", "ann") == id_list{4, 5});
  CHECK(between("ann", "bob", "secret") == id_list{4});
  CHECK(between("ann", "ann") == id_list{7});
  CHECK(between("bob", "bob").empty());
  CHECK(between("ann", "dan").empty());
  CHECK(between("cid", "dan") == id_list{6});
  CHECK(between("", "bob").empty());
}

TEST_CASE("search: whispers between two are paged like everything else", "[search]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 20; ++id)
    many.push_back(id % 2 == 0 ? whispered(id, "Ann", "Bob", "x") : whispered(id, "Ann", "Cid", "x"));
  keep(how, many);
  search_request wanted;
  wanted.who.person = "ann";
  wanted.with = "bob";
  wanted.limit = 9;
  queries from(how);
  const page newest = from.search(wanted, std::atomic<bool>(false));
  CHECK(ids(newest) == id_list{4, 6, 8, 10, 12, 14, 16, 18, 20});
  CHECK(newest.more);
  wanted.before = 4;
  CHECK(ids(from.search(wanted, std::atomic<bool>(false))) == id_list{2});
  wanted.before = UINT64_MAX;
  wanted.limit = 10;
  CHECK_FALSE(from.search(wanted, std::atomic<bool>(false)).more);
}

TEST_CASE("search: nothing that is typed is syntax", "[search]") {
  const scratch place;
  const options how = place.history();
  keep(how, conversation());
  const view lobby{{"lobby"}, ""};
  CHECK(find(how, lobby, "\"quoted\" AND (odd)") == id_list{10});
  CHECK(find(how, lobby, "good OR odd").empty());  // there is no such message with "or"
  CHECK(find(how, lobby, "goo*").empty());
  CHECK(find(how, lobby, "text:x") == id_list{10});
  CHECK(find(how, lobby, "x\"\"\") OR (\"report").empty());
  CHECK(find(how, lobby, "* \" ' ( ) ^ - :").empty());
  CHECK(find(how, lobby, "").empty());
  // Neither is what the index says about rooms and people.
  CHECK(find(how, {{}, "eve"}, "#lobby @ann").empty());
}

TEST_CASE("search: keys may be anything", "[search]") {
  const scratch place;
  const options how = place.history();
  const std::string odd = "a\"b OR c' #\xF0\x9F\x90\x88";
  keep(how, {said(1, odd, "here"), said(2, "c", "here")});
  CHECK(find(how, {{odd}, ""}, "here") == id_list{1});
}

TEST_CASE("search: the newest come first, the rest by asking before them", "[search]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 12; ++id) many.push_back(said(id, "lobby", "wort"));
  // The last two wait to be indexed.
  keep(how, {many.begin(), many.end() - 2});
  message_store(how).commit(std::vector<operation>(many.end() - 2, many.end()), 0);
  queries from(how);
  search_request wanted{{{"lobby"}, ""}, "wort", UINT64_MAX, 5};
  const std::atomic<bool> stop(false);
  page found = from.search(wanted, stop);
  CHECK(ids(found) == id_list{8, 9, 10, 11, 12});
  CHECK(found.more);
  wanted.before = 8;
  found = from.search(wanted, stop);
  CHECK(ids(found) == id_list{3, 4, 5, 6, 7});
  CHECK(found.more);
  wanted.before = 6;
  found = from.search(wanted, stop);
  CHECK(ids(found) == id_list{1, 2, 3, 4, 5});
  CHECK_FALSE(found.more);
  wanted.before = 1;
  CHECK(from.search(wanted, stop).messages.empty());
}

TEST_CASE("search: gives up when its time is over or the server stops", "[search]") {
  const scratch place;
  options how = place.history();
  keep(how, conversation());
  const search_request wanted{{{"lobby"}, ""}, "good", UINT64_MAX, 20};
  CHECK_FALSE(queries(how).search(wanted, std::atomic<bool>(true)).complete);
  how.search_time = std::chrono::milliseconds(0);
  CHECK_FALSE(queries(how).search(wanted, std::atomic<bool>(false)).complete);
}

TEST_CASE("search: when it is over it holds nothing open, however it ended", "[search]") {
  const scratch place;
  options how = place.history();
  how.busy_timeout = std::chrono::milliseconds(0);
  keep(how, conversation());
  queries from(how);
  search_request wanted;
  wanted.who = {{"lobby"}, ""};
  // All, the first of several, none, and given up at once.
  wanted.words = GENERATE(as<std::string>{}, "good", "never said");
  wanted.limit = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3});
  const bool stop = GENERATE(false, true);
  INFO(wanted.words << ", " << wanted.limit << (stop ? ", given up" : ""));
  from.search(wanted, std::atomic<bool>(stop));
  message_store(how).commit(std::vector<operation>{said(11, "lobby", "later")}, 11);
  {
    database other(how, database::access::write);
    other.execute("INSERT INTO meta VALUES ('x', 1); DELETE FROM meta WHERE name = 'x'");
    CHECK(other.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0);  // 1: somebody reads an older state
  }
  // And the next one sees what came.
  wanted.words = "later";
  CHECK(ids(from.search(wanted, std::atomic<bool>(false))) == id_list{11});
}

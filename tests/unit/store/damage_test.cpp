// One page of the file overwritten, whichever it is: the history mends itself and keeps all that is said from then on,
// or refuses to start and names the way out.
#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>

#include "server/store/check.hpp"
#include "server/store/export.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/repair.hpp"
#include "server/store/schema.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t page_size = 4096;
constexpr std::uint64_t old_messages = 700;

struct page_of {
  std::string owner;  // table or index
  std::size_t number;
};

message talk(std::uint64_t id) {
  const std::string text = "word" + std::to_string(id) + " common " + std::string(60 + id % 90, 'x');
  if (id % 11 == 0) return whispered(id, "Ann", "Bob", text);
  message what = said(id, id % 3 == 0 ? "tea" : "lobby", text);
  what.from_key = "somebody with a long key, number " + std::to_string(id % 500);
  return what;
}

std::vector<message> talk(std::uint64_t first, std::uint64_t last) {
  std::vector<message> all;
  for (std::uint64_t id = first; id <= last; ++id) all.push_back(talk(id));
  return all;
}

// A history with something in every table.
void make_history(const options& how) {
  const auto all = talk(1, old_messages);
  message_store made(how);
  for (std::size_t at = 0; at < all.size(); at += 50) {
    std::vector<operation> some(all.begin() + static_cast<std::ptrdiff_t>(at),
                                all.begin() + static_cast<std::ptrdiff_t>(std::min(at + 50, all.size())));
    some.emplace_back(recall{all[at].id, time_of(1), "Ann", "127.0.0.1:1"});
    made.commit(some, 0);
    while (made.index_due()) made.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  }
  // So that a writer that comes later has nothing to move.
  while (made.merge_due()) made.merge_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  made.note_highest(0);
}

std::vector<page_of> pages(const options& how) {
  database db(how, database::access::read);
  std::vector<page_of> all;
  statement next = db.prepare("SELECT name, pageno FROM dbstat ORDER BY pageno");
  while (next.step()) all.push_back({std::string(next.text(0)), static_cast<std::size_t>(next.integer(1))});
  return all;
}

std::string random_page(std::mt19937& random) {
  std::string bytes(page_size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

enum class kind { noise, zeros, another_page, one_bit };
constexpr std::size_t kinds = 4;

void flip(std::string& bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ (1U << (bit % 8)));
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What becomes of the page of this number in a file of those bytes.
std::string damaged(const std::string& whole, std::size_t page, kind how, std::mt19937& random) {
  std::string bytes = whole.substr((page - 1) * page_size, page_size);
  switch (how) {
    case kind::noise: return random_page(random);
    case kind::zeros: return std::string(page_size, '\0');
    case kind::another_page: {
      const std::size_t pages = whole.size() / page_size;
      const std::size_t other = (page - 1 + 1 + random() % (pages - 1)) % pages;
      return whole.substr(other * page_size, page_size);
    }
    case kind::one_bit: {
      // The first page begins with what the file says of itself.
      const std::size_t header = page == 1 ? 108 : 8;
      const std::size_t bit = random() % (header * 8);
      flip(bytes, bit);
      return bytes;
    }
  }
  return bytes;
}

void overwrite(const std::filesystem::path& file, std::size_t page, const std::string& bytes) {
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(static_cast<std::streamoff>((page - 1) * page_size));
  out << bytes;
  out.flush();
  if (!out) throw std::runtime_error("cannot overwrite");
}

// Puts the file there, and nothing beside it.
void put(const options& how, const std::string& bytes) {
  for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(how.file.string() + ending);
  std::ofstream out(how.file, std::ios::binary | std::ios::trunc);
  out << bytes;
}

std::size_t found(queries& from, const std::string& words) {
  search_request wanted{{{"lobby", "tea"}, "bob"}, words};
  wanted.limit = max_limit;
  wanted.max_bytes = SIZE_MAX;
  return from.search(wanted, std::atomic<bool>(false)).messages.size();
}

// Whether it is open and all that is said is kept and found; otherwise it must have been refused with a way out.
bool keeps_all(const options& how) {
  witness seen;
  std::unique_ptr<writer> to;
  try {
    to = std::make_unique<writer>(how, seen.events());
  } catch (const store_error& refused) {
    CHECK_THAT(refused.what(), Contains("--restore"));
    return false;
  }
  constexpr std::uint64_t fresh = 21;
  const std::uint64_t first = to->highest_id() + 1;
  for (std::uint64_t id = first; id < first + fresh; id += 3) to->append(talk(id, id + 2));
  CHECK(seen.settled(fresh));
  CHECK(to->count().lost == 0);
  CHECK(seen.health_changes().empty());
  to.reset();
  queries from(how);
  std::size_t missed = 0;
  for (std::uint64_t id = first; id < first + fresh; ++id)
    missed += found(from, "word" + std::to_string(id)) == 1 ? 0U : 1U;
  CHECK(missed == 0);
  CHECK(found(from, "common") == fresh + old_messages - old_messages / 50);
  page_request newest;
  newest.limit = max_limit;
  newest.max_bytes = SIZE_MAX;
  std::size_t in_rooms = 0;
  for (const char* const room : {"lobby", "tea"}) {
    newest.room = room;
    in_rooms += from.read_page(newest).messages.size();
  }
  std::size_t whispers = 0;
  for (std::uint64_t id = 1; id < first + fresh; ++id) {
    const bool there = id >= first || (id <= old_messages && id % 50 != 1);
    whispers += there && id % 11 == 0 ? 1U : 0U;
  }
  CHECK(in_rooms + whispers == fresh + old_messages - old_messages / 50);
  return true;
}

}  // namespace

TEST_CASE("damage: a page of any table or index overwritten costs nothing that is said from then on, or is refused",
          "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  const std::string whole = bytes_of(how.file);
  const auto all = pages(how);
  std::vector<std::string> owners;
  for (const page_of& each : all) owners.push_back(each.owner);
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  for (const char* const table : {"messages", "people", "rooms", "recalls", "meta", "spans", "messages_of_room",
                                  "people_by_key", "people_by_span", "rooms_by_name", "search_data"}) {
    CHECK(std::count(owners.begin(), owners.end(), table) == 1);
  }

  // Each kind of damage once where everything takes ten times as long.
  const std::size_t rounds = confab::test::sanitized ? kinds : 20;
  std::mt19937 random(20261126);
  for (const std::string& owner : owners) {
    std::vector<page_of> its;
    std::copy_if(all.begin(), all.end(), std::back_inserter(its),
                 [&](const page_of& each) { return each.owner == owner; });
    // What follows from the messages can always be made anew.
    const bool derived = owner == "messages_of_room" || owner.starts_with("people_by") || owner == "rooms_by_name" ||
                         owner == "spans" || owner == "meta" || owner.starts_with("search");
    for (std::size_t round = 0; round < rounds; ++round) {
      const page_of& page = its[random() % its.size()];
      const kind what = static_cast<kind>(round % kinds);
      INFO(owner << ", page " << page.number << ", round " << round);
      put(how, whole);
      overwrite(how.file, page.number, damaged(whole, page.number, what, random));
      const bool served = keeps_all(how);
      if (served) CHECK(check(how) == std::vector<std::string>{});
      if (derived) CHECK(served);
      if ((owner == "messages" || owner == "people" || owner == "rooms") && what != kind::one_bit) CHECK_FALSE(served);
    }
  }
}

TEST_CASE("damage: any bit of what the file says of itself", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  const std::string whole = bytes_of(how.file);
  std::size_t served = 0;
  std::size_t refused = 0;
  for (std::size_t bit = 1; bit < std::size_t{100} * 8; bit += confab::test::sanitized ? 13 : 3) {
    INFO("bit " << bit);
    std::string bytes = whole;
    flip(bytes, bit);
    put(how, bytes);
    (keeps_all(how) ? served : refused) += 1;
  }
  CHECK(served > 0);
  CHECK(refused > 0);
}

TEST_CASE("damage: of a page that is not in use costs nothing", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  {
    database db(how, database::access::write);
    db.execute("CREATE TABLE more(x); INSERT INTO more SELECT zeroblob(2000) FROM messages; DROP TABLE more");
  }
  const std::string whole = bytes_of(how.file);
  const auto used = pages(how);
  std::vector<std::size_t> unused;
  for (std::size_t page = 1; page <= whole.size() / page_size; ++page) {
    const bool is_used =
        std::any_of(used.begin(), used.end(), [&](const page_of& each) { return each.number == page; });
    if (!is_used) unused.push_back(page);
  }
  REQUIRE(unused.size() > 100);
  std::mt19937 random(5);
  // Those that lead to the others are the first and, as it happens, the last.
  for (const std::size_t page : {unused.front(), unused[1], unused.back(), unused[unused.size() / 2]}) {
    for (std::size_t i = 0; i < kinds; ++i) {
      INFO("page " << page << ", " << i);
      put(how, whole);
      overwrite(how.file, page, damaged(whole, page, static_cast<kind>(i), random));
      CHECK(keeps_all(how));
      CHECK(check(how) == std::vector<std::string>{});
    }
  }
}

TEST_CASE("damage: a file that is cut off is served whole or refused", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  const std::string whole = bytes_of(how.file);
  std::size_t refused = 0;
  for (const std::size_t left : {whole.size() - 1, whole.size() - page_size, whole.size() / 2, 3 * page_size, page_size,
                                 page_size - 1, std::size_t{100}, std::size_t{16}, std::size_t{1}}) {
    INFO(left << " bytes are left");
    put(how, whole.substr(0, left));
    refused += keeps_all(how) ? 0U : 1U;
  }
  CHECK(refused >= 7);
}

TEST_CASE("damage: of the write-ahead log that a killed server left costs at most the end of it", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  options killed = how;
  killed.file = place.folder() / "killed.db";
  std::string log;
  std::string memory;
  {
    message_store at_work(how);
    for (std::uint64_t id = 20'001; id <= 20'040; ++id) at_work.commit(std::vector<operation>{talk(id)}, 0);
    put(killed, bytes_of(how.file));
    log = bytes_of(how.file.string() + "-wal");
    memory = bytes_of(how.file.string() + "-shm");
  }
  const std::string base = bytes_of(killed.file);
  REQUIRE(log.size() > 50 * page_size);
  REQUIRE(memory.size() >= 8 * page_size);
  std::mt19937 random(9);
  for (int round = 0; round < 24; ++round) {
    INFO("round " << round);
    std::string hurt = log;
    const std::size_t at = round == 0 ? 0 : random() % (log.size() - page_size);
    switch (round % 4) {
      case 0: hurt.replace(at, page_size, random_page(random)); break;
      case 1: hurt.replace(at, page_size, page_size, '\0'); break;
      case 2: hurt.resize(at); break;
      default: flip(hurt, at * 8 + 2); break;
    }
    put(killed, base);
    std::ofstream(killed.file.string() + "-wal", std::ios::binary) << hurt;
    std::ofstream(killed.file.string() + "-shm", std::ios::binary)
        << (round % 2 == 0 ? memory : random_page(random) + memory.substr(page_size));
    witness seen;
    writer to(killed, seen.events());
    const std::uint64_t first = to.highest_id() + 1;
    REQUIRE(seen.settled(to.append(talk(first, first + 2))));
    CHECK(to.count().lost == 0);
    queries from(killed);
    CHECK(found(from, "word" + std::to_string(first)) == 1);
    // What is left of it is from its beginning.
    std::size_t lasts = 0;
    while (lasts < 40 && found(from, "word" + std::to_string(20'001 + lasts)) == 1) ++lasts;
    CHECK(found(from, "common") == 3 + lasts + old_messages - old_messages / 50);
  }
}

TEST_CASE("damage: what the search index says wrong is noticed when it is asked, and it is made anew", "[damage]") {
  const scratch place;
  options how = place.history();
  how.mend_pause = std::chrono::milliseconds(1);
  make_history(how);
  {
    // Pages in order, with nonsense in them.
    database db(how, database::access::write);
    db.execute("UPDATE search_data SET block = randomblob(length(block)) WHERE id > 10");
  }
  std::vector<std::string> notes;
  std::mutex mutex;
  witness seen;
  writer::events events = seen.events();
  events.note = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    notes.push_back(text);
  };
  writer to(how, events);
  reader whom(how, [&] { to.make_index_anew(); });
  const auto count = [&](const std::string& words) {
    search_request wanted{{{"lobby", "tea"}, "bob"}, words};
    wanted.limit = max_limit;
    wanted.max_bytes = SIZE_MAX;
    const page answer = ask(whom, wanted);
    CHECK(answer.error.empty());
    return answer.messages.size();
  };
  // From the first question on.
  CHECK(count("common") == old_messages - old_messages / 50);
  CHECK(count("word699") == 1);
  to.append({talk(1000)});
  REQUIRE(seen.settled(1));
  CHECK(count("word1000") == 1);
  database db(how, database::access::read);
  const confab::test::deadline until;
  while (db.integer("SELECT value FROM meta WHERE name = 'indexed'") != 1000 && !until.passed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(count("common") == old_messages - old_messages / 50 + 1);
  CHECK(to.count().works);
  const std::lock_guard lock(mutex);
  REQUIRE_FALSE(notes.empty());
  CHECK_THAT(notes[0], Contains("search index"));
}

TEST_CASE("damage: that shows only while a server is at work costs nothing either", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  const std::string owner = GENERATE("messages_of_room", "people_by_key", "people_by_span", "rooms_by_name",
                                     "search_data", "search_idx", "search_config", "spans");
  INFO(owner);
  const auto all = pages(how);
  how.watch_interval = std::chrono::milliseconds(1);  // whatever is mended, nobody took a file away
  witness seen;
  std::atomic<int> notes{0};
  writer::events events = seen.events();
  events.note = [&notes](const std::string&) { ++notes; };
  writer to(how, events);
  {
    // All pages of it, before the writer has read any but the first.
    std::mt19937 random(3);
    for (const page_of& each : all) {
      if (each.owner == owner) overwrite(how.file, each.number, random_page(random));
    }
  }
  {
    // So that the writer looks at the file again.
    database other(how, database::access::write);
    other.execute("INSERT INTO meta VALUES ('looked at', 1)");
  }
  const std::uint64_t first = old_messages + 10'000;
  for (std::uint64_t id = first; id < first + 30; ++id) {
    to.append({talk(id)});
    if (id % 10 == 0) to.recall_message({id - 5, time_of(1), "Ann", "addr"});
    to.recall_message({id % old_messages, time_of(1), "Ann", "addr"});
  }
  REQUIRE(seen.settled(63));
  // Some more, with pauses in which it looks at the files.
  for (std::uint64_t more = 0; more < 3; ++more) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    to.append({talk(first + 30 + more)});
    REQUIRE(seen.settled(64 + more));
  }
  INFO(seen.reason());
  CHECK(to.count().lost == 0);
  CHECK(to.count().works);
  CHECK(seen.health_changes().empty());
  // What is only added to need not be read for that.
  if (!owner.starts_with("search")) CHECK(notes > 0);
}

TEST_CASE("damage: where the messages are damaged the server does not start, and says what to do", "[damage]") {
  const scratch place;
  const options how = place.history();
  make_history(how);
  for (const page_of& each : pages(how)) {
    if (each.owner == "messages") overwrite(how.file, each.number, std::string(page_size, 'z'));
  }
  CHECK_THROWS_WITH(writer(how, {}), Contains("is damaged") && Contains("--export") && Contains("aside"));
  // Nothing of it was changed.
  CHECK_THROWS_WITH(writer(how, {}), Contains("is damaged"));
}

TEST_CASE("damage: before a large file is looked at, the log says what the start waits for", "[damage]") {
  const scratch place;
  options how = place.history();
  make_history(how);
  std::vector<std::string> notes;
  writer::events events;
  events.note = [&notes](const std::string& text) { notes.push_back(text); };
  const auto size = std::filesystem::file_size(how.file);
  how.large_file = size + 1;
  { const writer quiet(how, events); }
  CHECK(notes.empty());
  how.large_file = size;
  { const writer told(how, events); }
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0], Contains("looked at"));
}

TEST_CASE("repair: what is made anew is as the last step of the schema leaves it", "[damage]") {
  const scratch place;
  const options how = place.history();
  make_history(how);
  const auto schema = [&how] {
    database db(how, database::access::read);
    std::vector<std::string> all;
    statement next = db.prepare("SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
    while (next.step()) {
      std::string text(next.text(0));
      text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }), text.end());
      all.push_back(std::move(text));
    }
    return all;
  };
  const auto before = schema();
  const bool all = GENERATE(false, true);
  {
    message_store opened(how);
    if (!all) opened.make_index_anew();
  }
  if (all) message_store(how, care::mend);
  CHECK(schema() == before);
  message_store again(how);
  CHECK(again.remark().empty());
  while (again.index_due()) again.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  CHECK(check(how).empty());
  database db(how, database::access::write);
  CHECK(look_at(db) == condition::sound);  // the next start has removed what was left unused
}

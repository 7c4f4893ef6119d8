// A damaged history of the first release: it starts with all of its messages and keeps what is said from then on, or it
// is refused, names the way out and stays as it was.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <signal.h>
#include <sstream>
#include <string>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "server/history/search_terms.hpp"
#include "server/store/check.hpp"
#include "server/store/export.hpp"
#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/schema.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t bytes_of_page = 4096;
constexpr std::uint64_t of_first_release = 600;

message spoken(std::uint64_t id) {
  const std::string text = "word" + std::to_string(id) + " common " + std::string(60 + id % 90, 'x');
  if (id % 11 == 0) return whispered(id, "Ann", "Bob", text);
  message what = said(id, id % 3 == 0 ? "tea" : "lobby", text);
  what.from_key = "somebody with a long key, number " + std::to_string(id % 100);
  return what;
}

/// A history as the first release has it, with several pages in nearly every table and index.
void make_first_release(const options& how, std::uint64_t count = of_first_release) {
  database db(how, database::access::write);
  db.write_ahead(sync_mode::normal);
  migrate(db, migrations().first(1));
  transaction all(db, transaction::kind::write);
  statement insert = db.prepare("INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  statement index = db.prepare("INSERT INTO search(rowid, terms) VALUES (?1, ?2)");
  statement recalled = db.prepare("INSERT INTO recalls VALUES (?1, 0, 'Ann', '127.0.0.1:12345')");
  for (std::uint64_t id = 1; id <= count; ++id) {
    const message what = spoken(id);
    if (id % 2 == 0) recalled.run(id + 1'000'000);
    insert.run(id, what.time.time_since_epoch().count(), what.is_whisper() ? 1 : 0, what.room.name, what.from,
               what.addr, what.from_key, what.to, what.to_key, what.text);
    std::string line;
    for (const std::string& term : index_terms(what)) line += term + ' ';
    index.run(id, line);
  }
  db.prepare("UPDATE meta SET value = ?2 WHERE name = ?1").run("reserved", count);
  db.prepare("UPDATE meta SET value = ?2 WHERE name = ?1").run("indexed", count);
  db.prepare("UPDATE meta SET value = ?2 WHERE name = ?1").run("terms", search_terms_version());
  all.commit();
}

struct place_of_page {
  std::string owner;
  std::size_t number;
};

std::vector<place_of_page> pages_of(const options& how) {
  database db(how, database::access::read);
  std::vector<place_of_page> all;
  statement next = db.prepare("SELECT name, pageno FROM dbstat ORDER BY pageno");
  while (next.step()) all.push_back({std::string(next.text(0)), static_cast<std::size_t>(next.integer(1))});
  return all;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_content(const options& how, const std::string& bytes) {
  for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(how.file.string() + ending);
  std::ofstream(how.file, std::ios::binary | std::ios::trunc) << bytes;
}

enum class harm { noise, zeros, another_page, one_bit, cut_short };
constexpr std::size_t harms = 5;

/// `whole` with that page as it should not be.
std::string harmed(std::string whole, std::size_t page, harm how, std::mt19937& random) {
  const std::size_t at = (page - 1) * bytes_of_page;
  switch (how) {
    case harm::noise:
      for (std::size_t i = 0; i < bytes_of_page; ++i) whole[at + i] = static_cast<char>(random());
      break;
    case harm::zeros: whole.replace(at, bytes_of_page, bytes_of_page, '\0'); break;
    case harm::another_page: {
      const std::size_t count = whole.size() / bytes_of_page;
      const std::size_t other = (page + random() % (count - 1)) % count;
      whole.replace(at, bytes_of_page, whole.substr(other * bytes_of_page, bytes_of_page));
      break;
    }
    case harm::one_bit: {
      const std::size_t bit = random() % ((page == 1 ? 108 : 8) * 8);
      const std::size_t where = at + bit / 8;
      whole[where] = static_cast<char>(static_cast<unsigned char>(whole[where]) ^ (1U << (bit % 8)));
      break;
    }
    case harm::cut_short: whole.replace(at + bytes_of_page / 2, bytes_of_page / 2, bytes_of_page / 2, '\0'); break;
  }
  return whole;
}

std::vector<message> everything(const options& how) {
  database db(how, database::access::read);
  statement next = db.prepare(select_messages_of(schema_version(db), "ORDER BY id"));
  std::vector<message> all;
  while (next.step()) all.push_back(read_message(next));
  return all;
}

/// What the writer and --check-data say of a start on this file; nothing if it was refused with a way out.
std::optional<std::vector<message>> started(const options& how) {
  witness seen;
  std::unique_ptr<writer> to;
  try {
    to = std::make_unique<writer>(how, seen.events());
  } catch (const store_error& refused) {
    CHECK_THAT(refused.what(), Contains("--restore") && Contains("aside"));
    return std::nullopt;
  }
  const std::uint64_t next = to->highest_id() + 1;
  to->append({spoken(next), spoken(next + 1)});
  CHECK(seen.settled(2));
  CHECK(to->count().lost == 0);
  CHECK(seen.health_changes().empty());
  to.reset();
  std::vector<message> all = everything(how);
  REQUIRE(all.size() >= 2);
  CHECK(all.back().text == spoken(next + 1).text);
  all.resize(all.size() - 2);
  CHECK(check(how) == std::vector<std::string>{});
  return all;
}

}  // namespace

TEST_CASE("migration damage: a page of any table or index of the first release costs no message, or is refused",
          "[damage][migration]") {
  const scratch place;
  const options how = place.history();
  make_first_release(how);
  CHECK(check(how).empty());
  const std::string whole = content(how.file);
  const std::vector<message> before = everything(how);
  REQUIRE(before.size() == of_first_release);
  const auto all = pages_of(how);
  std::set<std::string> owners;
  for (const place_of_page& each : all) owners.insert(each.owner);
  for (const char* const each : {"messages", "messages_of_room", "whispers_from", "whispers_to", "recalls", "meta",
                                 "search_data", "search_idx", "search_config", "sqlite_schema"}) {
    CHECK(owners.count(each) == 1);
  }
  std::mt19937 random(20261127);
  for (const std::string& owner : owners) {
    std::vector<place_of_page> its;
    std::copy_if(all.begin(), all.end(), std::back_inserter(its),
                 [&](const place_of_page& each) { return each.owner == owner; });
    // What follows from the messages can always be made anew.
    const bool kept = owner == "messages" || owner == "recalls" || owner == "sqlite_schema";
    for (std::size_t round = 0; round < harms; ++round) {
      const place_of_page& page = its[random() % its.size()];
      INFO(owner << ", page " << page.number << ", round " << round);
      const std::string bytes = harmed(whole, page.number, static_cast<harm>(round), random);
      put_content(how, bytes);
      const auto after = started(how);
      if (!kept) CHECK(after);
      if (after) {
        CHECK(*after == before);
      } else {
        CHECK(content(how.file) == bytes);
      }
    }
  }
}

TEST_CASE("migration damage: a disk that is full at any moment of it leaves the history for the next start",
          "[damage][migration]") {
  const scratch place;
  const options how = place.history();
  const bool damaged = GENERATE(false, true);
  make_first_release(how);
  std::string bytes = content(how.file);
  const std::vector<message> before = everything(how);
  if (damaged) {
    std::mt19937 random(1);
    for (const place_of_page& each : pages_of(how)) {
      if (each.owner == "whispers_to") bytes = harmed(bytes, each.number, harm::noise, random);
    }
  }
  const std::uintmax_t step = bytes.size() / 6;
  int failed = 0;
  int done = 0;
  for (std::uintmax_t room = 1; done == 0; room += step) {
    INFO((damaged ? "damaged, " : "whole, ") << "files of up to " << room << " bytes");
    REQUIRE(room < 10 * bytes.size());
    put_content(how, bytes);
    try {
      const small_disk full(room);
      const message_store may(how);
      ++done;
    } catch (const store_error&) {
      ++failed;
    }
    const auto after = started(how);
    REQUIRE(after);
    CHECK(*after == before);
  }
  CHECK(failed >= 4);
}

TEST_CASE("migration damage: may be killed at any moment and is done by the next start, if it is to be mended too",
          "[damage][migration]") {
  const scratch place;
  const options how = place.history();
  make_first_release(how);
  std::string bytes = content(how.file);
  const std::vector<message> before = everything(how);
  std::mt19937 random(2);
  for (const place_of_page& each : pages_of(how)) {
    if (each.owner == "messages_of_room" || each.owner == "search_data") {
      bytes = harmed(bytes, each.number, harm::noise, random);
    }
  }
  for (int round = 0; round < 12; ++round) {
    INFO("round " << round);
    put_content(how, bytes);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // Killed after so much work of its own, which does not depend on how busy the machine is.
      const itimerval end{{0, 0}, {0, 200 + round * 1500}};
      ::setitimer(ITIMER_PROF, &end, nullptr);  // SIGPROF ends the process
      ::alarm(60);
      for (;;) const message_store now(how);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGPROF);
    const auto after = started(how);
    REQUIRE(after);
    CHECK(*after == before);
  }
}

TEST_CASE("migration damage: what was made anew is said", "[damage][migration]") {
  const scratch place;
  const options how = place.history();
  make_first_release(how);
  {
    database db(how, database::access::write);
    db.execute("DROP INDEX whispers_from; DELETE FROM meta WHERE name = 'reserved'");
  }
  const message_store now(how);
  CHECK_THAT(now.remark(), Contains("made anew") && Contains("the messages are whole"));
  CHECK(now.highest_id() == of_first_release + message_store::id_reserve);
}

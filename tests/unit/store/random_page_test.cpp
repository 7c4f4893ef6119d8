// A history of which one page is not what it was. Whichever it is: what cannot be done is said, and nothing ends.
#include <fstream>
#include <random>
#include <sstream>

#include "server/store/backup.hpp"
#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "server/store/restore.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

constexpr std::uint64_t messages = 120;
constexpr std::size_t bytes_of_page = 4096;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// What a page becomes: nonsense, nothing, another page, or itself with one bit turned.
std::string damaged(std::string whole, std::size_t page, std::mt19937& random) {
  const std::size_t at = page * bytes_of_page;
  switch (random() % 4) {
    case 0:
      for (std::size_t i = 0; i < bytes_of_page; ++i) whole[at + i] = static_cast<char>(random());
      break;
    case 1: whole.replace(at, bytes_of_page, bytes_of_page, '\0'); break;
    case 2:
      whole.replace(at, bytes_of_page,
                    whole.substr((random() % (whole.size() / bytes_of_page)) * bytes_of_page, bytes_of_page));
      break;
    default:
      for (int i = 0; i < 8; ++i) whole[at + random() % bytes_of_page] ^= static_cast<char>(1U << (random() % 8U));
      break;
  }
  return whole;
}

/// Whether a server could be at work on it: all that one does, each with an answer. False when it is refused at the
/// start.
bool works_on(const options& how) {
  witness seen;
  std::unique_ptr<writer> to;
  try {
    to = std::make_unique<writer>(how, seen.events());
  } catch (const store_error& error) {
    CHECK(std::string(error.what()).find("history") != std::string::npos);
    return false;
  }
  reader whom(how);
  page_request page_wanted;
  page_wanted.room = "lobby";
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t id = to->highest_id() + 1 + static_cast<std::uint64_t>(i);
    to->append({said(id, "lobby", "word later")});
    const std::uint64_t number = to->recall_message({static_cast<std::uint64_t>(i) + 3, time_of(9), "Ann", "addr"});
    REQUIRE(seen.settled(number));
    CHECK(ask(whom, page_wanted).error != "no answer");
    CHECK(ask(whom, search_request{{{"lobby"}, "bob"}, "word"}).error != "no answer");
    CHECK(ask_rooms(whom).error != "no answer");
  }
  return true;
}

template <class Does>
void may_fail(Does does) {
  try {
    does();
  } catch (const store_error&) {
    // That is an answer.
  }
}

}  // namespace

TEST_CASE("random page: whichever page is hurt, and how, everything is done or refused, and nothing ends", "[page]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= messages; ++id) {
    many.push_back(id % 7 == 0
                       ? whispered(id, "Ann", "Bob", "word " + std::to_string(id))
                       : said(id, id % 5 == 0 ? "茶" : "lobby", "word " + std::to_string(id) + std::string(150, 'x')));
  }
  keep(how, many);
  { database(how, database::access::write).execute("PRAGMA wal_checkpoint(TRUNCATE)"); }
  const std::string whole = bytes_of(how.file);
  const std::size_t pages = whole.size() / bytes_of_page;
  REQUIRE(pages > 10);
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::size_t served = 0;
  std::size_t refused = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    INFO("page " << page);
    for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(how.file.string() + ending);
    write(how.file, damaged(whole, page, random));
    may_fail([&] { check(how); });
    may_fail([&] {
      std::ostringstream out;
      export_messages(how, out);
    });
    may_fail([&] { back_up(how, place.folder() / "backup"); });
    (works_on(how) ? served : refused) += 1;
    std::filesystem::remove_all(place.folder() / "backup");
  }
  CHECK(served + refused == pages);
  // And the way out is open.
  write(how.file, damaged(whole, 0, random));
  for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(how.file.string() + ending);
  const auto backup = place.folder() / "good";
  std::filesystem::create_directory(backup);
  write(backup / "history.db", whole);
  CHECK(restore(how, backup, time_of(1)).messages == messages);
  CHECK(works_on(how));
}

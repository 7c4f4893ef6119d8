// check_opening() says beforehand what opening a history would, and changes nothing.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "server/store/folder_lock.hpp"
#include "server/store/message_store.hpp"
#include "server/store/opening.hpp"
#include "server/store/repair.hpp"
#include "server/store/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// The files of a folder, with what is in them.
std::map<std::string, std::string> all_files_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& each : std::filesystem::directory_iterator(folder)) all[each.path()] = content_of(each.path());
  return all;
}

std::string objection(const options& how) {
  try {
    check_opening(how);
    return {};
  } catch (const store_error& error) {
    return error.what();
  }
}

bool can_open(const options& how) {
  try {
    const message_store opened(how);
    return true;
  } catch (const store_error&) {
    return false;
  }
}

std::vector<message> some_talk() {
  std::vector<message> all;
  for (std::uint64_t id = 1; id <= 60; ++id) {
    all.push_back(id % 5 == 0 ? whispered(id, "Ann", "Bob", "a whisper") : said(id, "tea", std::string(300, 'x')));
  }
  return all;
}

}  // namespace

TEST_CASE("opening check: a history that is whole, one to be made, and an empty file are well", "[store]") {
  const scratch place;
  const options how = place.history();
  CHECK(objection(how).empty());
  CHECK(std::filesystem::is_empty(place.folder()));
  options deeper = how;
  deeper.file = place.folder() / "a" / "b" / "history.db";
  CHECK(objection(deeper).empty());
  CHECK(std::filesystem::is_empty(place.folder()));
  keep(how, some_talk());
  const auto before = all_files_of(place.folder());
  CHECK(objection(how).empty());
  CHECK(all_files_of(place.folder()) == before);
  put_bytes(how.file, "");
  CHECK(objection(how).empty());
}

TEST_CASE("opening check: never says yes to what then cannot be opened, whichever page is damaged", "[store]") {
  const scratch place;
  const options how = place.history();
  keep(how, some_talk());
  const std::string whole = content_of(how.file);
  REQUIRE(whole.size() >= 5 * page_bytes);
  std::mt19937 random(7);
  std::size_t refused = 0;
  for (std::size_t page = 0; page < whole.size() / page_bytes; ++page) {
    for (const int kind : {0, 1, 2}) {
      std::string damaged = whole;
      for (std::size_t i = 0; i < page_bytes; ++i) {
        char& byte = damaged[page * page_bytes + i];
        if (kind == 0) byte = '\0';
        if (kind == 1) byte = static_cast<char>(random());
        if (kind == 2 && i % 97 == random() % 97) byte = static_cast<char>(byte ^ 1);
      }
      for (const auto& each : std::filesystem::directory_iterator(place.folder())) std::filesystem::remove(each);
      put_bytes(how.file, damaged);
      const bool says_yes = objection(how).empty();
      CAPTURE(page, kind);
      CHECK(content_of(how.file) == damaged);
      if (says_yes) CHECK(can_open(how));
      refused += says_yes ? 0 : 1;
    }
  }
  CHECK(refused > whole.size() / page_bytes);  // so there was damage
}

TEST_CASE("opening check: what a start would have to mend is refused, and says so", "[store]") {
  const scratch place;
  const options how = place.history();
  keep(how, some_talk());
  database(how, database::access::write).execute("DROP TABLE spans");
  const auto before = all_files_of(place.folder());
  CHECK_THAT(objection(how), Contains("is damaged: see --check-data; a start mends it if that is possible"));
  CHECK(all_files_of(place.folder()) == before);
  CHECK(can_open(how));
  CHECK(objection(how).empty());
}

TEST_CASE("opening check: a history of an earlier version is well, one of a later is not", "[store]") {
  const scratch place;
  const options how = place.history();
  {
    database older(how, database::access::write);
    migrate(older, migrations().first(1));
  }
  const auto before = all_files_of(place.folder());
  CHECK(objection(how).empty());
  CHECK(all_files_of(place.folder()) == before);
  database(how, database::access::write).execute("PRAGMA user_version=99");
  CHECK_THAT(objection(how), Contains("written by a newer confab"));
  CHECK_FALSE(can_open(how));
}

TEST_CASE("opening check: what others have is seen: the folder, the database", "[store]") {
  const scratch place;
  options how = place.history();
  how.busy_timeout = std::chrono::milliseconds(10);
  keep(how, some_talk());
  {
    const folder_lock another(how.file);
    CHECK_THAT(objection(how), Contains("another confab uses"));
  }
  {
    database another(how, database::access::write);
    const transaction holds(another, transaction::kind::write);
    CHECK_THAT(objection(how), Contains("locked"));
  }
  CHECK(objection(how).empty());
}

TEST_CASE("opening check: a lock file is not made, but seen", "[store]") {
  const scratch place;
  const options how = place.history();
  keep(how, some_talk());
  const std::filesystem::path lock = how.file.string() + ".lock";
  std::filesystem::remove_all(lock);
  CHECK(objection(how).empty());
  CHECK_FALSE(std::filesystem::exists(lock));
  std::filesystem::create_directory(lock);
  CHECK_THAT(objection(how), Contains("Is a directory"));
}

TEST_CASE("opening check: a lock file that is a link to nowhere is in the way, and is not made", "[store]") {
  const scratch place;
  const options how = place.history();
  keep(how, some_talk());
  const std::filesystem::path lock = how.file.string() + ".lock";
  std::filesystem::remove_all(lock);
  const std::filesystem::path nowhere = place.folder() / "none";
  std::filesystem::create_symlink(nowhere / "lock", lock);
  CHECK_THAT(objection(how), Contains("cannot open " + lock.string()));
  std::filesystem::remove(lock);
  std::filesystem::create_symlink(nowhere, lock);
  CHECK_FALSE(objection(how).empty());
  CHECK_FALSE(std::filesystem::exists(nowhere));
}

TEST_CASE("opening check: a history whose first page says that nobody may write to it is refused", "[store]") {
  const scratch place;
  const options how = place.history();
  keep(how, some_talk());
  const auto [at, value, is_well] = GENERATE(table<std::size_t, char, bool>(
      {{18, '\x02', true}, {18, '\x03', false}, {18, '\xFF', false}, {19, '\x03', false}}));
  CAPTURE(at, int{value});
  std::string bytes = content_of(how.file);
  bytes[at] = value;
  put_bytes(how.file, bytes);
  CHECK(objection(how).empty() == is_well);
  CHECK(can_open(how) == is_well);
}

TEST_CASE("opening check: a history that is a device is refused, by a start too", "[store]") {
  const scratch place;
  const options how = place.history();
  const char* const device = GENERATE("/dev/null", "/dev/full", "/dev/zero");
  std::filesystem::create_symlink(device, how.file);
  CHECK_THAT(objection(how), Contains("is not a plain file"));
  CHECK_FALSE(can_open(how));
}

TEST_CASE("opening check: a full disk is seen, and what it says yes to has room for a new history", "[store]") {
  const scratch place;
  const auto [room, is_enough] = GENERATE(table<std::uintmax_t, bool>(
      {{1000, false}, {100'000, false}, {256 * 1024 - 1, false}, {256 * 1024, true}, {256 * 1024 + 1, true}}));
  CAPTURE(room);
  const small_disk full(room);
  if (is_enough) {
    CHECK(objection(place.history()).empty());
    CHECK(can_open(place.history()));
  } else {
    CHECK_THAT(objection(place.history()), Contains("cannot write"));
  }
}

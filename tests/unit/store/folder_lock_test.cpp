#include "server/store/folder_lock.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <unistd.h>

#include "common/unique_fd.hpp"
#include "server/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

TEST_CASE("folder lock: one holder at a time, also when the lock file was removed", "[lock]") {
  const scratch place;
  const auto file = place.history().file;
  const std::string name = file.string() + ".lock";
  {
    const folder_lock held(file);
    CHECK_THROWS_WITH(folder_lock(file), Contains("another confab uses " + place.folder().string()));
    std::filesystem::remove(name);
    CHECK_THROWS_WITH(folder_lock(file), Contains("another confab"));
    CHECK_THROWS_WITH(folder_lock(file, folder_lock::beside::none), Contains("another confab"));
    CHECK_FALSE(std::filesystem::exists(name));
  }
  CHECK_NOTHROW(folder_lock(file));
  CHECK_NOTHROW(folder_lock(file, folder_lock::beside::none));
}

TEST_CASE("folder lock: keeps off, and is kept off by, one that knows only the lock file", "[lock]") {
  const scratch place;
  const auto file = place.history().file;
  const std::string name = file.string() + ".lock";
  {
    const confab::unique_fd older(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(::flock(older.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK_THROWS_WITH(folder_lock(file), Contains("another confab uses " + name));
    // What it took before it failed is free again.
    CHECK_NOTHROW(folder_lock(file, folder_lock::beside::none));
  }
  const folder_lock held(file);
  const confab::unique_fd older(::open(name.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(older);
  CHECK(::flock(older.get(), LOCK_EX | LOCK_NB) != 0);
}

TEST_CASE("folder lock: makes no file where it is to lock the folder only", "[lock]") {
  const scratch place;
  const folder_lock held(place.history().file, folder_lock::beside::none);
  CHECK(std::filesystem::is_empty(place.folder()));
}

TEST_CASE("folder lock: goes along to the folder that is there now, twice", "[lock]") {
  const scratch place;
  const auto folder = place.folder() / "data";
  const auto file = folder / "history.db";
  std::filesystem::create_directory(folder);
  folder_lock held(file);
  for (const std::string away : {"one", "two"}) {
    std::filesystem::rename(folder, place.folder() / away);
    CHECK_THROWS_WITH(held.renew(), Contains("No such file or directory"));
    std::filesystem::create_directory(folder);
    CHECK_NOTHROW(folder_lock(file));
    held.renew();
    CHECK_THROWS_WITH(folder_lock(file), Contains("another confab"));
    // The one before is free.
    CHECK_NOTHROW(folder_lock(place.folder() / away / "history.db"));
  }
  std::filesystem::remove(file.string() + ".lock");
  held.renew();
  CHECK(std::filesystem::exists(file.string() + ".lock"));
}

TEST_CASE("folder lock: a folder that somebody else has is not taken, and the old one stays held", "[lock]") {
  const scratch place;
  const auto folder = place.folder() / "data";
  std::filesystem::create_directory(folder);
  folder_lock held(folder / "history.db");
  std::filesystem::rename(folder, place.folder() / "away");
  std::filesystem::create_directory(folder);
  const folder_lock other(folder / "history.db");
  CHECK_THROWS_WITH(held.renew(), Contains("another confab"));
  CHECK_THROWS_WITH(folder_lock(place.folder() / "away" / "history.db"), Contains("another confab"));
}

TEST_CASE("folder lock: without a folder it says so", "[lock]") {
  const scratch place;
  CHECK_THROWS_WITH(folder_lock(place.folder() / "none" / "history.db"), Contains("No such file or directory"));
}

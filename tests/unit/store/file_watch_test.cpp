#include "server/store/file_watch.hpp"

#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

constexpr int not_allowed = 77;

void write(const std::filesystem::path& file) {
  std::ofstream(file) << "x";
}

}  // namespace

TEST_CASE("file watch: sees each file go, and another come in its place", "[watch]") {
  const scratch place;
  const auto folder = place.folder() / "data";
  std::filesystem::create_directory(folder);
  for (const char* const each : {"history.db", "history.db-wal", "history.db-shm"}) write(folder / each);
  const file_watch watch(folder / "history.db");
  CHECK(watch.gone().empty());
  CHECK(watch.read_only().empty());
  const std::string name = GENERATE(as<std::string>{}, "history.db", "history.db-wal", "history.db-shm", "");
  const auto what = name.empty() ? folder : folder / name;
  const auto away = place.folder() / "away";
  std::filesystem::rename(what, away);
  CHECK_THAT(watch.gone(), Contains(what.string() + " was removed or moved"));
  name.empty() ? static_cast<void>(std::filesystem::create_directory(what)) : write(what);
  CHECK_THAT(watch.gone(), Contains(what.string() + " was replaced"));
  std::filesystem::remove_all(what);
  std::filesystem::rename(away, what);
  CHECK(watch.gone().empty());
}

TEST_CASE("file watch: does not miss what was never there, nor mind what else is", "[watch]") {
  const scratch place;
  const auto file = place.folder() / "history.db";
  write(file);
  const file_watch watch(file);
  write(place.folder() / "history.db-wal");
  write(place.folder() / "something else");
  CHECK(watch.gone().empty());
}

TEST_CASE("file watch: says whether the database and its log are there, behind a link, too", "[watch]") {
  const scratch place;
  const auto real = place.folder() / "real";
  std::filesystem::create_directory(real);
  const bool linked = GENERATE(false, true);
  const auto file = linked ? place.folder() / "history.db" : real / "kept.db";
  if (linked) std::filesystem::create_symlink(real / "kept.db", file);
  const file_watch early(file);
  CHECK_FALSE(early.has_database());
  for (const char* const each : {"kept.db", "kept.db-wal", "kept.db-shm"}) write(real / each);
  const file_watch watch(file);
  CHECK(watch.has_database());
  CHECK(watch.has_log());
  CHECK(std::filesystem::equivalent(watch.log(), real / "kept.db-wal"));
  CHECK(std::filesystem::equivalent(watch.log_index(), real / "kept.db-shm"));
  if (linked) {  // only its name has gone
    std::filesystem::remove(file);
    CHECK_FALSE(watch.gone().empty());
    CHECK(watch.has_database());
  }
  std::filesystem::rename(real / "kept.db", place.folder() / "away");
  CHECK_FALSE(watch.has_database());
  CHECK(watch.has_log());
  write(real / "kept.db");
  CHECK_FALSE(watch.has_database());
  std::filesystem::rename(real / "kept.db-wal", place.folder() / "away too");
  write(real / "kept.db-wal");
  CHECK_FALSE(watch.has_log());
}

TEST_CASE("file watch: a file in the place of the folder counts as gone", "[watch]") {
  const scratch place;
  const auto folder = place.folder() / "data";
  std::filesystem::create_directory(folder);
  write(folder / "history.db");
  const file_watch watch(folder / "history.db");
  std::filesystem::remove_all(folder);
  write(folder);
  CHECK_FALSE(watch.gone().empty());
}

TEST_CASE("file watch: a file system that may only be read is one", "[watch]") {
  const scratch place;
  const std::string folder = place.folder().string();
  CHECK(file_watch(folder + "/history.db").read_only().empty());
  // In a child, whose mounts are its own.
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::unshare(::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(not_allowed);
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) ::_exit(not_allowed);
    if (::mount("tmpfs", folder.c_str(), "tmpfs", MS_RDONLY, nullptr) != 0) ::_exit(not_allowed);
    const std::string said = file_watch(folder + "/history.db").read_only();
    ::_exit(said.find(folder + " is on a file system that is read-only now") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == not_allowed) {
    WARN("no mounts of our own here: not tried");
  } else {
    CHECK(WEXITSTATUS(status) == 0);
  }
}

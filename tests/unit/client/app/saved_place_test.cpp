#include "client/app/saved_place.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <utime.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab::client;

namespace {

namespace files = std::filesystem;

const std::string server = "127.0.0.1:8888";

std::vector<files::path> kept(const std::string& folder) {
  std::vector<files::path> all;
  if (!files::exists(folder)) return all;
  for (const auto& each : files::directory_iterator(folder)) all.push_back(each.path());
  return all;
}

/// A client that was killed: what it has written down stays.
void leave_behind(const std::string& folder, const place& where, const std::string& name) {
  saved_place dead(folder, server, name);
  dead.note(where, name);
}

}  // namespace

TEST_CASE("saved place: a killed client's is taken over, by the same name on the same server", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/state/confab";
  leave_behind(folder, {"secret", 7}, "bob");
  REQUIRE(kept(folder).size() == 1);
  SECTION("the same name, in any spelling") {
    CHECK(saved_place(folder, server, "BOB").found() == place{"secret", 7});
  }
  SECTION("whoever asks for no name") {
    CHECK(saved_place(folder, server, "").found() == place{"secret", 7});
  }
  SECTION("not another name") {
    saved_place other(folder, server, "ann");
    CHECK(other.found() == place{});
    other.note({"hers", 1}, "ann");
    CHECK(kept(folder).size() == 2);  // bob's is still there
    CHECK(saved_place(folder, server, "bob").found() == place{"secret", 7});
  }
  SECTION("not another server") {
    CHECK(saved_place(folder, "127.0.0.1:8889", "bob").found() == place{});
  }
}

TEST_CASE("saved place: what a living client holds is its own", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/confab";
  auto first = std::make_unique<saved_place>(folder, server, "bob");
  first->note({"first", 1}, "bob");
  saved_place second(folder, server, "bob");
  CHECK(second.found() == place{});
  second.note({"second", 2}, "bob");
  first.reset();  // killed
  saved_place third(folder, server, "bob");
  CHECK(third.found() == place{"first", 1});
  saved_place fourth(folder, server, "bob");
  CHECK(fourth.found() == place{});
}

TEST_CASE("saved place: only its owner can read it, and after goodbye there is none", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/confab";
  saved_place mine(folder, server, "bob");
  mine.note({"secret", 7}, "bob");
  REQUIRE(kept(folder).size() == 1);
  struct stat about {};
  REQUIRE(::stat(kept(folder)[0].c_str(), &about) == 0);
  CHECK((about.st_mode & 0777U) == 0600U);
  REQUIRE(::stat(folder.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777U) == 0700U);
  mine.note({"a-shorter", 123456789}, "b");
  mine.note({"x", 8}, "b");
  mine.note({}, "b");  // nothing to keep: the last holds
  mine.forget();
  CHECK(kept(folder).empty());
  mine.note({"late", 9}, "b");
  CHECK(kept(folder).empty());
}

TEST_CASE("saved place: of several the latest, with what was written last", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/confab";
  {
    saved_place one(folder, server, "ann");
    saved_place two(folder, server, "bob");
    one.note({"old", 1}, "ann");
    two.note({"long-long-long-token", 1000}, "bobby-the-second");
    two.note({"new", 2}, "bob");
  }
  for (const auto& each : kept(folder)) {
    std::string token;
    std::ifstream file(each);
    std::getline(file, token);
    std::getline(file, token);
    const utimbuf times{::time(nullptr), ::time(nullptr) - (token == "old" ? 60 : 0)};
    REQUIRE(::utime(each.c_str(), &times) == 0);
  }
  CHECK(saved_place(folder, server, "").found() == place{"new", 2});
}

TEST_CASE("saved place: old, damaged and foreign files are nothing", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/confab";
  leave_behind(folder, {"secret", 7}, "bob");
  const files::path file = kept(folder).at(0);
  SECTION("more than a day old") {
    const utimbuf times{::time(nullptr), ::time(nullptr) - 24 * 3600 - 5};
    REQUIRE(::utime(file.c_str(), &times) == 0);
    CHECK(saved_place(folder, server, "bob").found() == place{});
  }
  SECTION("damaged") {
    const std::string text =
        GENERATE(as<std::string>(), "", "nonsense", "confab place 1\n", "confab place 1\na b\n7\nbob\n",
                 "confab place 1\ntoken\nmany\nbob\n", "confab place 1\ntoken\n7x\nbob\n",
                 "confab place 2\ntoken\n7\nbob\n", "confab place 1\n\n7\nbob\n");
    std::ofstream(file, std::ios::trunc) << text;
    CHECK(saved_place(folder, server, "bob").found() == place{});
  }
  SECTION("a link") {
    files::rename(file, scratch.path() + "/elsewhere");
    files::create_symlink(scratch.path() + "/elsewhere", file);
    CHECK(saved_place(folder, server, "bob").found() == place{});
  }
  SECTION("a folder") {
    files::remove(file);
    files::create_directory(file);
    CHECK(saved_place(folder, server, "bob").found() == place{});
  }
}

TEST_CASE("saved place: so many clients and no more keep theirs", "[place]") {
  const confab::test::scratch_directory scratch;
  const std::string folder = scratch.path() + "/confab";
  std::vector<std::unique_ptr<saved_place>> all;
  for (int i = 0; i <= saved_place::most; ++i) {
    all.push_back(std::make_unique<saved_place>(folder, server, "bob"));
    all.back()->note({"t" + std::to_string(i), 1}, "bob");
  }
  CHECK(kept(folder).size() == static_cast<std::size_t>(saved_place::most));
}

TEST_CASE("saved place: where nothing can be written nothing is kept, without a word", "[place]") {
  for (const char* folder : {"", "/proc/nowhere/confab", "/dev/null/confab"}) {
    saved_place none(folder, server, "bob");
    none.note({"secret", 7}, "bob");
    CHECK(none.found() == place{});
    none.forget();
  }
}

// A history whose files are taken away while a server is at work on them.
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/message_store.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;
using std::filesystem::exists;
using std::filesystem::rename;

namespace {

using numbers = std::vector<std::uint64_t>;

/// Another program that reads a history. Forked at once, as a program of its own, before there are threads here.
class other_program {
 public:
  explicit other_program(const options& how) {
    REQUIRE(::pipe(orders_.data()) == 0);
    REQUIRE(::pipe(done_.data()) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ != 0) return;
    ::close(orders_[1]);
    obey(how);
    ::_exit(0);
  }
  other_program(const other_program&) = delete;
  other_program& operator=(const other_program&) = delete;
  ~other_program() {
    die();
    for (const int each : {orders_[0], orders_[1], done_[0], done_[1]}) ::close(each);
  }

  /// Begins to read, and sees what is there now until it has done.
  void begin() { order(); }
  void end() { order(); }
  void die() const {
    ::kill(child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
  }

 private:
  void order() {
    char byte = 0;
    REQUIRE(::write(orders_[1], &byte, 1) == 1);
    REQUIRE(::read(done_[0], &byte, 1) == 1);
  }
  void obey(const options& how) {
    char byte = 0;
    if (::read(orders_[0], &byte, 1) != 1) return;
    {
      database read(how, database::access::read);
      const transaction snapshot(read, transaction::kind::read);
      read.integer("SELECT count(*) FROM messages");
      if (::write(done_[1], &byte, 1) != 1 || ::read(orders_[0], &byte, 1) != 1) return;
    }
    if (::write(done_[1], &byte, 1) != 1) return;
    static_cast<void>(::read(orders_[0], &byte, 1) != 0);
  }

  std::array<int, 2> orders_{};
  std::array<int, 2> done_{};
  pid_t child_ = -1;
};

/// A writer and a reader on a history in a folder of its own, as a server has them.
class at_work {
 public:
  at_work() {
    std::filesystem::create_directory(folder());
    how_ = place_.history();
    how_.file = folder() / "history.db";
    how_.watch_interval = std::chrono::milliseconds(5);
    other_ = std::make_unique<other_program>(how_);
    writer::events tell = seen_.events();
    tell.make_way = [this] {
      const std::lock_guard lock(reading_);
      return reader_ == nullptr || reader_->make_way();
    };
    writer_ = std::make_unique<writer>(how_, tell);
    reader_ = std::make_unique<reader>(how_);
  }
  at_work(const at_work&) = delete;
  at_work& operator=(const at_work&) = delete;
  ~at_work() {
    const std::lock_guard lock(reading_);
    reader_.reset();
  }

  std::filesystem::path folder() const { return place_.folder() / "data"; }
  std::filesystem::path other(const std::string& name) const { return place_.folder() / name; }
  const options& how() const { return how_; }
  options in(const std::filesystem::path& another) const {
    options there = how_;
    there.file = another / "history.db";
    return there;
  }

  /// Says the next message, and what became of it.
  bool say() {
    ++last_;
    const std::uint64_t number = writer_->append({said(last_, "lobby", "message " + std::to_string(last_))});
    REQUIRE(seen_.settled(number));
    return seen_.verdicts().back().kept;
  }
  void say_kept(int count) {
    for (int i = 0; i < count; ++i) REQUIRE(say());
  }
  /// Waits for the writer to notice, and to have got over it.
  void noticed() { REQUIRE(seen_.health(false)); }
  void got_over() {
    REQUIRE(seen_.health(true));
    reader_->go_on();
  }
  std::string reason() const { return seen_.reason(); }
  witness& seen() { return seen_; }
  other_program& another_program() { return *other_; }

  numbers all() {
    page_request wanted;
    wanted.room = "lobby";
    wanted.limit = max_limit;
    wanted.max_bytes = SIZE_MAX;
    const page found = ask(*reader_, wanted);
    CHECK(found.error.empty());
    return ids(found);
  }
  numbers found(const std::string& words) { return ids(ask(*reader_, search_request{{{"lobby"}, ""}, words})); }

 private:
  scratch place_;
  options how_;
  std::unique_ptr<other_program> other_;
  witness seen_;
  std::mutex reading_;
  std::unique_ptr<reader> reader_;  // must outlive the writer's thread
  std::unique_ptr<writer> writer_;
  std::uint64_t last_ = 0;
};

numbers kept_in(const options& how) {
  reader whom(how);
  page_request wanted;
  wanted.room = "lobby";
  wanted.limit = max_limit;
  wanted.max_bytes = SIZE_MAX;
  return ids(ask(whom, wanted));
}

}  // namespace

TEST_CASE("moved: the folder is removed, and again: a new history goes on with the ids", "[moved]") {
  at_work now;
  now.say_kept(3);
  std::uint64_t last = 3;
  for (int round = 0; round < 2; ++round) {
    CHECK(now.all().size() == 3);
    std::filesystem::remove_all(now.folder());
    now.noticed();
    CHECK_THAT(now.reason(), Contains(now.folder().string()) && Contains("removed or moved"));
    now.got_over();
    now.say_kept(3);
    CHECK(now.all() == numbers{last + 1, last + 2, last + 3});
    CHECK(now.found("message").size() == 3);
    last += 3;
    using std::filesystem::perms;
    CHECK((std::filesystem::status(now.folder()).permissions() & perms::all) == perms::owner_all);
    CHECK_THROWS_WITH(writer(now.how(), {}), Contains("another confab"));
  }
  CHECK(now.seen().health_changes() == std::vector<bool>{false, true, false, true});
}

TEST_CASE("moved: the folder is moved: what was said is whole there, and a new history begins", "[moved]") {
  at_work now;
  now.say_kept(5);
  rename(now.folder(), now.other("one"));
  now.noticed();
  now.got_over();
  now.say_kept(2);
  rename(now.folder(), now.other("two"));
  now.noticed();
  now.got_over();
  now.say_kept(1);
  CHECK(kept_in(now.in(now.other("one"))) == numbers{1, 2, 3, 4, 5});
  CHECK(kept_in(now.in(now.other("two"))) == numbers{6, 7});
  CHECK(now.all() == numbers{8});
  for (const auto& each : {now.other("one"), now.other("two"), now.folder()}) CHECK(check(now.in(each)).empty());
}

TEST_CASE("moved: with a folder in its place at once, too", "[moved]") {
  at_work now;
  now.say_kept(2);
  rename(now.folder(), now.other("one"));
  std::filesystem::create_directory(now.folder());
  now.noticed();
  now.got_over();
  now.say_kept(1);
  CHECK(kept_in(now.in(now.other("one"))) == numbers{1, 2});
  CHECK(now.all() == numbers{3});
}

TEST_CASE("moved: files that are removed or moved out of the folder are missed", "[moved]") {
  at_work now;
  now.say_kept(3);
  const std::string name = now.how().file.string();
  SECTION("the database") {
    std::filesystem::remove(name);
    now.noticed();
    now.got_over();
    now.say_kept(1);
    CHECK(now.all() == numbers{4});
  }
  SECTION("the write-ahead log, and nothing is lost") {
    REQUIRE(exists(name + "-wal"));
    std::filesystem::remove(name + "-wal");
    now.noticed();
    now.got_over();
    now.say_kept(1);
    CHECK(now.all() == numbers{1, 2, 3, 4});
    CHECK(exists(name + "-wal"));
  }
  SECTION("its index, and nothing is lost") {
    REQUIRE(exists(name + "-shm"));
    std::filesystem::remove(name + "-shm");
    now.noticed();
    now.got_over();
    now.say_kept(1);
    CHECK(now.all() == numbers{1, 2, 3, 4});
    CHECK(exists(name + "-shm"));
  }
  SECTION("all of them") {
    for (const char* const ending : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(name + ending);
    now.noticed();
    now.got_over();
    now.say_kept(1);
    CHECK(now.all() == numbers{4});
    CHECK(exists(name + ".lock"));
  }
  CHECK(check(now.how()).empty());
}

TEST_CASE("moved: while another program reads it, the database goes and what is only in its log is put aside",
          "[moved]") {
  at_work now;
  now.say_kept(3);
  now.another_program().begin();
  now.say_kept(2);
  const std::string name = now.how().file.string();
  const auto elsewhere = now.other("elsewhere");
  std::filesystem::create_directory(elsewhere);
  const bool replaced = GENERATE(false, true);
  std::filesystem::create_directory(now.other("backup"));
  if (replaced) keep(now.in(now.other("backup")), {said(1, "lobby", "message 1")});
  rename(name, elsewhere / "history.db");
  if (replaced) rename(now.other("backup") / "history.db", name);
  now.noticed();
  now.got_over();
  now.say_kept(1);
  CHECK(now.all() == (replaced ? numbers{1, 6} : numbers{6}));
  REQUIRE(exists(name + "-wal.aside"));
  rename(name + "-wal.aside", elsewhere / "history.db-wal");
  CHECK(kept_in(now.in(elsewhere)) == numbers{1, 2, 3, 4, 5});
  now.another_program().end();
  now.say_kept(1);
  CHECK(now.all() == (replaced ? numbers{1, 6, 7} : numbers{6, 7}));
  CHECK(check(now.how()).empty());
  CHECK(check(now.in(elsewhere)).empty());
}

TEST_CASE("moved: while another program reads, the log that is removed is missed by nobody", "[moved]") {
  at_work now;
  now.say_kept(3);
  now.another_program().begin();
  now.say_kept(2);
  const std::string name = now.how().file.string();
  std::filesystem::remove(name + "-wal");
  now.noticed();
  CHECK_FALSE(now.say());
  CHECK_FALSE(exists(name + "-wal"));  // until that program has done
  GENERATE(false, true) ? now.another_program().end() : now.another_program().die();
  now.got_over();
  now.say_kept(1);
  CHECK(now.all() == numbers{1, 2, 3, 4, 5, 7});
  CHECK(check(now.how()).empty());
}

TEST_CASE("moved: a history that is put in its place is gone on with, if it is an older one", "[moved]") {
  at_work now;
  const auto backup = now.other("backup");
  std::filesystem::create_directory(backup);
  keep(now.in(backup), {said(1, "lobby", "message 1"), said(2, "lobby", "message 2")});
  now.say_kept(4);
  rename(now.folder(), now.other("away"));
  rename(backup, now.folder());
  now.noticed();
  now.got_over();
  now.say_kept(1);
  CHECK(now.all() == numbers{1, 2, 5});
}

TEST_CASE("moved: a history with messages above those said here is left alone, until it is gone", "[moved]") {
  at_work now;
  const auto foreign = now.other("foreign");
  std::filesystem::create_directory(foreign);
  keep(now.in(foreign), {said(50, "lobby", "message 50")});
  now.say_kept(4);
  rename(now.folder(), now.other("away"));
  rename(foreign, now.folder());
  now.noticed();
  for (int i = 0; i < 3; ++i) CHECK_FALSE(now.say());
  const confab::test::deadline until;
  while (now.reason().find("please restart") == std::string::npos && !until.passed())
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK_THAT(now.reason(), Contains("please restart"));
  CHECK_FALSE(now.say());
  CHECK(kept_in(now.how()) == numbers{50});
  rename(now.folder(), foreign);
  rename(now.other("away"), now.folder());
  now.got_over();
  now.say_kept(1);
  CHECK(now.all() == numbers{1, 2, 3, 4, 9});
}

TEST_CASE("moved: what somebody is asking meanwhile is answered, if only with an error", "[moved]") {
  at_work now;
  now.say_kept(3);
  std::filesystem::remove_all(now.folder());
  // A file of this name: no folder can be made, and nothing is kept until it has gone.
  std::ofstream(now.folder()) << "x";
  now.noticed();
  CHECK_FALSE(now.say());
  CHECK_FALSE(now.say());
  std::filesystem::remove(now.folder());
  now.got_over();
  now.say_kept(1);
  CHECK(now.all() == numbers{6});
}

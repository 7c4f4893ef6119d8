// The data folder: who may use it, looking after it, and when it is not as it should be.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/integration/asking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/text.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

std::string database(const scratch_directory& data) {
  return data.path() + "/history.db";
}

outcome with_data(const scratch_directory& data, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--data-dir", data.path()});
  return run_server(arguments);
}

/// Writes `version` where SQLite keeps its user_version (the file format: four bytes, big endian, at 60).
void doctor_version(const std::string& file, unsigned char version) {
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(60);
  const char bytes[] = {0, 0, 0, static_cast<char>(version)};
  out.write(bytes, sizeof bytes);
  if (!out) throw std::runtime_error("cannot write to " + file);
}

unsigned version_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(63);
  return static_cast<unsigned char>(in.get());
}

/// Whether a server starts there; then what is said is found in it, and again after another start.
bool keeps_and_finds(const scratch_directory& data, const std::string& line) {
  try {
    running_server server(on(data));
    peer ann(server);
    ann.say(line);
    ann.heard();
    CHECK(found(ann, "/search \"" + line + '"') == 1);
    CHECK(found(ann, "/search before") == 1);
  } catch (const std::exception&) {
    return false;
  }
  running_server again(on(data));
  peer bob(again);
  bob.heard();
  CHECK(found(bob, "/search \"" + line + '"') == 1);
  return true;
}

}  // namespace

TEST_CASE("data: a second server on the same folder says so in one line, and the first goes on", "[data]") {
  const scratch_directory data;
  running_server first(on(data));
  peer ann(first);
  ann.heard();
  const outcome second = with_data(data, {"--port", "0"});
  CHECK(second.status == 1);
  CHECK(second.output.empty());
  REQUIRE(lines_of(second.errors).size() == 1);
  INFO(second.errors);
  CHECK(second.errors.find(data.path()) != std::string::npos);
  CHECK(second.errors.find("--data-dir") != std::string::npos);
  ann.say("still kept");
  ann.heard();
  CHECK(found(ann, "/search kept") == 1);
}

TEST_CASE("data: a second server is kept off although the lock file was removed", "[data]") {
  const scratch_directory data;
  running_server first(on(data));
  joined(first).say("hello");
  for (int i = 0; i < 2; ++i) {
    std::filesystem::remove(database(data) + ".lock");
    const outcome second = with_data(data, {"--port", "0"});
    INFO(second.errors);
    CHECK(second.status == 1);
    REQUIRE(lines_of(second.errors).size() == 1);
    CHECK(second.errors.find("another confab uses " + data.path()) != std::string::npos);
  }
}

TEST_CASE("data: a history that may not be written ends the start with one line that says which file", "[data]") {
  const scratch_directory data;
  {
    running_server server(on(data));
    joined(server).say("hello");
  }
  std::filesystem::permissions(data.path(), std::filesystem::perms(0777));
  std::filesystem::permissions(database(data), std::filesystem::perms(0444));
  std::filesystem::permissions(database(data) + ".lock", std::filesystem::perms(0666));
  launch what = server_launch({"--port", "0", "--data-dir", data.path()}, data);
  if (::geteuid() == 0) {
    // For root nothing is forbidden.
    what.arguments.insert(what.arguments.begin(), {"--reuid=65534", "--clear-groups", what.program});
    what.program = "setpriv";
  }
  const outcome result = run(what);
  INFO(result.errors);
  CHECK(result.status == 1);
  REQUIRE(lines_of(result.errors).size() == 1);
  CHECK(result.errors.find("cannot write to " + database(data) + ": Permission denied") != std::string::npos);
}

TEST_CASE("data: a folder that is removed under a running server is missed, and made again, twice", "[data]") {
  const scratch_directory place;
  const std::string folder = place.path() + "/data";
  server_setup setup;
  setup.arguments = {"--data-dir", folder};
  running_server server(setup);
  peer ann = joined(server);
  ann.say("one");
  CHECK(ann.line() == ann.as() + "one");
  std::uint64_t last = 1;
  for (std::size_t round = 0; round < 2; ++round) {
    std::filesystem::remove_all(folder);
    // That it is kept again is told when it has been for some seconds.
    if (round == 0) CHECK(ann.line() == "Messages are not kept at the moment; the chat goes on");
    const std::string news = "goes on in the one that is there now";
    const auto told = [&] { return count_of(server.program().errors(), news); };
    for (const deadline until; told() <= round && !until.passed();)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(told() == round + 1);
    ann.say("again");
    CHECK(ann.line() == ann.as() + "again");
    const outcome all = run_server({"--data-dir", folder, "--export", "-"});
    REQUIRE(lines_of(all.output).size() == 1);
    const std::uint64_t id = json::parse(lines_of(all.output)[0])["id"];
    CHECK(id > last);
    last = id;
  }
  CHECK(server.program().errors().find(folder + " was removed or moved") != std::string::npos);
}

TEST_CASE("data: --check-data and --export, with and without a server at work", "[data]") {
  const scratch_directory data;
  const outcome nothing = with_data(data, {"--check-data"});
  CHECK(nothing.status == 1);
  CHECK(lines_of(nothing.errors).size() == 1);
  const auto look = [&](std::size_t count) {
    const outcome check = with_data(data, {"--check-data"});
    INFO(check.errors);
    CHECK(check.status == 0);
    CHECK(check.output == "the history is whole\n");
    const outcome all = with_data(data, {"--export", "-"});
    CHECK(all.status == 0);
    const lines exported = lines_of(all.output);
    REQUIRE(exported.size() == count);
    return exported;
  };
  std::string address;
  {
    running_server server(on(data));
    peer ann(server);
    address = ann.address();
    ann.heard();
    for (const char* const line : {"rename ann", "hello \"you\"", "/join 茶", "你好", "to ann psst"}) ann.say(line);
    ann.heard();
    look(3);
  }
  const lines exported = look(3);
  json first = json::parse(exported[0]);
  CHECK(fields(first) == lines{"type", "time", "id", "room", "from", "addr", "text"});
  first.erase("time");
  CHECK(first == json{{"type", "message"},
                      {"id", 1},
                      {"room", "lobby"},
                      {"from", "ann"},
                      {"addr", address},
                      {"text", "hello \"you\""}});
  json second = json::parse(exported[1]);
  CHECK(second["room"] == "茶");
  CHECK(second["text"] == "你好");
  json third = json::parse(exported[2]);
  CHECK(fields(third) == lines{"type", "time", "id", "from", "addr", "to", "text"});
  CHECK(third["type"] == "private");
  CHECK(third["to"] == "ann");

  const std::string file = data.path() + "/export.jsonl";
  const outcome to_file = with_data(data, {"--export", file});
  CHECK(to_file.status == 0);
  CHECK(to_file.output.empty());
  std::ifstream in(file);
  std::string content((std::istreambuf_iterator<char>(in)), {});
  CHECK(lines_of(content) == exported);
  const outcome nowhere = with_data(data, {"--export", "/nonexistent/export.jsonl"});
  CHECK(nowhere.status == 1);
  CHECK(lines_of(nowhere.errors).size() == 1);
  const outcome full = with_data(data, {"--export", "/dev/full"});
  CHECK(full.status == 1);
}

TEST_CASE("data: a copy that is put back is named with what was there before", "[data]") {
  const scratch_directory data;
  const std::string copy = data.path() + "/copy";
  const bool was_used = GENERATE(false, true);
  {
    running_server server(on(data));
    peer ann(server);
    for (const char* const line : {"one", "two"}) ann.say(line);
    ann.heard();
    const outcome made = with_data(data, {"--backup", copy});
    CHECK(made.status == 0);
    CHECK(made.output == "2 messages backed up to " + copy + "\n");
  }
  if (!was_used) std::filesystem::remove(database(data));
  const outcome back = with_data(data, {"--restore", copy});
  CHECK(back.status == 0);
  const lines said = lines_of(back.output);
  REQUIRE(said.size() == (was_used ? 2 : 1));
  CHECK(said[0] == "2 messages restored from " + copy);
  if (was_used) {
    const std::string told = "what was there is now in ";
    REQUIRE(said[1].starts_with(told));
    CHECK(std::filesystem::exists(said[1].substr(told.size())));
  }
}

TEST_CASE("data: whichever page is overwritten, all said from then on is kept and found, or the way out is named",
          "[data]") {
  const scratch_directory data;
  {
    running_server server(on(data));
    peer ann(server);
    for (const char* const line : {"rename ann", "said before", "to ann whispered before"}) ann.say(line);
    ann.heard();
  }
  std::string whole;
  {
    std::ifstream in(database(data), std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  constexpr std::size_t page_size = 4096;
  const std::size_t pages = whole.size() / page_size;
  REQUIRE(pages >= 9);
  std::size_t served = 0;
  std::size_t refused = 0;
  std::size_t saved_all = 0;
  std::size_t with_gaps = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    INFO("page " << page);
    std::string hurt = whole;
    for (std::size_t i = 0; i < page_size; ++i) hurt[page * page_size + i] = static_cast<char>(i * i + 7 * page + 3);
    std::ofstream(database(data), std::ios::binary | std::ios::trunc) << hurt;
    for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(database(data) + ending);
    if (!keeps_and_finds(data, "said on page " + std::to_string(page))) {
      ++refused;
      const outcome start = with_data(data, {"--port", "0"});
      CHECK(start.status == 1);
      INFO(start.errors);
      CHECK(start.errors.find("is damaged") != std::string::npos);
      CHECK(start.errors.find("--export") != std::string::npos);
      CHECK(start.errors.find("--restore") != std::string::npos);
      const outcome saved = with_data(data, {"--export", data.path() + "/saved"});
      INFO(saved.errors);
      // Who took back what is not exported, nor are keys of people; a room without a name has a number: all messages
      // are there if only these are damaged.
      saved_all += saved.status == 0 && saved.errors == "2 messages\n" ? 1U : 0U;
      if (saved.errors.find("the history is damaged in 1 place") != std::string::npos) {
        ++with_gaps;
        CHECK(saved.status == 1);
      }
      CHECK(with_data(data, {"--check-data"}).status == 1);
    } else {
      ++served;
      const outcome check = with_data(data, {"--check-data"});
      INFO(check.errors);
      CHECK(check.status == 0);
    }
  }
  CHECK(saved_all == 3);
  CHECK(with_gaps >= 1);
  // The list of tables, the messages, the people, the rooms, who took back what.
  CHECK(refused == 5);
  CHECK(served == pages - 5);
}

TEST_CASE("data: a database that was lost beside its log is refused by all, and what is left stays", "[data]") {
  const scratch_directory data;
  {
    running_server server(on(data));
    peer ann(server);
    ann.say("hello");
    ann.heard();
    server.program().signal(SIGKILL);
    CHECK(server.program().wait() == 128 + SIGKILL);
    server.expect_ended();
  }
  const std::string log = database(data) + "-wal";
  const std::uintmax_t left = std::filesystem::file_size(log);
  REQUIRE(left > 0);
  const bool empty = GENERATE(true, false);
  std::filesystem::remove(database(data));
  if (empty) std::ofstream made(database(data));
  for (const std::vector<std::string>& how :
       {std::vector<std::string>{"--port", "0"}, std::vector<std::string>{"--check-data"},
        std::vector<std::string>{"--export", "-"}, std::vector<std::string>{"--backup", data.path() + "/backup"}}) {
    const outcome result = with_data(data, how);
    INFO(how[0] << ": " << result.errors);
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    REQUIRE(lines_of(result.errors).size() == 1);
    CHECK(result.errors.find(database(data) + (empty ? " is empty" : " is missing")) != std::string::npos);
    CHECK(result.errors.find("--restore") != std::string::npos);
  }
  CHECK(std::filesystem::file_size(log) == left);
  std::filesystem::rename(log, log + ".aside");
  running_server server(on(data));
  peer ann(server);
  ann.say("anew");
  ann.heard();
  CHECK(found(ann, "/search hello") == 0);
  CHECK(found(ann, "/search anew") == 1);
  CHECK(count_of(server.program().errors(), "a new history begins") == 1);
}

TEST_CASE("data: a history of a newer confab, or none of confab's, is refused and left alone", "[data]") {
  const scratch_directory data;
  {
    running_server server(on(data));
    peer ann(server);
    ann.say("hello");
    ann.heard();
  }
  const unsigned current = version_of(database(data));
  REQUIRE(current > 0);
  const auto refused = [&](const std::string& what) {
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--port", "0"}, std::vector<std::string>{"--check-data"},
          std::vector<std::string>{"--export", "-"}}) {
      const outcome result = with_data(data, how);
      INFO(how[0] << ": " << result.errors);
      CHECK(result.status == 1);
      CHECK(result.output.empty());
      REQUIRE(lines_of(result.errors).size() == 1);
      CHECK(result.errors.find(what) != std::string::npos);
    }
  };
  SECTION("newer") {
    doctor_version(database(data), static_cast<unsigned char>(current + 1));
    refused("newer");
    CHECK(version_of(database(data)) == current + 1);
    doctor_version(database(data), static_cast<unsigned char>(current));
    running_server server(on(data));
    peer ann(server);
    ann.heard();
    CHECK(found(ann, "/search hello") == 1);
  }
  SECTION("no database") {
    std::ofstream(database(data), std::ios::trunc) << std::string(5000, 'x');
    refused("not a database");
  }
  SECTION("a damaged one") {
    std::filesystem::resize_file(database(data), 5000);
    const outcome check = with_data(data, {"--check-data"});
    CHECK(check.status == 1);
    CHECK_FALSE(check.errors.empty());
  }
}

TEST_CASE("data: all that is written is for its owner alone, whatever umask the server is started with", "[data]") {
  using std::filesystem::perms;
  const int mask = GENERATE(0000, 0022, 0077, 0777);
  CAPTURE(mask);
  const scratch_directory place;
  const std::string data = place.path() + GENERATE(as<std::string>{}, "/new", "/a/new/one", "/with a slash/");
  running_server server({.arguments = {"--data-dir", data}, .mask = mask});
  peer ann(server);
  ann.say("to " + ann.address() + " a secret");
  ann.heard();
  const auto alone = [&](const std::string& below) {
    std::size_t seen = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator(place.path() + below)) {
      CAPTURE(each.path());
      const perms mode = each.status().permissions() & perms::all;
      CHECK(mode == (each.is_directory() ? perms::owner_all : perms::owner_read | perms::owner_write));
      ++seen;
    }
    return seen;
  };
  CHECK(alone("") >= 5);  // folder, database, its log and shared memory, and the lock
  for (const lines& copy :
       {lines{"--backup", place.path() + "/copy/of it"}, lines{"--export", place.path() + "/lines"}}) {
    lines arguments{"--data-dir", data};
    arguments.insert(arguments.end(), copy.begin(), copy.end());
    launch what = server_launch(arguments, place);
    what.mask = mask;
    const outcome done = run(what);
    INFO(done.errors);
    CHECK(done.status == 0);
  }
  CHECK(alone("/copy") >= 2);
  CHECK(alone("") >= 9);
}

TEST_CASE("data: a folder that is there keeps its permissions, what is written in it is for its owner alone",
          "[data]") {
  using std::filesystem::perms;
  const scratch_directory data;
  std::filesystem::permissions(data.path(), perms(0751));
  running_server server(on(data));
  CHECK((std::filesystem::status(data.path()).permissions() & perms::all) == perms(0751));
  CHECK((std::filesystem::status(database(data)).permissions() & perms::all) == perms(0600));
}

TEST_CASE("data: a folder that can't be made ends the start with one line", "[data]") {
  const outcome result = run_server({"--port", "0", "--data-dir", "/dev/null/here"});
  CHECK(result.status == 1);
  REQUIRE(lines_of(result.errors).size() == 1);
  CHECK(result.errors.find("/dev/null/here") != std::string::npos);
  CHECK(result.errors.find("--history off") != std::string::npos);
  const outcome without = run_server({"--check-data", "--data-dir", "/dev/null/here"});
  CHECK(without.status == 1);
}

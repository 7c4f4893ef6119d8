// The configuration file and --check-config, as the program itself answers them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

std::string config_in(const scratch_directory& folder, const std::string& text) {
  const std::string name = folder.path() + "/confab.toml";
  std::ofstream(name) << text;
  return name;
}

outcome check(const scratch_directory& state, lines arguments) {
  arguments.emplace_back("--check-config");
  return run(server_launch(arguments, state));
}

/// Whether a server starts with these; it is ended at once if it does.
struct start {
  bool serves = false;
  int status = -1;
  std::string errors;
};
start try_to_start(const scratch_directory& state, const lines& arguments) {
  process program(server_launch(arguments, state));
  start out;
  try {
    out.serves = program.output_line().starts_with("listening on ");
  } catch (const std::runtime_error&) {
    // Its output has ended without a line.
  }
  if (out.serves) program.signal(SIGTERM);
  out.status = program.wait();
  out.errors = program.errors();
  return out;
}

/// All names below a folder, of files also their bytes; but for what SQLite itself keeps beside a damaged database.
std::string contents(const fs::path& folder) {
  std::string out;
  std::vector<fs::path> all;
  for (const auto& each : fs::recursive_directory_iterator(folder)) {
    const std::string name = each.path().string();
    if (!name.ends_with("-wal") && !name.ends_with("-shm")) all.push_back(each.path());
  }
  std::sort(all.begin(), all.end());
  for (const fs::path& each : all) {
    out += each.string() + '\n';
    if (!fs::is_regular_file(each)) continue;
    std::ifstream in(each, std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

/// A place for a server, with a history in which something was said.
struct house {
  scratch_directory folder;
  scratch_directory state;
  std::string data = folder.path() + "/data";
  std::string history = data + "/history.db";

  house() {
    const start once = try_to_start(state, {"--port", "0", "--data-dir", data, "--log-level", "off"});
    if (!once.serves) throw std::runtime_error("no server to begin with: " + once.errors);
  }
  /// Another with the same history.
  house(const house& other) { fs::copy(other.data, data, fs::copy_options::recursive); }
  house& operator=(const house&) = delete;
  std::string file(const std::string& text) const { return config_in(folder, text); }
};

}  // namespace

TEST_CASE("config: a server listens where its file says, and on the command line's port", "[config]") {
  const scratch_directory folder;
  const std::string file =
      config_in(folder, "ip = '127.0.0.2'\nport = 1\nname = 'From the file'\n[keep]\nbytes = 1048576\n");
  running_server server({.arguments = {"--config", file}});  // on 127.0.0.1 and port 0, which the command line says
  CHECK(server.announcement().starts_with("listening on 127.0.0.1:"));
  peer a(server);
  CHECK(a.heard().size() == 1);  // its own arrival
  CHECK(a.json_on().at("server") == "From the file");

  const scratch_directory state;
  process second(server_launch({"--config", file, "--port=0"}, state));
  CHECK(second.output_line().starts_with("listening on 127.0.0.2:"));
}

TEST_CASE("config: a wrong file is one line with file and line, and exit code 2", "[config]") {
  const scratch_directory folder;
  const std::string file = config_in(folder, "port = 0\n\nmax-user = 3\n");
  const outcome result = run(server_launch({"--config", file}, folder));
  CHECK(result.status == 2);
  CHECK(result.output.empty());
  CHECK(result.errors == "server: " + file + ":3: unknown key max-user; the nearest that there is: max-users\n");
}

TEST_CASE("config: what a start fails with is told with the line that it comes from", "[config]") {
  const scratch_directory folder;
  const auto said = [&folder](const std::string& text) {
    const std::string file = config_in(folder, text);
    const outcome result = run(server_launch({"--config", file}, folder));
    CHECK(result.status == 1);
    CHECK(lines_of(result.errors).size() == 1);
    const std::string start = "server: cannot serve: " + file + ":";
    return result.errors.starts_with(start) ? result.errors.substr(start.size()) : result.errors;
  };
  CHECK(said("port = 0\nip = '192.0.2.1'\n").starts_with("2: --ip 192.0.2.1 --port 0: "));
  CHECK(
      said("\nlisten = [\n'line:127.0.0.1:0',\n'line:192.0.2.1:0' ]\n").starts_with("4: --listen line:192.0.2.1:0: "));
  CHECK(said("port = 0\n\nmotd = '/none'\n").starts_with("3: cannot read the message of the day from /none"));
  CHECK(said("port = 0\n[data]\ndir = '/dev/null/x'\n").starts_with("3: no history in /dev/null/x: "));
}

TEST_CASE("config: --check-config says yes in a line, and changes nothing", "[config]") {
  const house home;
  const std::string file = home.file("port = 0\ndata-dir = '" + home.data + "'\n");
  const std::string before = contents(home.folder.path());
  const outcome result = check(home.state, {"--config", file});
  CHECK(result.errors.empty());
  CHECK(result.output == "the server can start like this\n");
  CHECK(result.status == 0);
  CHECK(contents(home.folder.path()) == before);
  const start afterwards = try_to_start(home.state, {"--config", file});
  CHECK(afterwards.serves);

  // Of a folder that is still to be made, too.
  const scratch_directory empty;
  CHECK(check(empty, {"--port", "0", "--data-dir", empty.path() + "/a/b"}).status == 0);
  CHECK(fs::is_empty(empty.path()));
  CHECK(check(empty, {"--port", "0", "--history", "off", "--data-dir", "/dev/null/x"}).status == 0);
}

TEST_CASE("config: --check-config never says yes to what then fails to start", "[config]") {
  struct fault {
    const char* what;
    std::function<lines(const house&)> make;  // damages, and gives the arguments to start with
  };
  static const auto on_data = [](const house& home, lines more) {
    more.insert(more.begin(), {"--port", "0", "--data-dir", home.data});
    return more;
  };
  static const auto damage = [](const std::string& name, std::size_t at, const std::string& bytes) {
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  };
  const std::vector<fault> faults{
      {"an unknown option",
       [](const house& home) {
         return on_data(home, {"--prot", "1"});
       }},
      {"a wrong value",
       [](const house& home) {
         return on_data(home, {"--max-users", "0"});
       }},
      {"no such file",
       [](const house& home) {
         return on_data(home, {"--config", home.folder.path() + "/none"});
       }},
      {"a wrong key",
       [](const house& home) {
         return on_data(home, {"--config", home.file("prot = 1\n")});
       }},
      {"no message of the day",
       [](const house& home) {
         return on_data(home, {"--motd", home.folder.path() + "/none"});
       }},
      {"a message of the day that is a folder",
       [](const house& home) {
         return on_data(home, {"--motd", home.folder.path()});
       }},
      {"a message of the day that is not UTF-8",
       [](const house& home) {
         std::ofstream(home.folder.path() + "/motd") << "\xFF\n";
         return on_data(home, {"--motd", home.folder.path() + "/motd"});
       }},
      {"an address that is not ours",
       [](const house& home) {
         return on_data(home, {"--ip", "192.0.2.1"});
       }},
      {"a network interface that is not there",
       [](const house& home) {
         return on_data(home, {"--ip", "fe80::1%no-such-thing"});
       }},
      {"two places that are one",
       [](const house& home) {
         // Whatever port: all addresses of one family take it from each of them.
         return on_data(home, {"--listen", "line:0.0.0.0:47811", "--listen", "line:127.0.0.1:47811"});
       }},
      {"a unix socket in a folder that is not there",
       [](const house& home) {
         return on_data(home, {"--listen", "line:unix:" + home.folder.path() + "/none/chat.sock"});
       }},
      {"a unix socket where something else is",
       [](const house& home) {
         std::ofstream(home.folder.path() + "/file") << "x";
         return on_data(home, {"--listen", "line:unix:" + home.folder.path() + "/file"});
       }},
      {"a unix socket of a group that is not there",
       [](const house& home) {
         return on_data(home, {"--listen", "line:unix:" + home.folder.path() + "/chat.sock,group=no-such-group"});
       }},
      {"two unix sockets that are one",
       [](const house& home) {
         fs::create_directory_symlink(".", home.folder.path() + "/same");
         return on_data(home, {"--listen", "line:unix:" + home.folder.path() + "/chat.sock", "--listen",
                               "line:unix:" + home.folder.path() + "/same/chat.sock"});
       }},
      {"a data folder that is a file",
       [](const house& home) {
         std::ofstream(home.folder.path() + "/file") << "x";
         return lines{"--port", "0", "--data-dir", home.folder.path() + "/file"};
       }},
      {"a data folder below a file",
       [](const house& home) {
         std::ofstream(home.folder.path() + "/file") << "x";
         return lines{"--port", "0", "--data-dir", home.folder.path() + "/file/data"};
       }},
      {"a data folder that cannot be made",
       [](const house&) {
         return lines{"--port", "0", "--data-dir", "/proc/none"};
       }},
      {"a data folder that is a link to nowhere",
       [](const house& home) {
         fs::create_symlink(home.folder.path() + "/none", home.folder.path() + "/link");
         return lines{"--port", "0", "--data-dir", home.folder.path() + "/link"};
       }},
      {"a history that is a folder",
       [](const house& home) {
         fs::remove(home.history);
         fs::create_directory(home.history);
         return on_data(home, {});
       }},
      {"a history that is something else",
       [](const house& home) {
         std::ofstream(home.history) << std::string(20'000, 'x');
         return on_data(home, {});
       }},
      {"a few bytes of a history",
       [](const house& home) {
         fs::resize_file(home.history, 100);
         return on_data(home, {});
       }},
      {"a history without its end",
       [](const house& home) {
         fs::resize_file(home.history, 8192);
         return on_data(home, {});
       }},
      {"a history of a later version",
       [](const house& home) {
         damage(home.history, 60, std::string("\0\0\0\x63", 4));
         return on_data(home, {});
       }},
      {"a history of another program",
       [](const house& home) {
         damage(home.history, 68, "nope");
         return on_data(home, {});
       }},
      {"a damaged table of tables",
       [](const house& home) {
         damage(home.history, 100, std::string(200, '\xFF'));
         return on_data(home, {});
       }},
      {"a history that is a device",
       [](const house& home) {
         fs::remove(home.history);
         fs::create_symlink("/dev/null", home.history);
         return on_data(home, {});
       }},
      {"a lock file that is a link to nowhere",
       [](const house& home) {
         fs::remove(home.history + ".lock");
         fs::create_symlink("/none/lock", home.history + ".lock");
         return on_data(home, {});
       }},
      {"a lock file that is a folder",
       [](const house& home) {
         fs::remove(home.history + ".lock");
         fs::create_directory(home.history + ".lock");
         return on_data(home, {});
       }},
  };
  const house whole;
  for (const fault& each : faults) {
    CAPTURE(each.what);
    const house home(whole);
    const lines arguments = each.make(home);
    const std::string before = contents(home.folder.path());
    const outcome checked = check(home.state, arguments);
    CAPTURE(checked.errors);
    CHECK(checked.status == 2);
    CHECK(checked.output.empty());
    CHECK(lines_of(checked.errors).size() == 1);
    CHECK(contents(home.folder.path()) == before);
    const start started = try_to_start(home.state, arguments);
    CAPTURE(started.errors);
    CHECK_FALSE(started.serves);
  }
}

TEST_CASE("config: --check-config knows how many files a start needs", "[config]") {
  const house home;
  // A server takes 30 with one thread and four more with each other; a single user one.
  const auto [files, threads, is_enough] = GENERATE(table<std::size_t, std::string, bool>(
      {{20, "1", false}, {30, "1", false}, {31, "1", true}, {32, "1", true}, {58, "8", false}, {59, "8", true}}));
  CAPTURE(files, threads);
  launch what = server_launch({"--port", "0", "--data-dir", home.data, "--threads", threads}, home.state);
  what.open_files = files;
  {
    process program(what);
    const std::string said = is_enough ? program.output_line() : program.rest_of_output();
    CHECK(said.starts_with("listening on ") == is_enough);
    if (is_enough) program.signal(SIGTERM);
    // A sanitizer's own check at the end takes files that are not to be had.
    const int status = program.wait();
    if (!sanitized) CHECK(status == (is_enough ? 0 : 1));
  }
  what.arguments.emplace_back("--check-config");
  const outcome checked = run(what);
  CHECK(checked.status == (is_enough ? 0 : 2));
  if (is_enough) return;
  CHECK(checked.errors.starts_with("server: cannot serve: only " + std::to_string(files) + " files may be open, and "));
}

TEST_CASE("config: --check-config sees what another server has: a port, a folder", "[config]") {
  const house home;
  const lines its{"--port", "0", "--data-dir", home.data, "--log-level", "off"};
  CHECK(check(home.state, its).status == 0);
  {
    process first(server_launch(its, home.state));
    const std::string place = first.output_line().substr(13);
    const outcome locked = check(home.state, its);
    CHECK(locked.status == 2);
    CHECK(locked.errors.find("another confab uses " + home.data) != std::string::npos);
    const outcome taken = check(home.state, {"--ip", place, "--data-dir", home.folder.path() + "/other"});
    CHECK(taken.status == 2);
    CHECK(taken.errors.find("Address already in use") != std::string::npos);
    CHECK_FALSE(try_to_start(home.state, its).serves);
    CHECK_FALSE(try_to_start(home.state, {"--ip", place, "--history", "off"}).serves);
    first.signal(SIGTERM);
    CHECK(first.wait() == 0);
  }
  CHECK(check(home.state, its).status == 0);
}

TEST_CASE("config: --check-config knows a folder and files that only others may write to", "[config]") {
  if (::geteuid() == 0) return;  // whom nothing stops
  const house home;
  const lines its{"--port", "0", "--data-dir", home.data};
  for (const auto& [name, mode] : std::vector<std::pair<std::string, fs::perms>>{
           {home.data, fs::perms::owner_read | fs::perms::owner_exec}, {home.history, fs::perms::owner_read}}) {
    CAPTURE(name);
    const fs::perms before = fs::status(name).permissions();
    fs::permissions(name, mode);
    CHECK(check(home.state, its).status == 2);
    CHECK_FALSE(try_to_start(home.state, its).serves);
    fs::permissions(name, before);
  }
  CHECK(check(home.state, its).status == 0);
}

TEST_CASE("config: --check-config stands alone", "[config]") {
  for (const lines& other : {lines{"--check-data"}, lines{"--export", "-"}, lines{"--print-config"}}) {
    lines both = other;
    both.emplace_back("--check-config");
    CHECK(run_server(both).status == 2);
  }
}

TEST_CASE("config: a signal ends --check-config, also while it looks at a history that takes long", "[config]") {
  const house home;
  const lines its{"--port", "0", "--data-dir", home.data, "--check-config"};
  REQUIRE(try_to_start(home.state, {"--port", "0", "--data-dir", home.data}).serves);
  // SQLite waits for ever for somebody to write into this.
  REQUIRE(::mkfifo((home.history + "-journal").c_str(), 0600) == 0);
  const int number = GENERATE(SIGTERM, SIGINT);
  process program(server_launch(its, home.state));
  const auto has_opened = [&](const std::string& name) {
    for (int descriptor = 3; descriptor < 64; ++descriptor) {
      if (program.opened(descriptor) == name) return true;
    }
    return false;
  };
  const deadline until;
  while (!has_opened(fs::canonical(home.history).string()) && !until.passed()) {
  }
  REQUIRE(program.running());
  program.signal(number);
  CHECK(program.wait() == 128 + number);
}

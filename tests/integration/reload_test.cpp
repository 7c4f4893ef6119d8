// SIGHUP and --reload, with the real server and people in it.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "tests/integration/reloadable.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/crowd.hpp"
#include "tests/support/exposition_reader.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

/// What a server tells a program that comes, or an error; passes over what else there is to hear.
json welcome(peer& who) {
  who.say("/json on");
  for (;;) {
    const std::string line = who.line();
    if (!line.starts_with('{')) continue;
    json heard = json::parse(line);
    if (heard["type"] == "welcome" || heard["type"] == "error") return heard;
  }
}

/// Settings, as a file has them and as users see them.
struct settings {
  std::string name;
  std::string lang;
  unsigned max_line;
  unsigned idle;
  std::string motd;
  bool full;                  ///< nobody else gets in
  std::set<unsigned> places;  ///< further ones that are listened on, see own_address()

  bool operator==(const settings&) const = default;
};

std::string text_of(const settings& of, const std::string& folder) {
  std::ofstream(folder + "/motd." + of.motd) << of.motd << "\n";
  std::string out = "name = '" + of.name + "'\nlang = '" + of.lang + "'\nmax-line = " + std::to_string(of.max_line) +
                    "\nidle-timeout = " + std::to_string(of.idle) + "\nmotd = '" + folder + "/motd." + of.motd +
                    "'\nmax-users = " + (of.full ? "1" : "1000") + "\nresume-window = 0\nlisten = [";
  for (const unsigned place : of.places) out += "'line:" + own_address(place) + ":0', ";
  return out + "]\n";
}

/// Looks at a server as its users do.
class observer {
 public:
  explicit observer(reloadable& of) : of_(of), regular_(of.server) { welcome(regular_); }

  /// Reads what others have said.
  void listen() { regular_.heard(); }

  /// `places`: what must be listened on; the log, which says at which ports, may come a little late.
  settings look(const std::set<unsigned>& due) {
    settings out{};
    const json told = welcome(regular_);
    out.name = told["server"];
    out.lang = told["lang"];
    out.motd = told["motd"][0];
    peer fresh(of_.server);
    const json first = welcome(fresh);
    out.full = first["type"] == "error";
    if (out.full) {
      CHECK(first["problem"] == "server-full");
    } else {
      CHECK(first["type"] == "welcome");
      out.max_line = first["limits"]["line"];
      out.idle = first["limits"]["idle"];
    }
    for (const deadline until; (out.places = places()) != due && !until.passed();) {
    }
    return out;
  }

  /// What must be seen of it: a server that is full tells nobody how long lines may be.
  static settings seen(settings of) {
    if (of.full) of.max_line = of.idle = 0;
    return of;
  }

 private:
  // What the log names last of each place, and whether it is so.
  std::set<unsigned> places() {
    std::set<unsigned> out;
    const std::string log = of_.server.program().errors();
    for (unsigned number = 0; number < 4; ++number) {
      const std::string at = "listening on " + own_address(number) + ":";
      const std::size_t last = log.rfind(at);
      if (last == std::string::npos) continue;
      const auto port = static_cast<std::uint16_t>(std::stoi(log.substr(last + at.size())));
      if (accepts_connections({own_address(number), port})) out.insert(number);
    }
    return out;
  }

  reloadable& of_;
  peer regular_;
};

/// People who talk all the time, on a thread of its own, each the next line when its last has come back. Whoever hears
/// the others' lines hears each once and in order.
class talkers {
 public:
  explicit talkers(const endpoint& where) : thread_([this, where] { talk(where); }) {}
  ~talkers() {
    if (thread_.joinable()) finish();
  }

  std::size_t said() const { return said_; }
  /// Until so much more has been said.
  void wait_for(std::size_t more) const {
    const std::size_t before = said_;
    for (const deadline until; said_ < before + more && !until.passed();) std::this_thread::yield();
  }
  /// What was wrong; empty: nothing.
  std::string finish() {
    ending_ = true;
    thread_.join();
    return wrong_;
  }

 private:
  static constexpr std::size_t count = 6;

  void talk(const endpoint& where) try {
    std::vector<std::vector<std::size_t>> heard(count, std::vector<std::size_t>(count, 0));  // by listener and speaker
    std::vector<std::size_t> sent(count, 0);
    std::size_t here = 0;
    crowd people(where, [&](std::size_t member, std::string_view line) {
      if (line.find("never before") != std::string_view::npos) ++here;
      const std::size_t mark = line.find('#');
      if (mark == std::string_view::npos) return;
      std::size_t end = 0;
      const std::size_t speaker = std::stoul(std::string(line.substr(mark + 1)), &end);
      const std::size_t number = std::stoul(std::string(line.substr(mark + 2 + end)));
      if (speaker >= count || number != heard[member][speaker] + 1) wrong_ = "out of order: " + std::string(line);
      heard[member][speaker] = number;
    });
    people.add(count);
    for (std::size_t i = 0; i < count; ++i) people.send(i, "never before\n");
    people.pump_until([&] { return here == count * count; }, "all to be there");
    const auto all_heard = [&] {
      for (std::size_t listener = 0; listener < count; ++listener) {
        if (heard[listener] != sent) return false;
      }
      return true;
    };
    people.pump_until(
        [&] {
          for (std::size_t i = 0; i < count; ++i) {
            if (people.ended(i)) throw std::runtime_error("somebody was thrown out");
            if (sent[i] != heard[i][i] || ending_) continue;
            people.send(i, "#" + std::to_string(i) + " " + std::to_string(++sent[i]) + "\n");
            ++said_;
          }
          return ending_ && all_heard();
        },
        "all to hear all", deadline(2 * patience));
  } catch (const std::exception& failed) {
    wrong_ = failed.what();
  }

  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> said_{0};
  std::string wrong_;  // of the thread, until it has ended
  std::thread thread_;
};

/// A way to spoil what a server reads.
struct fault {
  const char* what;
  std::function<void(const reloadable&)> spoil;
  std::string said;  ///< a part of what is said about it; FILE is the file's name
};

std::string const valid_start = "name = 'not this one'\n";

const std::vector<fault>& faults() {
  const auto text = [](std::string wrong) { return [wrong](const reloadable& of) { of.write(valid_start + wrong); }; };
  const auto motd = [](const std::function<void(const std::string&)>& make) {
    return [make](const reloadable& of) {
      const std::string name = of.folder() + "/bad";
      fs::remove_all(name);
      make(name);
      of.write(valid_start + "motd = '" + name + "'\n");
    };
  };
  const auto instead = [](const std::function<void(const std::string&)>& make) {
    return [make](const reloadable& of) {
      fs::remove_all(of.file);
      make(of.file);
    };
  };
  static const std::vector<fault> all{
      {"an unknown key", text("nam = 'x'\n"), "FILE:2: unknown key nam; the nearest that there is: name"},
      {"a wrong value", text("max-users = 0\n"), "FILE:2: --max-users: "},
      {"a value of a wrong kind", text("max-users = true\n"), "FILE:2: "},
      {"no quotes", text("motd = /etc/motd\n"), "FILE:2: "},
      {"a quote that is not closed", text("motd = '/etc/motd\n"), "FILE:2: "},
      {"twice the same", text("name = 'again'\n"), "FILE:2: "},
      {"not UTF-8", text("# \xFF\n"), "FILE:2: "},
      {"zero bytes", text(std::string("motd = '\0'\n", 11)), "FILE:2: "},
      {"half a table", text("[keep\n"), "FILE:2: "},
      {"an action", text("check-config = true\n"), "FILE:2: "},
      {"a place that is none", text("listen = ['line:nowhere:1']\n"), "FILE:2: "},
      {"a place twice", text("listen = ['line:127.0.0.1:47813',\n'line:127.0.0.1:47813']\n"), "FILE:3: "},
      {"an address that is not ours", text("listen = ['line:127.0.0.1:0',\n'line:192.0.2.1:0']\n"),
       "FILE:3: --listen line:192.0.2.1:0: Cannot assign requested address"},
      {"no such network interface", text("listen = ['line:[fe80::1%none]:0']\n"), "FILE:2: "},
      {"too long", text(std::string(1024 * 1024, '#')), "FILE: "},
      {"no message of the day", motd([](const std::string&) {}), "FILE:2: cannot read the message of the day"},
      {"one that is a folder", motd([](const std::string& name) { fs::create_directory(name); }),
       "FILE:2: cannot read the message of the day"},
      {"one that is a pipe", motd([](const std::string& name) { ::mkfifo(name.c_str(), 0600); }),
       "FILE:2: cannot read the message of the day"},
      {"one that is not UTF-8", motd([](const std::string& name) { std::ofstream(name) << "x\n\xFF\n"; }),
       "FILE:2: line 2 of the message of the day"},
      {"one that is too long", motd([](const std::string& name) { std::ofstream(name) << std::string(65537, 'x'); }),
       "FILE:2: the message of the day"},
      {"no file", instead([](const std::string&) {}), "FILE: no such file"},
      {"a folder", instead([](const std::string& name) { fs::create_directory(name); }), "FILE: not a plain file"},
      {"a pipe", instead([](const std::string& name) { ::mkfifo(name.c_str(), 0600); }), "FILE: not a plain file"},
      {"a device", instead([](const std::string& name) { fs::create_symlink("/dev/zero", name); }),
       "FILE: not a plain file"},
      {"a link to nowhere", instead([](const std::string& name) { fs::create_symlink("/none", name); }),
       "FILE: no such file"},
      {"a link to itself", instead([](const std::string& name) { fs::create_symlink(name, name); }), "FILE: "},
  };
  return all;
}

/// One that only others may read; whom nothing stops can.
fault unreadable() {
  return {"not to be read",
          [](const reloadable& of) {
            of.write(valid_start);
            fs::permissions(of.file, fs::perms::none);
          },
          "FILE: Permission denied"};
}

std::string with_name(std::string text, const std::string& file) {
  const std::size_t at = text.find("FILE");
  return at == std::string::npos ? text : text.replace(at, 4, file);
}

}  // namespace

TEST_CASE("reload: what users see is what the file says now, and nobody leaves for that", "[reload]") {
  reloadable with("name = 'one'\nmax-line = 200\nidle-timeout = 300\nresume-window = 60\nmotd = '" CONFAB_TEST_DATA
                  "/../CMakeLists.txt'\n");
  peer old(with.server);
  old.heard();
  old.say("/join tea");
  old.say("said before");
  old.heard();
  std::ofstream(with.folder() + "/motd") << "hello\nall\n";
  const std::string place = own_address(3);
  CHECK(with.reloaded("name = 'two'\nlang = 'zh'\nmax-line = 100\nidle-timeout = 0\nresume-window = 0\nmotd = '" +
                      with.folder() + "/motd'\nmax-rooms = 0\nreplay = 0\nrecall-window = 0\nlisten = ['line:" + place +
                      ":0']\n") ==
        "reloaded " + with.file +
            ": listen, lang, name, motd, idle-timeout, max-line, max-rooms, replay, recall-window, resume-window\n");

  // For newcomers all of it is so.
  peer fresh(with.server);
  json told = welcome(fresh);
  CHECK(told["server"] == "two");
  CHECK(told["lang"] == "zh");
  CHECK(told["motd"] == json({"hello", "all"}));
  CHECK(told["limits"]["line"] == 100);
  CHECK(told["limits"]["idle"] == 0);
  CHECK_FALSE(told.contains("token"));
  const auto longest = [](peer& who, std::size_t size) {
    who.say(std::string(size, 'x'));
    return who.heard();
  };
  CHECK(longest(fresh, 100).size() == 1);
  const lines refused = longest(fresh, 101);
  REQUIRE(refused.size() == 1);
  CHECK(json::parse(refused[0])["problem"] == "line-too-long");
  fresh.say("/join coffee");
  CHECK(json::parse(fresh.heard().at(0))["problem"] == "too-many-rooms");

  // Whoever was there keeps what was promised, and the room.
  old.heard();
  CHECK(longest(old, 200).size() == 1);
  old.say("/topic tea green");
  CHECK(old.heard().size() == 1);

  REQUIRE(with.logged("info listening on " + place + ":"));
  CHECK(with.reloaded("max-users = 1\n").find("listen, ") != std::string::npos);
  peer turned_away(with.server);
  CHECK(turned_away.line().find("The server is full (1 users)") != std::string::npos);
  CHECK(with.logged("no longer listening on " + place + ":"));
  old.say("still here");
  CHECK(old.heard().size() == 1);
  fresh.say("me too");
  CHECK(fresh.heard().size() == 1);
}

TEST_CASE("reload: what takes a restart is told, and the rest applies", "[reload]") {
  reloadable with("name = 'one'\n");
  peer somebody(with.server);
  const std::string said = with.reloaded("history = 'off'\nname = 'two'\n\nthreads = 7\n");
  CHECK(said == "reloaded " + with.file + ": name\n" + with.file +
                    ":1: history needs a restart to become off; until then it is on\n");  // of threads the start says 2
  CHECK(welcome(somebody)["server"] == "two");
  CHECK(with.logged("warning " + with.file + ":1: history needs a restart"));
}

TEST_CASE("reload: after each kind of fault all is as before, and it is told with file and line", "[reload]") {
  reloadable with("name = 'x'\n");
  const std::string right = text_of({"one", "zh", 1000, 777, "first", false, {1}}, with.folder());
  with.reloaded(right);
  observer users(with);
  const settings before{"one", "zh", 1000, 777, "first", false, {1}};
  CHECK(users.look({1}) == before);
  std::vector<fault> all = faults();
  if (::geteuid() != 0) all.push_back(unreadable());
  // Taken by somebody else, too.
  const std::string taken = std::to_string(with.server.at().port);
  all.push_back(
      {"a port in use",
       [taken](const reloadable& of) { of.write("listen = ['line:127.0.0.1:0', 'line:0.0.0.0:" + taken + "']"); },
       "FILE:1: --listen line:0.0.0.0:" + taken + ": Address already in use: this server has that port"});
  for (const fault& each : all) {
    CAPTURE(each.what);
    each.spoil(with);
    const outcome result = with.reload();
    CAPTURE(result.output, result.errors);
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    CHECK(lines_of(result.errors).size() == 1);
    CHECK(result.errors.find(with_name("not reloaded, nothing has changed: " + each.said, with.file)) !=
          std::string::npos);
    CHECK(with.logged(with_name("not reloaded, nothing has changed: " + each.said, with.file)));
    fs::remove_all(with.file);
  }
  CHECK(users.look({1}) == before);
  CHECK(with.reloaded(right) == "reloaded " + with.file + ": nothing is different\n");
}

TEST_CASE("reload: a hundred SIGHUPs under load, with right files and wrong ones", "[reload]") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  reloadable with("name = 'x'\n", {"--idle-timeout", "0", "--send-queue", "100000000", "--write-timeout", "600"});
  settings now{"x", "en", 4096, 0, "first", false, {}};
  with.reloaded(text_of(now, with.folder()));
  observer users(with);
  talkers people(with.server);
  people.wait_for(1);
  std::size_t hangups = 0;
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (int round = 0; hangups < 100; ++round) {
    CAPTURE(round);
    const bool wrong = random() % 3 == 0;
    settings next = now;
    fs::remove_all(with.file);  // which may be a folder
    if (wrong) {
      faults()[random() % faults().size()].spoil(with);
    } else {
      next = {"n" + std::to_string(random() % 5),
              random() % 2 == 0 ? "en" : "zh",
              static_cast<unsigned>(64 + random() % 5000),
              0,
              "m" + std::to_string(random() % 3),
              random() % 4 == 0,
              {}};
      for (unsigned place = 0; place < 4; ++place) {
        if (random() % 2 == 0) next.places.insert(place);
      }
      with.write(text_of(next, with.folder()));
    }
    for (auto more = random() % 6; more > 0; --more) {
      with.server.program().signal(SIGHUP);
      ++hangups;
      people.wait_for(random() % 50);
    }
    const outcome result = with.reload();
    ++hangups;
    CAPTURE(result.output, result.errors);
    CHECK(result.status == (wrong ? 1 : 0));
    if (!wrong) now = next;
    ++(wrong ? refused : taken);
    users.listen();  // or it would be too slow
    if (round % 4 != 0) continue;
    REQUIRE(users.look(now.places) == observer::seen(now));
  }
  REQUIRE(users.look(now.places) == observer::seen(now));
  CHECK(taken > 0);
  CHECK(refused + taken > 15);
  people.wait_for(1);
  CHECK(people.finish() == "");
  CHECK(people.said() > 100);
}

TEST_CASE("reload: a file that is replaced while it is read is one or the other", "[reload]") {
  reloadable with("name = 'x'\n");
  observer users(with);
  const settings one{"one", "en", 1000, 100, "one", false, {}};
  const settings two{"two", "zh", 2000, 200, "two", false, {}};
  const std::string text_of_one = text_of(one, with.folder());
  const std::string text_of_two = text_of(two, with.folder());
  with.write(text_of_one);
  std::atomic<bool> ending{false};
  const auto editor = std::async(std::launch::async, [&] {
    while (!ending) {
      with.write(text_of_two);
      with.write(text_of_one);
    }
  });
  const auto end = [&](void*) { ending = true; };
  const std::unique_ptr<void, decltype(end)> at_the_end(&ending, end);  // before it is waited for
  std::size_t looked = 0;
  for (; looked < 20; ++looked) {
    CHECK(with.reload().status == 0);
    const settings seen = users.look({});
    CHECK((seen == one || seen == two));
  }
  CHECK(with.server.program().errors().find("not reloaded") == std::string::npos);
}

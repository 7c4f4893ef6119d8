// SIGHUP, and when what is read for it is taken over.

#include "server/reload.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>
#include <vector>

#include <spdlog/sinks/ostream_sink.h>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/server/hangups.hpp"
#include "tests/unit/server/reload_base.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

namespace {

/// A server that only reloads: it writes down what it is given.
class reloading {
 public:
  explicit reloading(const std::string& text = "name = 'one'\n") {
    write(text);
    work.start();
  }

  void write(const std::string& text) const { std::ofstream(file) << text; }
  /// Works until `so`; false at the deadline.
  template <class Condition>
  bool until(Condition so) {
    io.restart();
    for (const deadline end; !so() && !end.passed();) io.run_one_for(10ms);
    return so();
  }
  bool rounds(std::size_t count) {
    return until([&] { return ended == count; });
  }
  std::string log() const { return said_.str(); }

 private:
  hangups_blocked blocked_;
  scratch_directory folder_;
  std::ostringstream said_;

 public:
  const std::string file = folder_.path() + "/c.toml";
  asio::io_context io{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  strings names;                              ///< of each round that was taken over
  std::function<void()> in_begins, in_apply;  ///< what happens meanwhile
  std::size_t begun = 0;
  std::size_t ended = 0;
  const reload_base base = base_for(file);
  reload work{io,
              std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)),
              [this] { return base; },
              [this](const reload_input& fresh) {
                CHECK(fresh.plan.options.chat.max_users == 7);  // the command line of the start
                if (in_apply) in_apply();
                names.push_back(fresh.plan.options.chat.server_name);
                return reload_news{"reloaded", {}};
              },
              {[this] {
                 ++begun;
                 if (in_begins) in_begins();
               },
               [this] { ++ended; }}};
};

}  // namespace

TEST_CASE("reload: a SIGHUP has the file read again", "[reload]") {
  reloading server;
  CHECK(server.work.counts().last_success > 0);
  server.write("name = 'two'\n");
  hang_up();
  REQUIRE(server.rounds(1));
  CHECK(server.names == strings{"two"});
  CHECK(server.begun == 1);
  CHECK(server.work.counts().succeeded == 1);
  CHECK(server.work.counts().failed == 0);
  hang_up();
  REQUIRE(server.rounds(2));
  CHECK(server.names == strings{"two", "two"});
  CHECK(server.work.counts().succeeded == 2);
}

TEST_CASE("reload: one that came before there was anybody to take it is taken", "[reload]") {
  const hangups_blocked before;
  hang_up();
  reloading server;
  REQUIRE(server.rounds(1));
  CHECK(server.names == strings{"one"});
}

TEST_CASE("reload: a wrong file is told with its line, and nothing is handed over", "[reload]") {
  reloading server;
  const std::int64_t start = server.work.counts().last_success;
  server.write("\nnam = 'two'\n");
  hang_up();
  REQUIRE(server.rounds(1));
  CHECK(server.names == strings{});
  CHECK(server.log().find("not reloaded, nothing has changed: " + server.file +
                          ":2: unknown key nam; the nearest that there is: name") != std::string::npos);
  CHECK(server.begun == 1);
  CHECK(server.work.counts().failed == 1);
  CHECK(server.work.counts().succeeded == 0);
  CHECK(server.work.counts().last_success == start);

  server.write("name = 'three'\n");
  hang_up();
  REQUIRE(server.rounds(2));
  CHECK(server.names == strings{"three"});
}

TEST_CASE("reload: what cannot be put in force is a failure like any other", "[reload]") {
  reloading server;
  server.in_apply = [] { throw std::runtime_error("no \x1b such\nport"); };
  hang_up();
  REQUIRE(server.rounds(1));
  CHECK(server.log().find("nothing has changed: no \uFFFD such\uFFFDport") != std::string::npos);
  CHECK(server.work.counts().failed == 1);
  CHECK(server.work.counts().succeeded == 0);
}

TEST_CASE("reload: SIGHUPs during a round make one more, which reads what is there then", "[reload]") {
  reloading server;
  std::size_t applied = 0;
  server.in_apply = [&] {
    if (++applied > 1) return;
    server.write("name = 'two'\n");
    for (int i = 0; i < 3; ++i) {
      hang_up();
      server.io.poll();  // it is heard while the round lasts
    }
    CHECK(server.begun == 1);
  };
  hang_up();
  REQUIRE(server.rounds(2));
  CHECK(server.names == strings{"one", "two"});
  server.io.restart();
  server.io.poll();
  CHECK(server.begun == 2);
}

TEST_CASE("reload: when the server ends, nothing is taken over any more", "[reload]") {
  reloading server;
  const bool during = GENERATE(true, false);
  if (during) {
    hang_up();
    REQUIRE(server.until([&] { return server.begun == 1; }));
  }
  server.work.end();
  hang_up();
  server.work.stop();
  server.io.restart();
  server.io.run_for(patience);
  CHECK(server.io.stopped());  // there is nothing left to do
  CHECK(server.names == strings{});
  CHECK(server.begun == (during ? 1U : 0U));
  CHECK(server.ended == 0);  // whoever is told that it ends must not hear that it is ready
}

TEST_CASE("reload: a SIGHUP at whatever step of the end holds nothing up", "[reload]") {
  for (int steps = 0; steps < 6; ++steps) {
    for (int hangups = 1; hangups < 3; ++hangups) {
      CAPTURE(steps, hangups);
      reloading server;
      for (int i = 0; i < hangups; ++i) {
        hang_up();
        for (int step = 0; step < steps; ++step) server.io.poll_one();
      }
      server.work.stop();
      hang_up();
      server.io.restart();
      server.io.run_for(patience);
      CHECK(server.io.stopped());
    }
  }
}

TEST_CASE("reload: who asks by number is answered when the round that began after that is over", "[reload]") {
  reloading server;
  const question asked;
  const question later;
  asked.hang_up();
  server.in_apply = [&] {
    if (server.names.empty()) {
      later.hang_up();
      asked.hang_up();  // again, since it takes long: that makes no more rounds
      server.io.poll();
    }
    CHECK(later.heard() == "");
  };
  REQUIRE(server.rounds(1));
  CHECK(asked.heard() == "+reloaded");
  CHECK(later.heard() == "");
  REQUIRE(server.rounds(2));
  CHECK(later.heard() == "+reloaded");
  CHECK(asked.heard() == "");
  server.write("nam");
  asked.hang_up();
  REQUIRE(server.rounds(3));
  CHECK(asked.heard().starts_with("-" + server.file + ":1: "));
  server.io.restart();
  server.io.poll();
  CHECK(server.begun == 3);
}

TEST_CASE("reload: of those who ask during a round 64 are remembered", "[reload]") {
  reloading server;
  std::vector<question> all(reload::most_askers + 1);
  server.in_apply = [&] {
    if (!server.names.empty()) return;
    for (const question& each : all) {
      each.hang_up();
      server.io.poll();
    }
  };
  hang_up();
  REQUIRE(server.rounds(2));
  std::size_t answered = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) answered += all[i].heard() == "+reloaded" ? 1U : 0U;
  CHECK(answered == reload::most_askers);
  CHECK(all.back().heard() == "");
  all.back().hang_up();
  REQUIRE(server.rounds(3));
  CHECK(all.back().heard() == "+reloaded");
}

// The parts put together, in this process: what no client can wait for.

#include "server/server.hpp"

#include <csignal>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/sinks/ostream_sink.h>

#include "tests/support/catch.hpp"
#include "tests/support/notify_socket.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// A server on a thread of its own, which ends with the scope.
class served {
 public:
  explicit served(const server_options& options, server_start how = {})
      : server_(options,
                std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)),
                std::move(how)) {
    const std::string where = server_.where().front();
    at_.ip = "127.0.0.1";
    at_.port = static_cast<std::uint16_t>(std::stoi(where.substr(where.rfind(':') + 1)));
    thread_ = std::thread([this] { server_.run(); });
  }
  ~served() {
    std::raise(SIGTERM);
    thread_.join();
  }
  served(const served&) = delete;
  served& operator=(const served&) = delete;

  operator const endpoint&() const { return at_; }  // NOLINT: a peer connects to a server

 private:
  std::ostringstream said_;
  server server_;
  endpoint at_;
  std::thread thread_;
};

bool listed(peer& who, const std::string& room) {
  who.say("/rooms");
  std::string all;
  for (const std::string& line : who.heard()) all += line + '\n';
  return all.find(room) != std::string::npos;
}

}  // namespace

TEST_CASE("server: a room that nobody is in goes when nothing is kept of it any more", "[server]") {
  const scratch_directory data;
  server_options options;
  options.port = 0;
  options.threads = 2;
  options.data_dir = data.path();
  const bool looks = GENERATE(true, false);
  CAPTURE(looks);
  server_start how;
  if (looks) how.rooms_every = 5ms;
  const served server(options, std::move(how));
  peer ann(server);
  for (const char* const line : {"/ids on", "/join kept", "stays", "/join tea", "goes", "/leave", "/leave"}) {
    ann.say(line);
    ann.heard();
  }
  CHECK(listed(ann, "tea"));
  CHECK(listed(ann, "kept"));
  ann.say("/recall 2");
  ann.heard();
  if (looks) {
    bool gone = false;
    for (const deadline until; !gone && !until.passed();) gone = !listed(ann, "tea");
    CHECK(gone);
  } else {
    CHECK(listed(ann, "tea"));
  }
  CHECK(listed(ann, "kept"));
}

TEST_CASE("server: while memory is short nobody asks the history", "[server]") {
  const scratch_directory data;
  server_options options;
  options.port = 0;
  options.threads = 1;
  options.data_dir = data.path();
  const served server(options);
  peer ann(server);
  ann.say("something");
  ann.heard();
  const auto answer = [&] {
    std::string all;
    ann.say("/history");
    for (const std::string& line : ann.heard()) all += line + '\n';
    return all;
  };
  CHECK(answer().find("something") != std::string::npos);
  // As `new` does when there is no more to be had: something of the reserve is gone then.
  std::get_new_handler()();
  bool told = false;
  for (const deadline until; !told && !until.passed();) told = answer().find("something") == std::string::npos;
  CHECK(told);
}

TEST_CASE("server: tells its manager that it starts, is ready, has users and ends", "[server]") {
  const scratch_directory data;
  notify_socket manager;
  notifier to(manager.address(), 1h);
  server_options options;
  options.port = 0;
  options.threads = 2;
  options.data_dir = data.path();
  server_start how;
  how.manager = &to;
  how.extend_every = 1ms;
  {
    const served server(options, std::move(how));
    for (const std::string& early : manager.until("READY=1")) {
      CAPTURE(early);
      CHECK((early == "STATUS=looking at the history" || early == "EXTEND_TIMEOUT_USEC=3000"));
    }
    const peer ann(server);
    const lines first = manager.until("WATCHDOG=1");
    REQUIRE(first.size() == 1);
    CHECK(first[0].starts_with("STATUS="));
  }
  CHECK(manager.next() == "STOPPING=1");
}

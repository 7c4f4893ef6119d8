// Listeners that come and go while people chat.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/integration/reloadable.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/exposition_reader.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("reload: who waits to be accepted waits on, also where nobody is accepted any more", "[reload]") {
  const std::string threads = GENERATE("1", "3");
  const std::string stays = own_address(4);
  const std::string goes = own_address(5);
  reloadable with("name = 'x'\nlisten = ['line:" + stays + ":0', 'line:" + goes + ":0']\n", {"--threads", threads});
  endpoint at_stays{stays};
  endpoint at_goes{goes};
  for (endpoint* const each : {&at_stays, &at_goes}) {
    const std::string line = with.server.program().output_line();
    each->port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  }
  with.write("name = 'y'\nlisten = ['line:" + stays + ":0']\n");
  with.server.program().signal(SIGSTOP);
  std::vector<peer> all;
  for (const endpoint& where : {with.server.at(), at_stays, at_goes}) {
    for (int i = 0; i < 20; ++i) all.emplace_back(where);
  }
  with.server.program().signal(SIGHUP);
  with.server.program().signal(SIGCONT);
  REQUIRE(with.logged("no longer listening on " + goes));
  CHECK(with.logged("reloaded " + with.file + ": listen, name"));
  // By number: who connects to different places may have the same address.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string said = "here is number " + std::to_string(i) + ".";
    all[i].say(said);
    bool heard = false;
    while (!heard) heard = all[i].line().ends_with(said);
    CHECK(heard);
  }
  CHECK(accepts_connections(at_stays));
  CHECK(accepts_connections(with.server));
  CHECK_FALSE(accepts_connections(at_goes));
}

TEST_CASE("reload: a unix socket comes and goes with its place", "[reload]") {
  reloadable with("name = 'x'\n");
  const std::string path = with.folder() + "/chat.sock";
  const std::string place = "listen = ['line:unix:" + path + "']\n";
  with.reloaded(place);
  peer somebody = joined({.path = path});
  CHECK(with.reloaded(place) == "reloaded " + with.file + ": nothing is different\n");
  CHECK(fs::is_socket(path));
  with.write("listen = ['line:unix:" + path + ",mode=0666']\n");
  CHECK(with.reload().errors ==
        "server: not reloaded, nothing has changed: " + with.file + ":1: --listen line:unix:" + path +
            ",mode=0666: this server listens there as line:unix:" + path + ": reload once without it, or restart\n");
  with.reloaded("name = 'y'\n");
  CHECK_FALSE(fs::exists(path));
  somebody.expect_quiet();
  with.reloaded(place);
  CHECK(accepts_connections({.path = path}));
}

TEST_CASE("reload: admin listeners come and go, and count reloads", "[reload]") {
  const bool from_the_start = GENERATE(true, false);
  CAPTURE(from_the_start);
  const scratch_directory folder;
  const endpoint one{.path = folder.path() + "/one"};
  const endpoint other{.path = folder.path() + "/other"};
  const auto listening = [](const lines& places) {
    std::string out = "listen = [";
    for (const std::string& each : places) out += "'admin:unix:" + each + "',";
    return out + "]\n";
  };
  reloadable with(from_the_start ? listening({one.path}) : "name = 'x'\n");
  if (from_the_start) CHECK(with.server.program().output_line() == "admin listening on unix:" + one.path);
  if (from_the_start) CHECK(ask_http(one, "/readyz").status == 200);
  with.reloaded(listening({one.path, other.path}));
  CHECK(with.logged("info admin listening on unix:" + other.path + "\n"));
  CHECK(ask_http(one, "/readyz").status == 200);
  CHECK(ask_http(other, "/readyz").status == 200);
  with.reloaded(listening({other.path}));
  CHECK(with.logged("info no longer admin listening on unix:" + one.path + "\n"));
  for (const deadline until; fs::exists(one.path) && !until.passed();) {
  }
  CHECK_FALSE(accepts_connections(one));
  const double before =
      read_exposition(ask_http(other, "/metrics").body)["confab_config_reload_total{result=\"success\"}"];
  CHECK(before == 2);
  with.write("listen = [ 'admin:nowhere' ]\n");
  CHECK(with.reload().status != 0);
  const scraped now = read_exposition(ask_http(other, "/metrics").body);
  CHECK(now["confab_config_reload_total{result=\"success\"}"] == 2);
  CHECK(now["confab_config_reload_total{result=\"failure\"}"] == 1);
  CHECK(now["confab_config_reload_last_success_timestamp_seconds"] >= now["confab_process_start_time_seconds"] - 1);
  joined(with.server).expect_quiet();
}

// What is bound, and what is said of a place that cannot be had.

#include "server/listeners.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <vector>

#include "common/unique_fd.hpp"
#include "server/net/address.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;

namespace {

std::vector<open_place> opened(const std::vector<std::string>& arguments) {
  const auto parsed = parse_server_options(arguments);
  if (const auto* const exit = std::get_if<early_exit>(&parsed)) FAIL("refused: " << exit->text);
  return open_places(std::get<server_options>(parsed)).open;
}

net::typed_address at(const open_place& place) {
  return std::get<net::typed_address>(net::parse_address(place.socket.where()));
}

std::string port_of(const open_place& place) {
  return std::to_string(at(place).port);
}

bool can_connect(const net::typed_address& to) {
  const auto where = net::endpoint_of(to.ip, to.port);
  const unique_fd out(::socket(where.data()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(out.get(), where.data(), static_cast<socklen_t>(where.size())) == 0;
}

bool can_connect(const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
  const unique_fd out(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(out.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

}  // namespace

TEST_CASE("listeners: every place is bound, in order, each with a port of its own", "[listeners]") {
  const test::scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  const auto bound = opened({"--ip", "127.0.0.2", "--port", "0", "--listen", "line:[::1]:0", "--listen",
                             "line:127.0.0.3:0", "--listen", "line:unix:" + path, "--listen", "line:127.0.0.3:0"});
  REQUIRE(bound.size() == 5);
  CHECK(at(bound[0]).ip == "127.0.0.2");
  CHECK(at(bound[1]).ip == "::1");
  CHECK(at(bound[2]).ip == "127.0.0.3");
  CHECK(bound[3].socket.where() == "unix:" + path);
  CHECK(port_of(bound[2]) != port_of(bound[4]));
  for (const std::size_t i : {0U, 1U, 2U, 4U}) CHECK(can_connect(at(bound[i])));
  CHECK(can_connect(path));
  CHECK(bound[0].place == listen_place{listener_kind::line, "127.0.0.2", 0});
  CHECK(to_string(bound[3].place) == "line:unix:" + path);
}

TEST_CASE("listeners: one that cannot be had names its option and what to do, and leaves none", "[listeners]") {
  SECTION("in use, by --ip") {
    const auto first = opened({"--port", "0"});
    const std::string port = port_of(first[0]);
    CHECK_THROWS_WITH(opened({"--port", port}), Equals("--ip 127.0.0.1 --port " + port +
                                                       ": Address already in use: choose another port, or stop "
                                                       "what listens there (ss -ltnp lists it)"));
  }
  SECTION("in use, by --listen") {
    const auto first = opened({"--listen", "line:[::1]:0"});
    const std::string place = "line:[::1]:" + port_of(first[0]);
    CHECK_THROWS_WITH(opened({"--ip", "127.0.0.1:0", "--listen", place}),
                      StartsWith("--listen " + place + ": Address already in use: choose another port"));
  }
  SECTION("taken by an IPv6 listener for every address") {
    auto first = opened({"--listen", "line:[::]:0"});
    const std::string port = port_of(first[0]);
    first.clear();
    CHECK_THROWS_WITH(opened({"--listen", "line:[::]:" + port, "--listen", "line:127.0.0.1:" + port}),
                      Equals("--listen line:127.0.0.1:" + port +
                             ": Address already in use: [::] with this port takes IPv4 too, so leave this one out"));
  }
  SECTION("not of this machine") {
    CHECK_THROWS_WITH(opened({"--listen", "line:192.0.2.1:0"}),
                      Equals("--listen line:192.0.2.1:0: Cannot assign requested address: choose an address of this "
                             "machine (ip address lists them)"));
  }
  SECTION("an interface that there is not") {
    CHECK_THROWS_WITH(opened({"--listen", "line:[fe80::1%none]:0"}),
                      Equals("--listen line:[fe80::1%none]:0: there is no network interface none"));
  }
  SECTION("the others are let go") {
    auto first = opened({"--port", "0"});
    const auto place = at(first[0]);
    first.clear();
    CHECK_THROWS_AS(opened({"--port", std::to_string(place.port), "--listen", "line:192.0.2.1:0"}), std::runtime_error);
    CHECK_FALSE(can_connect(place));
  }
}

TEST_CASE("listeners: a unix socket that cannot be had names its option, too, and leaves no file", "[listeners]") {
  const test::scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  SECTION("in use") {
    const auto first = opened({"--listen", "line:unix:" + path});
    CHECK_THROWS_WITH(opened({"--listen", "line:unix:" + path + ",mode=0666"}),
                      Equals("--listen line:unix:" + path +
                             ",mode=0666: Address already in use: choose another path, or stop what listens there (ss "
                             "-lxp lists it)"));
    CHECK(can_connect(path));
  }
  SECTION("no socket") {
    std::ofstream(path) << "precious";
    CHECK_THROWS_WITH(opened({"--listen", "line:unix:" + path}),
                      StartsWith("--listen line:unix:" + path + ": what is there is no socket"));
    CHECK(std::filesystem::is_regular_file(path));
  }
  SECTION("another cannot be had") {
    CHECK_THROWS_WITH(opened({"--listen", "line:unix:" + path, "--listen", "line:192.0.2.1:0"}),
                      StartsWith("--listen line:192.0.2.1:0: "));
    CHECK_FALSE(std::filesystem::exists(path));
  }
}

TEST_CASE("listeners: what is held already is not opened, and what is new is", "[listeners]") {
  const auto more = [](const std::vector<std::string>& arguments, std::vector<held_place> held) {
    return open_places(std::get<server_options>(parse_server_options(arguments)), std::move(held)).open;
  };
  const auto first = opened({"--listen", "line:127.0.0.2:0", "--listen", "line:127.0.0.3:0"});
  const std::vector<held_place> held{{first[0].place, first[0].socket.where()},
                                     {first[1].place, first[1].socket.where()}};
  SECTION("each once, also where the system picks the port") {
    const auto found = more({"--listen", "line:127.0.0.3:0", "--listen", "line:127.0.0.2:0", "--listen",
                             "line:127.0.0.3:0", "--listen", "line:127.0.0.4:0"},
                            held);
    REQUIRE(found.size() == 2);
    CHECK(at(found[0]).ip == "127.0.0.3");
    CHECK(port_of(found[0]) != port_of(first[1]));
    CHECK(at(found[1]).ip == "127.0.0.4");
  }
  SECTION("nothing new") {
    CHECK(more({"--listen", "line:127.0.0.2:0"}, held).empty());
  }
  SECTION("the same port at another address is told as what it is") {
    const std::string place = "line:0.0.0.0:" + port_of(first[0]);
    CHECK_THROWS_WITH(more({"--listen", place}, held),
                      Equals("--listen " + place +
                             ": Address already in use: this server has that port at another address: reload once "
                             "without that, or restart"));
  }
  SECTION("what was handed down is not opened again, however people are let in there") {
    const std::string place = "line:127.0.0.2:" + port_of(first[0]);
    const std::vector<held_place> its{{{}, first[0].socket.where(), true}, {{}, "unix:/run/x", true}};
    for (const std::string terms : {"", ",proxy=10.0.0.0/8,secure", ",optional"}) {
      CHECK(more({"--listen", place + terms}, its).empty());
    }
    CHECK(more({"--listen", "line:unix:/run/x,proxy=unix"}, its).empty());
    const std::string handed = ": this socket was handed to the server when it was started (LISTEN_FDS)";
    CHECK_THROWS_WITH(more({"--listen", "line:unix:/run/x,mode=0600"}, its),
                      Equals("--listen line:unix:/run/x,mode=0600" + handed + ": its mode and group are set there"));
    CHECK_THROWS_WITH(more({"--listen", "line:unix:/run/x,group=chat"}, its), Catch::Contains("its mode and group"));
    const std::string admin = "admin:127.0.0.2:" + port_of(first[0]);
    CHECK_THROWS_WITH(more({"--listen", admin}, its),
                      Equals("--listen " + admin + handed + ", for another kind: leave it out, or name it so there"));
  }
  SECTION("a unix socket cannot get other permissions while it is there") {
    const test::scratch_directory folder;
    const std::string path = "line:unix:" + folder.path() + "/s";
    const auto unix_one = opened({"--listen", path});
    const std::vector<held_place> its{{unix_one[0].place, unix_one[0].socket.where()}};
    CHECK(more({"--listen", path}, its).empty());
    CHECK_THROWS_WITH(more({"--listen", path + ",mode=0666"}, its),
                      Equals("--listen " + path + ",mode=0666: this server listens there as " + path +
                             ": reload once without it, or restart"));
  }
}

TEST_CASE("listeners: a socket that was handed down is served as the options say of its place", "[listeners]") {
  const auto served = [](const std::vector<std::string>& arguments, const std::string& where) {
    const auto options = std::get<server_options>(parse_server_options(arguments, {.lines = 1}));
    return to_string(place_of_inherited(options, listener_kind::line, where));
  };
  const std::vector<std::string> listen{"--listen", "line:[::1]:9,secure", "--listen", "line:unix:/x,proxy=unix"};
  CHECK(served(listen, "[::1]:9") == "line:[::1]:9,secure");
  CHECK(served(listen, "unix:/x") == "line:unix:/x,proxy=unix");
  CHECK(served(listen, "127.0.0.1:9") == "line::0");
  CHECK(served({"--ip", "::1", "--port", "9"}, "[::1]:9") == "line:[::1]:9");
}

TEST_CASE("listeners: an optional place that something else has is done without, and said", "[listeners]") {
  const auto first = opened({"--listen", "line:127.0.0.1:0"});
  REQUIRE(first.size() == 1);
  const std::string taken = "line:127.0.0.1:" + port_of(first[0]);
  const auto all = [](const std::vector<std::string>& arguments) {
    return open_places(std::get<server_options>(parse_server_options(arguments)));
  };
  const opened_places around =
      all({"--listen", "line:127.0.0.1:0", "--listen", taken + ",optional", "--listen", "line:[::1]:0"});
  REQUIRE(around.open.size() == 2);
  CHECK(at(around.open[1]).ip == "::1");
  REQUIRE(around.missed.size() == 1);
  CHECK_THAT(around.missed[0],
             Equals("--listen " + taken + ",optional: something else listens there, so this server does not"));
  CHECK_THROWS(all({"--listen", taken}));
  // Only when it is taken: an address that this machine does not have is a mistake.
  CHECK_THROWS(all({"--listen", "line:203.0.113.1:1,optional"}));
  // Nobody could come in at all.
  CHECK_THROWS_WITH(all({"--listen", taken + ",optional"}), Catch::Contains("something else listens there"));
  CHECK_THROWS_WITH(all({"--listen", taken + ",optional", "--listen", "admin:127.0.0.1:0"}),
                    Catch::Contains("something else listens there"));
  const opened_places had = all({"--listen", "line:127.0.0.1:0,optional"});
  CHECK(had.open.size() == 1);
  CHECK(had.missed.empty());
}

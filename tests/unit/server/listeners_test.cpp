// What is bound, and what is said of a place that cannot be had.

#include "server/listeners.hpp"

#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <vector>

#include <spdlog/sinks/ostream_sink.h>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"

using namespace confab;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;

namespace {

/// Listeners as options want them.
class hall {
 public:
  std::vector<std::unique_ptr<net::listener>> open(const std::vector<std::string>& arguments) {
    const auto parsed = parse_server_options(arguments);
    if (const auto* const exit = std::get_if<early_exit>(&parsed)) FAIL("refused: " << exit->text);
    return open_listeners(io_, std::get<server_options>(parsed), log_);
  }

 private:
  asio::io_context io_{1};
  std::ostringstream said_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_));
};

std::string port_of(const net::listener& bound) {
  return std::to_string(bound.where().port());
}

bool can_connect(const asio::ip::tcp::endpoint& where) {
  const confab::unique_fd out(::socket(where.data()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(out.get(), where.data(), static_cast<socklen_t>(where.size())) == 0;
}

}  // namespace

TEST_CASE("listeners: every place is bound, in order, each with a port of its own", "[listeners]") {
  hall where;
  const auto bound = where.open({"--ip", "127.0.0.2", "--port", "0", "--listen", "line:[::1]:0", "--listen",
                                 "line:127.0.0.3:0", "--listen", "line:127.0.0.3:0"});
  REQUIRE(bound.size() == 4);
  CHECK(bound[0]->where().address().to_string() == "127.0.0.2");
  CHECK(bound[1]->where().address().to_string() == "::1");
  CHECK(bound[2]->where().address().to_string() == "127.0.0.3");
  CHECK(bound[2]->where().port() != bound[3]->where().port());
  for (const auto& each : bound) CHECK(can_connect(each->where()));
}

TEST_CASE("listeners: one that cannot be had names its option and what to do, and leaves none", "[listeners]") {
  hall where;
  SECTION("in use, by --ip") {
    const auto first = where.open({"--port", "0"});
    const std::string port = port_of(*first[0]);
    CHECK_THROWS_WITH(where.open({"--port", port}), Equals("--ip 127.0.0.1 --port " + port +
                                                           ": Address already in use: choose another port, or stop "
                                                           "what listens there (ss -ltnp lists it)"));
  }
  SECTION("in use, by --listen") {
    const auto first = where.open({"--listen", "line:[::1]:0"});
    const std::string place = "line:[::1]:" + port_of(*first[0]);
    CHECK_THROWS_WITH(where.open({"--ip", "127.0.0.1:0", "--listen", place}),
                      StartsWith("--listen " + place + ": Address already in use: choose another port"));
  }
  SECTION("taken by an IPv6 listener for every address") {
    auto first = where.open({"--listen", "line:[::]:0"});
    const std::string port = port_of(*first[0]);
    first.clear();
    CHECK_THROWS_WITH(where.open({"--listen", "line:[::]:" + port, "--listen", "line:127.0.0.1:" + port}),
                      Equals("--listen line:127.0.0.1:" + port +
                             ": Address already in use: [::] with this port takes IPv4 too, so leave this one out"));
  }
  SECTION("not of this machine") {
    CHECK_THROWS_WITH(where.open({"--listen", "line:192.0.2.1:0"}),
                      Equals("--listen line:192.0.2.1:0: Cannot assign requested address: choose an address of this "
                             "machine (ip address lists them)"));
  }
  SECTION("an interface that there is not") {
    CHECK_THROWS_WITH(where.open({"--listen", "line:[fe80::1%none]:0"}),
                      Equals("--listen line:[fe80::1%none]:0: there is no network interface none"));
  }
  SECTION("the others are let go") {
    auto first = where.open({"--port", "0"});
    const auto place = first[0]->where();
    first.clear();
    CHECK_THROWS_AS(where.open({"--port", std::to_string(place.port()), "--listen", "line:192.0.2.1:0"}),
                    std::runtime_error);
    CHECK_FALSE(can_connect(place));
  }
}

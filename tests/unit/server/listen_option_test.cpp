#include "server/listen_option.hpp"

#include <string>
#include <variant>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;

TEST_CASE("listen option: a place is read, and written as it is read", "[listen_option]") {
  struct sample {
    std::string text;
    std::string ip;
    std::uint16_t port;
  };
  const std::vector<sample> samples{
      {"line:127.0.0.1:8888", "127.0.0.1", 8888},   {"line:0.0.0.0:0", "0.0.0.0", 0},
      {"line:[::1]:65535", "::1", 65535},           {"line:[::]:1", "::", 1},
      {"line:[fe80::1%eth0]:9", "fe80::1%eth0", 9},
  };
  for (const sample& each : samples) {
    CAPTURE(each.text);
    const auto parsed = parse_listen(each.text);
    const auto* const place = std::get_if<listen_place>(&parsed);
    REQUIRE(place != nullptr);
    CHECK(*place == listen_place{listener_kind::line, each.ip, each.port});
    CHECK(to_string(*place) == each.text);
  }
}

TEST_CASE("listen option: what is no place is answered with how to write one", "[listen_option]") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", "the kinds are: line"},
      {"line", "the kinds are: line"},
      {"tls:127.0.0.1:8888",
       "tls:127.0.0.1:8888: write KIND:ADDRESS:PORT, as in line:127.0.0.1:8888; the kinds are: line"},
      {"LINE:127.0.0.1:8888", "the kinds are: line"},
      {"127.0.0.1:8888", "the kinds are: line"},
      {":127.0.0.1:8888", "the kinds are: line"},
      {"[::1]:8888", "the kinds are: line"},
      {"line:127.0.0.1", "add the port, as in line:127.0.0.1:8888"},
      {"line:[::1]", "add the port, as in line:127.0.0.1:8888"},
      {"line:::1", "put an IPv6 address into brackets and add the port, as in line:[::1]:8888"},
      {"line:::1:8888", "put an IPv6 address into brackets and add the port, as in line:[::1]:8888"},
      {"line:[::1:8888", "the bracket ] is missing"},
      {"line:127.0.0.1:65536", "not a port from 0 to 65535"},
      {"line:127.0.0.1:", "not a port from 0 to 65535"},
      {"line:localhost:8888", "is not an IPv4 or IPv6 address"},
      {"line:", "is not an IPv4 or IPv6 address"},
      {"line:8888", "is not an IPv4 or IPv6 address"},
      {"line:[fe80::1]:8888", "add the network interface"},
  }));
  CAPTURE(text);
  const auto parsed = parse_listen(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  REQUIRE(wrong != nullptr);
  CAPTURE(*wrong);
  CHECK(wrong->find(why) != std::string::npos);
  CHECK(wrong->find('\n') == std::string::npos);
}

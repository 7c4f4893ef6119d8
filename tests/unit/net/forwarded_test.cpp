// Whom a request over HTTP is from, by what proxies say.

#include "server/net/forwarded.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::string_literals;
using fields = std::vector<std::pair<std::string, std::string>>;

namespace {

net::network network_of(const std::string& text) {
  return std::get<net::network>(net::parse_network(text));
}

/// The source as it is written; `-` where there is none.
std::string source_of(const fields& said, const std::vector<net::network>& proxies) {
  const auto ip = net::read_forwarded(said, proxies).source;
  return ip ? net::to_string(net::network{*ip, 128}) : "-";
}

std::optional<bool> is_secure(const fields& said) {
  return net::read_forwarded(said, {}).secure;
}

}  // namespace

TEST_CASE("forwarded: the source is the rightmost address that is no proxy", "[forwarded]") {
  const std::vector<net::network> proxies{network_of("10.0.0.0/8"), network_of("fd00::/8")};
  const auto source = [&](const std::string& list) { return source_of({{"x-forwarded-for", list}}, proxies); };
  CHECK(source("203.0.113.7") == "203.0.113.7");
  CHECK(source("198.51.100.1, 203.0.113.7") == "203.0.113.7");
  CHECK(source("198.51.100.1, 203.0.113.7, 10.0.0.1") == "203.0.113.7");
  CHECK(source("203.0.113.7,fd00::1 ,\t10.0.0.1") == "203.0.113.7");
  CHECK(source("2001:db8::7, 10.0.0.1") == "2001:db8::7");
  CHECK(source("10.0.0.2, 10.0.0.1") == "10.0.0.2");
  CHECK(source("::ffff:10.0.0.2, 203.0.113.8, ::ffff:10.0.0.1") == "203.0.113.8");
}

TEST_CASE("forwarded: several fields are one list", "[forwarded]") {
  const std::vector<net::network> proxies{network_of("10.0.0.1")};
  const fields said{{"x-forwarded-for", "198.51.100.1"},
                    {"host", "203.0.113.9"},
                    {"x-forwarded-for", "203.0.113.7, 10.0.0.1"},
                    {"x-forwarded-for", "10.0.0.1"}};
  CHECK(source_of(said, proxies) == "203.0.113.7");
}

TEST_CASE("forwarded: an address may have a port", "[forwarded]") {
  const auto source = [&](const std::string& list) { return source_of({{"x-forwarded-for", list}}, {}); };
  CHECK(source("203.0.113.7:1234") == "203.0.113.7");
  CHECK(source("[2001:db8::7]:1234") == "2001:db8::7");
  CHECK(source("[2001:db8::7]") == "2001:db8::7");
}

TEST_CASE("forwarded: nothing left of what is no address is believed", "[forwarded]") {
  const std::vector<net::network> proxies{network_of("10.0.0.0/8")};
  const auto source = [&](const std::string& list) { return source_of({{"x-forwarded-for", list}}, proxies); };
  for (const std::string& junk : {""s, "unknown"s, "_hidden"s, "203.0.113"s, "203.0.113.7/24"s, "203.0.113.7:x"s,
                                  "\"203.0.113.7\""s, "fe80::1%eth0"s, "203.0.113.7\0"s, "203.0.113.7 203.0.113.8"s}) {
    CAPTURE(junk);
    CHECK(source(junk) == "-");
    CHECK(source("203.0.113.7," + junk) == "-");
    CHECK(source("203.0.113.7," + junk + ",10.0.0.1") == "10.0.0.1");
    CHECK(source(junk + ",203.0.113.7") == "203.0.113.7");
  }
  CHECK(source_of({}, proxies) == "-");
  CHECK(source_of({{"forwarded", "for=203.0.113.7"}}, proxies) == "-");
}

TEST_CASE("forwarded: a long list is read to its end", "[forwarded]") {
  const std::vector<net::network> proxies{network_of("10.0.0.0/8")};
  std::string list = "203.0.113.7";
  for (int i = 0; i < 1000; ++i) list += ",10.0.0.1";
  CHECK(source_of({{"x-forwarded-for", list}}, proxies) == "203.0.113.7");
}

TEST_CASE("forwarded: the way is secure when the nearest proxy says https", "[forwarded]") {
  const auto secure = [](const std::string& scheme) { return *is_secure({{"x-forwarded-proto", scheme}}); };
  CHECK(secure("https"));
  CHECK(secure("HTTPS"));
  CHECK(secure("http, https"));
  CHECK_FALSE(secure("https, http"));
  CHECK_FALSE(secure("http"));
  CHECK_FALSE(secure("httpsx"));
  CHECK_FALSE(secure(""));
  CHECK(is_secure({}) == std::nullopt);
  CHECK(is_secure({{"x-forwarded-proto", "https"}, {"x-forwarded-proto", "http"}}) == false);
}

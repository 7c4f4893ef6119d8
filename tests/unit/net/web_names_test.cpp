// Which hosts and origins a web listener takes for its own.

#include "server/net/web_names.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/asking_http.hpp"

using namespace confab;
using namespace confab::test;
using strings = std::vector<std::string>;

namespace {

const net::web_names ours{{"chat.example.org"}, {"https://pages.example.net", "http://localhost:3000"}};

bool for_us(const std::string& host) {
  return net::is_for_us(asked("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), ours);
}

bool may(const std::string& host, const std::string& origin, bool secure = false) {
  return net::may_connect(asked("GET /ws HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n\r\n"), ours,
                          secure);
}

}  // namespace

TEST_CASE("web_names: localhost, numeric addresses and the names given are ours, whatever the port", "[web_names]") {
  for (const std::string& host :
       strings{"localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1", "127.0.0.1:8080", "192.168.7.9:1", "[::1]",
               "[::1]:65535", "[FE80::1]:80", "chat.example.org", "Chat.Example.ORG:443", "chat.example.org."}) {
    CAPTURE(host);
    CHECK(for_us(host));
  }
  for (const std::string& host : strings{"evil.example",
                                         "example.org",
                                         "x.chat.example.org",
                                         "chat.example.org.evil.example",
                                         "localhost.evil",
                                         "",
                                         "127.0.0.1.evil.example",
                                         "127.1",
                                         "1.2.3",
                                         "256.1.1.1",
                                         "[::1",
                                         "[::g]",
                                         "::1",
                                         "[chat.example.org]",
                                         "localhost:",
                                         "localhost:0",
                                         "localhost:65536",
                                         "localhost:x",
                                         "localhost:80:80",
                                         "user@localhost",
                                         "[::1]x",
                                         "..",
                                         ".",
                                         "local host"}) {
    CAPTURE(host);
    CHECK_FALSE(for_us(host));
  }
}

TEST_CASE("web_names: a target that names a host overrules the field", "[web_names]") {
  CHECK_FALSE(net::is_for_us(asked("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), ours));
  CHECK(net::is_for_us(asked("GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"), ours));
  CHECK(net::is_for_us(asked("GET http://[::1]:81/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"), ours));
}

TEST_CASE("web_names: without a host nobody knows whom a request is for", "[web_names]") {
  CHECK_FALSE(net::is_for_us(asked("GET / HTTP/1.0\r\n\r\n"), ours));
}

TEST_CASE("web_names: a page may connect to the host that it came from, and to no other", "[web_names]") {
  CHECK(may("localhost:8080", "http://localhost:8080"));
  CHECK(may("localhost", "http://localhost"));
  CHECK(may("localhost:80", "http://localhost"));
  CHECK(may("chat.example.org", "https://chat.example.org"));
  CHECK(may("chat.example.org:443", "https://CHAT.example.org"));
  CHECK(may("chat.example.org", "https://chat.example.org:443"));
  CHECK(may("[::1]:8080", "http://[::1]:8080"));
  CHECK_FALSE(may("localhost:8080", "http://localhost:8081"));
  CHECK_FALSE(may("localhost:8080", "http://localhost"));
  CHECK_FALSE(may("localhost:8080", "http://127.0.0.1:8080"));
  CHECK_FALSE(may("chat.example.org", "https://chat.example.org:80"));
  CHECK_FALSE(may("localhost:8080", "http://evil.example"));
  for (const std::string& odd :
       strings{"null", "", "file://", "ftp://localhost:8080", "http:localhost:8080", "http://localhost:8080/",
               "http://localhost:8080 http://x", "http://", "chrome-extension://abc"}) {
    CAPTURE(odd);
    CHECK_FALSE(may("localhost:8080", odd));
  }
}

TEST_CASE("web_names: behind TLS only a page that came over TLS may", "[web_names]") {
  CHECK(may("chat.example.org", "https://chat.example.org", true));
  CHECK_FALSE(may("chat.example.org", "http://chat.example.org", true));
  CHECK(may("chat.example.org", "http://chat.example.org", false));
}

TEST_CASE("web_names: pages of others may if they are allowed, as they are written", "[web_names]") {
  CHECK(may("chat.example.org", "https://pages.example.net"));
  CHECK(may("chat.example.org", "http://localhost:3000", true));
  CHECK_FALSE(may("chat.example.org", "http://pages.example.net"));
  CHECK_FALSE(may("chat.example.org", "https://pages.example.net:8443"));
}

TEST_CASE("web_names: who says nothing of an origin is no page; who says two things may not", "[web_names]") {
  const std::string start = "GET /ws HTTP/1.1\r\nHost: localhost\r\n";
  CHECK(net::may_connect(asked(start + "\r\n"), ours, true));
  CHECK_FALSE(
      net::may_connect(asked(start + "Origin: http://localhost\r\nOrigin: http://localhost\r\n\r\n"), ours, false));
}

TEST_CASE("web_names: names and origins as options have them", "[web_names]") {
  CHECK(net::read_host_name("Chat.Example.org.") == "chat.example.org");
  CHECK(net::read_host_name(std::string(253, 'a')));
  for (const std::string& wrong :
       strings{"", ".", "a b", "a:80", "[::1]", "http://a", "a/b", "é", std::string(254, 'a')})
    CHECK_FALSE(net::read_host_name(wrong));
  CHECK(net::read_origin("HTTPS://Pages.example.net:443") == "https://pages.example.net");
  CHECK(net::read_origin("http://a:443") == "http://a:443");
  CHECK(net::read_origin("http://[::1]:80") == "http://[::1]");
  for (const std::string& wrong : strings{"", "a", "http://", "http://a/", "http://a/b", "http://a:0", "ws://a", "*"})
    CHECK_FALSE(net::read_origin(wrong));
}

#include "server/net/first_line.hpp"

#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

using namespace std::string_literals;
using namespace confab::net;

TEST_CASE("first line: an HTTP request line is one", "[first_line]") {
  for (const std::string_view line :
       {"GET / HTTP/1.1", "GET / HTTP/1.0", "HEAD / HTTP/1.1", "POST /chat?x=1 HTTP/1.1", "OPTIONS * HTTP/1.1",
        "CONNECT host:443 HTTP/1.1", "GET http://127.0.0.1:8888/ HTTP/1.1", "M-SEARCH * HTTP/1.1", "PRI * HTTP/2.0",
        "GET /a b HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(is_http_request(line));
  }
}

TEST_CASE("first line: what people say is no HTTP request", "[first_line]") {
  for (const std::string_view line : {"",
                                      " ",
                                      "hello",
                                      "who",
                                      "rename GET",
                                      "GET",
                                      "GET /",
                                      "GET HTTP/1.1",
                                      "get / HTTP/1.1",
                                      "Get / HTTP/1.1",
                                      "HTTP/1.1",
                                      "HTTP/1.1 200 OK",
                                      "use GET / HTTP/1.1",
                                      "GET / http/1.1",
                                      "GET / HTTPS/1.1",
                                      "GET / HTTP",
                                      " GET / HTTP/1.1",
                                      "GET / HTTP/1.1 please",
                                      "/json on",
                                      "你好 HTTP/1.1 世界",
                                      "I LIKE HTTP/2",
                                      "I LIKE HTTP/1.1",
                                      "WHY NOT HTTP/1.1",
                                      "GET / HTTP/",
                                      "GET / HTTP/1",
                                      "GET / HTTP/x.1",
                                      "GET / HTTP/1.1.1",
                                      "CONNECT  HTTP/1.1x",
                                      "GET1 / HTTP/1.1"}) {
    CAPTURE(line);
    CHECK_FALSE(is_http_request(line));
  }
}

TEST_CASE("first line: a request is known by its start when the rest is too long", "[first_line]") {
  for (const std::string_view start :
       {"GET /aaaaaaaaaa", "POST /x", "GET http://1.2.", "OPTIONS http://", "PROPFIND /aaaaa", "CONNECT host.ex"}) {
    CAPTURE(start);
    CHECK(is_http_start(start));
  }
  for (const std::string_view start : {"", "GET", "GET ", "GET well soon, a", "get /", "A /b", "OK /away is new",
                                       "/say GET /", "aaaaaaaaaaaaaaa", " GET /", "CONNECT "}) {
    CAPTURE(start);
    CHECK_FALSE(is_http_start(start));
  }
}

TEST_CASE("first line: a TLS handshake is known by its first byte", "[first_line]") {
  CHECK(is_tls_hello("\x16\x03\x01\x02\x00\x01"s));
  CHECK(is_tls_hello("\x16\x03\x03"s));
  CHECK(is_tls_hello("\x16"s));
  for (const std::string_view bytes :
       {"", "hello", "\x15\x03\x01", "\x17\x03\x03", "\x03\x16", "\xFF\xFD\x16", "\r\n\x16"}) {
    CHECK_FALSE(is_tls_hello(bytes));
  }
}

TEST_CASE("first line: the refusal is a whole HTTP answer whose length is right", "[first_line]") {
  const std::string_view answer = http_refusal();
  CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  const std::size_t end = answer.find("\r\n\r\n");
  REQUIRE(end != std::string_view::npos);
  const std::string_view head = answer.substr(0, end + 2);
  const std::string_view body = answer.substr(end + 4);
  CHECK(head.find("\r\nConnection: close\r\n") != std::string_view::npos);
  CHECK(head.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") != std::string_view::npos);
  CHECK(body.find("nc") != std::string_view::npos);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (answer[i] == '\n') CHECK((i > 0 && answer[i - 1] == '\r'));
  }
}

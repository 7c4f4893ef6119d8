// What is answered to whoever asks for a page.

#include "server/net/web_answer.hpp"

#include <array>
#include <chrono>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/net/asking_http.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr std::array files{net::web_file{"/", "text/html; charset=utf-8", "<p>hello", "zipped", "abc1"},
                           net::web_file{"/app.js", "text/javascript", "let x", "", "abc2"}};
const net::web_manner now{std::chrono::system_clock::time_point(784'111'777s)};

net::web_answer get(const std::string& path, const std::string& fields = "", net::web_manner how = now) {
  return net::answer_with_file(asked("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"), files, how);
}

bool has(const net::web_answer& in, const std::string& line) {
  return in.head.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("web_answer: a file with all that its browser has to know", "[web_answer]") {
  const net::web_answer got = get("/");
  CHECK(got.head ==
        "HTTP/1.1 200 OK\r\n"
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: no-referrer\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n"
        "ETag: \"abc1\"\r\n"
        "Cache-Control: no-cache\r\n"
        "Vary: Accept-Encoding\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Length: 8\r\n"
        "\r\n");
  CHECK(got.body() == "<p>hello");
  CHECK(got.body().data() == files[0].bytes.data());  // not a copy
  CHECK_FALSE(got.closes);
}

TEST_CASE("web_answer: what a query says makes no other file; case does", "[web_answer]") {
  CHECK(get("/app.js?v=2").body() == "let x");
  for (const std::string& path : {"/App.js"s, "/app.js/"s, "//"s, "/..%2f"s, "/../app.js"s, "*"s}) {
    CAPTURE(path);
    const net::web_answer none = get(path);
    CHECK(none.status == 404);
    CHECK(none.body() == "404 Not Found\n");
    CHECK(none.closes);
    CHECK(has(none, "Content-Length: 14"));
  }
}

TEST_CASE("web_answer: compressed where it may be, under another mark", "[web_answer]") {
  for (const std::string& field : {"gzip"s, "deflate, GZIP"s, "br;q=1.0, gzip;q=0.8, *;q=0.1"s, "gzip ; q=0.001"s}) {
    CAPTURE(field);
    const net::web_answer got = get("/", "Accept-Encoding: " + field + "\r\n");
    CHECK(got.body() == "zipped");
    CHECK(has(got, "Content-Encoding: gzip"));
    CHECK(has(got, "Content-Length: 6"));
    CHECK(has(got, "ETag: \"abc1-gzip\""));
  }
  for (const std::string& field : {""s, "identity"s, "gzip;q=0"s, "gzip; q=0.000"s, "xgzip"s, "deflate"s}) {
    CAPTURE(field);
    const net::web_answer got = get("/", "Accept-Encoding: " + field + "\r\n");
    CHECK(got.body() == "<p>hello");
    CHECK(has(got, "ETag: \"abc1\""));
  }
  CHECK(get("/app.js", "Accept-Encoding: gzip\r\n").body() == "let x");
}

TEST_CASE("web_answer: who has it already gets 304, and no body", "[web_answer]") {
  for (const std::string& mark : {"\"abc1\""s, "\"x\", \"abc1\""s, "W/\"abc1\""s, "*"s}) {
    CAPTURE(mark);
    const net::web_answer got = get("/", "If-None-Match: " + mark + "\r\n");
    CHECK(got.status == 304);
    CHECK(got.head.starts_with("HTTP/1.1 304 Not Modified\r\n"));
    CHECK(got.body().empty());
    CHECK(got.head.find("Content-Length") == std::string::npos);
    CHECK(has(got, "ETag: \"abc1\""));
    CHECK_FALSE(got.closes);
  }
  for (const std::string& mark : {"\"abc\""s, "abc1"s, "\"abc1-gzip\""s, "\"\""s}) {
    CAPTURE(mark);
    CHECK(get("/", "If-None-Match: " + mark + "\r\n").status == 200);
  }
  CHECK(get("/", "Accept-Encoding: gzip\r\nIf-None-Match: \"abc1-gzip\"\r\n").status == 304);
}

TEST_CASE("web_answer: HEAD is GET without the body", "[web_answer]") {
  const auto head = net::answer_with_file(asked("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"), files, now);
  CHECK(head.head == get("/").head);
  CHECK(head.body().empty());
  const auto none = net::answer_with_file(asked("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n"), files, now);
  CHECK(none.status == 404);
  CHECK(none.body().empty());
  CHECK(has(none, "Content-Length: 14"));
}

TEST_CASE("web_answer: the connection stays when both sides want it to", "[web_answer]") {
  const auto of = [](const std::string& head) { return net::answer_with_file(asked(head), files, now); };
  CHECK(of("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").closes);
  CHECK(has(of("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "Connection: close"));
  CHECK(of("GET / HTTP/1.0\r\n\r\n").closes);
  const auto old = of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK_FALSE(old.closes);
  CHECK(has(old, "Connection: keep-alive"));
  const auto last = get("/", "", {now.now, false, true});
  CHECK(last.closes);
  CHECK(has(last, "Connection: close"));
}

TEST_CASE("web_answer: over TLS browsers are told to come back in no other way", "[web_answer]") {
  const std::string only_secure = "Strict-Transport-Security: max-age=31536000";
  CHECK(has(get("/", "", {now.now, true}), only_secure));
  CHECK_FALSE(has(get("/"), only_secure));
  CHECK(has(net::answer_with(net::refusal_of(404), false, {now.now, true}), only_secure));
}

TEST_CASE("web_answer: a refusal says what it is, and ends the connection", "[web_answer]") {
  const auto refused = net::answer_with(net::refusal_of(426), false, now);
  CHECK(refused.closes);
  CHECK(refused.head.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
  CHECK(has(refused, "Sec-WebSocket-Version: 13"));
  CHECK(has(refused, "Cache-Control: no-store"));
  CHECK(refused.body() == "426 Upgrade Required\n");
  CHECK(has(net::answer_with(net::refusal_of(405), true, now), "Allow: GET, HEAD"));
}

#include "server/net/first_line.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

using namespace std::string_literals;
using namespace confab::net;

TEST_CASE("first line: an HTTP request line is one", "[first_line]") {
  for (const std::string_view line :
       {"GET / HTTP/1.1", "GET / HTTP/1.0", "HEAD / HTTP/1.1", "POST /chat?x=1 HTTP/1.1", "OPTIONS * HTTP/1.1",
        "CONNECT host:443 HTTP/1.1", "GET http://127.0.0.1:8888/ HTTP/1.1", "M-SEARCH * HTTP/1.1", "PRI * HTTP/2.0",
        "GET /a b HTTP/1.1", "OPTIONS / RTSP/1.0", "DESCRIBE rtsp://x/y RTSP/1.0", "OPTIONS sip:nm SIP/2.0"}) {
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
                                      "GET / RTSP",
                                      "GET / SIP/2",
                                      "GET / FTP/1.0",
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

TEST_CASE("first line: a PROXY header is known, in version 1, also by its first 15 bytes", "[first_line]") {
  for (const std::string_view line : {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2", "PROXY TCP6 ::1 ::1 1 2", "PROXY UNKNOWN",
                                      "PROXY UNKNOWN ffff::1 ::1 1 2"}) {
    CAPTURE(line);
    CHECK(is_proxy_header(line));
    CHECK(is_proxy_header(line.substr(0, 15)));
  }
  for (const std::string_view line : {"", "PROXY", "PROXY TCP4", "proxy tcp4 1.2.3.4", "PROXY TCP is old",
                                      "PROXY TCP5 x", "PROXY UNKNOWNS", " PROXY TCP4 1", "PROXYTCP4 1"}) {
    CAPTURE(line);
    CHECK_FALSE(is_proxy_header(line));
  }
}

TEST_CASE("first line: an SSH client is known by its version", "[first_line]") {
  for (const std::string_view line : {"SSH-2.0-OpenSSH_9.2", "SSH-1.99-x", "SSH-1.5-x", "SSH-2.0-PuTTY_Re"}) {
    CHECK(is_ssh_banner(line));
  }
  for (const std::string_view line : {"", "SSH", "SSH-2.0", "SSH-keys are fine", "ssh-2.0-x", "SSH-2-x is"}) {
    CHECK_FALSE(is_ssh_banner(line));
  }
}

TEST_CASE("first line: the signature of PROXY version 2 is known however it is cut, and nothing is lost if it is none",
          "[first_line]") {
  const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;
  const auto read = [](std::string_view stream, std::size_t size, std::string& passed) {
    proxy_signature seen;
    bool whole = false;
    for (; !stream.empty() && !whole; stream.remove_prefix(std::min(size, stream.size()))) {
      const std::string_view piece = stream.substr(0, size);
      if (seen.known()) {
        passed += piece;
        continue;
      }
      switch (seen.take(piece)) {
        case proxy_signature::verdict::open: break;
        case proxy_signature::verdict::whole: whole = true; break;
        case proxy_signature::verdict::other: passed.append(seen.waits()).append(piece); break;
      }
    }
    if (!whole && !seen.known()) {
      seen.end();
      passed += seen.waits();
    }
    CHECK((seen.known() || stream.empty()));
    return whole;
  };
  for (std::size_t size = 1; size <= 20; ++size) {
    CAPTURE(size);
    std::string passed;
    CHECK(read(signature + "\x21\x11 and more", size, passed));
    CHECK(passed.empty());
    for (std::size_t agree = 0; agree < signature.size(); ++agree) {
      for (const std::string_view rest : {"", "x", "hello\n", "\r\n\r\n"}) {
        const std::string stream = signature.substr(0, agree) + std::string(rest);
        if (stream.starts_with(signature)) continue;
        CAPTURE(agree, rest);
        passed.clear();
        CHECK_FALSE(read(stream, size, passed));
        CHECK(passed == stream);
      }
    }
  }
}

TEST_CASE("first line: a refusal is a whole HTTP answer whose length is right", "[first_line]") {
  const bool tls = GENERATE(false, true);
  const std::string_view answer = tls ? tls_refusal(true) : http_refusal();
  CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  const std::size_t end = answer.find("\r\n\r\n");
  REQUIRE(end != std::string_view::npos);
  const std::string_view head = answer.substr(0, end + 2);
  const std::string_view body = answer.substr(end + 4);
  CHECK(head.find("\r\nConnection: close\r\n") != std::string_view::npos);
  CHECK(head.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") != std::string_view::npos);
  CHECK(body.find(tls ? "TLS" : "nc") != std::string_view::npos);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (answer[i] == '\n') CHECK((i > 0 && answer[i - 1] == '\r'));
  }
}

TEST_CASE("first line: who speaks no TLS where that is spoken is told so in two lines", "[first_line]") {
  const std::string_view said = tls_refusal(false);
  CHECK(said.starts_with("This port speaks TLS: openssl s_client -quiet -connect HOST:PORT\n"));
  CHECK(said.ends_with("主机:端口\n"));
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);
}

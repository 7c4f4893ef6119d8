// What browsers fetch from a web listener, and who is kept out.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http.hpp"
#include "tests/support/tls_peer.hpp"
#include "tests/support/web_site.hpp"
#include "tests/support/websocket_peer.hpp"

using namespace confab::test;
using namespace std::string_literals;
using lines = std::vector<std::string>;

namespace {

http_reply ask(const endpoint& where, const std::string& request) {
  peer asking(where);
  asking.send(request);
  asking.half_close();
  return reply_on(asking);
}

int status_for(const endpoint& where, const std::string& host, const std::string& more = "") {
  return ask(where, "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + more + "\r\n").status;
}

int upgrade_from(const endpoint& where, const std::string& origin) {
  return websocket_peer(where, "confab.text", origin.empty() ? "" : "Origin: " + origin + "\r\n").status();
}

}  // namespace

TEST_CASE("web: the page can be fetched, and says so to programs that look", "[web]") {
  web_site site;
  const http_reply page = ask(site.web(), "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(page.status == 200);
  CHECK(page.head.find("\r\nContent-Type: text/html; charset=utf-8\r\n") != std::string::npos);
  CHECK(page.head.find("\r\nContent-Security-Policy: default-src 'none';") != std::string::npos);
  CHECK(page.body.starts_with("<!doctype html>"));
  CHECK(ask(site.web(), "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 404);
  CHECK(ask(site.web(), "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status == 405);
  CHECK(ask(site.web(), "hello\r\n\r\n").status == 400);
}

TEST_CASE("web: it goes by the names that are given, and pages come from there", "[web]") {
  web_site site({"--web-host", "Chat.Example.org", "--web-origin", "https://pages.example.net"});
  CHECK(status_for(site.web(), "chat.example.org") == 200);
  CHECK(status_for(site.web(), site.web().text()) == 200);
  CHECK(status_for(site.web(), "evil.example") == 403);
  CHECK(upgrade_from(site.web(), "") == 101);
  CHECK(upgrade_from(site.web(), "http://" + site.web().text()) == 101);
  CHECK(upgrade_from(site.web(), "https://pages.example.net") == 101);
  CHECK(upgrade_from(site.web(), "http://evil.example") == 403);
}

TEST_CASE("web: connections that ask over HTTP are no users", "[web]") {
  web_site site;
  std::vector<peer> idle;
  for (int i = 0; i < 16; ++i) idle.emplace_back(site.web());
  for (peer& each : idle) {
    each.send("GET /nothing-of-the-kind HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(each.line() == "HTTP/1.1 404 Not Found\r");
  }
  peer talks = joined(site.lines());
  talks.say("/count");
  CHECK(talks.line() == "1 online");
}

TEST_CASE("web: lines are no HTTP there, and HTTP is none where lines are", "[web]") {
  web_site site;
  CHECK(ask(site.web(), "who\n").status == 400);
  CHECK(ask(site.lines(), "GET / HTTP/1.1\r\n").status == 400);
}

TEST_CASE("web: the same in TLS, where browsers are told to come in no other way", "[web][tls]") {
  const scratch_directory folder;
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
  const identity made = make_identity();
  write_file(cert, made.certificate);
  write_file(key, made.key);
  running_server server({.arguments = {"--listen", "webs:127.0.0.1:0", "--tls-cert", cert, "--tls-key", key}});
  const std::string line = server.program().output_line();
  REQUIRE(line.starts_with("webs listening on 127.0.0.1:"));
  const endpoint where{"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))};

  tls_peer browser(where);
  browser.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(browser.line() == "HTTP/1.1 200 OK\r");
  bool only_secure = false;
  for (std::string field = browser.line(); field != "\r"; field = browser.line())
    only_secure = only_secure || field.starts_with("Strict-Transport-Security: ");
  CHECK(only_secure);

  // The first message is in the same record as the request, and a page that came without TLS may not.
  tls_peer page(where);
  page.send(upgrade_request(where, "confab.text", "Origin: https://" + where.text() + "\r\n") + text_frame("hello"));
  CHECK(page.line() == "HTTP/1.1 101 Switching Protocols\r");
  const std::string said = page.line_where([](std::string_view each) { return each.ends_with(": hello"); });
  CHECK(said == '[' + page.address() + ']' + page.address() + ": hello");
  page.send(text_frame("/whoami"));
  CHECK(page.line_where([](std::string_view each) { return each.find("encrypted") != std::string_view::npos; })
            .ends_with("The connection is encrypted"));
  tls_peer other(where);
  other.send(upgrade_request(where, "confab.text", "Origin: http://" + where.text() + "\r\n"));
  CHECK(other.line() == "HTTP/1.1 403 Forbidden\r");
  CHECK(ask(where, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status != 200);  // plain text there
}

TEST_CASE("web: behind a proxy people have their own addresses, without a port", "[web]") {
  web_site site({"--web-proxy", "127.0.0.1"});
  peer direct = joined(site.lines());
  const auto whoami = [&](const std::string& fields) {
    websocket_peer who(site.web(), "confab.text", fields);
    who.line();
    who.say("/whoami");
    const std::string answer = who.line();
    return answer.substr(0, answer.find(' ', 8)) + answer.substr(answer.rfind(". "));
  };
  CHECK(whoami("X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n") ==
        "You are [203.0.113.7]203.0.113.7. The connection is encrypted");
  CHECK(whoami("X-Forwarded-For: 203.0.113.8\r\nX-Forwarded-Proto: http\r\n") ==
        "You are [203.0.113.8]203.0.113.8. The connection is not encrypted");
  CHECK(direct.line() == "[203.0.113.7]203.0.113.7: is online");
}

// What browsers fetch from a web listener, and who is kept out.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/http.hpp"
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

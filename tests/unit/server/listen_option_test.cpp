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

TEST_CASE("listen option: a unix socket is read, and written as it is read", "[listen_option]") {
  for (const char* const text : {"line:unix:/run/chat.sock", "line:unix:/run/chat.sock,mode=0660,group=chat"}) {
    CAPTURE(text);
    const auto parsed = parse_listen(text);
    const auto* const place = std::get_if<listen_place>(&parsed);
    REQUIRE(place != nullptr);
    CHECK(place->kind == listener_kind::line);
    REQUIRE(place->file);
    CHECK(place->file->path == "/run/chat.sock");
    CHECK(to_string(*place) == text);
  }
}

TEST_CASE("listen option: a place for TLS is read like any other, and needs a certificate", "[listen_option][tls]") {
  for (const char* const text : {"tls:127.0.0.1:6697", "tls:[::]:0,proxy=10.0.0.0/8", "tls:unix:/run/x,proxy=unix"}) {
    const auto place = std::get<listen_place>(parse_listen(text));
    CHECK(place.kind == listener_kind::tls);
    CHECK(is_for_chat(place.kind));
    CHECK(needs_tls(place.kind));
    CHECK(to_string(place) == text);
  }
  CHECK_FALSE(needs_tls(listener_kind::line));
  CHECK_FALSE(needs_tls(listener_kind::admin));
  CHECK(is_for_chat(listener_kind::line));
  CHECK_FALSE(is_for_chat(listener_kind::admin));
}

TEST_CASE("listen option: how people are let in is read behind the place, and written as it is read",
          "[listen_option]") {
  const auto read = [](const std::string& text) { return std::get<listen_place>(parse_listen(text)); };
  for (const char* const text :
       {"line:127.0.0.1:8888,proxy=10.0.0.0/8+fd00::/8", "line:[::1]:8888,secure", "line:127.0.0.1:0,proxy=::1,secure",
        "line:127.0.0.1:8080,optional", "admin:127.0.0.1:9,optional", "line:127.0.0.1:1,proxy=::1,secure,optional",
        "line:unix:/run/x,proxy=unix", "line:unix:/run/x,mode=0660,group=chat,proxy=unix,secure"}) {
    CHECK(to_string(read(text)) == text);
  }
  const listen_place mixed = read("line:unix:/run/x,secure,mode=0660,proxy=unix,group=chat");
  CHECK(to_string(mixed) == "line:unix:/run/x,mode=0660,group=chat,proxy=unix,secure");
  CHECK(mixed.secure);
  CHECK(mixed.proxy.over_unix);
  CHECK(mixed.file->path == "/run/x");
  const listen_place plain = read("line:127.0.0.1:8888");
  CHECK_FALSE(plain.secure);
  CHECK(plain.proxy.empty());
  CHECK(read("line:127.0.0.1:8888,proxy=10.0.0.0/8").proxy.networks.size() == 1);
}

TEST_CASE("listen option: a listener is the same however it lets people in", "[listen_option]") {
  const auto same = [](const std::string& one, const std::string& other) {
    return is_same_listener(std::get<listen_place>(parse_listen(one)), std::get<listen_place>(parse_listen(other)));
  };
  CHECK(same("line:127.0.0.1:1", "line:127.0.0.1:1,proxy=10.0.0.0/8,secure"));
  CHECK(same("line:127.0.0.1:0", "line:127.0.0.1:0"));
  CHECK(same("line:unix:/x,mode=0660", "line:unix:/x,mode=0660,proxy=unix"));
  CHECK_FALSE(same("line:unix:/x,mode=0660", "line:unix:/x"));
  CHECK_FALSE(same("line:unix:/x", "line:unix:/y"));
  CHECK_FALSE(same("line:127.0.0.1:1", "line:127.0.0.1:2"));
  CHECK_FALSE(same("line:127.0.0.1:1", "line:127.0.0.2:1"));
  CHECK_FALSE(same("line:127.0.0.1:1", "admin:127.0.0.1:1"));
}

TEST_CASE("listen option: two places are the same when only one of them can be listened on", "[listen_option]") {
  const auto same = [](const std::string& one, const std::string& other) {
    const auto a = std::get<listen_place>(parse_listen(one));
    const auto b = std::get<listen_place>(parse_listen(other));
    CHECK(is_same_place(a, b) == is_same_place(b, a));
    return is_same_place(a, b);
  };
  CHECK(same("line:127.0.0.1:1", "line:127.0.0.1:1"));
  CHECK_FALSE(same("line:127.0.0.1:1", "line:127.0.0.1:2"));
  CHECK_FALSE(same("line:127.0.0.1:1", "line:127.0.0.2:1"));
  CHECK_FALSE(same("line:127.0.0.1:0", "line:127.0.0.1:0"));
  CHECK(same("line:unix:/x", "line:unix:/x,mode=0666"));
  CHECK_FALSE(same("line:unix:/x", "line:unix:/y"));
  CHECK_FALSE(same("line:unix:/x", "line:127.0.0.1:1"));
}

TEST_CASE("listen option: each kind by its word", "[listen_option]") {
  const auto parsed = parse_listen("admin:127.0.0.1:9100");
  const auto* const place = std::get_if<listen_place>(&parsed);
  REQUIRE(place != nullptr);
  CHECK(*place == listen_place{listener_kind::admin, "127.0.0.1", 9100});
  CHECK(to_string(*place) == "admin:127.0.0.1:9100");
}

TEST_CASE("listen option: what is no place is answered with how to write one", "[listen_option]") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", "the kinds are: line, tls, web, webs, admin"},
      {"line", "the kinds are: line, tls, web, webs, admin"},
      {"irc:127.0.0.1:8888",
       "irc:127.0.0.1:8888: write KIND:ADDRESS:PORT or KIND:unix:PATH, as in line:127.0.0.1:8888; the kinds are: line, "
       "tls, web, webs, admin"},
      {"LINE:127.0.0.1:8888", "the kinds are: line, tls, web, webs, admin"},
      {"127.0.0.1:8888", "the kinds are: line, tls, web, webs, admin"},
      {":127.0.0.1:8888", "the kinds are: line, tls, web, webs, admin"},
      {"[::1]:8888", "the kinds are: line, tls, web, webs, admin"},
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
      {"unix:/run/chat.sock", "the kinds are: line"},
      {"line:unix", "is not an IPv4 or IPv6 address"},
      {"line:unix:", "write the path of a unix socket from / on"},
      {"line:unix:chat.sock", "write the path of a unix socket from / on"},
      {"line:unix:/x,mode=0999", "a mode is octal"},
      {"line:unix:/x,444", "behind the path may stand mode=, group=, proxy= and secure"},
      {"line:127.0.0.1:1,mode=0660", "not a port from 0 to 65535"},
      {"line:127.0.0.1:1,proxy", "not a port from 0 to 65535"},
      {"line:127.0.0.1:1,secure=yes", "not a port from 0 to 65535"},
      {"line:127.0.0.1,secure", "add the port, as in line:127.0.0.1:8888"},
      {"line:127.0.0.1:1,secure,secure", "secure is given for the second time"},
      {"line:127.0.0.1:1,optional,optional", "optional is given for the second time"},
      {"line:unix:/x,optional", "optional is for addresses"},
      {"line:127.0.0.1:1,proxy=::1,proxy=::1", "proxy= is given for the second time"},
      {"line:127.0.0.1:1,proxy=", "proxy=:  is no network: write 10.0.0.0/8, fd00::/8, or a single address"},
      {"line:127.0.0.1:1,proxy=10.0.0.1/8", "proxy=: 10.0.0.1/8 is an address in a network: write 10.0.0.0/8"},
      {"line:127.0.0.1:1,proxy=unix", "proxy=unix is for a unix socket: write a network, as in proxy=10.0.0.0/8"},
      {"line:unix:/x,proxy=10.0.0.0/8", "before a unix socket, whoever connects is the proxy: write proxy=unix"},
      {"admin:127.0.0.1:1,secure", "proxy= and secure are for listeners of the chat"},
      {"admin:127.0.0.1:1,proxy=10.0.0.0/8", "proxy= and secure are for listeners of the chat"},
  }));
  CAPTURE(text);
  const auto parsed = parse_listen(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  REQUIRE(wrong != nullptr);
  CAPTURE(*wrong);
  CHECK(wrong->find(why) != std::string::npos);
  CHECK(wrong->find('\n') == std::string::npos);
}

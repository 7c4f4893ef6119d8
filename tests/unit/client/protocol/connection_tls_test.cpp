// The connection over TLS: whom it trusts, what it says of others, and that a bad network is one like any other.

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "client/protocol/connection.hpp"
#include "client/protocol/pin.hpp"
#include "tests/support/authority.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/tls_front.hpp"
#include "tests/unit/client/fake_server.hpp"
#include "tests/unit/client/protocol/recorder.hpp"

using namespace confab::client;
using namespace std::chrono_literals;
using confab::test::authority;
using confab::test::certificate;
using confab::test::certificate_terms;
using confab::test::recorder;
using confab::test::tls_front;
using confab::test::tls_manners;

namespace {

/// A server behind TLS, and a client that trusts the authority of its certificate.
struct encrypted {
  explicit encrypted(tls_manners how = {}, const certificate_terms& terms = {},
                     fake_server::answer reply = polite_answer)
      : server(io, std::move(reply)) {
    std::signal(SIGPIPE, SIG_IGN);
    if (how.own.chain.empty()) how.own = trusted.issue(terms);
    own = how.own;
    front = std::make_unique<tls_front>(confab::test::endpoint{"127.0.0.1", server.port()}, std::move(how));
    settings = {.host = "127.0.0.1",
                .port = front->at().port,
                .tls = {.wanted = true, .ca = file("ca.pem", trusted.pem())},
                .name = "ann",
                .tag_prefix = "t",
                .attempts = 0,
                .seed = 1};
  }

  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = folder.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  /// Once.
  void start() {
    link = std::make_unique<connection>(io, settings, events);
    link->start();
  }
  bool until(const std::function<bool()>& done) { return run_until(io, done); }
  /// Starts, and expects that it ends before anything was said.
  outage fails() {
    start();
    REQUIRE(until([&] { return events.ended == 1; }));
    CHECK(events.came == 0);
    CHECK(server.lines().empty());
    return events.last;
  }
  tls_fault fault() {
    const outage why = fails();
    REQUIRE(why.tls);
    CHECK_FALSE(why.connected);
    return *why.tls;
  }

  asio::io_context io;
  confab::test::scratch_directory folder;
  authority trusted;
  certificate own;
  fake_server server;
  std::unique_ptr<tls_front> front;
  connection_settings settings;
  recorder events;
  std::unique_ptr<connection> link;
};

}  // namespace

TEST_CASE("connection over TLS: talks as without, and both sides say goodbye", "[connection][tls]") {
  const int newest = GENERATE(TLS1_3_VERSION, TLS1_2_VERSION);
  const bool byte_by_byte = GENERATE(false, true);
  CAPTURE(newest, byte_by_byte);
  encrypted all({.byte_by_byte = byte_by_byte, .newest = newest});
  all.start();
  CHECK(all.link->secured().empty());
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  CHECK(all.link->secured() == (newest == TLS1_3_VERSION ? "TLS 1.3" : "TLS 1.2"));
  CHECK(all.link->send("/say hi", purpose{1}, true));
  REQUIRE(all.until([&] { return all.events.answered.size() == 1; }));
  all.link->finish();
  REQUIRE(all.until([&] { return all.events.ended == 1; }));
  CHECK(all.server.lines() ==
        std::vector<std::string>{"/json on", "/tag name /rename ann", "/tag t1 /say hi", "/quit"});
  CHECK_FALSE(all.events.last.tls);
  CHECK(all.events.last.secured);
  CHECK_FALSE(all.events.last.failure);
  REQUIRE(all.until([&] { return all.front->goodbyes() == 1; }));
}

TEST_CASE("connection over TLS: much comes and goes, whole and in order", "[connection][tls]") {
  encrypted all;
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  // A record holds 16 KiB, the client's buffer 64.
  std::string said;
  for (int i = 0; i < 2000; ++i) {
    said += R"({"type":"message","id":)" + std::to_string(i + 1) + R"(,"from":"bob","text":")" +
            std::string(static_cast<std::size_t>(i % 300), 'x') + "\"}\n";
  }
  for (std::size_t at = 0; at < said.size(); at += 16'000) {
    all.server.send(said.substr(at, 16'000));
    all.io.run_one_for(1ms);
  }
  REQUIRE(all.until([&] { return all.events.heard.size() == 2000; }));
  for (std::size_t i = 0; i < 2000; ++i) REQUIRE(all.events.heard[i] == i + 1);
  for (int i = 0; i < 40; ++i) CHECK(all.link->send("/say " + std::string(4000, 'y'), purpose{1}, true));
  REQUIRE(all.until([&] { return all.events.answered.size() == 40; }));
  CHECK(all.server.count(std::string(4000, 'y')) == 40);
}

TEST_CASE("connection over TLS: asks for the server by its name, not by an address", "[connection][tls]") {
  encrypted all({}, {.hosts = {"localhost", "127.0.0.1"}});
  all.settings.host = GENERATE(as<std::string>{}, "127.0.0.1", "localhost");
  CAPTURE(all.settings.host);
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  CHECK(all.front->asked_for() == (all.settings.host == "127.0.0.1" ? "" : "localhost"));
}

TEST_CASE("connection over TLS: a certificate that nobody vouches for is shown, so that it can be pinned",
          "[connection][tls]") {
  const certificate own = GENERATE(false, true) ? authority("another").issue() : authority::self_signed();
  encrypted all({.own = own});
  all.settings.attempts = -1;  // they do not help
  const tls_fault fault = all.fault();
  CHECK(fault.what == tls_trouble::untrusted);
  CHECK(fault.fingerprint == own.fingerprint);
  encrypted again({.own = own});
  again.settings.tls = {.wanted = true, .pin = parse_pin(fault.fingerprint).value()};
  again.start();
  REQUIRE(again.until([&] { return again.events.came == 1; }));
}

TEST_CASE("connection over TLS: whose certificate is in the file of those who may vouch is trusted",
          "[connection][tls]") {
  const certificate own = GENERATE(false, true) ? authority("another").issue() : authority::self_signed();
  encrypted all({.own = own});
  all.settings.tls.ca = all.file("own.pem", own.chain);
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
}

TEST_CASE("connection over TLS: a certificate of another day or host is refused, and said why", "[connection][tls]") {
  using std::chrono::hours;
  SECTION("expired") {
    encrypted all({}, {.from = hours(-48), .until = hours(-1)});
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::expired);
    CHECK(fault.detail.size() == 10);
  }
  SECTION("not yet valid") {
    encrypted all({}, {.from = hours(1), .until = hours(48)});
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::not_yet_valid);
    CHECK(fault.detail.size() == 10);
  }
  SECTION("for another name") {
    encrypted all({}, {.hosts = {"chat.example.org", "192.0.2.7"}});
    all.settings.host = "localhost";
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::wrong_host);
    CHECK(fault.detail == "chat.example.org, 192.0.2.7");
  }
  SECTION("for a name, not for an address") {
    encrypted all({}, {.hosts = {"localhost"}});
    CHECK(all.fault().what == tls_trouble::wrong_host);
  }
  SECTION("for nobody") {
    encrypted all({}, {.hosts = {}});
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::wrong_host);
    CHECK(fault.detail.empty());
    CHECK(fault.fingerprint == all.own.fingerprint);
  }
  SECTION("for a part of a name") {
    encrypted all({}, {.hosts = {"local*"}});
    all.settings.host = "localhost";
    CHECK(all.fault().what == tls_trouble::wrong_host);
  }
}

TEST_CASE("connection over TLS: of those who vouch it is their day that is told", "[connection][tls]") {
  using std::chrono::hours;
  const authority late("late", {.from = hours(-24 * 3000), .until = hours(-24 * 1000)});
  const certificate own = late.issue();
  encrypted all({.own = own});
  all.settings.tls.ca = all.file("late.pem", late.pem());
  const tls_fault fault = all.fault();
  CHECK(fault.what == tls_trouble::expired);
  const auto day = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - hours(24 * 1000));
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m", std::gmtime(&day));
  CHECK(fault.detail.starts_with(text));
}

TEST_CASE("connection over TLS: a pin is all that is asked for, and nothing else will do", "[connection][tls]") {
  using std::chrono::hours;
  const certificate own =
      authority::self_signed({.hosts = {"chat.example.org"}, .from = hours(-48), .until = hours(-1)});
  encrypted all({.own = own});
  all.settings.tls = {.wanted = true, .pin = parse_pin(own.fingerprint).value()};
  SECTION("the right one, of whatever host and day") {
    all.start();
    REQUIRE(all.until([&] { return all.events.came == 1; }));
  }
  SECTION("another, although somebody vouches for it") {
    all.front->behave({.own = all.trusted.issue()});
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::wrong_pin);
    CHECK_FALSE(fault.fingerprint.empty());
    CHECK(fault.fingerprint != own.fingerprint);
  }
  SECTION("one digit of it is another") {
    char& last = all.settings.tls.pin.back();
    last = last == '0' ? '1' : '0';
    CHECK(all.fault().what == tls_trouble::wrong_pin);
  }
}

TEST_CASE("connection over TLS: a file of those who may vouch that cannot be used is said at once",
          "[connection][tls]") {
  encrypted all;
  all.settings.attempts = -1;
  all.settings.retry_first = true;
  const bool missing = GENERATE(true, false);
  all.settings.tls.ca = missing ? all.folder.path() + "/none" : all.file("garbage", "no certificate\n");
  const tls_fault fault = all.fault();
  CHECK(fault.what == tls_trouble::bad_ca);
  CHECK(fault.file == all.settings.tls.ca);
  CHECK(fault.detail == (missing ? "No such file or directory" : "no certificate or crl found"));
  CHECK(all.front->accepted() == 0);
}

TEST_CASE("connection over TLS: what speaks no TLS is told from what speaks an old one", "[connection][tls]") {
  SECTION("it says something else") {
    encrypted all({.instead = GENERATE(as<std::string>{}, "Welcome!\n", "HTTP/1.1 400 Bad Request\r\n\r\n",
                                       "{\"type\":\"welcome\"}\n")});
    CHECK(all.fault().what == tls_trouble::not_tls);
  }
  SECTION("it closes") {
    encrypted all({.cut_after = 0});
    CHECK(all.fault().what == tls_trouble::not_tls);
  }
  SECTION("an old one") {
    encrypted all({.newest = TLS1_1_VERSION});
    const tls_fault fault = all.fault();
    CHECK(fault.what == tls_trouble::failed);
    CHECK_FALSE(fault.detail.empty());
  }
}

TEST_CASE("connection over TLS: a handshake that does not come to an end has a deadline", "[connection][tls]") {
  encrypted all({.silent = true});
  all.settings.connect_time = 100ms;
  const outage why = all.fails();
  CHECK_FALSE(why.tls);
  CHECK(why.failure == make_error_code(asio::error::timed_out));
}

TEST_CASE("connection over TLS: who leaves during the handshake does not wait for it", "[connection][tls]") {
  encrypted all({.silent = true});
  all.start();
  REQUIRE(all.until([&] { return all.front->accepted() == 1; }));
  all.link->finish();
  REQUIRE(all.until([&] { return all.events.ended == 1; }));
}

TEST_CASE("connection over TLS: a handshake that is cut is a broken connection, before anything was said",
          "[connection][tls]") {
  const auto first = static_cast<std::size_t>(GENERATE(range(1, 6)));
  // A server's first words are some 700 bytes; which of them are the last must not matter.
  for (std::size_t cut = first; cut < 600; cut += 61) {
    CAPTURE(cut);
    encrypted all({.cut_after = cut});
    const outage why = all.fails();
    CHECK_FALSE(why.tls);
    CHECK(why.failure == make_error_code(asio::error::connection_reset));
  }
}

TEST_CASE("connection over TLS: an end without a goodbye is a broken connection", "[connection][tls]") {
  const bool says_goodbye = GENERATE(true, false);
  encrypted all({.says_goodbye = says_goodbye});
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  all.server.drop();
  REQUIRE(all.until([&] { return all.events.ended == 1; }));
  CHECK(all.events.last.connected);
  CHECK(all.events.last.failure == (says_goodbye ? std::error_code() : make_error_code(asio::error::connection_reset)));
}

TEST_CASE("connection over TLS: comes back, and says nothing to who has another certificate meanwhile",
          "[connection][tls]") {
  encrypted all;
  all.settings.attempts = -1;
  const auto own = all.own;
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  all.front->behave({.own = authority::self_signed()});
  all.front->cut();
  REQUIRE(all.until([&] { return all.events.delays.size() == 1; }));
  CHECK(all.events.last.failure == make_error_code(asio::error::connection_reset));
  CHECK(all.link->send("/say waits", purpose{1}, true));
  all.link->retry_now();
  REQUIRE(all.until([&] { return all.events.delays.size() == 2; }));
  REQUIRE(all.events.last.tls);
  CHECK(all.events.last.tls->what == tls_trouble::untrusted);
  CHECK(all.events.last.known);
  CHECK(all.server.count("waits") == 0);
  all.front->behave({.own = own});
  all.link->retry_now();
  REQUIRE(all.until([&] { return all.events.answered.size() == 1; }));
  CHECK(all.events.came == 2);
  CHECK(all.server.count("waits") == 1);
}

TEST_CASE("connection over TLS: goodbye on the way out goes without waiting", "[connection][tls]") {
  encrypted all;
  all.start();
  REQUIRE(all.until([&] { return all.events.came == 1; }));
  all.link->send_quit();
  REQUIRE(all.until([&] { return all.server.count("/quit") == 1 && all.front->goodbyes() == 1; }));
}

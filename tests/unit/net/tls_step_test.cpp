// Handshakes of those who come by a door with keys. The hub is the test.

#include "server/net/tls_step.hpp"

#include <cerrno>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "server/net/first_line.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/tls_porch.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using net::arrival_end;
using lines = std::vector<std::string>;

namespace {

net::connection_options hurried() {
  auto out = desk::options();
  out.to_shake_hands = 30ms;
  return out;
}

/// What is heard until the end, in plain text.
std::string plain_words(tls_porch& at, far_end& who) {
  std::string out;
  at.until([&] { return out += who.read(), who.ended() || who.error() != 0; }, "the end of the connection");
  return out;
}

}  // namespace

TEST_CASE("tls step: whoever has shaken hands becomes a session, and is known to have come in TLS", "[tls]") {
  tls_porch at;
  tls_far_end who = at.come(GENERATE(TLS1_2_VERSION, TLS1_3_VERSION));
  CHECK(at.heard() == lines{});
  who.say("hello\n");
  at.until([&] { return at.hub.heard.size() == 2; }, "a user");
  CHECK(at.heard() == lines{"join 0/1 0.0.0.0:4000 speaks secure", "say 0/1 hello"});
  CHECK(at.ended(arrival_end::admitted) == 1);
  CHECK(at.shard.counted().handshakes_done.value() == 1);
  CHECK(at.shard.counted().handshakes_failed.value() == 0);
}

TEST_CASE("tls step: a line that comes with the last word of the handshake is read", "[tls]") {
  tls_porch at;
  tls_far_end who(at.knock());
  bool done = false;
  at.until(
      [&] {
        if (!done && who.tls.shake()) {
          done = true;
          who.tls.write("hello\n");
        }
        who.carry();
        return at.hub.heard.size() == 2;
      },
      "a user");
  CHECK(at.heard() == lines{"join 0/1 0.0.0.0:4000 speaks secure", "say 0/1 hello"});
}

TEST_CASE("tls step: a handshake whose bytes come one by one", "[tls]") {
  tls_porch at;
  tls_far_end who(at.knock());
  at.until(
      [&] {
        const bool done = who.tls.shake();
        who.send_some(1);
        who.tls.feed(who.end.read());
        return done && who.unsent.empty() && at.ended(arrival_end::admitted) == 1;
      },
      "a handshake");
  CHECK(at.heard() == lines{});
}

TEST_CASE("tls step: who speaks plainly is told what is spoken here, and is nobody", "[tls]") {
  tls_porch at;
  far_end who(at.knock(tcp_pair()));
  const bool web = GENERATE(false, true);
  who.send(web ? "GET / HTTP/1.1\r\nHost: x\r\n\r\n" : "hello\nis anybody there?\n");
  at.run();
  std::string heard;
  at.until([&] { return heard += who.read(), who.ended(); }, "the answer");
  CHECK(heard == net::tls_refusal(web));
  CHECK(who.error() == 0);
  CHECK(at.ended(arrival_end::refused) == 0);  // it may still read
  who.close();
  at.until([&] { return at.ended(arrival_end::refused) == 1; }, "the end");
  CHECK(at.heard() == lines{});
  CHECK(at.log().find("0.0.0.0:4000: plain text on a TLS port") != std::string::npos);
  CHECK(at.shard.counted().handshakes_failed.value() == 1);
}

TEST_CASE("tls step: who is told and does not go is closed all the same", "[tls]") {
  tls_porch at(hurried());
  far_end who(at.knock());
  who.send("hello\n");
  at.until([&] { return at.ended(arrival_end::refused) == 1; }, "the end");
  CHECK(plain_words(at, who) == net::tls_refusal(false));
}

TEST_CASE("tls step: who says nothing is told what is spoken here when the time is over", "[tls]") {
  tls_porch at(hurried());
  far_end who(at.knock());
  CHECK(plain_words(at, who) == net::tls_refusal(false));
  who.close();
  at.until([&] { return at.ended(arrival_end::late) == 1; }, "the end");
  CHECK(at.heard() == lines{});
}

TEST_CASE("tls step: who speaks plainly only when the time is over still hears what is spoken here", "[tls]") {
  tls_porch at(hurried());
  far_end who(at.knock(tcp_pair()));
  std::string heard;
  at.until([&] { return !(heard += who.read()).empty(); }, "the words");
  CHECK(at.ended(arrival_end::late) == 0);
  who.send("hello\n");  // what waits unread when a socket is closed makes it a reset
  heard += plain_words(at, who);
  at.until([&] { return at.ended(arrival_end::late) == 1; }, "the end");
  CHECK(heard + who.read() == net::tls_refusal(false));
  CHECK(who.error() == 0);
}

TEST_CASE("tls step: half a handshake is closed unseen when the time is over", "[tls]") {
  tls_porch at(hurried());
  tls_far_end who(at.knock());
  who.tls.shake();
  who.send_some(GENERATE(1U, 5U, 6U, 100U));
  at.until([&] { return at.ended(arrival_end::late) == 1; }, "the end");
  CHECK(who.end.read().empty());
  CHECK((who.end.ended() || who.end.error() == ECONNRESET));
  CHECK(at.heard() == lines{});
  CHECK(at.shard.size() == 0);
  CHECK(at.shard.counted().handshakes_failed.value() == 1);
}

TEST_CASE("tls step: one that fails is closed, and it is logged why", "[tls]") {
  tls_porch at;
  at.door = std::make_shared<const net::door>(
      net::door{{}, std::make_shared<net::tls_keys>(shared_context(net::tls_version::tls13)), false});
  tls_far_end who(at.knock(), TLS1_2_VERSION);
  who.tls.shake();
  who.carry();
  at.until([&] { return at.ended(arrival_end::refused) == 1; }, "the end");
  CHECK(at.log().find("0.0.0.0:4000: the TLS handshake failed: unsupported protocol") != std::string::npos);
  CHECK(at.heard() == lines{});
}

TEST_CASE("tls step: who goes in the midst of it is nobody", "[tls]") {
  tls_porch at;
  tls_far_end who(at.knock(tcp_pair()));
  SECTION("without a word") {
    who.end.close();
    at.until([&] { return at.ended(arrival_end::gone) == 1; }, "the end");
  }
  SECTION("after half of one") {
    who.tls.shake();
    who.send_some(50);
    at.run();
    who.end.close();
    at.until([&] { return at.ended(arrival_end::refused) == 1; }, "the end");
  }
  CHECK(at.heard() == lines{});
  CHECK(at.shard.counted().arrivals.value() == 0);
}

TEST_CASE("tls step: many at once all come in", "[tls]") {
  tls_porch at;
  std::vector<std::unique_ptr<tls_far_end>> all;
  for (int i = 0; i < 30; ++i) {
    all.push_back(std::make_unique<tls_far_end>(at.knock()));
    all.back()->tls.shake();
    all.back()->carry();
  }
  at.until(
      [&] {
        for (const auto& each : all) {
          each->tls.shake();
          each->carry();
        }
        return at.ended(arrival_end::admitted) == 30;
      },
      "all of them");
  CHECK(at.shard.size() == 30);
}

TEST_CASE("tls step: a shard that stops ends those who wait for their turn", "[tls]") {
  tls_porch at;
  std::vector<std::unique_ptr<tls_far_end>> all;
  for (int i = 0; i < 30; ++i) {
    all.push_back(std::make_unique<tls_far_end>(at.knock()));
    all.back()->tls.shake();
    all.back()->carry();
  }
  at.io.poll_one();
  at.shard.stop();
  at.io.restart();
  at.io.run();  // comes to an end
  CHECK(at.shard.counted().arrivals.value() == 0);
}

TEST_CASE("tls step: another certificate is for those who come later", "[tls]") {
  tls_porch at;
  tls_far_end before = at.come();
  const identity other = make_identity({.name = "other"});
  at.keys->set(std::get<0>(net::tls_context::make(other.certificate, other.key, net::tls_version::tls12)));
  const tls_far_end after = at.come();
  CHECK(before.tls.peer_name() == "localhost");
  CHECK(after.tls.peer_name() == "other");
  before.say("hello\n");
  at.until([&] { return at.hub.heard.size() == 2; }, "a user");
}

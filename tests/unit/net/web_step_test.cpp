// Whoever comes by a web door: what is answered, how long it may take, and who becomes a session. The hub is the test.

#include "server/net/web_step.hpp"

#include <array>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using net::arrival_end;
using lines = std::vector<std::string>;

namespace {

constexpr std::array only_page{net::web_file{"/", "text/html", "<p>hello", "", "abc"}};

const std::string page_request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string last_request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

std::string asking_for_websocket(const std::string& more = "", const std::string& host = "localhost") {
  return "GET /ws HTTP/1.1\r\nHost: " + host +
         "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more + "\r\n";
}

/// A desk with a web door.
class web_porch : public desk {
 public:
  explicit web_porch(net::connection_options how = options(), net::proxy_peers proxies = {})
      : desk(how), door_(make_door(std::move(proxies))) {}

  far_end knock(std::uint32_t from = 0x7F000001) {
    sockaddr_storage address{};
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&address);
    v4->sin_family = AF_INET;
    v4->sin_addr.s_addr = htonl(from);
    v4->sin_port = htons(4000);
    two_ends ends = small_pair();
    shard.arrive(std::move(ends.near), address, door_);
    return far_end(std::move(ends.far));
  }
  /// All that comes until `so`, which is given it.
  std::string read(far_end& at, const std::function<bool(const std::string&)>& so) {
    std::string out;
    until([&] { return so(out += at.read()); }, "an answer");
    return out;
  }
  std::string answer(far_end& at) {
    return read(at, [](const std::string& got) { return got.ends_with("<p>hello") || got.ends_with("\n"); });
  }
  std::uint64_t arrivals() const { return shard.counted().arrivals.value(); }
  std::uint64_t ended(arrival_end how) const {
    return shard.counted().arrivals_ended[static_cast<std::size_t>(how)].value();
  }
  void until_ended(arrival_end how, std::uint64_t count = 1) {
    until([&] { return ended(how) >= count; }, "the end of an arrival");
    CHECK(ended(how) == count);
  }

 private:
  static std::shared_ptr<const net::door> make_door(net::proxy_peers proxies) {
    net::door out;
    out.web = std::make_shared<const net::web_entry>(
        net::web_entry{only_page, {{"chat.example.org"}, {}}, std::make_shared<net::web_places>(), std::move(proxies)});
    return std::make_shared<const net::door>(out);
  }
  std::shared_ptr<const net::door> door_;
};

bool begins(const std::string& answer, const std::string& status) {
  return answer.starts_with("HTTP/1.1 " + status + " ");
}

}  // namespace

TEST_CASE("web: what is asked for is answered, one after the other, and nobody hears of it", "[web]") {
  web_porch all;
  far_end who = all.knock();
  SECTION("each after the answer before") {
    for (int i = 0; i < 3; ++i) {
      who.send(page_request);
      CHECK(begins(all.answer(who), "200"));
    }
    CHECK(all.arrivals() == 1);
    who.close();
  }
  SECTION("several at once") {
    who.send(page_request + page_request + last_request);
    const std::string got = all.read(who, [&](const std::string&) { return who.ended(); });
    std::size_t answers = 0;
    for (auto at = got.find("HTTP/1.1 200"); at != std::string::npos; at = got.find("HTTP/1.1 200", at + 1)) ++answers;
    CHECK(answers == 3);
    who.close();
  }
  SECTION("byte by byte") {
    for (const char c : page_request + last_request) {
      who.send({&c, 1});
      all.run();
    }
    CHECK(begins(all.read(who, [&](const std::string&) { return who.ended(); }), "200"));
    who.close();
  }
  all.until_ended(arrival_end::served);
  CHECK(all.heard() == lines{});
  CHECK(all.shard.size() == 0);
}

TEST_CASE("web: what cannot be read or is not there is answered as that, and then it ends", "[web]") {
  const auto [request, status] = GENERATE(
      std::pair<std::string, std::string>("nonsense\r\n\r\n", "400"),
      std::pair<std::string, std::string>("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      std::pair<std::string, std::string>("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
      std::pair<std::string, std::string>("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"),
      std::pair<std::string, std::string>("GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n", "426"),
      std::pair<std::string, std::string>(asking_for_websocket("Origin: http://evil.example\r\n"), "403"),
      std::pair<std::string, std::string>(asking_for_websocket("", "evil.example"), "403"),
      std::pair<std::string, std::string>("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9000, 'x'), "431"));
  CAPTURE(status);
  web_porch all;
  far_end who = all.knock();
  who.send(request);
  const std::string got = all.read(who, [&](const std::string&) { return who.ended(); });
  CHECK(begins(got, status));
  who.close();
  all.until_ended(arrival_end::served);
  CHECK(all.heard() == lines{});
}

TEST_CASE("web: whoever asks for WebSocket becomes a session", "[web]") {
  web_porch all;
  far_end who = all.knock();
  const std::string message = text_frame("hello");
  const std::string request = asking_for_websocket("Sec-WebSocket-Protocol: confab.text\r\n");
  SECTION("and its first message is in the same read") {
    who.send(request + message);
  }
  SECTION("after it has fetched the page") {
    who.send(page_request);
    CHECK(begins(all.answer(who), "200"));
    who.send(request);
    all.until_ended(arrival_end::admitted);
    who.send(message);
  }
  SECTION("byte by byte") {
    for (const char c : request + message) {
      who.send({&c, 1});
      all.run();
    }
  }
  all.until([&] { return all.hub.heard.size() == 2; }, "a user");
  CHECK(all.heard() == lines{"join 0/1 127.0.0.1:4000 speaks", "say 0/1 hello"});
  CHECK(who.read().find("HTTP/1.1 101 Switching Protocols\r\n") != std::string::npos);
  CHECK(all.arrivals() == 0);
  CHECK(all.ended(arrival_end::admitted) == 1);
}

TEST_CASE("web: a program is closed when it says nothing", "[web]") {
  auto how = desk::options();
  how.to_speak = 5ms;
  web_porch all(how);
  far_end who = all.knock();
  who.send(asking_for_websocket("Sec-WebSocket-Protocol: confab.json\r\n"));
  all.until_ended(arrival_end::admitted);
  all.until([&] { return all.shard.size() == 0; }, "its end");
  CHECK(all.heard() == lines{});
}

TEST_CASE("web: who takes long to ask, to ask again, or to take the answer is cut", "[web]") {
  auto how = desk::options();
  SECTION("to ask") {
    how.web.to_ask = 5ms;
    web_porch all(how);
    far_end who = all.knock();
    who.send("GET / HT");
    all.until_ended(arrival_end::late);
    CHECK(all.read(who, [&](const std::string&) { return who.ended() || who.error() != 0; }).empty());
  }
  SECTION("to ask again") {
    how.web.to_ask_again = 5ms;
    web_porch all(how);
    far_end who = all.knock();
    who.send(page_request);
    CHECK(begins(all.answer(who), "200"));
    all.until_ended(arrival_end::served);
  }
  SECTION("to take it") {
    kernel calls;
    how.web.to_take = 5ms;
    web_porch all(how);
    far_end who = all.knock();
    calls.sendmsg = [](std::size_t) { return -EAGAIN; };
    who.send(page_request);
    all.until_ended(arrival_end::late);
  }
  SECTION("to go") {
    how.web.linger = 5ms;
    web_porch all(how);
    far_end who = all.knock();
    who.send(last_request);
    all.until_ended(arrival_end::served);
  }
}

TEST_CASE("web: so many requests on a connection, and not one more", "[web]") {
  auto how = desk::options();
  how.web.requests = 3;
  web_porch all(how);
  far_end who = all.knock();
  for (int i = 1; i <= 3; ++i) {
    who.send(page_request);
    const std::string got = all.answer(who);
    CHECK((got.find("\r\nConnection: close\r\n") != std::string::npos) == (i == 3));
  }
  who.send(page_request);
  all.run();
  CHECK(who.read().empty());
  CHECK(who.ended());
}

TEST_CASE("web: what comes behind the last answer is read, so that it arrives, but not for ever", "[web]") {
  auto how = desk::options();
  how.web.most_discarded = 5000;
  how.web.linger = 1h;
  web_porch all(how);
  far_end who = all.knock();
  who.send(last_request + std::string(4000, 'x'));
  CHECK(begins(all.answer(who), "200"));
  CHECK(all.arrivals() == 1);
  who.send(std::string(6000, 'x'));
  all.until_ended(arrival_end::served);
}

TEST_CASE("web: an answer that is taken in parts, at every size, is whole", "[web]") {
  std::string whole;
  for (const std::size_t size : {100'000U, 1U, 2U, 7U, 100U, 489U}) {
    CAPTURE(size);
    kernel calls;
    web_porch all;
    far_end who = all.knock();
    int turns = 0;
    calls.sendmsg = [&](std::size_t bytes) {
      return ++turns % 3 == 0 ? -EAGAIN : static_cast<ssize_t>(std::min(bytes, size));
    };
    who.send(last_request);
    const std::string got = all.read(who, [&](const std::string&) { return who.ended(); });
    const auto without_date = [](std::string text) { return text.erase(text.find("Date:"), 37); };
    if (whole.empty()) whole = without_date(got);
    CHECK(without_date(got) == whole);
    CHECK(got.ends_with("\r\n\r\n<p>hello"));
  }
}

TEST_CASE("web: sixteen connections of an address, users not among them", "[web]") {
  web_porch all;
  std::vector<far_end> of_one;
  for (std::size_t i = 0; i < net::web_places::of_one_address; ++i) of_one.push_back(all.knock(0x01020304));
  all.run();
  CHECK(all.arrivals() == of_one.size());
  const far_end too_many = all.knock(0x01020304);
  all.until_ended(arrival_end::crowded);
  const far_end of_another = all.knock(0x01020305);
  all.run();
  CHECK(all.arrivals() == of_one.size() + 1);
  // Of those who come by WebSocket, somebody is one until it is a user.
  of_one.front().send(asking_for_websocket("Sec-WebSocket-Protocol: confab.json\r\n"));
  all.until_ended(arrival_end::admitted);
  const far_end still_too_many = all.knock(0x01020304);
  all.until_ended(arrival_end::crowded, 2);
  of_one.front().send(text_frame(""));
  all.until([&] { return !all.hub.heard.empty(); }, "a user");
  const far_end enough = all.knock(0x01020304);
  all.run();
  CHECK(all.arrivals() == of_one.size() + 1);
}

TEST_CASE("web: behind a proxy the address is the person's, and the way is as the proxy says", "[web]") {
  const auto proxies = std::get<net::proxy_peers>(net::parse_proxy_peers("10.0.0.0/8"));
  web_porch all(desk::options(), proxies);
  const auto joined_as = [&](std::uint32_t peer, const std::string& fields) {
    far_end who = all.knock(peer);
    who.send(asking_for_websocket(fields) + text_frame("x"));
    all.until([&] { return all.hub.heard.size() == 2; }, "a user");
    const std::string joined = all.heard().front();
    who.close();
    all.until([&] { return all.shard.size() == 0; }, "its end");
    all.heard();
    return joined.substr(joined.find(' ', 5) + 1);
  };
  CHECK(joined_as(0x0A000001, "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n") == "203.0.113.7 speaks");
  CHECK(joined_as(0x0A000001, "X-Forwarded-For: 203.0.113.7, 10.2.0.1\r\n") == "203.0.113.7 speaks");
  CHECK(joined_as(0x0A000001, "X-Forwarded-For: 2001:db8::7\r\n") == "[2001:db8::7] speaks");
  CHECK(joined_as(0x0A000001, "") == "10.0.0.1:4000 speaks");
  CHECK(joined_as(0x0A000001, "X-Forwarded-For: unknown\r\n") == "10.0.0.1:4000 speaks");
  CHECK(joined_as(0x0B000001, "X-Forwarded-For: 203.0.113.7\r\n") == "11.0.0.1:4000 speaks");
}

TEST_CASE("web: a proxy brings the requests of many, and the last of them is who stays", "[web]") {
  const auto proxies = std::get<net::proxy_peers>(net::parse_proxy_peers("10.0.0.0/8"));
  web_porch all(desk::options(), proxies);
  far_end who = all.knock(0x0A000001);
  who.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n");
  CHECK(begins(all.answer(who), "200"));
  who.send(asking_for_websocket("X-Forwarded-For: 203.0.113.2\r\n") + text_frame("x"));
  all.until([&] { return all.hub.heard.size() == 2; }, "a user");
  CHECK(all.heard().front() == "join 0/1 203.0.113.2 speaks");
}

TEST_CASE("web: sixteen of an address, and never of the proxy that brings them", "[web]") {
  const auto proxies = std::get<net::proxy_peers>(net::parse_proxy_peers("10.0.0.0/8"));
  web_porch all(desk::options(), proxies);
  const std::string wanted = "Sec-WebSocket-Protocol: confab.json\r\nX-Forwarded-For: ";  // nobody until it speaks
  std::vector<far_end> who;
  const auto ask = [&](const std::string& as) {
    who.push_back(all.knock(0x0A000001));
    if (!as.empty()) who.back().send(asking_for_websocket(wanted + as + "\r\n"));
  };
  for (std::size_t i = 0; i < net::web_places::of_one_address; ++i) ask("203.0.113.7");
  all.until_ended(arrival_end::admitted, 16);
  ask("203.0.113.7");
  all.until_ended(arrival_end::crowded);
  ask("203.0.113.8");
  all.until_ended(arrival_end::admitted, 17);
  for (int i = 0; i < 20; ++i) ask("");
  all.run();
  CHECK(all.arrivals() == 20);
}

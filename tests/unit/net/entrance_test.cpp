// Connections that go through what their door asks for before they are sessions. The hub is the test.

#include "server/net/entrance.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"
#include "tests/unit/net/proxy_header_bytes.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using net::arrival_end;
using lines = std::vector<std::string>;

namespace {

constexpr const char* header = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 8888\r\n";
constexpr const char* proxy = "10.0.0.1";

sockaddr_storage address_of(const char* ip, std::uint16_t port = 4000) {
  sockaddr_storage out{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&out);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&out);
  if (::inet_pton(AF_INET, ip, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
  } else if (::inet_pton(AF_INET6, ip, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
  } else {
    out.ss_family = AF_UNIX;
  }
  return out;
}

std::shared_ptr<const net::door> behind(const char* peers) {
  net::door out;
  out.proxy = std::get<net::proxy_peers>(net::parse_proxy_peers(peers));
  return std::make_shared<const net::door>(out);
}

/// A desk with a way in from a proxy.
class porch : public desk {
 public:
  explicit porch(net::connection_options how = options()) : desk(how) {}

  far_end knock(const char* from = proxy, std::shared_ptr<const net::door> by = behind("10.0.0.0/8")) {
    two_ends ends = small_pair();
    shard.arrive(std::move(ends.near), address_of(from), std::move(by));
    return far_end(std::move(ends.far));
  }
  std::uint64_t arrivals() const { return shard.counted().arrivals.value(); }
  std::uint64_t ended(arrival_end how) const {
    return shard.counted().arrivals_ended[static_cast<std::size_t>(how)].value();
  }
  /// Runs until so many have come to that end.
  void until_ended(arrival_end how, std::uint64_t count = 1) {
    until([&] { return ended(how) == count; }, "the end of an arrival");
    CHECK(ended(how) == count);
  }
};

/// Nothing else was heard of it.
void check_unseen(porch& all, far_end& who) {
  CHECK(all.heard() == lines{});
  CHECK(who.read().empty());
  CHECK((who.ended() || who.error() == ECONNRESET));  // what was not read is lost
  CHECK(all.arrivals() == 0);
  CHECK(all.shard.size() == 0);
}

}  // namespace

TEST_CASE("entrance: whoever comes from a proxy has the address of the person", "[entrance]") {
  porch all;
  const far_end who = all.knock();
  CHECK(all.heard() == lines{});
  CHECK(all.arrivals() == 1);
  CHECK(all.shard.size() == 0);
  SECTION("its header and its first line at once") {
    who.send(std::string(header) + "hello\n");
  }
  SECTION("one after the other") {
    who.send(header);
    all.until_ended(arrival_end::admitted);
    CHECK(all.heard() == lines{});
    who.send("hello\n");
  }
  SECTION("byte by byte") {
    for (const char c : std::string(header) + "hello\n") {
      who.send({&c, 1});
      all.run();
    }
  }
  all.until([&] { return all.hub.heard.size() == 2; }, "a user");
  CHECK(all.heard() == lines{"join 0/1 203.0.113.7:56324 speaks", "say 0/1 hello"});
  CHECK(all.arrivals() == 0);
  CHECK(all.ended(arrival_end::admitted) == 1);
}

TEST_CASE("entrance: a person behind a proxy is greeted when the header has come", "[entrance]") {
  auto how = desk::options();
  how.greeting_delay = 20ms;
  porch all(how);
  const far_end who = all.knock();
  const auto start = std::chrono::steady_clock::now();
  all.until([&] { return std::chrono::steady_clock::now() - start > 60ms; }, "the time in which it would be greeted");
  CHECK(all.heard() == lines{});
  const auto shown = std::chrono::steady_clock::now();
  who.send(header);
  all.until([&] { return !all.hub.heard.empty(); }, "a user");
  CHECK(std::chrono::steady_clock::now() - shown >= 20ms);
  CHECK(all.heard() == lines{"join 0/1 203.0.113.7:56324"});
}

TEST_CASE("entrance: who is no proxy is a session at once, and its header is one on a plain port", "[entrance]") {
  porch all;
  const far_end friendly = all.knock("192.0.2.9");
  friendly.send("hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "a user");
  CHECK(all.heard() == lines{"join 0/1 192.0.2.9:4000 speaks", "say 0/1 hello"});
  far_end forger = all.knock("192.0.2.9");
  forger.send(std::string(header) + "hello\n");
  all.until([&] { return forger.read(), forger.ended(); }, "the end of who is no proxy");
  CHECK(all.heard() == lines{});
  CHECK(all.log().find("info 192.0.2.9:4000: a PROXY header") != std::string::npos);
}

TEST_CASE("entrance: over a unix socket, too", "[entrance]") {
  porch all;
  const far_end behind_proxy = all.knock("unix", behind("unix"));
  behind_proxy.send(std::string(header) + "hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "a user");
  CHECK(all.heard() == lines{"join 0/1 203.0.113.7:56324 speaks", "say 0/1 hello"});
  const far_end plain = all.knock("unix", behind("10.0.0.0/8"));
  plain.send("hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "another");
  CHECK(all.heard() == lines{"join 1/1 unix speaks", "say 1/1 hello"});
}

TEST_CASE("entrance: a proxy without a header that can be read is closed unseen, and logged", "[entrance]") {
  porch all;
  far_end who = all.knock();
  who.send("hello\n");
  all.until_ended(arrival_end::refused);
  check_unseen(all, who);
  CHECK(all.log() ==
        "warning 10.0.0.1:4000: is a proxy by this listener's proxy=, and sent no PROXY header that can be "
        "read\n");
}

TEST_CASE("entrance: who shows no header in time is closed unseen, and logged", "[entrance]") {
  auto how = desk::options();
  how.to_show_header = 1ms;
  porch all(how);
  far_end who = all.knock();
  if (GENERATE(false, true)) who.send("PROXY TCP4 ");
  all.until_ended(arrival_end::late);
  check_unseen(all, who);
  CHECK(all.log() == "info 10.0.0.1:4000: sent no PROXY header in time\n");
}

TEST_CASE("entrance: a proxy that goes before its header is whole has never been there", "[entrance]") {
  porch all;
  far_end who = all.knock();
  const std::size_t bytes = GENERATE(0U, 1U, 44U);
  who.send(std::string(header).substr(0, bytes));
  SECTION("closed") {
    who.close();
  }
  SECTION("half closed") {
    who.half_close();
  }
  all.until_ended(arrival_end::gone);
  CHECK(all.heard() == lines{});
  CHECK(all.arrivals() == 0);
  CHECK(all.log().empty());
}

TEST_CASE("entrance: the end of the stream behind a header is the session's", "[entrance]") {
  porch all;
  far_end who = all.knock();
  who.send(std::string(header) + "hello");
  who.half_close();
  all.until([&] { return all.hub.heard.size() == 3; }, "all of it");
  CHECK(all.heard() == lines{"join 0/1 203.0.113.7:56324 speaks", "unfinished say 0/1 hello", "leave 0/1 eof"});
}

TEST_CASE("entrance: a proxy's health check is nobody, and is not logged", "[entrance]") {
  auto how = desk::options();
  how.greeting_delay = 1ms;
  porch all(how);
  const std::string check = GENERATE(header_v2(0x20, 0, ""), header_v2(0x21, 0, ""), std::string("PROXY UNKNOWN\r\n"));
  far_end who = all.knock();
  who.send(check);
  all.until_ended(arrival_end::admitted);
  const auto start = std::chrono::steady_clock::now();
  all.until([&] { return std::chrono::steady_clock::now() - start > 10ms; }, "the time in which it would be greeted");
  CHECK(all.heard() == lines{});
  SECTION("it goes") {
    who.close();
    all.until([&] { return all.shard.size() == 0; }, "its end");
    CHECK(all.heard() == lines{});
  }
  SECTION("it says nothing with several lines") {
    who.send("\r\n\n");
    all.run();
    CHECK(all.heard() == lines{});
  }
  SECTION("it is somebody with a line, by the proxy's address") {
    who.send("hello\n");
    all.until([&] { return all.hub.heard.size() == 2; }, "a user");
    CHECK(all.heard() == lines{"join 0/1 10.0.0.1:4000 speaks", "say 0/1 hello"});
  }
  CHECK(all.log().empty());
}

TEST_CASE("entrance: who may be silent is closed when the time to speak is over", "[entrance]") {
  auto how = desk::options();
  how.to_speak = 20ms;
  porch all(how);
  far_end who = all.knock();
  who.send(header_v2(0x20, 0, ""));
  if (GENERATE(false, true)) who.send("half a line");
  all.until([&] { return who.read(), who.ended(); }, "its end");
  all.until([&] { return all.shard.size() == 0; }, "its place to be free");
  CHECK(all.heard() == lines{});
  far_end next = all.knock();
  next.send(header_v2(0x20, 0, "") + "hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "a user in time");
  const auto start = std::chrono::steady_clock::now();
  all.until([&] { return std::chrono::steady_clock::now() - start > 40ms; }, "the time of the one who spoke");
  CHECK(all.heard().size() == 2);
  CHECK_FALSE(next.ended());
}

TEST_CASE("entrance: of those who may be silent there are 1,024, then the oldest makes way", "[entrance]") {
  porch all;
  std::vector<far_end> who;
  const auto add = [&] {
    who.push_back(all.knock());
    who.back().send(header_v2(0x20, 0, ""));
    all.until_ended(arrival_end::admitted, who.size());
  };
  for (int i = 0; i < 1023; ++i) add();
  CHECK(all.shard.size() == 1023);
  add();
  CHECK(all.shard.size() == 1024);
  who.front().read();
  CHECK_FALSE(who.front().ended());
  add();
  all.until([&] { return all.shard.size() == 1024; }, "the oldest to go");
  who[0].read();
  CHECK(who[0].ended());
  who[1].read();
  CHECK_FALSE(who[1].ended());
}

TEST_CASE("entrance: the way is secure when the listener or the proxy says so", "[entrance]") {
  desk table;
  asio::io_context& io = table.io;
  const auto arrival_of = [&](bool secure) {
    two_ends ends = small_pair();
    net::door by;
    by.secure = secure;
    return std::make_shared<net::arrival>(io, std::move(ends.near), address_of("192.0.2.1"),
                                          std::make_shared<const net::door>(by), fake_clock::now);
  };
  CHECK_FALSE(arrival_of(false)->will_be().secure);
  CHECK(arrival_of(true)->will_be().secure);
}

TEST_CASE("entrance: an address without a port is shown without one, and counts as its home does", "[entrance]") {
  desk table;
  two_ends ends = small_pair();
  net::arrival who(table.io, std::move(ends.near), address_of("192.0.2.1"), behind("10.0.0.0/8"), fake_clock::now);
  CHECK(who.will_be().addr == "192.0.2.1:4000");
  who.comes_from(*net::ip_of(address_of("203.0.113.7")));
  CHECK(who.will_be().addr == "203.0.113.7");
  CHECK(who.counts_as() == *net::ip_of(address_of("203.0.113.7")));
  who.comes_from(*net::ip_of(address_of("2001:db8::7")));
  CHECK(who.will_be().addr == "[2001:db8::7]");
  CHECK(who.counts_as() == *net::ip_of(address_of("2001:db8::")));
}

// ---- too many

TEST_CASE("entrance: there are 1,024 arrivals, then who has kept us waiting for a second makes way", "[entrance]") {
  porch all;
  fake_clock::freeze();
  std::vector<far_end> who;
  const auto knock = [&](const std::string& from) {
    who.push_back(all.knock(from.c_str()));
    all.run();
  };
  const auto other = [](std::size_t number) {
    return "10.1." + std::to_string(number / 250) + "." + std::to_string(number % 250);
  };
  for (std::size_t i = 0; i < 1023; ++i) knock(other(i));
  CHECK(all.arrivals() == 1023);
  knock(other(1023));
  CHECK(all.arrivals() == 1024);
  CHECK(all.ended(arrival_end::crowded) == 0);

  SECTION("nobody has for so long: the newcomer goes") {
    fake_clock::forward(999ms);
    knock(other(1024));
    CHECK(all.arrivals() == 1024);
    CHECK(all.ended(arrival_end::crowded) == 1);
    who.back().read();
    CHECK(who.back().ended());
    fake_clock::forward(1ms);
    knock(other(1025));
    CHECK(all.ended(arrival_end::crowded) == 2);
    who.back().read();
    CHECK_FALSE(who.back().ended());
    who.front().read();
    CHECK(who.front().ended());
  }
  SECTION("the one who has kept us waiting longest, not the first who came") {
    fake_clock::forward(500ms);
    who[0].send("PROXY ");
    all.run();
    fake_clock::forward(500ms);
    knock(other(1024));
    who[0].read();
    CHECK_FALSE(who[0].ended());
    who[1].read();
    CHECK(who[1].ended());
  }
  CHECK(all.arrivals() == 1024);
  who.back().send(std::string(header) + "hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "the last one in");
}

TEST_CASE("entrance: an address that holds more than half of the places makes way for others, at once", "[entrance]") {
  porch all;
  fake_clock::freeze();
  std::vector<far_end> crowd;
  std::vector<far_end> others;
  const std::size_t many = GENERATE(512U, 513U);
  const std::string from = GENERATE("10.9.9.9", "2001:db8::");
  const auto by = behind("10.0.0.0/8+2001:db8::/32");
  // Of an IPv6 network of 64 bits each address is the same home.
  const auto crowd_address = [&](std::size_t i) { return from == "10.9.9.9" ? from : from + std::to_string(i % 1000); };
  for (std::size_t i = 0; i < many; ++i) crowd.push_back(all.knock(crowd_address(i).c_str(), by));
  for (std::size_t i = many; i < 1024; ++i) {
    others.push_back(all.knock(("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250)).c_str(), by));
  }
  all.run();
  CHECK(all.arrivals() == 1024);
  const far_end one_more = all.knock(crowd_address(5).c_str(), by);
  CHECK(all.ended(arrival_end::crowded) == 1);
  crowd.front().read();
  CHECK_FALSE(crowd.front().ended());
  far_end other = all.knock("10.2.0.1", by);
  all.run();
  crowd.front().read();
  other.read();
  CHECK(crowd.front().ended() == (many == 513));
  CHECK(other.ended() == (many == 512));
  CHECK(all.arrivals() == 1024);
}

// ---- what goes wrong

TEST_CASE("entrance: all who are on their way end with the shard, and nobody comes in any more", "[entrance]") {
  porch all;
  std::vector<far_end> who;
  for (int i = 0; i < 3; ++i) who.push_back(all.knock());
  who[1].send("PROXY ");
  all.run();
  who[2].send(header_v2(0x20, 0, ""));
  all.until_ended(arrival_end::admitted);
  SECTION("the shard stops") {
    all.shard.stop();
  }
  SECTION("its entrance closes") {
    all.shard.close_entrance();
  }
  who.push_back(all.knock());
  who.push_back(all.knock("192.0.2.1"));
  all.run();
  for (far_end& each : who) {
    each.read();
    CHECK(each.ended());
  }
  CHECK(all.arrivals() == 0);
  CHECK(all.shard.size() == 0);
  CHECK(all.heard() == lines{});
}

TEST_CASE("entrance: where the kernel watches nobody else, the connection is closed", "[entrance]") {
  kernel calls;
  porch all;
  int allowed = 0;
  const int additions = GENERATE(0, 1);  // Asio's, then the shard's own
  calls.epoll_ctl = [&](int operation) { return operation == EPOLL_CTL_ADD && allowed++ >= additions ? -ENOSPC : 0; };
  far_end who = all.knock();
  if (additions == 1) who.send(std::string(header) + "hello\n");
  all.until([&] { return who.read(), who.ended(); }, "its end");
  CHECK(all.heard() == lines{});
  CHECK(all.arrivals() == 0);
  CHECK(all.ended(additions == 0 ? arrival_end::failed : arrival_end::admitted) == 1);
  calls.epoll_ctl = nullptr;
  const far_end next = all.knock();
  next.send(std::string(header) + "hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "the next");
}

TEST_CASE("entrance: without memory for a connection only that one ends", "[entrance]") {
  const auto by = behind("10.0.0.0/8");
  porch all;
  all.run();
  two_ends ends = small_pair();
  far_end who(std::move(ends.far));
  fail_allocation(GENERATE(1U, 2U, 3U));  // those of the arrival itself: if Asio has none, nothing goes on
  all.shard.arrive(std::move(ends.near), address_of(proxy), by);
  CHECK(allocation_failed());
  fail_allocation(0);
  who.read();
  CHECK(who.ended());
  CHECK(all.ended(arrival_end::failed) == 1);
  CHECK(all.log().starts_with("error a connection is not let in: "));
  const far_end next = all.knock();
  next.send(std::string(header) + "hello\n");
  all.until([&] { return all.hub.heard.size() == 2; }, "the next");
}

// ---- what was read before

TEST_CASE("shard: what had been read of a session before it was one comes first", "[shard]") {
  desk table;
  two_ends ends = small_pair();
  far_end who(std::move(ends.far));
  who.send(" of it\n");
  table.shard.admit({std::move(ends.near), "here", "one line\nthe rest"});
  table.until([&] { return table.hub.heard.size() == 3; }, "both lines");
  CHECK(table.heard() == lines{"join 0/1 here speaks", "say 0/1 one line", "say 0/1 the rest of it"});
  CHECK(table.shard.counted().bytes_in.value() == 24);
}

TEST_CASE("shard: what had been read may end the session at once", "[shard]") {
  desk table;
  two_ends ends = small_pair();
  far_end who(std::move(ends.far));
  table.shard.admit({std::move(ends.near), "here", "\x16\x03\x01"});
  CHECK(table.shard.size() == 0);
  who.read();
  CHECK(who.ended());
  CHECK(table.heard() == lines{});
}

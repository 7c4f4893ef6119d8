// Sessions whose peer came by WebSocket: what comes in frames, and how what the hub says goes out in them. The hub is
// the test.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
using lines = std::vector<std::string>;
using web_form = net::websocket_form;

namespace {

/// A desk where people come by WebSocket.
class web_desk : public desk {
 public:
  explicit web_desk(net::connection_options how = options()) : desk(how) {}

  far_end come(web_form as = web_form::text, std::string early = {}, two_ends ends = small_pair()) {
    net::admission who{std::move(ends.near), "here", std::move(early)};
    who.silent = as == web_form::json;
    who.web = std::make_unique<net::websocket>(as, shard.options().max_line, net::web_places::taken());
    shard.admit(std::move(who));
    return far_end(std::move(ends.far));
  }
  /// One that has said something, and hears what is said to all.
  far_end somebody(std::uint32_t slot = 0, two_ends ends = small_pair()) {
    far_end out = come(web_form::text, {}, std::move(ends));
    out.send(text_frame("here I am"));
    until([&] { return hub.heard.size() == 2; }, "a user");
    heard();
    deliver(script().enter({slot}));
    return out;
  }
};

/// What a stream of a server's frames says: payloads of text one after the other, each frame between `<` and `>`;
/// `ping`, `pong PAYLOAD`, `close CODE`.
std::string frames_in(std::string_view stream) {
  std::string out;
  while (stream.size() >= 2) {
    const unsigned opcode = static_cast<unsigned char>(stream[0]) & 0x0FU;
    std::size_t size = static_cast<unsigned char>(stream[1]);
    std::size_t head = 2;
    if (size == 126) {
      size = static_cast<unsigned char>(stream[2]) * 256U + static_cast<unsigned char>(stream[3]);
      head = 4;
    }
    REQUIRE((static_cast<unsigned char>(stream[0]) & 0xF0U) == 0x80U);
    REQUIRE(stream.size() >= head + size);
    const std::string payload(stream.substr(head, size));
    if (opcode == 1) out += '<' + payload + '>';
    if (opcode == 9) out += "ping";
    if (opcode == 10) out += "pong " + payload;
    if (opcode == 8) {
      out += "close " + std::to_string(static_cast<unsigned char>(payload.at(0)) * 256U +
                                       static_cast<unsigned char>(payload.at(1)));
    }
    stream.remove_prefix(head + size);
  }
  REQUIRE(stream.empty());
  return out;
}

ssize_t all_of_it(std::size_t bytes) {
  return static_cast<ssize_t>(bytes);
}

}  // namespace

TEST_CASE("session: over WebSocket each message is a line, with or without its end", "[session][websocket]") {
  const std::string stream = text_frame("one") + text_frame("two\n") + text_frame("thr", false) + ping_frame("p") +
                             more_frame("ee\r\n") + text_frame("four\nfive") + text_frame("") +
                             text_frame("GET / HTTP/1.1");
  const lines expected{"join 0/1 here speaks", "say 0/1 one",  "say 0/1 two", "say 0/1 three",
                       "say 0/1 four",         "say 0/1 five", "nothing 0/1", "say 0/1 GET / HTTP/1.1"};
  SECTION("at once") {
    web_desk table;
    far_end who = table.come();
    who.send(stream);
    table.until([&] { return table.hub.heard.size() == expected.size(); }, "all of it");
    CHECK(table.heard() == expected);
    CHECK(frames_in(who.read()) == "pong p");
  }
  SECTION("byte by byte") {
    web_desk table;
    far_end who = table.come();
    for (const char c : stream) {
      who.send({&c, 1});
      table.run();
    }
    CHECK(table.heard() == expected);
    CHECK(frames_in(who.read()) == "pong p");
  }
  SECTION("cut in two, the first part with the request") {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      CAPTURE(cut);
      web_desk table;
      far_end who = table.come(web_form::text, stream.substr(0, cut));
      if (cut < stream.size()) who.send(stream.substr(cut));
      table.until([&] { return table.hub.heard.size() >= expected.size(); }, "all of it");
      CHECK(table.heard() == expected);
    }
  }
}

TEST_CASE("session: a program is nobody until its first line, which may be empty", "[session][websocket]") {
  auto how = desk::options();
  how.to_speak = 1h;
  web_desk table(how);
  far_end who = table.come(web_form::json);
  who.send(ping_frame("") + pong_frame(""));
  table.run();
  CHECK(table.heard() == lines{});
  who.send(text_frame(""));
  CHECK(table.heard() == lines{"join 0/1 here speaks in JSON", "nothing 0/1"});
}

TEST_CASE("session: a blank line says nothing of who is spoken to in text", "[session][websocket]") {
  web_desk table;
  far_end who = table.come();
  who.send(text_frame("") + text_frame(" \r\n"));
  CHECK(table.heard() == lines{});
  who.send(text_frame("/ping"));
  CHECK(table.heard() == lines{"join 0/1 here speaks", "verb 0/1"});
}

TEST_CASE("session: a pong is a sign of life, as an empty line is", "[session][websocket]") {
  web_desk table;
  far_end who = table.somebody();
  who.send(pong_frame("whatever"));
  CHECK(table.heard() == lines{"nothing 0/1"});
}

TEST_CASE("session: what all hear is one frame and one write a user", "[session][websocket]") {
  kernel calls;
  web_desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 5; ++i) peers.push_back(table.somebody(i));
  calls.sendmsg = all_of_it;
  calls.send = all_of_it;
  table.deliver(script().to_all("one\n").to_all("two\n"));
  CHECK(calls.calls.sendmsg == 5);
  CHECK(calls.calls.send == 0);
  for (far_end& each : peers) CHECK(frames_in(each.read()) == "<one\ntwo\n>");
}

TEST_CASE("session: a turn is one frame, whatever is said in it", "[session][websocket]") {
  kernel calls;
  web_desk table;
  far_end who = table.somebody();
  calls.sendmsg = all_of_it;
  table.deliver(script().to({0}, "reply\n").to_all("all\n").to({0}, "another\n").to_all("more\n"));
  CHECK(calls.calls.sendmsg == 1);
  CHECK(frames_in(who.read()) == "<reply\nall\nanother\nmore\n>");
}

TEST_CASE("session: frames have every length that there is", "[session][websocket]") {
  web_desk table;
  far_end who = table.somebody();
  for (const std::size_t size : {1U, 124U, 125U, 126U, 127U, 1000U}) {
    const std::string line = std::string(size - 1, 'x') + "\n";
    table.deliver(script().to_all(line));
    CHECK(frames_in(who.read()) == '<' + line + '>');
    table.deliver(script().to({0}, line).to_all(line));
    CHECK(frames_in(who.read()) == '<' + line + line + '>');
  }
}

TEST_CASE("session: frames that are taken in parts, at every byte, stay whole and in order", "[session][websocket]") {
  const std::string long_line = std::string(130, 'y') + "\n";
  const std::string expected = "<all\n><reply\nmore\n><" + long_line + ">";
  for (std::size_t size = 1; size <= 150; ++size) {
    CAPTURE(size);
    kernel calls;
    web_desk table;
    far_end who = table.somebody();
    int turns = 0;
    calls.sendmsg = [&](std::size_t) { return ++turns % 3 == 0 ? -EAGAIN : static_cast<ssize_t>(size); };
    table.deliver(script().to_all("all\n"));
    table.deliver(script().to({0}, "reply\n").to_all("more\n"));
    table.deliver(script().to_all(long_line));
    std::string got;
    table.until([&] { return (got += who.read()).size() >= 2 + 4 + 2 + 11 + 4 + long_line.size(); }, "all of it");
    CHECK(frames_in(got) == expected);
  }
}

TEST_CASE("session: who lags gets each turn in a frame of its own", "[session][websocket]") {
  kernel calls;
  web_desk table;
  far_end who = table.somebody();
  calls.sendmsg = [](std::size_t) { return -EAGAIN; };
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    table.deliver(i % 2 == 0 ? script().to_all(number + "\n") : script().to({0}, "to " + number + "\n").to_all("x\n"));
    expected += i % 2 == 0 ? '<' + number + "\n>" : "<to " + number + "\nx\n>";
  }
  who.send(ping_frame("still there"));
  table.run();
  expected += "pong still there";
  calls.sendmsg = all_of_it;
  std::string got;
  table.until([&] { return (got += who.read()).ends_with("still there"); }, "all of it");
  CHECK(frames_in(got) == expected);
}

TEST_CASE("session: once warm, frames cost no allocation", "[session][websocket]") {
  web_desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 3; ++i) peers.push_back(table.somebody(i));
  const auto turn = script().to({0}, "reply\n").to_all("all\n").to({1}, "reply\n").to_all("more\n");
  const auto say = [&](int times) {
    for (int i = 0; i < times; ++i) {
      table.deliver(turn);
      for (far_end& each : peers) each.read_quietly();
    }
  };
  say(10);
  const std::size_t before = allocations();
  say(100);
  CHECK(allocations() == before);
}

TEST_CASE("session: why it is closed is the code of its close frame, behind the last words", "[session][websocket]") {
  using enum chat::farewell;
  const auto [why, code] = GENERATE(std::pair(bye, "1000"), std::pair(shutdown, "1001"), std::pair(shown_out, "1008"),
                                    std::pair(full, "1013"));
  web_desk table;
  far_end who = table.somebody();
  table.deliver(script().to({0}, "last words\n").close({0}, why).to({0}, "not said\n").to_all("not heard\n"));
  CHECK(frames_in(who.read()) == "<last words\n>close "s + code);
  CHECK(who.ended());
  who.send(close_frame(1000));
  who.half_close();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{});
}

TEST_CASE("session: whoever closes is answered what it asked before, and then with the same code",
          "[session][websocket]") {
  const auto [sent, code] =
      GENERATE(std::pair(close_frame(1001, "off"), "close 1001"s), std::pair(close_frame(4000), "close 4000"s));
  web_desk table;
  far_end who = table.somebody();
  who.send(text_frame("bye all") + sent + text_frame("not said"));
  CHECK(table.heard() == lines{"say 0/1 bye all", "leave 0/1 eof"});
  table.deliver(script().to({0}, "reply\n").close({0}, chat::farewell::shutdown).to_all("all\n"));
  CHECK(frames_in(who.read()) == "<reply\n>" + code);
  CHECK(who.ended());
  who.close();
  table.until([&] { return table.shard.size() == 0; }, "the end");
}

TEST_CASE("session: who closes before it is anybody was never there", "[session][websocket]") {
  web_desk table;
  far_end who = table.come(web_form::json);
  who.send(close_frame(1000));
  table.run();
  CHECK(frames_in(who.read()) == "close 1000");
  CHECK(who.ended());
  who.close();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{});
}

TEST_CASE("session: what is no WebSocket, or too long, ends it with a code", "[session][websocket]") {
  auto how = desk::options();
  how.max_line = 100;
  const std::string longest(100, 'x');
  const auto [bytes, code] =
      GENERATE_COPY(std::pair("hello\n"s, "1002"), std::pair(client_frame{2, "a"}.bytes(), "1003"),
                    std::pair(text_frame("\xFF"), "1007"), std::pair(text_frame(longest + "x"), "1009"),
                    std::pair(text_frame(longest + "xx"), "1009"), std::pair(text_frame(longest + "xxx"), "1009"),
                    std::pair(text_frame(longest + "x\r\n"), "1009"));
  CAPTURE(code);
  web_desk table(how);
  far_end who = table.somebody();
  who.send(bytes + text_frame("not said"));
  CHECK(table.heard() == lines{"leave 0/1 error"});
  table.deliver(script().close({0}));
  CHECK(frames_in(who.read()) == "close "s + code);
  CHECK(table.log().find("is refused with code "s + code) != std::string::npos);
}

TEST_CASE("session: the longest line, one less, and either with an end, are said", "[session][websocket]") {
  auto how = desk::options();
  how.max_line = 100;
  web_desk table(how);
  far_end who = table.somebody();
  for (const std::size_t size : {99U, 100U}) {
    for (const std::string end : {"", "\n", "\r\n"}) {
      who.send(text_frame(std::string(size, 'x') + end));
      CHECK(table.heard() == lines{"say 0/1 " + std::string(size, 'x')});
    }
  }
}

TEST_CASE("session: a stream that ends within a message has not said it", "[session][websocket]") {
  web_desk table;
  far_end who = table.somebody();
  who.send(text_frame("whole") + text_frame("cut", false));
  who.half_close();
  table.until([&] { return table.hub.heard.size() >= 2; }, "the end");
  CHECK(table.heard() == lines{"say 0/1 whole", "leave 0/1 eof"});
}

TEST_CASE("session: it is asked every so often whether it is there, and given up when it is not",
          "[session][websocket]") {
  auto how = desk::options();
  how.web.ping_every = 3ms;
  web_desk table(how);
  far_end who = table.somebody();
  std::string got;
  SECTION("who answers stays") {
    int pongs = 0;
    table.until(
        [&] {
          if (!who.read().empty()) {
            who.send(pong_frame(""));
            ++pongs;
          }
          return pongs == 6;
        },
        "six pings");
    CHECK(table.shard.size() == 1);
  }
  SECTION("who says anything stays") {
    int pings = 0;
    table.until(
        [&] {
          if (!who.read().empty()) {
            who.send(text_frame("x"));
            ++pings;
          }
          return pings == 6;
        },
        "six pings");
    CHECK(table.shard.size() == 1);
  }
  SECTION("who does not answer two goes") {
    table.until(
        [&] {
          got += who.read();
          return table.shard.size() == 0;
        },
        "the end");
    got += who.read();
    CHECK(frames_in(got) == "pingping");
    CHECK(table.heard() == lines{"leave 0/1 error"});
    CHECK(table.log().find("here: answers no ping") != std::string::npos);
  }
}

TEST_CASE("session: who is not read from, or lags, is not asked", "[session][websocket]") {
  auto how = desk::options();
  how.web.ping_every = 1ms;
  kernel calls;
  web_desk table(how);
  far_end who = table.somebody();
  const bool lags = GENERATE(false, true);
  if (lags) {
    calls.sendmsg = [](std::size_t) { return -EAGAIN; };
    table.deliver(script().to_all("x\n"));
  } else {
    table.deliver(script().hold({0}));
  }
  static_cast<void>(who.read());      // it may have been asked before
  far_end other = table.somebody(1);  // which is asked, so that time is known to have passed
  int asked = 0;
  calls.send = all_of_it;
  if (lags) calls.sendmsg = [](std::size_t bytes) { return bytes == 2 ? all_of_it(bytes) : ssize_t{-EAGAIN}; };
  table.until(
      [&] {
        if (!other.read().empty()) {
          other.send(pong_frame(""));
          ++asked;
        }
        return asked == 6;
      },
      "six pings of another");
  CHECK(table.shard.size() == 2);
  CHECK(who.read().empty());
}

// What a session makes of what its peer sends. The hub is the test.

#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

TEST_CASE("session: a newcomer who is silent is a user after a while, and one who speaks at once", "[session]") {
  auto how = desk::options();
  how.greeting_delay = 40ms;
  desk table(how);
  table.run();  // with nobody there
  const auto start = std::chrono::steady_clock::now();
  const far_end silent = table.connect("silent");
  const far_end speaker = table.connect("speaker");
  speaker.send("hello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the one who speaks");
  CHECK(table.hub.heard[0] == "join 1/1 speaker speaks");
  CHECK(table.hub.heard[1] == "say 1/1 hello");
  table.until([&] { return table.hub.heard.size() >= 3; }, "the one who is silent");
  CHECK(std::chrono::steady_clock::now() - start >= 40ms);
  CHECK(table.heard() == lines{"join 1/1 speaker speaks", "say 1/1 hello", "join 0/1 silent"});
}

TEST_CASE("session: each newcomer is greeted in its own time", "[session]") {
  auto how = desk::options();
  how.greeting_delay = 30ms;
  desk table(how);
  const far_end first = table.connect("first");
  fake_clock::forward(1h);
  const far_end second = table.connect("second");  // as if an hour later
  fake_clock::forward(-1h);
  table.until([&] { return !table.hub.heard.empty(); }, "the first");
  CHECK(table.heard() == lines{"join 0/1 first"});
}

TEST_CASE("session: the greeting of one who has gone is not for the next in its place", "[session]") {
  auto how = desk::options();
  how.greeting_delay = 30ms;
  desk table(how);
  table.connect("first").close();
  table.until([&] { return table.shard.size() == 0; }, "the first to go");
  fake_clock::forward(1h);
  const far_end second = table.connect("second");
  fake_clock::forward(-1h);
  const auto end = std::chrono::steady_clock::now() + 60ms;
  table.until([&] { return std::chrono::steady_clock::now() > end; }, "the time of the first");
  CHECK(table.heard() == lines{});
  second.send("hello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the second");
  CHECK(table.heard() == lines{"join 0/2 second speaks", "say 0/2 hello"});
}

TEST_CASE("session: who goes without a word was never there", "[session]") {
  desk table;
  const bool half = GENERATE(true, false);
  far_end peer = table.connect();
  half ? peer.half_close() : peer.close();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{});
  if (!half) return;
  CHECK(peer.read().empty());
  CHECK(peer.ended());
}

TEST_CASE("session: lines are the same however many bytes a read brings", "[session]") {
  const std::string sent = "\nhello\r\n/ping x\n  two  words \n\nlast";
  for (std::size_t size = 1; size <= sent.size(); ++size) {
    CAPTURE(size);
    kernel calls;
    calls.recv = [size](std::size_t) { return static_cast<ssize_t>(size); };
    desk table;
    const far_end peer = table.connect();
    peer.send(sent);
    peer.half_close();
    table.until([&] { return !table.hub.heard.empty() && table.hub.heard.back() == "leave 0/1 eof"; }, "the end");
    CHECK(table.heard() == lines{"join 0/1 here speaks", "say 0/1 hello", "verb 0/1 x", "say 0/1 two  words",
                                 "nothing 0/1", "unfinished say 0/1 last", "leave 0/1 eof"});
  }
}

TEST_CASE("session: lines are the same wherever the stream is cut in two", "[session]") {
  const std::string sent = "a\r\nb c\n\xE4\xBD\xA0\n/ping x\n";
  for (std::size_t cut = 0; cut <= sent.size(); ++cut) {
    CAPTURE(cut);
    desk table;
    const far_end peer = table.connect();
    peer.send(std::string_view(sent).substr(0, cut));
    table.run();
    peer.send(std::string_view(sent).substr(cut));
    table.until([&] { return !table.hub.heard.empty() && table.hub.heard.back() == "verb 0/1 x"; }, "the last line");
    CHECK(table.heard() ==
          lines{"join 0/1 here speaks", "say 0/1 a", "say 0/1 b c", "say 0/1 \xE4\xBD\xA0", "verb 0/1 x"});
  }
}

TEST_CASE("session: a read that brings nothing this time is no failure", "[session]") {
  const int error = GENERATE(EAGAIN, EINTR);
  kernel calls;
  bool failed = false;
  calls.recv = [&](std::size_t size) -> ssize_t {
    return std::exchange(failed, true) ? static_cast<ssize_t>(size) : -error;
  };
  desk table;
  const far_end peer = table.connect();
  peer.send("hello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the line");
  CHECK(table.heard() == lines{"join 0/1 here speaks", "say 0/1 hello"});
  CHECK(table.log().empty());
}

TEST_CASE("session: a failed read ends it, and is logged unless it is usual", "[session]") {
  struct sample {
    int error;
    bool logged;
  };
  const auto [error, logged] = GENERATE(sample{ECONNRESET, false}, sample{EPIPE, false}, sample{ETIMEDOUT, false},
                                        sample{EIO, true}, sample{EHOSTUNREACH, true});
  CAPTURE(error);
  kernel calls;
  desk table;
  const far_end peer = table.user({0});
  calls.recv = [error = error](std::size_t) -> ssize_t { return -error; };
  peer.send("hello\n");
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{"leave 0/1 error"});
  CHECK((table.log().find("here: the connection failed: ") != std::string::npos) == logged);
}

TEST_CASE("session: who is here and has gone is logged for debugging, and only of users", "[session]") {
  desk table;
  const bool debugging = GENERATE(true, false);
  if (debugging) table.shard.log().set_level(spdlog::level::debug);
  table.connect("silent").close();
  table.until([&] { return table.shard.size() == 0; }, "the silent one's end");
  CHECK(table.log().empty());
  far_end peer = table.user({0, 2});
  CHECK(table.log() == (debugging ? "debug here: is here\n" : ""));
  peer.close();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.log() == (debugging ? "debug here: is here\ndebug here: has gone\n" : ""));
}

TEST_CASE("session: an exception ends one session, and the log has its words", "[session]") {
  kernel calls;
  desk table;
  far_end unlucky = table.user({0});
  const far_end other = table.user({1});
  calls.recv = [](std::size_t) -> ssize_t { throw std::runtime_error("the tea is cold"); };
  unlucky.send("hello\n");
  table.until([&] { return table.shard.size() == 1; }, "the end of one");
  calls.recv = nullptr;
  other.send("hello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the other's line");
  CHECK(table.heard() == lines{"leave 0/1 error", "say 1/1 hello"});
  CHECK(table.log() == "error here: the session ends: the tea is cold\n");
  CHECK(unlucky.read().empty());
  CHECK((unlucky.ended() || unlucky.error() == ECONNRESET));
}

TEST_CASE("session: the end of a user's stream is told once, and it hears on until the hub lets go", "[session]") {
  desk table;
  far_end peer = table.user({0});
  peer.send("bye\n");
  peer.half_close();
  table.until([&] { return table.hub.heard.size() >= 2; }, "the end of the stream");
  CHECK(table.heard() == lines{"say 0/1 bye", "leave 0/1 eof"});
  table.deliver(script().to({0}, "one\n"));
  CHECK(peer.read() == "one\n");
  CHECK_FALSE(peer.ended());
  table.deliver(script().to({0}, "two\n").close({0}));
  CHECK(table.shard.size() == 0);
  CHECK(peer.read() == "two\n");
  CHECK(peer.ended());
  CHECK(table.heard() == lines{});
}

TEST_CASE("session: a reset is told once", "[session]") {
  desk table;
  far_end peer = table.user({0}, tcp_pair());
  peer.reset();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{"leave 0/1 error"});
}

TEST_CASE("session: a held one is not read until it is let go", "[session]") {
  kernel calls;
  calls.recv = [](std::size_t size) { return static_cast<ssize_t>(size); };
  desk table;
  far_end peer = table.user({0});
  table.deliver(script().hold({0}));
  const std::size_t before = calls.calls.recv;
  peer.send("one\ntwo\n");
  CHECK(table.heard() == lines{});
  CHECK(calls.calls.recv == before);
  table.deliver(script().to({0}, "still told\n"));
  CHECK(peer.read() == "still told\n");
  table.deliver(script().resume({0}));
  table.until([&] { return table.hub.heard.size() >= 2; }, "what was sent meanwhile");
  CHECK(table.heard() == lines{"say 0/1 one", "say 0/1 two"});
}

TEST_CASE("session: who is not held need not be let go", "[session]") {
  kernel calls;
  desk table;
  const far_end peer = table.user({0});
  calls.epoll_ctl = [](int) { return 0; };
  table.deliver(script().resume({0}));
  CHECK(calls.calls.epoll_ctl == 0);
  table.deliver(script().hold({0}).hold({0}));
  CHECK(calls.calls.epoll_ctl == 1);
  table.deliver(script().resume({0}).resume({0}));
  CHECK(calls.calls.epoll_ctl == 2);
}

TEST_CASE("session: a held one whose connection breaks ends", "[session]") {
  desk table;
  far_end peer = table.user({0}, tcp_pair());
  table.deliver(script().hold({0}));
  peer.send("unread\n");
  peer.reset();
  table.until([&] { return table.shard.size() == 0; }, "the end");
  CHECK(table.heard() == lines{"leave 0/1 error"});
}

TEST_CASE("session: a held one whose peer has only finished talking is read later", "[session]") {
  desk table;
  const far_end peer = table.user({0}, tcp_pair());
  table.deliver(script().hold({0}));
  peer.send("last\n");
  peer.half_close();
  CHECK(table.heard() == lines{});
  CHECK(table.shard.size() == 1);
  table.deliver(script().resume({0}));
  table.until([&] { return table.hub.heard.size() >= 2; }, "its last line");
  CHECK(table.heard() == lines{"say 0/1 last", "leave 0/1 eof"});
}

TEST_CASE("session: while there is nothing to do it does nothing", "[session]") {
  desk table;
  far_end peer = table.user({0}, tcp_pair());
  SECTION("nobody speaks") {}
  SECTION("held, with something to read") {
    table.deliver(script().hold({0}));
    peer.send("unread\n");
  }
  SECTION("the peer has finished talking") {
    peer.half_close();
    table.until([&] { return !table.hub.heard.empty(); }, "the end of its stream");
  }
  SECTION("closed, and the peer has not ended") {
    table.deliver(script().close({0}));
    fake_clock::freeze();
    peer.send("talks on\n");
  }
  table.run();
  CHECK(table.shard.size() == 1);
  CHECK(table.at_rest());
}

TEST_CASE("session: a line that is too long is refused, at the limit it is not", "[session]") {
  auto how = desk::options();
  how.max_line = 100;
  desk table(how);
  const far_end peer = table.user({0});
  for (const std::size_t size : {99U, 100U}) {
    peer.send(std::string(size, 'x') + '\n');
    table.until([&] { return !table.hub.heard.empty(); }, "the line");
    CHECK(table.heard() == lines{"say 0/1 " + std::string(size, 'x')});
  }
  peer.send(std::string(101, 'x') + "\nhello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the refusal");
  CHECK(table.heard() == lines{"refused 0/1 line-too-long", "say 0/1 hello"});
}

TEST_CASE("session: a line without an end ends the connection, and nothing after it is read", "[session]") {
  desk table;
  far_end peer = table.connect("here", tcp_pair());
  const std::string endless(line_decoder::max_unterminated, 'x');
  peer.send(endless);
  table.until([&] { return !table.hub.heard.empty(); }, "the flood");
  peer.send("x\nhello\n");
  CHECK(table.heard() == lines{"join 0/1 here speaks", "refused 0/1 flood", "leave 0/1 error"});
  table.deliver(script().to({0}, "no\n").close({0}));
  table.run();
  CHECK(peer.read() == "no\n");
  CHECK(peer.ended());
}

TEST_CASE("session: telnet's questions are answered at once", "[session]") {
  desk table;
  far_end peer = table.connect();
  peer.send("\xFF\xFD\x1F");  // DO NAWS
  std::string answer;
  table.until([&] { return !(answer += peer.read()).empty(); }, "an answer");
  CHECK(answer == "\xFF\xFC\x1F");  // WONT NAWS
  CHECK(table.heard() == lines{});
}

TEST_CASE("session: who takes the chat for something else is no user", "[session]") {
  desk table;
  far_end peer = table.connect("here", tcp_pair());
  SECTION("TLS") {
    fake_clock::freeze();  // it does not linger: there is no answer that could be lost
    peer.send("\x16\x03\x01hello\nhello\n");
    table.until([&] { return table.shard.size() == 0; }, "the end");
    CHECK(table.log().find("here: a TLS handshake on a plain port") != std::string::npos);
  }
  SECTION("HTTP") {
    peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string answer;
    table.until([&] { return !(answer += peer.read()).empty(); }, "an answer");
    CHECK(answer.starts_with("HTTP/1.1 400"));
    table.run();
    peer.read();
    CHECK(peer.ended());
    CHECK(table.log().find("here: an HTTP request") != std::string::npos);
    peer.send("hello\n");
    table.run();
    CHECK(table.shard.size() == 1);  // it lingers, so that the answer is not lost
    peer.close();
    table.until([&] { return table.shard.size() == 0; }, "the end");
  }
  CHECK(table.heard() == lines{});
}

TEST_CASE("session: a user who then speaks HTTP leaves", "[session]") {
  auto how = desk::options();
  how.greeting_delay = 0ms;
  desk table(how);
  far_end peer = table.connect();
  table.until([&] { return !table.hub.heard.empty(); }, "the greeting");
  peer.send("GET / HTTP/1.1\r\nCookie: secret\r\n\r\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "its end");
  CHECK(table.heard() == lines{"join 0/1 here", "leave 0/1 error"});
  CHECK(peer.read().starts_with("HTTP/1.1 400"));
}

TEST_CASE("session: a line that starts as TLS does is one when it is not the first", "[session]") {
  desk table;
  const far_end peer = table.connect();
  peer.send("hello\n");
  table.until([&] { return table.hub.heard.size() >= 2; }, "the first line");
  table.heard();
  peer.send("\x16tea\n");
  table.until([&] { return !table.hub.heard.empty(); }, "the second line");
  CHECK(table.shard.size() == 1);
}

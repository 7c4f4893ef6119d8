// What a stream of bytes is, as lines or as something that is no chat, however it is cut.

#include "server/net/line_framing.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::string_literals;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t max_line = 64;

/// All that comes out of a framing, as text.
class reader {
 public:
  void feed(std::string_view piece) {
    do {
      piece = framing_.feed(piece);
      pull();
    } while (!piece.empty() && !over_);
  }
  void end() {
    framing_.end();
    pull();
  }

  lines events;
  std::string replies;

 private:
  void pull() {
    while (!over_) {
      switch (framing_.next()) {
        case net::line_framing::event::need_more: replies += framing_.take_replies(); return;
        case net::line_framing::event::line:
          events.push_back((framing_.unfinished() ? "unfinished " : "line ") + std::string(framing_.line()));
          break;
        case net::line_framing::event::too_long: events.emplace_back("too long"); break;
        case net::line_framing::event::overrun:
          events.emplace_back("overrun");
          over_ = true;
          break;
        case net::line_framing::event::stranger:
          events.emplace_back(framing_.who().what);
          over_ = true;
          break;
      }
    }
  }

  net::line_framing framing_{max_line};
  bool over_ = false;  // a session asks for nothing more
};

/// The events of `stream` in one piece, after having compared them with those of every other way to cut it in two, and
/// of byte by byte.
lines events_of(const std::string& stream, bool ends = false) {
  const auto read = [&](const std::vector<std::string_view>& pieces) {
    reader all;
    for (const std::string_view piece : pieces) {
      if (!piece.empty()) all.feed(piece);
    }
    if (ends) all.end();
    return all.events;
  };
  const std::string_view whole = stream;
  const lines out = read({whole});
  std::vector<std::string_view> bytes;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    CAPTURE(cut);
    CHECK(read({whole.substr(0, cut), whole.substr(cut)}) == out);
    bytes.push_back(whole.substr(cut, 1));
  }
  CHECK(read(bytes) == out);
  return out;
}

const std::string v2_signature = "\r\n\r\n\0\r\nQUIT\n"s;

}  // namespace

TEST_CASE("line framing: lines, blank ones too, and an unterminated last one at the end", "[line_framing]") {
  CHECK(events_of("a\r\n\nb c\n") == lines{"line a", "line ", "line b c"});
  CHECK(events_of("a\nlast") == lines{"line a"});
  CHECK(events_of("a\nlast", true) == lines{"line a", "unfinished last"});
  CHECK(events_of("a\n", true) == lines{"line a"});
  CHECK(events_of("\r\n\r\n", true) == lines{"line ", "line "});
}

TEST_CASE("line framing: what only begins as a PROXY header of version 2 does is lines", "[line_framing]") {
  CHECK(events_of("\r\n\r\nhello\n") == lines{"line ", "line ", "line hello"});
  for (std::size_t size = 1; size < v2_signature.size(); ++size) {
    CAPTURE(size);
    const lines out = events_of(v2_signature.substr(0, size) + "x\n", true);
    REQUIRE_FALSE(out.empty());
    CHECK(out.back().starts_with("line "));
    CHECK(out.back().ends_with("x"));
    for (const std::string& each : out) CHECK(each.starts_with("line "));
  }
  CHECK(events_of(v2_signature.substr(0, 11), true) == lines{"line ", "line ", "line "s + '\0', "unfinished QUIT"});
}

TEST_CASE("line framing: a peer that is not here to chat is named, and answered if it can read", "[line_framing]") {
  const auto [stream, name] = GENERATE(table<std::string, std::string>(
      {{v2_signature, "a PROXY header, and no proxy is known there (see proxy= of --listen)"},
       {v2_signature + "\x21\x11more", "a PROXY header, and no proxy is known there (see proxy= of --listen)"},
       {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "a PROXY header, and no proxy is known there (see proxy= of --listen)"},
       {"SSH-2.0-OpenSSH_9.2\r\n", "an SSH client on a plain port"},
       {"\x16\x03\x01 hello", "a TLS handshake on a plain port"},
       {"GET / HTTP/1.1\r\n", "an HTTP request"},
       {"GET /" + std::string(2 * max_line, 'x') + " HTTP/1.1\r\n", "an HTTP request"}}));
  CAPTURE(name);
  CHECK(events_of(stream) == lines{name});
  const bool answered = name == "an HTTP request";
  net::line_framing framing(max_line);
  CHECK(framing.who().what.empty());
  for (std::string_view piece = stream; !piece.empty();) piece = framing.feed(piece);
  REQUIRE(framing.next() == net::line_framing::event::stranger);
  CHECK(framing.who().answer.starts_with("HTTP/1.1 400") == answered);
  CHECK(framing.who().answer.empty() == !answered);
}

TEST_CASE("line framing: blank lines may come before another protocol, other lines may not", "[line_framing]") {
  const auto [stream, name] = GENERATE(table<std::string, std::string>(
      {{"\x16\x03\x01 hello\n", "a TLS handshake on a plain port"},
       {"GET / HTTP/1.1\n", "an HTTP request"},
       {"SSH-2.0-OpenSSH_9.2\n", "an SSH client on a plain port"},
       {"PROXY UNKNOWN\n", "a PROXY header, and no proxy is known there (see proxy= of --listen)"}}));
  CAPTURE(stream);
  reader after_blank;
  after_blank.feed("\r\n \n");
  after_blank.feed(stream);
  CHECK(after_blank.events == lines{"line ", "line  ", name});
  const std::string line = stream.substr(0, stream.size() - 1);
  CHECK(events_of("hello\n" + stream) == lines{"line hello", "line " + line});
  CHECK(events_of("hello\n" + line, true) == lines{"line hello", "unfinished " + line});
}

TEST_CASE("line framing: at the limit a line is one, over it it is said once", "[line_framing]") {
  const std::string n(max_line, 'x');
  CHECK(events_of(n.substr(1) + '\n') == lines{"line " + n.substr(1)});
  CHECK(events_of(n + '\n') == lines{"line " + n});
  CHECK(events_of(n + "x\nnext\n") == lines{"too long", "line next"});
  CHECK(events_of(n + "x", true) == lines{"too long"});
}

TEST_CASE("line framing: a stream without a line's end is given up at the limit", "[line_framing]") {
  constexpr std::size_t limit = line_decoder::max_unterminated;
  for (const std::size_t size : {limit - 1, limit, limit + 1}) {
    CAPTURE(size);
    reader all;
    all.feed(std::string(size, 'x'));
    CHECK(all.events == (size < limit ? lines{} : lines{"overrun"}));
  }
}

TEST_CASE("line framing: telnet's questions are answered once, and are no part of a line", "[line_framing]") {
  const std::string stream = "a\xFF\xFD\x01"s + "b\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    CAPTURE(cut);
    reader all;
    all.feed(std::string_view(stream).substr(0, cut));
    all.feed(std::string_view(stream).substr(cut));
    CHECK(all.events == lines{"line ab"});
    CHECK(all.replies == "\xFF\xFC\x01");
  }
}

TEST_CASE("line framing: holds memory in the midst of a line only", "[line_framing]") {
  net::line_framing framing(4096);
  const auto take = [&](std::string_view piece) {
    CHECK(framing.feed(piece).empty());
    while (framing.next() != net::line_framing::event::need_more) {
    }
    return framing.held_bytes();
  };
  const std::size_t before = take("a line\n");
  CHECK(take(std::string(1000, 'x')) >= 1000);
  CHECK(take("end\n") == before);
}

// RFC 6455 in a hundred and more cases, each on a connection of its own to a real server: what is sent, and what comes
// back. What is said comes back as a line of the chat.

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/web_site.hpp"
#include "tests/support/websocket_peer.hpp"

using namespace confab::test;
using namespace std::string_literals;
using strings = std::vector<std::string>;

namespace {

/// What comes back on `on`: `text …` for each line of its own that it hears, `pong …`, and `close CODE`; up to the
/// answer to a last `/ping`, or the close.
strings replies(websocket_peer& on) {
  strings out;
  const std::string own = '[' + on.address() + ']' + on.address() + ": ";
  for (;;) {
    const frame got = on.next();
    if (got.opcode == 10) out.push_back("pong " + got.payload);
    if (got.is_close()) {
      out.push_back("close " + std::to_string(got.code()));
      CHECK(on.wire().bytes_until_end().empty());
      return out;
    }
    if (!got.is_text()) continue;
    CHECK(got.payload.ends_with('\n'));
    for (std::size_t at = 0, end = 0; at < got.payload.size(); at = end + 1) {
      end = got.payload.find('\n', at);
      const std::string line = got.payload.substr(at, end - at);
      if (line == "pong the end") return out;
      if (line.starts_with(own) && line != own + "is online") out.push_back("text " + line.substr(own.size()));
    }
  }
}

/// Sends `bytes` to the server in pieces of that size (0: at once), and a `/ping` behind it.
strings send(const endpoint& at_server, const std::string& bytes, std::size_t piece = 0) {
  websocket_peer on(at_server);
  REQUIRE(on.status() == 101);
  const std::string all = bytes + text_frame("/ping the end");
  const std::size_t size = piece == 0 ? all.size() : piece;
  for (std::size_t at = 0; at < all.size(); at += size) {
    if (!on.wire().send_anyway(all.substr(at, size))) break;
  }
  return replies(on);
}

/// What is sent, and what is to come back.
struct conformance_case {
  std::string what;
  std::string bytes;
  strings expected;
};

/// At least so many cases, each of which must come out; one server for all, which none may harm.
void check(const std::vector<conformance_case>& cases, std::size_t at_least) {
  REQUIRE(cases.size() >= at_least);
  const web_site site;
  for (const conformance_case& each : cases) {
    CAPTURE(each.what);
    CHECK(send(site.web(), each.bytes) == each.expected);
  }
}

client_frame made(std::uint8_t opcode, std::string payload, bool final = true) {
  client_frame out;
  out.opcode = opcode;
  out.payload = std::move(payload);
  out.final = final;
  return out;
}

std::string unmasked(std::string payload) {
  client_frame out = made(1, std::move(payload));
  out.masked = false;
  return out.bytes();
}

std::string reserved(std::uint8_t bits, std::uint8_t opcode = 1) {
  client_frame out = made(opcode, "x");
  out.reserved = bits;
  return out.bytes();
}

std::string longer(std::string payload, int length_bytes) {
  client_frame out = made(1, std::move(payload));
  out.length_bytes = length_bytes;
  return out.bytes();
}

std::string claiming(std::uint64_t size) {
  client_frame out = made(1, "");
  out.claims = size;
  return out.bytes();
}

constexpr std::size_t longest = 4096;

}  // namespace

TEST_CASE("conformance: messages of every length", "[websocket][conformance]") {
  std::vector<conformance_case> cases;
  for (const std::size_t size : {1U, 2U, 7U, 8U, 9U, 124U, 125U, 126U, 127U, 128U, 129U, 1000U, 4095U, 4096U}) {
    const std::string text(size, 'x');
    cases.push_back({std::to_string(size), text_frame(text), {"text " + text}});
  }
  cases.push_back({"nothing", text_frame(""), {}});
  cases.push_back({"with its line end", text_frame("a\n"), {"text a"}});
  cases.push_back({"with that of DOS", text_frame("a\r\n"), {"text a"}});
  cases.push_back({"two lines", text_frame("a\nb"), {"text a", "text b"}});
  cases.push_back({"the longest, with its end",
                   text_frame(std::string(longest, 'y') + "\r\n"),
                   {"text " + std::string(longest, 'y')}});
  cases.push_back({"one more", text_frame(std::string(longest + 1, 'y')), {"close 1009"}});
  cases.push_back({"two more", text_frame(std::string(longest + 2, 'y')), {"close 1009"}});
  cases.push_back({"three more", text_frame(std::string(longest + 3, 'y')), {"close 1009"}});
  cases.push_back({"2^62", claiming(std::uint64_t{1} << 62U), {"close 1009"}});
  cases.push_back({"2^63", claiming(std::uint64_t{1} << 63U), {"close 1002"}});
  cases.push_back({"in two bytes without need", longer("x", 2), {"close 1002"}});
  cases.push_back({"in eight bytes without need", longer(std::string(200, 'x'), 8), {"close 1002"}});
  check(cases, 26);
}

TEST_CASE("conformance: fragments", "[websocket][conformance]") {
  const std::string half(longest / 2, 'z');
  check(
      {
          {"two", text_frame("a", false) + more_frame("b"), {"text ab"}},
          {"three", text_frame("a", false) + more_frame("b", false) + more_frame("c"), {"text abc"}},
          {"an empty one first", text_frame("", false) + more_frame("b"), {"text b"}},
          {"an empty one last", text_frame("a", false) + more_frame(""), {"text a"}},
          {"nothing but empty ones", text_frame("", false) + more_frame("", false) + more_frame(""), {}},
          {"a ping in between", text_frame("a", false) + ping_frame("p") + more_frame("b"), {"pong p", "text ab"}},
          {"a pong in between", text_frame("a", false) + pong_frame("p") + more_frame("b"), {"text ab"}},
          {"a character cut", text_frame("\xE5", false) + more_frame("\xB0\x8F"), {"text 小"}},
          {"the longest", text_frame(half, false) + more_frame(half), {"text " + half + half}},
          {"one over", text_frame(half, false) + more_frame(half + "z"), {"close 1009"}},
          {"three over", text_frame(half, false) + more_frame(half + "zzz"), {"close 1009"}},
          {"none began", more_frame("a"), {"close 1002"}},
          {"none began, unfinished", more_frame("a", false), {"close 1002"}},
          {"after a whole one", text_frame("a") + more_frame("b"), {"text a", "close 1002"}},
          {"text within text", text_frame("a", false) + text_frame("b"), {"close 1002"}},
          {"binary within text", text_frame("a", false) + made(2, "b").bytes(), {"close 1002"}},
          {"closed within text", text_frame("a", false) + close_frame(1000), {"close 1000"}},
      },
      17);
}

TEST_CASE("conformance: pings, pongs, and what they may not be", "[websocket][conformance]") {
  check(
      {
          {"an empty ping", ping_frame(""), {"pong "}},
          {"a ping", ping_frame("hello"), {"pong hello"}},
          {"any bytes", ping_frame("\x00\xFF\xFE"s), {"pong \x00\xFF\xFE"s}},
          {"the longest", ping_frame(std::string(125, 'p')), {"pong " + std::string(125, 'p')}},
          {"one more", ping_frame(std::string(126, 'p')), {"close 1002"}},
          {"several", ping_frame("1") + ping_frame("2") + ping_frame("3"), {"pong 1", "pong 2", "pong 3"}},
          {"a pong that nobody asked for", pong_frame("x"), {}},
          {"a pong too long", pong_frame(std::string(126, 'p')), {"close 1002"}},
          {"a ping in fragments", made(9, "x", false).bytes(), {"close 1002"}},
          {"a pong in fragments", made(10, "x", false).bytes(), {"close 1002"}},
          {"ping, then text", ping_frame("1") + text_frame("a"), {"pong 1", "text a"}},
          {"ping, then close", ping_frame("1") + close_frame(1000), {"pong 1", "close 1000"}},
      },
      12);
}

TEST_CASE("conformance: masks, reserved bits and opcodes", "[websocket][conformance]") {
  std::vector<conformance_case> cases{
      {"without a mask", unmasked("a"), {"close 1002"}},
      {"binary", made(2, "a").bytes(), {"close 1003"}},
      {"binary, unfinished", made(2, "a", false).bytes(), {"close 1003"}},
      {"after text", text_frame("a") + made(2, "a").bytes(), {"text a", "close 1003"}},
      {"no WebSocket at all", "who\nhello\n", {"close 1002"}},
  };
  for (std::uint8_t bits = 1; bits < 8; ++bits)
    cases.push_back({"reserved " + std::to_string(bits), reserved(bits), {"close 1002"}});
  cases.push_back({"reserved in a ping", reserved(4, 9), {"close 1002"}});
  cases.push_back({"reserved in a close", reserved(4, 8), {"close 1002"}});
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    cases.push_back(
        {"opcode " + std::to_string(opcode), made(static_cast<std::uint8_t>(opcode), "").bytes(), {"close 1002"}});
  }
  check(cases, 24);
}

TEST_CASE("conformance: close frames are answered, wrong ones are said to be wrong", "[websocket][conformance]") {
  std::vector<conformance_case> cases{
      {"without a code", made(8, "").bytes(), {"close 1005"}},
      {"half a code", made(8, "\x03").bytes(), {"close 1002"}},
      {"a reason", close_frame(1000, "I am off"), {"close 1000"}},
      {"the longest reason", close_frame(1000, std::string(123, 'r')), {"close 1000"}},
      {"a longer one", close_frame(1000, std::string(124, 'r')), {"close 1002"}},
      {"a reason that is not UTF-8", close_frame(1000, "\xC3\x28"), {"close 1007"}},
      {"twice", close_frame(1000) + close_frame(1001), {"close 1000"}},
      {"text behind it", close_frame(1000) + text_frame("a"), {"close 1000"}},
      {"in fragments", made(8, "", false).bytes(), {"close 1002"}},
  };
  for (const unsigned code :
       {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 3000U, 3999U, 4000U, 4999U})
    cases.push_back({std::to_string(code), close_frame(code), {"close " + std::to_string(code)}});
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U})
    cases.push_back({std::to_string(code), close_frame(code), {"close 1002"}});
  check(cases, 34);
}

TEST_CASE("conformance: UTF-8, and what is not", "[websocket][conformance]") {
  std::vector<conformance_case> cases;
  const std::vector<std::pair<std::string, std::string>> sound{{"Greek", "κόσμε"},
                                                               {"the first of two", "a\xC2\xA9"},
                                                               {"the last of two", "a\xDF\xBF"},
                                                               {"the first of three", "a\xE0\xA0\x81"},
                                                               {"before the surrogates", "a\xED\x9F\xBB"},
                                                               {"the last of three", "a\xEF\xBF\xBC"},
                                                               {"the first of four", "a\xF0\x90\x80\x80"},
                                                               {"emoji", "👍🏽"},
                                                               {"Chinese", "早上好，大家"}};
  for (const auto& [what, text] : sound) cases.push_back({what, text_frame(text), {"text " + text}});
  const std::vector<std::pair<std::string, std::string>> broken{{"a lone byte", "\x80"},
                                                                {"two of them", "\xBF\x80"},
                                                                {"a lone lead", "\xC3 "},
                                                                {"overlong /", "\xC0\xAF"},
                                                                {"overlong in three", "\xE0\x80\xAF"},
                                                                {"overlong in four", "\xF0\x80\x80\xAF"},
                                                                {"overlong NUL", "\xC0\x80"},
                                                                {"a surrogate", "\xED\xA0\x80"},
                                                                {"a pair of them", "\xED\xA1\x8C\xED\xBE\xB4"},
                                                                {"above all", "\xF4\x90\x80\x80"},
                                                                {"five bytes", "\xF8\x88\x80\x80\x80"},
                                                                {"six bytes", "\xFC\x84\x80\x80\x80\x80"},
                                                                {"FE", "\xFE"},
                                                                {"FF", "\xFF"},
                                                                {"cut at the end", "ok \xE5\xB0"},
                                                                {"cut in the middle", "\xE5\xB0 ok"},
                                                                {"Latin-1", "caf\xE9 au lait"}};
  for (const auto& [what, text] : broken) cases.push_back({what, text_frame(text), {"close 1007"}});
  cases.push_back({"known before the frame is whole",
                   [] {
                     client_frame out = made(1, "\xFF");
                     out.claims = 100;
                     return out.bytes();
                   }(),
                   {"close 1007"}});
  cases.push_back({"in the second fragment", text_frame("ok", false) + more_frame("\xFF", false), {"close 1007"}});
  check(cases, 28);
}

TEST_CASE("conformance: all of it byte by byte, too", "[websocket][conformance]") {
  const std::string all = text_frame("he", false) + ping_frame("p") + more_frame("llo") + text_frame("小明") +
                          pong_frame("x") + text_frame(std::string(200, 'x')) + close_frame(1001, "off");
  const strings expected{"pong p", "text hello", "text 小明", "text " + std::string(200, 'x'), "close 1001"};
  const web_site site;
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
    CAPTURE(piece);
    CHECK(send(site.web(), all, piece) == expected);
  }
}

#include "common/telnet_filter.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/decoding.hpp"

using namespace std::string_literals;
using confab::telnet_filter;
using confab::test::cut;
using confab::test::decode;

namespace {

struct filtered {
  std::string text;
  std::string replies;
  friend bool operator==(const filtered&, const filtered&) = default;
  friend std::ostream& operator<<(std::ostream& out, const filtered& f) {
    return out << "(" << Catch::Detail::stringify(f.text) << ", " << Catch::Detail::stringify(f.replies) << ")";
  }
};

filtered filter(const std::vector<std::string_view>& pieces) {
  telnet_filter telnet;
  filtered out;
  for (const std::string_view piece : pieces) {
    out.text += telnet.filter(piece);
    out.replies += telnet.take_replies();
  }
  return out;
}

struct sample {
  std::string name;
  std::string stream;
  std::string text;
  std::string replies;
};

const std::vector<sample> samples{
    {"plain text", "hello 你好\r\n", "hello 你好\r\n", ""},
    {"WILL is answered DONT", "a\xFF\xFB\x01z", "az", "\xFF\xFE\x01"},
    {"DO is answered WONT", "a\xFF\xFD\x1Fz", "az", "\xFF\xFC\x1F"},
    {"WONT and DONT are not answered", "a\xFF\xFC\x01\xFF\xFE\x03z", "az", ""},
    {"option 0", "a\xFF\xFD\0z"s, "az", "\xFF\xFC\0"s},
    {"option 255", "a\xFF\xFD\xFFz", "az", "\xFF\xFC\xFF"},
    {"an option that looks like LF", "a\xFF\xFB\nz", "az", "\xFF\xFE\n"},
    {"commands without an option", "a\xFF\xEF\xFF\xF0\xFF\xF1\xFF\xF2\xFF\xF9z", "az", ""},
    {"an offer of binary mode that nobody asked for", "a\xFF\xFB\0z"s, "az", "\xFF\xFE\0"s},
    {"IAC IAC is the byte itself", "a\xFF\xFFz", "a\xFFz", ""},
    {"IAC IAC thrice", "\xFF\xFF\xFF\xFF\xFF\xFF", "\xFF\xFF\xFF", ""},
    {"IAC IAC before a command", "a\xFF\xFF\xFF\xFB\x01z", "a\xFFz", "\xFF\xFE\x01"},
    {"0xFF before LF", "a\xFF\nz", "a\xFF\nz", ""},
    {"0xFF before CRLF", "a\xFF\r\nz", "a\xFF\r\nz", ""},
    {"the highest byte that is no command", "a\xFF\xEBz", "a\xFF\xEBz", ""},
    {"the lowest command", "a\xFF\xECz", "az", "\xFF\xFD\0"s},
    {"IAC IAC before LF", "a\xFF\xFF\nz", "a\xFF\nz", ""},
    {"a subnegotiation", "a\xFF\xFA\x18\x01\n\r\0more\xFF\xF0z"s, "az", ""},
    {"IAC IAC inside one", "a\xFF\xFA\x18\xFF\xFF\xF0 still\xFF\xF0z", "az", ""},
    {"other commands inside one", "a\xFF\xFA\x18\xFF\xFB\x01\xFF\xF0z", "az", ""},
    {"an empty one", "a\xFF\xFA\xFF\xF0z", "az", ""},
    {"what the telnet of Debian opens with",
     "\xFF\xFD\x03\xFF\xFB\x18\xFF\xFB\x1F\xFF\xFB\x20\xFF\xFB\x21\xFF\xFB\x22\xFF\xFB\x27\xFF\xFD\x05who\r\n",
     "who\r\n", "\xFF\xFC\x03\xFF\xFE\x18\xFF\xFE\x1F\xFF\xFE\x20\xFF\xFE\x21\xFF\xFE\x22\xFF\xFE\x27\xFF\xFC\x05"},
};

}  // namespace

TEST_CASE("telnet: commands are taken out and options declined, however the stream is cut", "[telnet]") {
  for (const sample& each : samples) {
    CAPTURE(each.name);
    const filtered expected{each.text, each.replies};
    CHECK(filter({each.stream}) == expected);
    CHECK(filter(cut(each.stream, 1)) == expected);
    const std::string_view stream(each.stream);
    for (std::size_t at = 0; at <= stream.size(); ++at) {
      CAPTURE(at);
      CHECK(filter({stream.substr(0, at), stream.substr(at)}) == expected);
    }
  }
}

TEST_CASE("telnet: a command in place of a key is answered with the wish for binary mode, once", "[telnet]") {
  const std::string wish = "\xFF\xFD\0"s;
  const int key = GENERATE(236, 237, 238, 243, 244, 245, 246, 247, 248);
  CAPTURE(key);
  const std::string stream = std::string("a\xFF") + static_cast<char>(key);
  CHECK(filter({stream + "z"}) == filtered{"az", wish});
  CHECK(filter({stream, stream, "z"}) == filtered{"aaz", wish});
  // The peer may grant it or not: neither is answered.
  CHECK(filter({stream, "\xFF\xFB\0z"s}) == filtered{"az", wish});
  CHECK(filter({stream, "\xFF\xFC\0z"s}) == filtered{"az", wish});
  CHECK(filter({stream, "\xFF\xFB\x01z"}) == filtered{"az", wish + "\xFF\xFE\x01"});
  CHECK(filter({stream, "\xFF\xFD\0z"s}) == filtered{"az", wish + "\xFF\xFC\0"s});
}

TEST_CASE("telnet: a subnegotiation may be long, but not without end", "[telnet]") {
  const std::size_t limit = telnet_filter::max_subnegotiation;
  const std::size_t size = GENERATE_COPY(limit - 1, limit, limit + 1);
  const std::size_t pieces_of = GENERATE(std::size_t{1}, std::size_t{1000}, std::size_t{1'000'000});
  const auto events = [&](const std::string& stream) { return decode(cut(stream, pieces_of), 8).events; };
  const std::vector<std::string> gone_on{"[who]"};
  const std::vector<std::string> given_up{"[who]", "overrun"};
  CHECK(events("who\n\xFF\xFA" + std::string(size, 'x')) == (size < limit ? gone_on : given_up));
  const auto cut_off = events("who\nwh\xFF\xFA" + std::string(size, 'x'));
  CHECK(cut_off == (size < limit ? std::vector<std::string>{"[who]", "[wh]"} : given_up));

  // Its end counts too, and comes too late where it is the limit's byte, also when more follows in the same piece.
  const std::string ended = "\xFF\xFA" + std::string(size - 2, 'x') + "\xFF\xF0";
  CHECK(events("who\n" + ended + "who\n") == (size < limit ? std::vector<std::string>{"[who]", "[who]"} : given_up));
}

TEST_CASE("telnet: subnegotiations in a row are counted each by itself", "[telnet]") {
  const std::string each = "\xFF\xFA" + std::string(telnet_filter::max_subnegotiation / 2, 'x') + "\xFF\xF0";
  const std::size_t pieces_of = GENERATE(std::size_t{1}, std::size_t{1000}, std::size_t{1'000'000});
  CHECK(decode(cut(each + each + each + "wh" + each + "o\n", pieces_of), 8).events ==
        std::vector<std::string>{"[who]"});
}

TEST_CASE("telnet: answers come once, in order", "[telnet]") {
  telnet_filter telnet;
  telnet.filter("\xFF\xFB\x01\xFF\xFD\x03");
  CHECK(telnet.take_replies() == "\xFF\xFE\x01\xFF\xFC\x03");
  CHECK(telnet.take_replies().empty());
}

TEST_CASE("telnet: a peer that negotiates without end gets a bounded answer", "[telnet]") {
  const auto asked = [](std::size_t times) {
    telnet_filter telnet;
    for (std::size_t i = 0; i < times; ++i) telnet.filter("\xFF\xFB\x01");
    const std::size_t size = telnet.take_replies().size();
    telnet.filter("\xFF\xFB\x02");
    CHECK(telnet.take_replies() == "\xFF\xFE\x02");  // once they are taken there is room again
    return size;
  };
  CHECK(asked(255) == 3 * 255);
  CHECK(asked(256) == 3 * 256);
  CHECK(asked(257) == 3 * 256);
  CHECK(asked(10'000) == 3 * 256);
}

TEST_CASE("telnet: its bytes do not count for the limits of a line", "[telnet]") {
  std::string stream = "12345678";
  for (int i = 0; i < 40'000; ++i) stream += "\xFF\xFB\x01";
  stream += "\r\n";
  CHECK(decode({stream}, 8).events == std::vector<std::string>{"[12345678]"});
  CHECK(decode(cut(stream, 1000), 8).events == std::vector<std::string>{"[12345678]"});
}

TEST_CASE("telnet: a doubled IAC is not dropped quietly: the line is seen to be none", "[telnet]") {
  std::string scratch;
  for (const std::string_view line : {"w\xFF\xFFho\r\n", "\xFF\xFFwho\n", "who\xFF\xFF\n", "a\xFF\xFF\xFF\xFF\n"}) {
    for (const std::size_t size : {1U, 2U, 3U, 100U}) {
      const auto out = decode(cut(line, size), 100);
      REQUIRE(out.events.size() == 1);
      REQUIRE(out.events[0].starts_with('['));
      CHECK(confab::read_command(out.events[0], scratch).trouble == confab::problem::not_utf8);
    }
  }
}

TEST_CASE("telnet: a stream that begins with 0xFF 0xFE is UTF-16", "[telnet]") {
  const std::string first = "\xFF\xFE\x60\x4F\x7D\x59\n\0"s;  // 你好
  for (std::size_t size = 1; size <= first.size(); ++size) {
    const auto out = decode(cut(first, size), 100);
    REQUIRE(out.events.size() == 2);
    CHECK(out.events[0] == "[\xFF\xFE\x60\x4F\x7D\x59]");
    CHECK(out.telnet_replies.empty());
  }
  // Anywhere else it is a command, and so is what else a stream begins with.
  CHECK(decode(cut("a\xFF\xFE\x01z\n", 1), 100).events == std::vector<std::string>{"[az]"});
  CHECK(decode({"\n\xFF\xFE\x01z\n"}, 100).events == std::vector<std::string>{"[]", "[z]"});
  CHECK(decode({"\n", "\xFF\xFE\x01z\n"}, 100).events == std::vector<std::string>{"[]", "[z]"});
  CHECK(decode(cut("\xFF\xFC\x01\xFF\xFE\x01z\n", 1), 100).events == std::vector<std::string>{"[z]"});
  CHECK(decode(cut("\xFF\xFB\x01z\n", 1), 100).telnet_replies == "\xFF\xFE\x01");
}

TEST_CASE("telnet: 0xFF at the end of a line does not take the next line with it", "[telnet]") {
  std::string scratch;
  for (const std::size_t size : {1U, 2U, 100U}) {
    const auto out = decode(cut("one\xFF\ntwo\n", size), 100);
    REQUIRE(out.events == std::vector<std::string>{"[one\xFF]", "[two]"});
  }
  CHECK(confab::read_command("one\xFF", scratch).trouble == confab::problem::not_utf8);
}

#include "common/line_decoder.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/common/decoding.hpp"

using namespace std::string_literals;
using confab::line_decoder;
using confab::test::cut;
using confab::test::decode;
using confab::test::decoded;
using strings = std::vector<std::string>;

namespace {

constexpr std::size_t limit = 16;

/// Everything that a stream may hold, with a limit of 16 bytes.
const std::string rich =
    "hello\n"
    "\n"
    "crlf\r\n"
    "\r\n"
    "\n\n"
    "bare\rcr\n"
    "two\r\r\n"
    "你好，😀\n"
    "exactly sixteen.\n"
    "exactly sixteen.\r\n"
    "one over sixteen.\n"
    "one over sixteen.\r\n"
    "far over the limit, so far that nobody gets it\r\n"
    "\xC3\x28 \xFE\x80\n"s
    "nul\0nul\n"s
    "tel\xFF\xFB\x01net\n"s
    "\xFF\xFD\x1F\xFF\xFA\x18\x00\n\xFF\xFF\xF0\r\n\xFF\xF0"s
    "a\xFF\xFF"s
    "b\xFF\xF1\r\n"s
    "\xEF\xBB\xBFnot first\n"s
    "cr nul\r\0\r\0after\r\r\0\0\r\n"s
    "last";

const strings rich_lines{"[hello]",
                         "[]",
                         "[crlf]",
                         "[]",
                         "[]",
                         "[]",
                         "[bare\rcr]",
                         "[two\r]",
                         "[你好，😀]",
                         "[exactly sixteen.]",
                         "[exactly sixteen.]",
                         "too long",
                         "too long",
                         "too long",
                         "[\xC3\x28 \xFE\x80]",
                         "[nul\0nul]"s,
                         "[telnet]",
                         "[a\xFF"
                         "b]",
                         "[\xEF\xBB\xBFnot first]",
                         "[cr nul]",
                         "[]",
                         "[after\r]",
                         "[\0]"s,
                         "[last]"};
const std::string rich_replies = "\xFF\xFE\x01\xFF\xFC\x1F";

}  // namespace

TEST_CASE("line decoder: a stream in one piece gives its lines", "[line_decoder]") {
  const decoded out = decode({rich}, limit);
  CHECK(out.events == rich_lines);
  CHECK(out.telnet_replies == rich_replies);
}

TEST_CASE("line decoder: a stream cut at any byte gives the same lines", "[line_decoder]") {
  const decoded whole{rich_lines, rich_replies};
  std::size_t right = 0;  // cheaper than a CHECK for each
  for (std::size_t size = 1; size <= rich.size(); ++size) {
    if (decode(cut(rich, size), limit) != whole) FAIL("pieces of " << size);
    ++right;
  }
  CHECK(right == rich.size());
  right = 0;
  const std::string_view stream(rich);
  for (std::size_t first = 0; first <= rich.size(); ++first) {
    for (std::size_t second = first; second <= rich.size(); ++second) {
      const decoded out =
          decode({stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}, limit);
      if (out != whole) FAIL("cut at " << first << " and " << second);
      ++right;
    }
  }
  CHECK(right == (rich.size() + 1) * (rich.size() + 2) / 2);
}

TEST_CASE("line decoder: a line may have as many bytes as the limit says, not counting its end", "[line_decoder]") {
  for (const std::string& end : {"\n"s, "\r\n"s, "\r\0"s, ""s, "\r"s}) {
    for (const std::size_t length : {limit - 1, limit, limit + 1, limit + 2, limit + 3, 10 * limit}) {
      const std::string line(length, 'x');
      const std::string stream = line + end;
      CAPTURE(length, stream);
      const strings expected{length <= limit ? "[" + line + "]" : "too long"s};
      CHECK(decode({stream}, limit).events == expected);
      CHECK(decode(cut(stream, 1), limit).events == expected);
      for (std::size_t at = 1; at < stream.size(); ++at) {
        REQUIRE(decode({std::string_view(stream).substr(0, at), std::string_view(stream).substr(at)}, limit).events ==
                expected);
      }
    }
  }
}

TEST_CASE("line decoder: CR NUL ends a line, also one that is over the limit, and nothing else of the kind does",
          "[line_decoder]") {
  const strings expected{"[one]", "too long", "[]", "[a\0b]"s, "[c\rd]", "[\0]"s, "[last]"};
  const std::string stream = "one\r\0one over sixteen.\r\0\r\0a\0b\nc\rd\r\0\0\nlast\r\0"s;
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    CAPTURE(size);
    CHECK(decode(cut(stream, size), limit).events == expected);
  }
}

TEST_CASE("line decoder: lines that end far into a piece end where they do", "[line_decoder]") {
  for (const std::size_t length : {510U, 511U, 512U, 513U, 1023U, 1024U, 1025U, 2000U}) {
    for (const std::string& end : {"\n"s, "\r\n"s, "\r\0"s}) {
      CAPTURE(length, end);
      const std::string line(length, 'x');
      CHECK(decode({line + end + "next" + end}, 4096).events == strings{"[" + line + "]", "[next]"});
      const std::string nuls(length, '\0');
      CHECK(decode({nuls + end + "next" + end}, 4096).events == strings{"[" + nuls + "]", "[next]"});
    }
  }
}

TEST_CASE("line decoder: one byte order mark that the stream begins with is left out, however it is cut",
          "[line_decoder]") {
  struct sample {
    std::string stream;
    strings lines;
  };
  const std::string bom = "\uFEFF";
  for (const sample& each : {
           sample{bom + "who\nnext", {"[who]", "[next]"}},
           sample{bom + bom + "who\n", {"[" + bom + "who]"}},
           sample{bom + "\n" + bom + "x\n", {"[]", "[" + bom + "x]"}},
           sample{bom + "\r\0"s, {"[]"}},
           sample{bom, {}},
           sample{"\n" + bom + "x\n", {"[]", "[" + bom + "x]"}},
           sample{"\xEF\n", {"[\xEF]"}},
           sample{"\xEF\xBB\n", {"[\xEF\xBB]"}},
           sample{"\xEF\xBB", {"[\xEF\xBB]"}},
           sample{"\xEF", {"[\xEF]"}},
           sample{"\xEF\xBB\xBD\n", {"[\xEF\xBB\xBD]"}},
           sample{"\xEF\xEF\xBB\xBFx\n", {"[\xEF\xEF\xBB\xBFx]"}},
           sample{"x\n", {"[x]"}},
           sample{bom + "exactly sixteen.\r\n", {"[exactly sixteen.]"}},
           sample{bom + "one over sixteen.\n", {"too long"}},
           sample{"\xFF\xF1" + bom + "x\n", {"[x]"}},
       }) {
    CAPTURE(each.stream);
    for (std::size_t size = 1; size <= each.stream.size(); ++size) {
      CAPTURE(size);
      CHECK(decode(cut(each.stream, size), limit).events == each.lines);
    }
  }
  line_decoder decoder(limit);
  decoder.feed("\xEF");
  CHECK(decoder.next() == line_decoder::event::need_more);
  CHECK(decoder.mid_line());
}

TEST_CASE("line decoder: after a line over the limit the next one is whole", "[line_decoder]") {
  const std::string stream = std::string(limit + 1, 'x') + "\nnext\n" + std::string(1000, 'y') + "\r\nafter";
  const strings expected{"too long", "[next]", "too long", "[after]"};
  CHECK(decode({stream}, limit).events == expected);
  CHECK(decode(cut(stream, 1), limit).events == expected);
  CHECK(decode(cut(stream, 7), limit).events == expected);
}

TEST_CASE("line decoder: the start of a line over the limit is still there, however it is cut", "[line_decoder]") {
  const std::string line = "0123456789abcdefghijklmnopqrstuvwxyz";
  const std::size_t most = GENERATE(std::size_t{1}, std::size_t{14}, std::size_t{15}, std::size_t{16}, std::size_t{30});
  const std::string end = GENERATE(as<std::string>{}, "\n", "\r\n", "");
  for (std::size_t size = 1; size <= line.size() + end.size(); ++size) {
    line_decoder decoder(most);
    std::vector<std::string> starts;
    const auto keep = [&](line_decoder::event what) {
      if (what == line_decoder::event::too_long) starts.emplace_back(decoder.line());
      return what != line_decoder::event::need_more;
    };
    const std::string stream = line + end;
    for (const std::string_view piece : cut(stream, size)) {
      decoder.feed(piece);
      while (keep(decoder.next())) {
      }
    }
    keep(decoder.finish());
    REQUIRE(starts == strings{line.substr(0, line_decoder::start_size)});
  }
}

TEST_CASE("line decoder: too many bytes without an LF end the stream", "[line_decoder]") {
  constexpr std::size_t most = line_decoder::max_unterminated;
  const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{4096}, std::size_t{4095}, 2 * most);
  CAPTURE(piece);
  const std::string before = "before\n";
  CHECK(decode(cut(before + std::string(most - 1, 'x') + "\nafter\n", piece), limit).events ==
        strings{"[before]", "too long", "[after]"});
  CHECK(decode(cut(before + std::string(most - 1, 'x'), piece), limit).events == strings{"[before]", "too long"});
  CHECK(decode(cut(before + std::string(most - 2, 'x') + "\r\nafter\n", piece), limit).events ==
        strings{"[before]", "too long", "[after]"});
  for (const std::size_t length : {most, most + 1}) {
    CHECK(decode(cut(before + std::string(length, 'x') + "\nafter\n", piece), limit).events ==
          strings{"[before]", "overrun"});
    CHECK(decode(cut(before + std::string(length, 'x'), piece), limit).events == strings{"[before]", "overrun"});
  }
}

TEST_CASE("line decoder: the longest limit still refuses before it ends the stream", "[line_decoder]") {
  constexpr std::size_t longest = line_decoder::max_unterminated - 1;
  const std::string line(longest, 'x');
  CHECK(decode({line + "\n"}, longest).events == strings{"[" + line + "]"});
  CHECK(decode(cut(line + "\n", 1000), longest).events == strings{"[" + line + "]"});
  CHECK(decode(cut(line + "x\n", 1000), longest).events == strings{"overrun"});
}

TEST_CASE("line decoder: the end of the stream ends a last line, once", "[line_decoder]") {
  line_decoder decoder(limit);
  CHECK(decoder.finish() == line_decoder::event::need_more);

  decoder.feed("one\ntw");
  CHECK(decoder.next() == line_decoder::event::line);
  CHECK(decoder.line() == "one");
  CHECK_FALSE(decoder.mid_line());
  CHECK(decoder.next() == line_decoder::event::need_more);
  CHECK(decoder.mid_line());
  decoder.feed("o");
  CHECK(decoder.next() == line_decoder::event::need_more);
  CHECK(decoder.finish() == line_decoder::event::line);
  CHECK(decoder.line() == "two");
  CHECK_FALSE(decoder.mid_line());
  CHECK(decoder.finish() == line_decoder::event::need_more);
}

TEST_CASE("line decoder: nothing is left at the end after a whole line", "[line_decoder]") {
  CHECK(decode({"one\n"}, limit).events == strings{"[one]"});
  CHECK(decode({"o", "ne\n"}, limit).events == strings{"[one]"});
  CHECK(decode({"", "\n", ""}, limit).events == strings{"[]"});
  CHECK(decode({}, limit).events.empty());
}

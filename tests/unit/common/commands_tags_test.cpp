#include <string>
#include <string_view>

#include "common/commands.hpp"
#include "common/safe_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/meaning.hpp"

using namespace std::string_literals;
using namespace confab::meanings;
using confab::command;
using confab::max_tag;
using confab::problem;
using confab::read_command;
using confab::verb;

TEST_CASE("commands: a tag goes with whatever it marks", "[commands]") {
  check({
      {"/tag t who", tagged("t", wants(verb::who))},
      {"/tag t hello there", tagged("t", says("hello there"))},
      {"/tag t  //x", tagged("t", says("/x"))},
      {"/tag 标记 /say who", tagged("标记", says("who"))},
      {"/tag t to bob  hi", tagged("t", wants(verb::whisper, "hi", "bob"))},
      {"/tag /who /who", tagged("/who", wants(verb::who))},
      {"/tag t /dance", tagged("t", refused(problem::unknown_command, "/dance"))},
      {"/tag t to", tagged("t", refused(problem::whisper_needs_name))},
      {"/tag t tag", tagged("t", says("tag"))},
      {"/tag t /tag", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u who", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u /tag v who", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u /dance", tagged("t", refused(problem::tag_in_tag))},
  });
}

TEST_CASE("commands: a tag that is in order goes with a line that is not UTF-8", "[commands]") {
  check({
      {"/tag e caf\xE9", tagged("e", refused(problem::not_utf8))},
      {" \u3000/tag\u3000标记  \xE9", tagged("标记", refused(problem::not_utf8))},
      {"/tag a\x1Bz caf\xE9", tagged("a\uFFFDz", refused(problem::not_utf8))},
      {"/tag " + std::string(64, 't') + " \xE9", tagged(std::string(64, 't'), refused(problem::not_utf8))},
      {"/tag " + std::string(65, 't') + " \xE9", tagged(std::string(64, 't'), refused(problem::not_utf8))},
      {"/tag caf\xE9 hello", refused(problem::not_utf8)},
      {"/tag caf\xE9", refused(problem::not_utf8)},
      {"/say e caf\xE9", refused(problem::not_utf8)},
      {"/tag\xE9 e hello", refused(problem::not_utf8)},
      {"\xE9/tag e hello", refused(problem::not_utf8)},
  });
}

TEST_CASE("commands: a tag has up to 64 bytes", "[commands]") {
  CHECK(confab::max_tag == 64);
  for (const std::size_t size : {std::size_t{1}, std::size_t{63}, std::size_t{64}}) {
    const std::string tag(size, 't');
    CHECK(read("/tag " + tag + " who") == tagged(tag, wants(verb::who)));
  }
  // Its owner hears of the refusal by the start of it, which ends with a character.
  const auto too_long = [](std::string start) { return tagged(std::move(start), refused(problem::tag_too_long)); };
  CHECK(read("/tag " + std::string(65, 't') + " who") == too_long(std::string(64, 't')));
  CHECK(read("/tag " + std::string(4000, 't') + " who") == too_long(std::string(64, 't')));
  CHECK(read("/tag " + std::string(65, 't')) == too_long(std::string(64, 't')));
  std::string wide;
  for (int i = 0; i < 21; ++i) wide += "标";
  CHECK(read("/tag " + wide + "t who") == tagged(wide + "t", wants(verb::who)));
  CHECK(read("/tag " + wide + "é who") == too_long(wide));
  for (std::size_t before = 0; before <= 64; ++before) {
    const std::string start(before, 't');
    const std::string fits = start + (before + 4 <= 64 ? "\U0001F600" : "");
    const std::string read_tag = read("/tag " + start + "\U0001F600" + std::string(64, 'u') + " who").tag;
    CHECK(read_tag == fits + std::string(before + 4 <= 64 ? 64 - before - 4 : 0, 'u'));
  }
}

TEST_CASE("commands: what stands for a tag is no longer than a tag may be, made safe as well", "[commands]") {
  for (const char* const odd : {"\x01", "\x7F", "\u202E", "\u0085"}) {
    for (std::size_t count = 1; count <= 66; ++count) {
      std::string tag;
      for (std::size_t i = 0; i < count; ++i) tag += odd;
      CAPTURE(odd, count);
      for (const char* const rest : {" who", " hello", " /dance", " to"}) {
        const auto got = read(("/tag " + tag) += rest);
        CHECK(got.tag.size() <= confab::max_tag);
        CHECK_FALSE(got.tag.empty());
      }
    }
  }
}

TEST_CASE("commands: wherever a tag is cut off, what is left of it is safe", "[commands]") {
  // A direction mark may stand between two letters of Hebrew, and not without the second. It is cut at each byte of it.
  for (const std::string_view word : {"א\u200Fב", "א\u200F\u05B8ב", "א\u200F\u061C\u05B8\u200Dב", "אב\x01\u200Eג"}) {
    for (std::size_t before = max_tag - 20; before <= max_tag + 1; ++before) {
      const std::string token = std::string(before, 't').append(word).append(word);
      for (const std::string_view rest : {"", " who", " \xE9"}) {
        const std::string line = ("/tag " + token).append(rest);
        CAPTURE(before, line);
        std::string scratch;
        const command read = read_command(line, scratch);
        CHECK(read.tag.size() > max_tag - 20);
        CHECK(read.tag.size() <= max_tag);
        CHECK(confab::is_safe(read.tag));
      }
    }
  }
}

TEST_CASE("commands: a tag without a command is refused under that tag", "[commands]") {
  check({
      {"/tag", refused(problem::missing_argument, "/tag TOKEN COMMAND")},
      {"/tag \u3000", refused(problem::missing_argument, "/tag TOKEN COMMAND")},
      {"/tag t", tagged("t", refused(problem::missing_argument, "/tag TOKEN COMMAND"))},
      {"/tag t \u3000", tagged("t", refused(problem::missing_argument, "/tag TOKEN COMMAND"))},
      {" /tag  标记 ", tagged("标记", refused(problem::missing_argument, "/tag TOKEN COMMAND"))},
      {"/tag " + std::string(64, 't'),
       tagged(std::string(64, 't'), refused(problem::missing_argument, "/tag TOKEN COMMAND"))},
  });
}

TEST_CASE("commands: tags in tags as long as a line can be take no stack", "[commands]") {
  std::string line;
  while (line.size() < 60'000) line += "/tag t ";
  CHECK(read(line + "who") == tagged("t", refused(problem::tag_in_tag)));
}

TEST_CASE("commands: a line that is not UTF-8 is refused whole", "[commands]") {
  for (const std::string_view line : {"\xC4\xE3\xBA\xC3", "hello \xFF", "to bob \xFF", "who\xC0\x80", "\xED\xA0\x80"}) {
    CHECK(read(line) == refused(problem::not_utf8));
  }
}

TEST_CASE("commands: a line with a NUL is no text", "[commands]") {
  for (const std::string& line : {"nul\0"s, "\0"s, "\0who"s, "w\0h\0o\0"s, "\0w\0h\0o"s, "to bob a\0b"s, "/say \0"s,
                                  "\0h\0e\0l\0l\0o"s, "\xFE\xFF\0h"s, "\xEF\xBB\xBF\0h"s}) {
    CAPTURE(line);
    CHECK(read(line) == refused(problem::not_utf8));
  }
  CHECK(read("/tag t a\0b"s) == tagged("t", refused(problem::not_utf8)));
  CHECK(read("/tag t\0 hello"s) == refused(problem::not_utf8));
}

TEST_CASE("commands: what others will see is made safe first", "[commands]") {
  check({
      {"\x1B[31mred", says("\uFFFD[31mred")},
      {"a\rb", says("a\uFFFDb")},
      {"to bob a\u202Eb", wants(verb::whisper, "a\uFFFDb", "bob")},
      {"rename a\u2028b", wants(verb::rename, "a\uFFFDb")},
      {"to\u2028bob\u0085a\u2029b", wants(verb::whisper, "a\uFFFDb", "bob")},
      {"a\u0085b \u2028c", says("a\uFFFDb \uFFFDc")},
      {"/da\x07nce", refused(problem::unknown_command, "/da\uFFFDnce")},
      {"/tag t\x01 who", tagged("t\uFFFD", wants(verb::who))},
      {"tab\tstays", says("tab\tstays")},
      {"hello\x1F", says("hello\uFFFD")},
      {"who\x1F", wants(verb::who)},
  });
}

TEST_CASE("commands: views point into the line, or into the scratch string where it was changed", "[commands]") {
  const std::string line = "  to bob hello there";
  std::string scratch;
  const command plain = read_command(line, scratch);
  CHECK(plain.text.data() == line.data() + line.find("hello"));
  CHECK(scratch.empty());

  const std::string unsafe = "to bob a\x01";
  const command changed = read_command(unsafe, scratch);
  CHECK(changed.text.data() == scratch.data() + scratch.find('a'));
}

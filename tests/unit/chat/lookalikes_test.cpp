#include "server/chat/lookalikes.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/commands.hpp"
#include "common/letter_shapes.hpp"
#include "common/names.hpp"
#include "common/opening.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using confab::chat::looks;
using confab::chat::looks_of;
using confab::chat::looks_reserved;
using confab::chat::mixes_scripts;

namespace {

bool look_alike(std::string_view a, std::string_view b) {
  const looks one = looks_of(a);
  const looks other = looks_of(b);
  return one.as_written == other.as_written || one.as_written == other.in_capitals ||
         one.in_capitals == other.as_written || one.in_capitals == other.in_capitals;
}

}  // namespace

TEST_CASE("lookalikes: scripts that no language mixes are not mixed", "[lookalikes]") {
  for (const std::string_view name : {"аlice", "alicе", "bоb", "Σigma", "ИванTom", "Tomиван", "αlpha", "раypal",
                                      "ｐаul", "Ꭺlice", "小明иван", "한국カナ", "שרהbob", "अनिताbob", "ⲁlice", "aһa"}) {
    CAPTURE(name);
    CHECK(mixes_scripts(name));
  }
}

TEST_CASE("lookalikes: names of one script, and what is mixed in East Asia, are fine", "[lookalikes]") {
  for (const std::string_view name :
       {"alice",   "Zoë",     "bob2",         "_x_",     "a-b.c",   "ａｌｉｃｅ", "𝐀𝐥𝐢𝐜𝐞",    "小明Tom",
        "Tom小明", "山田Tom", "カナさん山田", "カナTom", "한국Tom", "金정은",     "ㄅㄆ小明", "Иван",
        "Иван2",   "Ελένη",   "فاطمة",        "فاطمة1",  "שרה",     "สมชาย",      "अनिता",    "ñandú",
        "𠮷野",    "z\u0323", "ᏔᎵ",           "1",       "2026",    "٣٤"}) {
    CAPTURE(name);
    CHECK_FALSE(mixes_scripts(name));
  }
}

TEST_CASE("lookalikes: names that look the same are seen to, in any case", "[lookalikes]") {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{{"alice", "aIice"},
                                                                             {"alice", "ALlCE"},
                                                                             {"Alice", "ALICE"},
                                                                             {"tom", "torn"},
                                                                             {"user1", "userl"},
                                                                             {"раура", "paypa"},
                                                                             {"ABE", "ΑΒΕ"},
                                                                             {"abe", "ΑΒΕ"},
                                                                             {"口", "ロ"},
                                                                             {"bob0", "bobO"},
                                                                             {"соѕо", "coso"},
                                                                             {"alice", "ａｌｉｃｅ"},
                                                                             {"bob", "b0b"},
                                                                             {"한", "하ᄂ"}}) {
    CAPTURE(a, b);
    CHECK(look_alike(a, b));
    CHECK(look_alike(b, a));
  }
}

TEST_CASE("lookalikes: other names are not", "[lookalikes]") {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{{"alice", "alicia"},
                                                                             {"bob", "bab"},
                                                                             {"tom", "tim"},
                                                                             {"user1", "user2"},
                                                                             {"小明", "小红"},
                                                                             {"Иван", "Ivan"},
                                                                             {"zoe", "zoë"},
                                                                             {"al", "ai"},
                                                                             {"a.b", "a-b"},
                                                                             {"bot10", "bot11"}}) {
    CAPTURE(a, b);
    CHECK_FALSE(look_alike(a, b));
  }
}

TEST_CASE("lookalikes: reserved words and commands are seen in every guise", "[lookalikes]") {
  std::size_t words = 0;
  for (const std::string_view word : confab::reserved_names()) {
    CAPTURE(word);
    CHECK(looks_reserved(looks_of(word)));
    ++words;
  }
  for (const confab::command_row& row : confab::command_table()) {
    CAPTURE(row.word);
    CHECK(looks_reserved(looks_of(row.word)));
    ++words;
  }
  CHECK(words > 60);
  for (const std::string_view name : {"adrnin", "ADMlN", "rne", "rnenu", "l", "I", "O", "аdmіn", "confɑb"}) {
    CAPTURE(name);
    CHECK(looks_reserved(looks_of(name)));
  }
  for (const std::string_view name : {"alice", "o", "i", "x", "admins", "mei", "5", "小明", "我们"}) {
    CAPTURE(name);
    CHECK_FALSE(looks_reserved(looks_of(name)));
  }
}

TEST_CASE("lookalikes: the longest names are looked at like any other", "[lookalikes]") {
  std::string longest;
  for (int i = 0; i < 32; ++i) longest += "ﷺ";  // eighteen letters each
  CHECK(look_alike(longest, longest));
  CHECK_FALSE(look_alike(longest, longest.substr(0, longest.size() - 3)));
  CHECK(look_alike(std::string(32, 'm'), std::string(32, 'M') + "") == look_alike("m", "M"));
}

TEST_CASE("lookalikes: the letters that commands are written with are told by shape as ICU tells them",
          "[lookalikes]") {
  std::size_t alike = 0;
  const std::string_view letters = "adeghilmnopqrstuwx";
  std::vector<std::pair<std::uint64_t, char>> shapes;
  for (const char each : letters) {
    shapes.emplace_back(looks_of({&each, 1}).as_written, each);
    const char capital = static_cast<char>(each - 'a' + 'A');
    const std::uint64_t look = looks_of({&capital, 1}).as_written;
    // A capital I has the look of a small l.
    if (std::none_of(shapes.begin(), shapes.end(), [&](const auto& known) { return known.first == look; }) &&
        capital != 'I')
      shapes.emplace_back(look, each);
  }
  for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
    if ((c >= 0xD800 && c < 0xE000) || (c >= 0x4E00 && c <= 0x9FFF)) continue;
    std::string text;
    confab::utf8::append(text, c);
    if (!confab::fold_word(text).text().empty()) continue;  // already folded to what commands are compared as
    const std::uint64_t look = looks_of(text).as_written;
    for (const auto& [shape, letter] : shapes) {
      if (shape != look) continue;
      ++alike;
      if (confab::letter_shape(c) != letter) FAIL_CHECK(std::uint32_t(c) << " looks like " << letter);
    }
  }
  CHECK(alike > 300);
  for (char32_t c = 0; c < 0x80; ++c) CHECK(confab::letter_shape(c) == 0);
  CHECK(confab::letter_shape(U'中') == 0);
  CHECK(confab::letter_shape(0x110000) == 0);
}

#include "common/safe_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using confab::is_safe;
using confab::make_safe;

namespace {

constexpr const char* replaced = "\uFFFD";

std::string of(char32_t c) {
  std::string out;
  confab::utf8::append(out, c);
  return out;
}

struct range {
  std::string name;
  char32_t first;
  char32_t last;
};

// What must not reach a terminal; TAB is the hole between the first two.
const std::vector<range> unsafe{
    {"C0 before TAB", 0x00, 0x08},
    {"C0 after TAB", 0x0A, 0x1F},
    {"DEL and C1", 0x7F, 0x9F},
    {"line and paragraph separator", 0x2028, 0x2029},
    {"bidirectional embedding", 0x202A, 0x202E},
    {"bidirectional isolates", 0x2066, 0x2069},
    {"left-to-right and right-to-left mark", 0x200E, 0x200F},
    {"Arabic letter mark", 0x061C, 0x061C},
};

bool expected_unsafe(char32_t c) {
  for (const range& each : unsafe) {
    if (c >= each.first && c <= each.last) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("safe text: each code point of the unsafe ranges is replaced, its neighbours are not", "[safe_text]") {
  for (const range& each : unsafe) {
    CAPTURE(each.name);
    for (char32_t c = each.first; c <= each.last; ++c) {
      CAPTURE(static_cast<std::uint32_t>(c));
      CHECK_FALSE(is_safe(of(c)));
      CHECK_FALSE(is_safe("plain text, then é" + of(c)));
      CHECK(make_safe("a" + of(c) + "z") == std::string("a") + replaced + "z");
    }
  }
  for (const char32_t c : std::vector<char32_t>{0x09, 0x20, 0x7E, 0xA0, 0xA1, 0x200B, 0x200D, 0x2027, 0x202F, 0x2065,
                                                0x206A, 0xFEFF, 0xFFFD, 0x1F600}) {
    CAPTURE(static_cast<std::uint32_t>(c));
    CHECK(is_safe(of(c)));
    CHECK(make_safe(of(c)) == of(c));
  }
}

TEST_CASE("safe text: each ASCII character is judged the same wherever it stands, whatever is around it",
          "[safe_text]") {
  for (std::size_t size = 1; size <= 24; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char around : {' ', '~', '\t', 'a'}) {
        std::string text(size, around);
        for (int c = 0; c < 0x80; ++c) {
          text[at] = static_cast<char>(c);
          if (is_safe(text) == expected_unsafe(static_cast<char32_t>(c))) {
            CAPTURE(size, at, around, c);
            FAIL_CHECK("judged otherwise than alone");
          }
        }
      }
    }
  }
}

TEST_CASE("safe text: of all code points exactly those of the ranges are unsafe", "[safe_text]") {
  std::size_t right = 0;  // cheaper than a CHECK for each
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    const std::string text = of(c);
    if (is_safe(text) == expected_unsafe(c)) FAIL(static_cast<std::uint32_t>(c));
    if (make_safe(text) != (expected_unsafe(c) ? replaced : text)) FAIL(static_cast<std::uint32_t>(c));
    ++right;
  }
  CHECK(right == 0x110000 - 0x800);  // all but the surrogates
}

TEST_CASE("safe text: direction marks are safe within a word that is written from right to left, nowhere else",
          "[safe_text]") {
  for (const char32_t c : {char32_t{0x200E}, char32_t{0x200F}, char32_t{0x061C}}) {
    CAPTURE(static_cast<std::uint32_t>(c));
    const std::string mark = of(c);
    for (const std::string& text :
         {"ש" + mark + "ל", "ا" + mark + "ب", "ש" + mark + mark + "\u200Fל", "שָ" + mark + "ל", "ש" + mark + "\u05B8ל",
          "ش\u200D" + mark + "\u200Cش", "x ש" + mark + "ל x", "ש" + mark + "ל" + mark + "ם", "ߊ" + mark + "ߋ"}) {
      CAPTURE(text);
      CHECK(is_safe(text));
      CHECK(make_safe(text) == text);
    }
    for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                        {"ש", ""},
                                                                                        {"", "ש"},
                                                                                        {"a", "b"},
                                                                                        {"ש", "b"},
                                                                                        {"a", "ש"},
                                                                                        {"ש", " ש"},
                                                                                        {"ש ", "ש"},
                                                                                        {"ש", "1"},
                                                                                        {"ש", "\u202Eש"},
                                                                                        {"ש.", "ש"},
                                                                                        {"你", "好"},
                                                                                        {"\u05B8", "ש"},
                                                                                        {"ש", "\u05B8"},
                                                                                        {"", "\u05B8"},
                                                                                        {"ש\x01", "ש"}}) {
      CAPTURE(before, after);
      CHECK_FALSE(is_safe(before + mark + after));
      CHECK(make_safe(before + mark + after) == make_safe(before) + replaced + make_safe(after));
      CHECK(make_safe(before + mark + mark + after) == make_safe(before) + replaced + replaced + make_safe(after));
    }
    CHECK(make_safe("ש" + mark + "ל" + mark + " a" + mark + "ש" + mark + "ל") ==
          "ש" + mark + "ל" + replaced + " a" + replaced + "ש" + mark + "ל");
  }
}

TEST_CASE("safe text: however direction marks and letters are mixed, safe text is safe and stays as it is",
          "[safe_text]") {
  const std::vector<std::string> pieces{"ש", "ا", "a", " ", "\u200E", "\u200F", "\u061C", "\u05B8", "\u200D", "\u202E"};
  for (std::size_t number = 0; number < 100'000; number += 7) {
    std::string text;
    for (std::size_t rest = number; rest > 0; rest /= pieces.size()) text += pieces[rest % pieces.size()];
    const std::string safe = make_safe(text);
    if (!is_safe(safe) || make_safe(safe) != safe || is_safe(text) != (safe == text)) FAIL_CHECK(number);
  }
}

TEST_CASE("safe text: each ill-formed byte is replaced", "[safe_text]") {
  const std::string three = std::string(replaced) + replaced + replaced;
  CHECK(make_safe("a\xFFz") == std::string("a") + replaced + "z");
  CHECK(make_safe("\xF0\x9F\x98") == three);
  CHECK(make_safe("\xED\xA0\x80") == three);
  CHECK(make_safe("\xC0\xAF") == std::string(replaced) + replaced);
}

TEST_CASE("safe text: escape sequences and second lines lose their power", "[safe_text]") {
  CHECK(make_safe("\x1B[2J") == std::string(replaced) + "[2J");
  CHECK(make_safe("\u009B2J") == std::string(replaced) + "2J");
  CHECK(make_safe("a\r[1.2.3.4:5]admin: hi") == std::string("a") + replaced + "[1.2.3.4:5]admin: hi");
  CHECK(make_safe("a\nb") == std::string("a") + replaced + "b");
  CHECK(make_safe("tab\tstays") == "tab\tstays");
}

TEST_CASE("safe text: what is safe stays as it is", "[safe_text]") {
  CHECK(is_safe(""));
  CHECK(make_safe("").empty());
  for (const std::string_view text : {"plain", "你好，世界", "family 👩\u200D👩\u200D👧", "שלום", "naïve café", "a\tb"}) {
    CHECK(is_safe(text));
    CHECK(make_safe(text) == text);
  }
  const std::string once = make_safe("\x1B\x80\u2028x");
  CHECK(is_safe(once));
  CHECK(make_safe(once) == once);
}

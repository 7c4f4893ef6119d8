#include "common/normal_form.hpp"

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <utf8proc.h>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace std::string_literals;
using confab::max_marks_in_a_row;
using confab::normal_form;
using confab::normalise;
using confab::test::repeat;

namespace {

/// The same by utf8proc alone, whatever it costs.
std::string slow(std::string_view text, normal_form form) {
  constexpr unsigned composed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  constexpr unsigned folded = composed | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  utf8proc_uint8_t* raw = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &raw, static_cast<utf8proc_option_t>(form == normal_form::composed ? composed : folded));
  std::string out;
  if (size > 0) out.assign(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  std::free(raw);  // NOLINT: utf8proc's memory is malloc's
  return out;
}

std::string letter(char32_t c) {
  std::string out;
  confab::utf8::append(out, c);
  return out;
}

}  // namespace

TEST_CASE("normal form: every code point becomes what Unicode says", "[normal_form]") {
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    const std::string text = "a" + letter(c) + "\u0301\u0323";
    for (const normal_form form : {normal_form::composed, normal_form::folded}) {
      if (normalise(text, form) != slow(text, form)) FAIL_CHECK(static_cast<std::uint32_t>(c));
    }
  }
}

TEST_CASE("normal form: letters with up to 30 marks in any order become what Unicode says", "[normal_form]") {
  const std::vector<std::string> pieces{"a",      "E",      "한",     "\u1112", "\u1161", "\u0301", "\u0316", "\u0323",
                                        "\u0345", "\u3099", "か",     "ﾊ",      "ﾞ",      "\u200B", "\u0344", "ﬁ",
                                        "ß",      "\u05B0", "\u0F71", "\u0F73", "é",      "１"};
  std::mt19937 random(20'261'127);  // NOLINT: the same texts every time
  std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
  std::uniform_int_distribution<std::size_t> length(0, 14);  // two marks each at most
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (std::size_t n = length(random); n > 0; --n) text += pieces[piece(random)];
    for (const normal_form form : {normal_form::composed, normal_form::folded}) {
      if (normalise(text, form) != slow(text, form)) FAIL_CHECK(text);
    }
  }
}

TEST_CASE("normal form: of more than 30 marks on one letter the rest is left out, however they are spelt",
          "[normal_form]") {
  for (const std::size_t marks :
       {max_marks_in_a_row - 1, max_marks_in_a_row, max_marks_in_a_row + 1, std::size_t{2000}}) {
    CAPTURE(marks);
    const std::size_t left = std::min(marks, max_marks_in_a_row);
    CHECK(normalise("q" + repeat("\u0323", marks) + "x", normal_form::composed) == "q" + repeat("\u0323", left) + "x");
    CHECK(normalise("q" + repeat("\u0323\u200B", marks) + "x", normal_form::folded) ==
          "q" + repeat("\u0323", left) + "x");
    // A letter of its own, which becomes a mark.
    CHECK(normalise("q" + repeat("ﾞ", marks) + "x", normal_form::folded) == "q" + repeat("\u3099", left) + "x");
  }
  const std::string two = normalise(repeat("\u0301", 40) + "a" + repeat("\u0301", 40), normal_form::composed);
  CHECK(two == repeat("\u0301", 30) + "á" + repeat("\u0301", 29));
}

TEST_CASE("normal form: the work rises with the length of the text and not with its square", "[normal_form]") {
  for (const std::string& unit : {"\u0301\u0316"s, "\u0301\uFF9E"s, "\u0344\u0316"s, "\u0301\u200B\u0316\u2060"s,
                                  "a\u0301\u0316"s, "\u1D15E\u0316"s}) {
    CAPTURE(unit);
    for (const normal_form form : {normal_form::composed, normal_form::folded}) {
      std::size_t few = 0;
      std::size_t many = 0;
      const std::string one_line = repeat(unit, 4096 / unit.size());
      normalise(one_line, form, &few);
      normalise(repeat(one_line, 16), form, &many);
      CHECK(few <= one_line.size() * max_marks_in_a_row);
      CHECK(many <= 16 * (few + max_marks_in_a_row * max_marks_in_a_row));
    }
  }
  // Worst first: all marks of the higher class, then all of the lower.
  std::size_t moves = 0;
  normalise(repeat("\u0301", 1000) + repeat("\u0316", 1000), normal_form::folded, &moves);
  CHECK(moves <= max_marks_in_a_row * max_marks_in_a_row);
  moves = 0;
  normalise(repeat("a" + repeat("\u0301", 15) + repeat("\u0316", 15), 50), normal_form::folded, &moves);
  CHECK(moves <= 50 * max_marks_in_a_row * max_marks_in_a_row);
  CHECK(moves > 0);
}

TEST_CASE("normal form: plain letters, and what is no text", "[normal_form]") {
  std::string ascii;
  for (char c = 1; c < 127; ++c) ascii += c;
  CHECK(normalise(ascii, normal_form::composed) == ascii);
  CHECK(normalise(ascii, normal_form::folded) == slow(ascii, normal_form::folded));
  CHECK(normalise("", normal_form::folded).empty());
  CHECK(normalise("a\0B"s, normal_form::folded) == "a\0b"s);
  CHECK(normalise("é\0B"s, normal_form::folded) == "é\0b"s);
  CHECK(normalise("\xFF", normal_form::composed).empty());
  CHECK(normalise("a\xC3", normal_form::folded).empty());
}

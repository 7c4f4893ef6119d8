#pragma once

/// What Unicode says of single code points, as far as lines, names and commands need it. Pure functions; any thread.
namespace confab::characters {

/// C0, DEL and C1.
constexpr bool is_control(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// White space: the categories Zs, Zl and Zp, ASCII's blanks and U+0085.
constexpr bool is_space(char32_t c) noexcept {
  if (c <= 0x20) return c == U' ' || (c >= U'\t' && c <= U'\r');
  if (c < 0x1680) return c == 0x85 || c == 0xA0;
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// U+200E, U+200F and U+061C: they have their place within words that are written from right to left, and turn other
/// text around.
constexpr bool is_direction_mark(char32_t c) noexcept {
  return c == 0x200E || c == 0x200F || c == 0x061C;
}

/// Default_Ignorable_Code_Point: shows nothing, and means nothing to those who do not know it.
bool is_ignorable(char32_t c) noexcept;

/// A combining mark of any kind (categories Mn, Mc and Me).
bool is_mark(char32_t c) noexcept;

/// A decimal digit of any script (category Nd).
bool is_digit(char32_t c) noexcept;

/// A letter of a script that is written from right to left.
bool is_right_to_left_letter(char32_t c) noexcept;

/// Shows nothing that people would miss: format controls, what has no meaning (yet, or anywhere), the Braille blank,
/// and U+FFFD, which stands for a byte that was none.
bool is_meaningless(char32_t c) noexcept;

/// A letter or mark that shows nothing although it is not ignorable, such as the blanks among the hieroglyphs.
bool is_invisible(char32_t c) noexcept;

}  // namespace confab::characters

#include "common/characters.hpp"

#include <algorithm>
#include <array>

#include <utf8proc.h>

namespace confab::characters {
namespace {

const utf8proc_property_t& property(char32_t c) noexcept {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

bool is_letter(utf8proc_propval_t category) noexcept {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
static_assert(UTF8PROC_CATEGORY_LU < UTF8PROC_CATEGORY_LL && UTF8PROC_CATEGORY_LO == UTF8PROC_CATEGORY_LU + 4);

}  // namespace

bool is_ignorable(char32_t c) noexcept {
  return property(c).ignorable != 0;
}

bool is_mark(char32_t c) noexcept {
  const utf8proc_propval_t category = property(c).category;
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_digit(char32_t c) noexcept {
  return property(c).category == UTF8PROC_CATEGORY_ND;
}

bool is_right_to_left_letter(char32_t c) noexcept {
  if (c < 0x590) return false;  // nothing below is: the usual case needs no table
  const utf8proc_property_t& its = property(c);
  return is_letter(its.category) &&
         (its.bidi_class == UTF8PROC_BIDI_CLASS_R || its.bidi_class == UTF8PROC_BIDI_CLASS_AL);
}

bool is_meaningless(char32_t c) noexcept {
  if (c < 0x80) return false;
  switch (property(c).category) {
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO: return true;
    default: return c == 0x2800 || c == 0xFFFC || c == 0xFFFD || is_invisible(c);
  }
}

bool is_invisible(char32_t c) noexcept {
  struct range {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array ranges{
      range{0x2D7F, 0x2D7F},    // Tifinagh consonant joiner
      range{0x1107F, 0x1107F},  // Brahmi number joiner
      range{0x13430, 0x13455},  // Egyptian format controls, blanks and damage
      range{0x16FE4, 0x16FE4},  // Khitan filler
      range{0x1BC9D, 0x1BC9D},  // Duployan letter selector
  };
  return std::any_of(ranges.begin(), ranges.end(), [c](range r) { return c >= r.first && c <= r.last; });
}

}  // namespace confab::characters

#include "common/names.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "common/commands.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

std::string map(std::string_view text, int options) {
  struct free_deleter {
    void operator()(utf8proc_uint8_t* p) const { std::free(p); }
  };
  utf8proc_uint8_t* raw = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &raw, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, free_deleter> owned(raw);
  if (size < 0) return {};
  return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
}

bool is_mark(utf8proc_category_t category) {
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool allowed(char32_t c) {
  if (c == U'_' || c == U'-' || c == U'.') return true;
  const auto code_point = static_cast<utf8proc_int32_t>(c);
  // Default-ignorable letters (the Hangul fillers) show nothing: a name of them would look empty.
  if (utf8proc_get_property(code_point)->ignorable) return false;
  const utf8proc_category_t category = utf8proc_category(code_point);
  switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return is_mark(category);
  }
}

// Four groups of digits (of any script) with dots between, whatever follows: people would read it as an address.
bool like_an_address(std::string_view key) {
  int groups = 0;
  while (groups < 4) {
    std::size_t digits = 0;
    for (;;) {
      const utf8::decoded next = utf8::decode(key);
      if (next.size == 0 || utf8proc_category(static_cast<utf8proc_int32_t>(next.code_point)) != UTF8PROC_CATEGORY_ND)
        break;
      key.remove_prefix(next.size);
      ++digits;
    }
    if (digits == 0) return false;
    if (++groups == 4) return true;
    if (!key.starts_with('.')) return false;
    key.remove_prefix(1);
  }
  return true;
}

bool reserved(std::string_view key) {
  static constexpr std::array<std::string_view, 7> words{"system", "server",   "admin", "root",
                                                         "all",    "everyone", "exit"};
  return std::find(words.begin(), words.end(), key) != words.end() || find_command(key) != nullptr;
}

}  // namespace

std::variant<name, name_error> parse_name(std::string_view text) {
  std::string shown = map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (shown.empty()) return name_error::empty;
  if (utf8::length(shown) > max_name_length) return name_error::too_long;
  for (std::string_view rest = shown; !rest.empty();) {
    const utf8::decoded next = utf8::decode(rest);
    if (!allowed(next.code_point)) return name_error::bad_character;
    rest.remove_prefix(next.size);
  }
  const char32_t first = utf8::decode(shown).code_point;
  if (first == U'-' || first == U'.' || is_mark(utf8proc_category(static_cast<utf8proc_int32_t>(first)))) {
    return name_error::bad_start;
  }
  std::string key = name_key(shown);
  if (like_an_address(key)) return name_error::like_an_address;
  if (reserved(key)) return name_error::reserved;
  return name{std::move(shown), std::move(key)};
}

std::string name_key(std::string_view text) {
  if (is_plain_key(text)) return std::string(text);
  // utf8proc's NFKC_Casefold in one step: compatibility forms, folding, default-ignorables dropped.
  return map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

bool is_plain_key(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'); });
}

}  // namespace confab

#include "common/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <utf8proc.h>

#include "common/characters.hpp"
#include "common/commands.hpp"
#include "common/normal_form.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

bool allowed(char32_t c) {
  if (c == U'_' || c == U'-' || c == U'.') return true;
  const auto code_point = static_cast<utf8proc_int32_t>(c);
  // Some letters (the Hangul fillers, blanks among the hieroglyphs) show nothing: a name of them would look empty.
  if (characters::is_ignorable(c) || characters::is_invisible(c)) return false;
  const utf8proc_category_t category = utf8proc_category(code_point);
  switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return characters::is_mark(c);
  }
}

// Four groups of digits (of any script) with dots between, whatever follows: people would read it as an address.
bool like_an_address(std::string_view key) {
  int groups = 0;
  while (groups < 4) {
    std::size_t digits = 0;
    for (;;) {
      const utf8::decoded next = utf8::decode(key);
      if (next.size == 0 || !characters::is_digit(next.code_point)) break;
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

constexpr std::array<std::string_view, 49> reserved_words{
    // What others would trust.
    "system", "server", "admin", "administrator", "root", "confab", "confabd", "系统", "系統", "服务器", "伺服器",
    "管理员", "管理員",
    // Everybody, and where they are.
    "all", "everyone", "everybody", "lobby", "public", "private", "所有人", "大家", "大厅", "大廳", "公聊", "私聊",
    // What the client calls its user, and whom it talks to.
    "me", "you", "我", "你", "您",
    // What its menu takes.
    "0", "1", "2", "3", "4", "q", "menu", "bell", "clear", "菜单", "改名", "退出", "离开", "帮助", "幫助", "exit",
    "quit", "help", "bye"};

bool reserved(std::string_view key) {
  return std::find(reserved_words.begin(), reserved_words.end(), key) != reserved_words.end() ||
         find_command(key) != nullptr;
}

// Marks on one letter, each counted however it is spelt. Those with a width of their own, which some scripts write in
// words, do not count.
bool has_too_many_marks(std::string_view name) {
  std::size_t marks = 0;
  while (!name.empty()) {
    const utf8::decoded next = utf8::decode(name);
    name.remove_prefix(next.size);
    std::array<utf8proc_int32_t, 8> parts;  // the longest canonical decomposition has four
    const auto count =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(next.code_point), parts.data(),
                                static_cast<utf8proc_ssize_t>(parts.size()), UTF8PROC_DECOMPOSE, nullptr);
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
      switch (utf8proc_category(parts[static_cast<std::size_t>(i)])) {
        case UTF8PROC_CATEGORY_MC: break;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_ME:
          if (++marks > max_marks_on_a_letter) return true;
          break;
        default: marks = 0;
      }
    }
  }
  return false;
}

}  // namespace

std::span<const std::string_view> reserved_names() noexcept {
  return reserved_words;
}

std::variant<name, name_error> parse_name(std::string_view text) {
  if (text.size() > max_name_bytes) return name_error::too_long;  // before anything that costs
  std::string shown = normalise(text, normal_form::composed);
  if (shown.empty()) return name_error::empty;
  if (utf8::length(shown) > max_name_length) return name_error::too_long;
  for (std::string_view rest = shown; !rest.empty();) {
    const utf8::decoded next = utf8::decode(rest);
    if (!allowed(next.code_point)) return name_error::bad_character;
    rest.remove_prefix(next.size);
  }
  const char32_t first = utf8::decode(shown).code_point;
  if (first == U'-' || first == U'.' || characters::is_mark(first)) return name_error::bad_start;
  if (has_too_many_marks(text)) return name_error::too_many_marks;
  std::string key = name_key(shown);
  if (like_an_address(key)) return name_error::like_an_address;
  if (reserved(key)) return name_error::reserved;
  return name{std::move(shown), std::move(key)};
}

bool is_like_local_address(std::string_view key) noexcept {
  if (!key.starts_with(local_address)) return false;
  key.remove_prefix(local_address.size());
  if (key.empty()) return true;
  return key.size() > 1 && key.front() == '.' && key.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::string name_key(std::string_view text) {
  if (text.size() > max_name_bytes) return {};
  return is_plain_key(text) ? std::string(text) : normalise(text, normal_form::folded);
}

bool is_plain_key(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'); });
}

}  // namespace confab

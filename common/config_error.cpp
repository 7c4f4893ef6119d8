#include "common/config_error.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "common/config_file.hpp"
#include "common/safe_text.hpp"

namespace confab {
namespace {

// A key or a value may be as long as the file.
constexpr std::size_t most_of_key = 100;
constexpr std::size_t most_of_detail = 400;
constexpr std::size_t most_of_file = 400;

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Safe, and not much longer than `most`.
std::string shortened(std::string_view raw, std::size_t most) {
  std::string text = make_safe(raw);
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && continues_character(text[end])) --end;
  text.resize(end);
  return text + "...";
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

// With {0} for the key and {1} for the detail.
struct sentence {
  std::string_view en;
  std::string_view zh;
};

constexpr sentence sentence_of(config_fault what) {
  switch (what) {
    case config_fault::no_file: return {"no such file", "没有这个文件"};
    case config_fault::unreadable: return {"cannot be read: {1}", "无法读取：{1}"};
    case config_fault::not_plain: return {"not a plain file", "不是普通文件"};
    case config_fault::too_large: return {"larger than 1 MiB", "大于 1 MiB"};
    case config_fault::not_utf8: return {"not UTF-8", "不是 UTF-8"};
    case config_fault::too_many_dots: return {"more than 256 dots in one line", "一行里的点超过 256 个"};
    case config_fault::not_toml: return {"not TOML: {1}", "不是正确的 TOML：{1}"};
    case config_fault::not_closed: return {"the line ends before the closing quote", "这一行没有右引号"};
    case config_fault::not_quoted: return {"not TOML: {1}; text goes in quotes", "不是正确的 TOML：{1}；文字要加引号"};
    case config_fault::unknown_key:
      return {"unknown key {0}; the nearest that there is: {1}", "没有 {0} 这一项；最接近的是 {1}"};
    case config_fault::only_begins:
      return {"{0} is no key, only the beginning of these: {1}", "{0} 不是一项，只是这些项的开头：{1}"};
    case config_fault::table_list: return {"write [{0}] and not [[{0}]]", "请写 [{0}]，不要写 [[{0}]]"};
    case config_fault::action:
      return {"{0} belongs on the command line and not into a file", "{0} 只能写在命令行上，不能写在文件里"};
    case config_fault::repeated: return {"{0} is set in line {1} already", "{0} 在第 {1} 行已经设置"};
    case config_fault::not_text: return {"{0}: write text, in quotes", "{0}：请写带引号的文字"};
    case config_fault::not_a_number: return {"{0}: write a whole number", "{0}：请写整数"};
    case config_fault::not_true_false: return {"{0}: write true or false", "{0}：请写 true 或 false"};
    case config_fault::not_single: return {"{0}: write one value, not a list", "{0}：只能有一个值，不能是列表"};
    case config_fault::nul: return {"{0}: must not have U+0000 in it", "{0}：不能有 U+0000"};
    case config_fault::bad_value: break;
  }
  return {"{1}", "{1}"};
}
static_assert(most_config_bytes == 1024 * 1024 && most_config_dots == 256);  // as said above

}  // namespace

std::string explain(const config_error& error, std::string_view file, language lang) {
  const std::string name = shortened(one_line(std::string(file)), most_of_file);
  const sentence its = sentence_of(error.what);
  const std::string key = error.key.empty() ? "\"\"" : shortened(error.key, most_of_key);
  const std::string text = fmt::format(fmt::runtime(lang == language::zh ? its.zh : its.en), key,
                                       shortened(one_line(error.detail), most_of_detail));
  if (error.line == 0) return fmt::format("{}: {}", name, text);
  return fmt::format("{}:{}: {}", name, error.line, text);
}

}  // namespace confab

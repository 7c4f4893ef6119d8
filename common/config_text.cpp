#include "common/config_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include <fmt/format.h>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

// TOML's numbers have 63 bits and a sign; ours, which have no sign, may be larger.
bool is_toml_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size();
}

std::string written(std::string_view value, config_type type) {
  if (type == config_type::truth || (type == config_type::number && is_toml_number(value))) return std::string(value);
  return toml_quoted(value);
}

bool fits(const config_setting& setting) {
  return std::all_of(setting.values.begin(), setting.values.end(), [](const auto& each) {
    return utf8::valid(each.value) && each.value.find('\0') == std::string::npos;
  });
}

std::string list_of(const config_setting& setting, std::string_view before) {
  if (setting.values.empty()) return fmt::format("{}{} = []  # default\n", before, setting.key);
  std::string out = fmt::format("{}{} = [\n", before, setting.key);
  for (const auto& each : setting.values) {
    out += fmt::format("{}  {},  # {}\n", before, toml_quoted(each.value), make_safe(each.origin));
  }
  return out + fmt::format("{}]\n", before);
}

std::string line_of(const config_setting& setting) {
  const std::string_view before = setting.given ? "" : "# ";
  if (!fits(setting)) return fmt::format("# {}: cannot be written here, it is not UTF-8\n", setting.key);
  if (setting.type == config_type::texts) return list_of(setting, before);
  if (setting.values.empty()) return {};
  const auto& [value, origin] = setting.values.front();
  return fmt::format("{}{} = {}  # {}\n", before, setting.key, written(value, setting.type), make_safe(origin));
}

}  // namespace

std::string config_text(const std::vector<config_setting>& settings) {
  std::string out;
  for (const config_setting& each : settings) out += line_of(each);
  return out;
}

std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const utf8::decoded next = utf8::decode(text);
    const std::string_view its = text.substr(0, next.size);
    text.remove_prefix(next.size);
    if (next.code_point == U'"' || next.code_point == U'\\') {
      out += '\\';
      out += its;
    } else if (!is_safe(its) || next.code_point == U'\t') {
      out += fmt::format("\\u{:04X}", static_cast<std::uint32_t>(next.code_point));
    } else {
      out += its;
    }
  }
  return out + '"';
}

}  // namespace confab

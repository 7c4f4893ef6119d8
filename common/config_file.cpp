#include "common/config_file.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

// The only file that includes it. Deep values are refused: each level takes stack where they are read and freed.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 8
#include <toml++/toml.h>

#include "common/plain_file.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

// Of keys that stand in one line the first comes first.
struct placed_entry {
  std::size_t column = 0;
  config_entry entry;
};

std::size_t line_of(const toml::source_region& where) {
  return where.begin.line;
}

config_value value_of(const toml::node& node) {
  using kind = config_value::kind;
  config_value out{.line = line_of(node.source())};
  if (const auto* const text = node.as_string()) {
    out.type = kind::text;
    out.text = text->get();
  } else if (const auto* const number = node.as_integer()) {
    out.type = kind::number;
    out.text = std::to_string(number->get());
  } else if (const auto* const truth = node.as_boolean()) {
    out.type = kind::truth;
    out.text = truth->get() ? "true" : "false";
  } else if (node.is_array()) {
    out.type = kind::list;
  } else if (node.is_table()) {
    out.type = kind::table;
  }
  return out;
}

void collect(const toml::table& from, const std::string& key_so_far, const std::string& written_so_far,
             std::vector<placed_entry>& into) {
  for (const auto& [name, node] : from) {
    const std::string key = key_so_far + std::string(name.str());
    const std::string written = written_so_far + std::string(name.str());
    if (const toml::table* const inner = node.as_table(); inner != nullptr && !inner->empty()) {
      collect(*inner, key + "-", written + ".", into);
      continue;
    }
    placed_entry found{name.source().begin.column, {key, written, line_of(name.source()), value_of(node)}};
    if (const toml::array* const list = node.as_array()) {
      for (const toml::node& each : *list) found.entry.items.push_back(value_of(each));
    }
    into.push_back(std::move(found));
  }
}

// What the library looks at as a whole is first looked at line by line.
std::optional<config_error> check_lines(std::string_view text) {
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    const std::string_view its = text.substr(0, text.find('\n'));
    if (!utf8::valid(its)) return config_error{config_fault::not_utf8, line};
    if (static_cast<std::size_t>(std::count(its.begin(), its.end(), '.')) > most_config_dots) {
      return config_error{config_fault::too_many_dots, line};
    }
    text.remove_prefix(std::min(text.size(), its.size() + 1));
  }
  return std::nullopt;
}

// Without what the library was at, which is said in its own terms: "Error while parsing key-value pair: ".
std::string_view plain(std::string_view description) {
  if (!description.starts_with("Error while parsing ")) return description;
  const std::size_t end = description.find(": ");
  return end == std::string_view::npos ? description : description.substr(end + 2);
}

std::string_view line_at(std::string_view text, std::size_t number) {
  for (; number > 1; --number) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return text.substr(0, text.find('\n'));
}

// A quote that is not closed is told of as a line end, which is a control character.
bool is_about_line_end(std::string_view description, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return description.find("control characters") != std::string_view::npos &&
         std::none_of(line.begin(), line.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7F'; });
}

// Whether what is set is no number and not begun like anything else that TOML knows: `history = off`, `ip = 127.0.0.1`.
bool lacks_quotes(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view value = utf8::trim(line.substr(equals + 1));
  if (value.empty() || std::string_view("\"'[{#").find(value.front()) != std::string_view::npos) return false;
  const bool like_a_number = std::string_view("+-0123456789").find(value.front()) != std::string_view::npos;
  return !like_a_number || std::count(value.begin(), value.end(), '.') > 1;
}

config_error not_toml(const toml::parse_error& error, std::string_view text) {
  const std::size_t number = line_of(error.source());
  const std::string_view line = line_at(text, number);
  if (is_about_line_end(error.description(), line)) return {config_fault::not_closed, number};
  const config_fault what = lacks_quotes(line) ? config_fault::not_quoted : config_fault::not_toml;
  return {what, number, {}, std::string(plain(error.description()))};
}

config_error not_read(const file_fault& why) {
  switch (why.what) {
    case file_fault::kind::none_there: return {config_fault::no_file};
    case file_fault::kind::not_plain: return {config_fault::not_plain};
    case file_fault::kind::too_large: return {config_fault::too_large};
    case file_fault::kind::unreadable: break;
  }
  return {config_fault::unreadable, 0, {}, std::generic_category().message(why.error)};
}

}  // namespace

std::variant<config_entries, config_error> parse_config(std::string_view text) {
  if (text.size() > most_config_bytes) return config_error{config_fault::too_large};
  if (auto wrong = check_lines(text)) return std::move(*wrong);
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) return not_toml(parsed.error(), text);
  std::vector<placed_entry> found;
  collect(parsed.table(), {}, {}, found);
  std::sort(found.begin(), found.end(), [](const placed_entry& one, const placed_entry& other) {
    return std::tie(one.entry.line, one.column) < std::tie(other.entry.line, other.column);
  });
  config_entries out;
  out.reserve(found.size());
  for (placed_entry& each : found) out.push_back(std::move(each.entry));
  return out;
}

std::variant<config_entries, config_error> read_config_file(const std::string& name) {
  const auto read = read_plain_file(name, most_config_bytes);
  if (const auto* const why = std::get_if<file_fault>(&read)) return not_read(*why);
  return parse_config(std::get<std::string>(read));
}

}  // namespace confab

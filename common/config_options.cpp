#include "common/config_options.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "common/whole_number.hpp"

namespace confab {
namespace {

// Keys are short; of one that is not the beginning is enough to say what it is like.
constexpr std::size_t most_compared = 64;

// How many letters have to be put in, left out, changed or swapped with their neighbour.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> before_that(other.size() + 1);
  std::vector<std::size_t> before(other.size() + 1);
  std::vector<std::size_t> now(other.size() + 1);
  std::iota(before.begin(), before.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const bool same = one[i - 1] == other[j - 1];
      now[j] = std::min({before[j] + 1, now[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (swapped) now[j] = std::min(now[j], before_that[j - 2] + 1);
    }
    std::swap(before_that, before);
    std::swap(before, now);
  }
  return before[other.size()];
}

class reader {
 public:
  explicit reader(CLI::App& app) : app_(app) {
    for (CLI::Option* const each : config_options(app)) options_.emplace(long_name(*each), each);
  }

  std::variant<std::vector<config_argument>, config_error> read(const config_entries& entries) {
    for (const config_entry& each : entries) {
      if (auto wrong = add(each)) return std::move(*wrong);
    }
    return std::move(arguments_);
  }

 private:
  std::optional<config_error> add(const config_entry& entry) {
    const auto error = [&entry](config_fault what, std::string detail = {}) {
      return config_error{what, entry.line, entry.written, std::move(detail)};
    };
    const auto found = options_.find(entry.key);
    if (found == options_.end()) {
      if (is_action(entry.key)) return error(config_fault::action);
      const std::string longer = keys_from(entry.key);
      if (longer.empty()) return error(config_fault::unknown_key, nearest(entry.key));
      // Whoever leaves a table without keys has put them into comments.
      if (entry.value.type == config_value::kind::table) return std::nullopt;
      const bool has_tables = !entry.items.empty() && entry.items.front().type == config_value::kind::table;
      return has_tables ? error(config_fault::table_list) : error(config_fault::only_begins, longer);
    }
    const auto [earlier, is_first] = lines_.emplace(entry.key, entry.line);
    if (!is_first) return error(config_fault::repeated, std::to_string(earlier->second));
    return add_values(entry, config_type_of(*found->second));
  }

  std::optional<config_error> add_values(const config_entry& entry, config_type type) {
    if (entry.value.type != config_value::kind::list) return add_value(entry, entry.value, type);
    if (type != config_type::texts) return config_error{config_fault::not_single, entry.line, entry.written};
    for (const config_value& each : entry.items) {
      if (auto wrong = add_value(entry, each, type)) return wrong;
    }
    return std::nullopt;
  }

  std::optional<config_error> add_value(const config_entry& entry, const config_value& value, config_type type) {
    using kind = config_value::kind;
    const auto error = [&](config_fault what) { return config_error{what, value.line, entry.written}; };
    const std::string option = "--" + entry.key;
    switch (type) {
      case config_type::truth:
        if (value.type != kind::truth) return error(config_fault::not_true_false);
        arguments_.push_back({entry.key, {option + "=" + value.text}, value.line});
        return std::nullopt;
      case config_type::number:
        if (value.type != kind::number && value.type != kind::text) return error(config_fault::not_a_number);
        break;
      case config_type::text:
      case config_type::texts:
        if (value.type != kind::text) return error(config_fault::not_text);
        break;
    }
    if (value.text.find('\0') != std::string::npos) return error(config_fault::nul);
    // In two words: CLI11 takes the word behind `--name=` for the value of that.
    arguments_.push_back({entry.key, {option, value.text}, value.line});
    return std::nullopt;
  }

  bool is_action(const std::string& key) const {
    return key.size() > 1 && key.front() != '-' && app_.get_option_no_throw("--" + key) != nullptr;
  }

  // Those that begin with the name of a table, separated by commas.
  std::string keys_from(const std::string& table) const {
    std::string out;
    const auto first = options_.lower_bound(table + "-");
    for (auto each = first; each != options_.end() && each->first.starts_with(table + "-"); ++each) {
      if (each != first) out += ", ";
      out += each->first;
    }
    return out;
  }

  std::string nearest(std::string_view key) const {
    const std::string_view compared = key.substr(0, most_compared);
    const auto best =
        std::min_element(options_.begin(), options_.end(), [compared](const auto& one, const auto& other) {
          return distance(compared, one.first) < distance(compared, other.first);
        });
    return best == options_.end() ? std::string() : best->first;
  }

  CLI::App& app_;
  std::map<std::string, CLI::Option*> options_;
  std::map<std::string, std::size_t> lines_;
  std::vector<config_argument> arguments_;
};

bool takes_a_number(CLI::Option& option) {
  try {
    option.get_validator(whole_number_check);
    return true;
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

}  // namespace

std::string long_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? std::string() : option.get_lnames().front();
}

config_type config_type_of(CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return config_type::truth;
  if (option.get_items_expected_max() > 1) return config_type::texts;
  return takes_a_number(option) ? config_type::number : config_type::text;
}

std::vector<CLI::Option*> config_options(CLI::App& app) {
  return app.get_options(
      [](const CLI::Option* option) { return option->get_configurable() && !option->get_lnames().empty(); });
}

std::variant<std::vector<config_argument>, config_error> arguments_of(const config_entries& entries, CLI::App& app) {
  return reader(app).read(entries);
}

}  // namespace confab

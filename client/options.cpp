#include "client/options.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "client/command_line.hpp"
#include "client/protocol/address.hpp"
#include "client/usage_text.hpp"
#include "common/config_file.hpp"
#include "common/config_options.hpp"
#include "common/version.hpp"

namespace confab::client {
namespace {

/// What may also come from the environment, and the flag that it stands for.
constexpr std::pair<const char*, const char*> variables[] = {
    {"CONFAB_IP", "--ip"},     {"CONFAB_PORT", "--port"},   {"CONFAB_TLS", "--tls"},  {"CONFAB_NAME", "--name"},
    {"CONFAB_LANG", "--lang"}, {"CONFAB_COLOR", "--color"}, {"CONFAB_BELL", "--bell"}};

std::string default_config_path(const environment& lookup) {
  if (const auto home = lookup("XDG_CONFIG_HOME"); home && home->starts_with('/')) return *home + "/confab/client.toml";
  if (const auto home = lookup("HOME"); home && !home->empty()) return *home + "/.config/confab/client.toml";
  return {};
}

std::string default_state_folder(const environment& lookup) {
  if (const auto home = lookup("XDG_STATE_HOME"); home && home->starts_with('/')) return *home + "/confab";
  if (const auto home = lookup("HOME"); home && !home->empty()) return *home + "/.local/state/confab";
  return {};
}

/// What the locale says: the first of the three that is set decides. Nothing when it names no language (C, POSIX).
std::optional<language> locale_language(const environment& lookup) {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const auto value = lookup(variable);
    if (!value || value->empty()) continue;
    if (*value == "C" || value->starts_with("C.") || *value == "POSIX") return std::nullopt;
    return value->starts_with("zh") ? language::zh : language::en;
  }
  return std::nullopt;
}

/// For what is said of wrong options: what --lang, CONFAB_LANG or the locale asks for, as far as that can be made out.
language usage_language(const std::vector<std::string>& arguments, const environment& lookup) {
  std::optional<language> asked;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view each = arguments[i];
    if (each == "--lang" && i + 1 < arguments.size()) asked = parse_language(arguments[i + 1]);
    if (each.starts_with("--lang=")) asked = parse_language(each.substr(7));
  }
  if (!asked) asked = parse_language(lookup("CONFAB_LANG").value_or(""));
  if (!asked) asked = locale_language(lookup);
  return asked.value_or(language::en);
}

/// One line for a person, whatever CLI11 says.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

early_end usage_error(language lang, const std::string& text) {
  return {exit_code::usage,
          fmt::format("confab: {}{}\n", one_line(text), lang == language::zh ? "（见 --help）" : " (see --help)")};
}

early_end wrong_file(const std::string& file, const config_error& error, language lang) {
  return {exit_code::config, fmt::format("confab: {}\n", explain(error, file, lang))};
}

/// What is wrong with `arguments`, read alone.
std::optional<std::string> complaint(const std::vector<std::string>& arguments, language lang) {
  command_line line;
  try {
    line.parse(arguments);
    return line.problem(lang);
  } catch (const CLI::Error& failure) {
    return explain_usage(failure, lang);
  }
}

/// What the file says, each value checked as on the command line, and then all of them together.
std::variant<std::vector<config_argument>, config_error> read_arguments(const std::string& file, language lang) {
  auto entries = read_config_file(file);
  if (auto* const wrong = std::get_if<config_error>(&entries)) return std::move(*wrong);
  command_line known;
  auto found = arguments_of(std::get<config_entries>(entries), known.app);
  const auto* const all = std::get_if<std::vector<config_argument>>(&found);
  if (all == nullptr) return found;
  std::vector<std::string> together;
  for (const config_argument& each : *all) {
    together.insert(together.end(), each.words.begin(), each.words.end());
    for (const auto& arguments : {each.words, together}) {
      if (auto wrong = complaint(arguments, lang)) {
        return config_error{config_fault::bad_value, each.line, each.key, std::move(*wrong)};
      }
    }
  }
  return found;
}

/// Whether the flags say in another way what `key` in the file says.
bool is_replaced(std::string_view key, const CLI::App& flags) {
  return (key == "ca" && flags.count("--pin") > 0) || (key == "pin" && flags.count("--ca") > 0);
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return !path.empty() && std::filesystem::exists(path, ignored);
}

}  // namespace

std::variant<options, early_end> parse_options(const std::vector<std::string>& arguments, const environment& lookup) {
  const std::string default_config = default_config_path(lookup);
  const language lang = usage_language(arguments, lookup);
  command_line flags(default_config);
  try {
    flags.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return early_end{exit_code::done, help_text(default_config)};
  } catch (const CLI::CallForVersion&) {
    return early_end{exit_code::done, fmt::format("confab {}\n", version)};
  } catch (const CLI::Error& failure) {
    return usage_error(lang, explain_usage(failure, lang));
  }
  if (const auto wrong = flags.problem(lang)) return usage_error(lang, *wrong);

  const std::vector<std::string> server = flags.server();
  std::vector<std::string> merged;
  for (const auto& [variable, flag] : variables) {
    const auto value = lookup(variable);
    if (!value || value->empty() || flags.app.count(flag) > 0) continue;
    if (!server.empty() && std::string_view(flag) == "--ip") continue;
    if (server.size() > 1 && std::string_view(flag) == "--port") continue;
    const std::vector<std::string> said{fmt::format("{}={}", flag, *value)};
    if (const auto wrong = complaint(said, lang)) {
      return usage_error(lang, fmt::format("{}: {}", variable, *wrong));
    }
    merged.push_back(said.front());
    // With a port it beats the file whole, as a flag does.
    const auto address = std::string_view(flag) == "--ip" ? parse_address(*value) : std::nullopt;
    if (address && address->port) merged.push_back(fmt::format("--port={}", *address->port));
  }

  if (flags.app.count("--config") > 0 || exists(flags.config)) {
    auto read = read_arguments(flags.config, lang);
    if (const auto* const wrong = std::get_if<config_error>(&read)) return wrong_file(flags.config, *wrong, lang);
    std::vector<std::string> said;
    for (const config_argument& each : std::get<std::vector<config_argument>>(read)) {
      if (is_replaced(each.key, flags.app)) continue;
      said.insert(said.end(), each.words.begin(), each.words.end());
    }
    merged.insert(merged.begin(), said.begin(), said.end());
  }
  merged.insert(merged.end(), server.begin(), server.end());
  merged.insert(merged.end(), arguments.begin(), arguments.end());
  command_line all;
  try {
    all.parse(std::move(merged));
  } catch (const CLI::Error& failure) {  // every part was right by itself
    return usage_error(lang, explain_usage(failure, lang));
  }
  const auto local = locale_language(lookup);
  options made = all.result(local.value_or(language::en), local.has_value());
  made.state_folder = default_state_folder(lookup);
  return made;
}

}  // namespace confab::client

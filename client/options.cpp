#include "client/options.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/names.hpp"
#include "common/problems.hpp"
#include "common/utf8.hpp"
#include "common/version.hpp"
#include "common/whole_number.hpp"

namespace confab::client {
namespace {

constexpr const char* footer =
    "Example:\n"
    "  confab --ip 127.0.0.1 --port 8888 --name alice\n"
    "  printf '1\\nhello\\n' | confab --name script --quiet\n"
    "  confab --once \"to bob hi\"\n";

constexpr const char* after_options =
    "Menu: 1 public chat, 2 private chat, 3 rename, 0 quit; `exit` leaves a mode, /help lists the shortcuts.\n"
    "\n"
    "Environment: CONFAB_IP, CONFAB_PORT, CONFAB_NAME, CONFAB_LANG, CONFAB_COLOR, CONFAB_BELL stand for the options "
    "of\n"
    "  the same name. LC_ALL, LC_MESSAGES and LANG choose the language; NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR\n"
    "  the colours.\n"
    "Configuration: $XDG_CONFIG_HOME/confab/client.toml (else ~/.config/confab/client.toml), lines such as\n"
    "  name = \"alice\". A flag beats the environment, which beats the file.\n"
    "Exit status: 0 done, 1 refused or output closed, 2 wrong usage, 69 no connection, 76 not a confab server,\n"
    "  78 wrong configuration, 129, 130 and 143 ended by SIGHUP, SIGINT and SIGTERM.\n";

/// What may also come from the environment, and the flag that it stands for.
constexpr std::pair<const char*, const char*> variables[] = {{"CONFAB_IP", "--ip"},       {"CONFAB_PORT", "--port"},
                                                             {"CONFAB_NAME", "--name"},   {"CONFAB_LANG", "--lang"},
                                                             {"CONFAB_COLOR", "--color"}, {"CONFAB_BELL", "--bell"}};

/// The CLI11 application over one set of values. Made anew for each layer that is read: CLI11 by itself would let the
/// file beat the environment, and could not say whose fault an error is.
struct command_line {
  options values;
  std::string config;
  std::string lang;
  std::string color = "auto";
  std::string bell = "mention";
  long linger = 0;
  int reconnect = 0;
  std::string once;
  CLI::App app{"A chat client for the terminal.", "confab"};

  enum class file { read, ignore };
  command_line(const std::string& default_config, file reading);
  void parse(std::vector<std::string> arguments);
  std::optional<std::string> problem() const;
  options result(language default_language) const;
};

command_line::command_line(const std::string& default_config, file reading) : config(default_config) {
  const auto last = CLI::MultiOptionPolicy::TakeLast;
  app.add_option("--ip", values.ip, "address or name of the server")->capture_default_str()->multi_option_policy(last);
  app.add_option("--port", values.port, "its port, 1 to 65535")
      ->transform(whole_number(1, 65535))
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_option("--name", values.name, "the name to take on connecting")->multi_option_policy(last);
  app.add_option("--lang", lang, "en or zh; default: from the locale, else zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->multi_option_policy(last);
  app.add_option("--color", color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_option("--bell", bell, "rings for: off, pm, mention (of you, or private) or all")
      ->check(CLI::IsMember({"off", "pm", "mention", "all"}))
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_flag("--plain", values.plain, "plain lines on a terminal too: for screen readers");
  app.add_flag("--quiet", values.quiet, "plain mode: no menus and no prompts");
  app.add_option("--linger", linger, "keep listening SEC seconds after the input has ended")
      ->type_name("SEC")
      ->transform(whole_number(0, 86'400))
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_option("--reconnect", reconnect, "attempts to connect again; default: no end on a terminal, else 0")
      ->type_name("N")
      ->transform(whole_number(0, 1'000'000))
      ->multi_option_policy(last);
  app.add_option("--once", once, "sends one command, prints the answer and ends")
      ->type_name("COMMAND")
      ->configurable(false)
      ->multi_option_policy(last);
  if (reading == file::read) {
    app.set_config("--config", default_config)->multi_option_policy(last);
  } else {
    app.add_option("--config", config, "configuration file")->type_name("FILE")->multi_option_policy(last);
  }
  app.set_version_flag("--version", std::string("confab ") + version, "prints the version");
  app.set_help_flag("-h,--help", "prints this help");
  app.allow_config_extras(CLI::config_extras_mode::error);
}

/// Throws CLI::Error.
void command_line::parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 reads from the end of its vector
  app.parse(std::move(arguments));
}

/// What CLI11 can't check.
std::optional<std::string> command_line::problem() const {
  if (values.ip.empty()) return "--ip: an address or a host name is missing";
  if (!values.name.empty()) {
    if (!utf8::valid(values.name)) return "--name: not UTF-8";
    const auto parsed = parse_name(utf8::trim(values.name));
    if (const auto* why = std::get_if<name_error>(&parsed)) {
      return "--name: " + explain(to_problem(*why), language::en);
    }
  }
  if (app.count("--once") > 0 && (utf8::trim(once).empty() || once.find('\n') != std::string::npos)) {
    return "--once: one command, on one line";
  }
  return std::nullopt;
}

options command_line::result(language default_language) const {
  options made = values;
  made.name = utf8::trim(values.name);
  made.lang = parse_language(lang).value_or(default_language);
  made.color = color == "always" ? color_mode::always : color == "never" ? color_mode::never : color_mode::automatic;
  made.bell = parse_bell(bell).value_or(bell_mode::mention);
  made.linger = std::chrono::seconds(linger);
  if (app.count("--reconnect") > 0) made.reconnect = reconnect;
  if (app.count("--once") > 0) made.once = std::string(utf8::trim(once));
  return made;
}

std::string help_text(const std::string& default_config) {
  const command_line line(default_config, command_line::file::ignore);
  // The example stands first, before the options.
  return fmt::format("{}\n{}\n{}", footer, line.app.help(), after_options);
}

std::string default_config_path(const environment& lookup) {
  if (const auto home = lookup("XDG_CONFIG_HOME"); home && home->starts_with('/')) return *home + "/confab/client.toml";
  if (const auto home = lookup("HOME"); home && !home->empty()) return *home + "/.config/confab/client.toml";
  return {};
}

/// The first of the three that is set decides; one that names no language (C, POSIX) means Chinese.
language default_language(const environment& lookup) {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const auto value = lookup(variable);
    if (!value || value->empty()) continue;
    const bool nameless = *value == "C" || value->starts_with("C.") || *value == "POSIX";
    return nameless || value->starts_with("zh") ? language::zh : language::en;
  }
  return language::zh;
}

/// One line for a person, whatever CLI11 says.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

early_end usage_error(const std::string& text) {
  return {exit_code::usage, fmt::format("confab: {} (see --help)\n", one_line(text))};
}

early_end config_error(const std::string& file, const std::string& text) {
  return {exit_code::config, fmt::format("confab: {}: {}\n", file, one_line(text))};
}

/// CLI11's complaint about a name that is no option, in words of ours; others stay.
std::string unknown_option(std::string_view complaint) {
  constexpr std::string_view theirs = "INI was not able to parse ";
  if (!complaint.starts_with(theirs)) return std::string(complaint);
  return fmt::format("unknown option {}", complaint.substr(theirs.size()));
}

/// What is wrong with `arguments`, read alone.
std::optional<std::string> complaint(const std::vector<std::string>& arguments, command_line::file reading) {
  command_line line({}, reading);
  try {
    line.parse(arguments);
    return line.problem();
  } catch (const CLI::ConfigError& failure) {
    return unknown_option(failure.what());
  } catch (const CLI::Error& failure) {
    return failure.what();
  }
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return !path.empty() && std::filesystem::exists(path, ignored);
}

}  // namespace

std::variant<options, early_end> parse_options(const std::vector<std::string>& arguments, const environment& lookup) {
  const std::string default_config = default_config_path(lookup);
  command_line flags(default_config, command_line::file::ignore);
  try {
    flags.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return early_end{exit_code::done, help_text(default_config)};
  } catch (const CLI::CallForVersion&) {
    return early_end{exit_code::done, fmt::format("confab {}\n", version)};
  } catch (const CLI::Error& failure) {
    return usage_error(failure.what());
  }
  if (const auto wrong = flags.problem()) return usage_error(*wrong);

  std::vector<std::string> merged;
  for (const auto& [variable, flag] : variables) {
    const auto value = lookup(variable);
    if (!value || value->empty() || flags.app.count(flag) > 0) continue;
    merged.push_back(fmt::format("{}={}", flag, *value));
    if (const auto wrong = complaint({merged.back()}, command_line::file::ignore)) {
      return usage_error(fmt::format("{}: {}", variable, *wrong));
    }
  }

  const bool asked_for = flags.app.count("--config") > 0;
  const bool read_file = asked_for || exists(flags.config);
  if (read_file) {
    if (!exists(flags.config)) return config_error(flags.config, "no such file");
    if (const auto wrong = complaint({"--config=" + flags.config}, command_line::file::read)) {
      return config_error(flags.config, *wrong);
    }
    if (!asked_for) merged.push_back("--config=" + flags.config);
  }

  merged.insert(merged.end(), arguments.begin(), arguments.end());
  command_line all({}, read_file ? command_line::file::read : command_line::file::ignore);
  try {
    all.parse(std::move(merged));
  } catch (const CLI::Error& failure) {  // every part was right by itself
    return usage_error(failure.what());
  }
  return all.result(default_language(lookup));
}

}  // namespace confab::client

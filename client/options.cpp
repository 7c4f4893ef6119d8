#include "client/options.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "client/protocol/address.hpp"
#include "client/usage_text.hpp"
#include "common/config_file.hpp"
#include "common/config_options.hpp"
#include "common/names.hpp"
#include "common/problems.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "common/version.hpp"
#include "common/whole_number.hpp"

namespace confab::client {
namespace {

constexpr const char* footer =
    "Example:\n"
    "  confab 127.0.0.1 8888 --name alice\n"
    "  printf 'hello\\n' | confab --name script --quiet\n"
    "  confab --name robot --once \"The build is green\"\n";

constexpr const char* after_options =
    "Menu: 1 public chat, 2 private chat, 3 rename, 0 quit; `exit` goes back to it, /help lists the shortcuts.\n"
    "\n"
    "The server may also be given as HOST:PORT, as [IPV6]:PORT, or without --ip: confab HOST PORT.\n"
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
  std::string host;
  std::string host_port;
  long linger = 0;
  int reconnect = 0;
  std::string once;
  CLI::App app{"A chat client for the terminal.", "confab"};

  explicit command_line(const std::string& default_config = {});
  void parse(std::vector<std::string> arguments);
  std::optional<std::string> problem(language lang) const;
  std::vector<std::string> server() const;
  options result(language fallback, bool named) const;
};

command_line::command_line(const std::string& default_config) : config(default_config) {
  const auto last = CLI::MultiOptionPolicy::TakeLast;
  app.add_option("HOST", host, "the server, in place of --ip")->type_name("")->configurable(false);
  app.add_option("PORT", host_port, "its port, in place of --port")->type_name("")->configurable(false);
  app.add_option("--ip", values.ip, "address or name of the server, also with :PORT")
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_option("--port", values.port, "its port, 1 to 65535")
      ->transform(whole_number(1, 65535))
      ->capture_default_str()
      ->multi_option_policy(last);
  app.add_option("--name", values.name, "the name to take on connecting")->multi_option_policy(last);
  app.add_option("--lang", lang, "en or zh; default: from the locale, else the server's")
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
  app.add_option("--reconnect", reconnect, "attempts to connect; default: no limit on a terminal, else 0")
      ->type_name("N")
      ->transform(whole_number(0, 1'000'000))
      ->multi_option_policy(last);
  app.add_option("--once", once, "sends one command, prints the answer and ends")
      ->type_name("COMMAND")
      ->configurable(false)
      ->multi_option_policy(last);
  app.add_option("--config", config, "configuration file")
      ->type_name("FILE")
      ->configurable(false)
      ->multi_option_policy(last);
  app.set_version_flag("--version", std::string("confab ") + version, "prints the version");
  app.set_help_flag("-h,--help", "prints this help");
}

/// Throws CLI::Error.
void command_line::parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 reads from the end of its vector
  app.parse(std::move(arguments));
}

/// What CLI11 can't check.
std::optional<std::string> command_line::problem(language speak) const {
  const auto say_in = [speak](std::string_view en, std::string_view zh) {
    return std::string(speak == language::zh ? zh : en);
  };
  const std::string& where = host.empty() ? values.ip : host;
  if (!host.empty() && app.count("--ip") > 0) {
    return say_in("the server is named twice: with --ip and without", "服务器写了两次：--ip 和单独的地址");
  }
  const auto address = parse_address(where);
  if (!address) return say_in("not a server address: ", "不是服务器地址：") + make_safe(where);
  if (!host_port.empty()) {
    if (!parse_port(host_port)) {
      return fmt::format("{} {}", make_safe(host_port), say_in("is not a port (1 to 65535)", "不是端口（1 到 65535）"));
    }
    if (address->port || app.count("--port") > 0) return say_in("the port is given twice", "端口写了两次");
  } else if (address->port && app.count("--port") > 0 && *address->port != values.port) {
    return say_in("the port is given twice", "端口写了两次");
  }
  if (!values.name.empty()) {
    if (!utf8::valid(values.name)) return say_in("--name: not UTF-8", "--name：不是 UTF-8");
    const auto parsed = parse_name(utf8::trim(values.name));
    if (const auto* why = std::get_if<name_error>(&parsed)) {
      return say_in("--name: ", "--name：") + explain(to_problem(*why), speak);
    }
  }
  if (app.count("--once") > 0 && (utf8::trim(once).empty() || once.find('\n') != std::string::npos)) {
    return say_in("--once: one command, on one line", "--once：一条命令，写在一行里");
  }
  return std::nullopt;
}

/// The server as the flags alone name it, in the long form: so that it beats other layers whole, host and port.
std::vector<std::string> command_line::server() const {
  std::vector<std::string> said;
  if (host.empty() && app.count("--ip") == 0) return said;
  const auto address = parse_address(host.empty() ? values.ip : host);
  if (!address) return said;
  said.push_back("--ip=" + address->host);
  if (!host_port.empty()) {
    said.push_back("--port=" + host_port);
  } else if (address->port) {
    said.push_back(fmt::format("--port={}", *address->port));
  }
  return said;
}

options command_line::result(language fallback, bool named) const {
  options made = values;
  if (const auto address = parse_address(values.ip)) {
    made.ip = address->host;
    if (address->port && app.count("--port") == 0) made.port = *address->port;
  }
  made.name = utf8::trim(values.name);
  const auto chosen = parse_language(lang);
  made.lang = chosen.value_or(fallback);
  made.lang_chosen = chosen || named;
  made.color = color == "always" ? color_mode::always : color == "never" ? color_mode::never : color_mode::automatic;
  made.bell = parse_bell(bell).value_or(bell_mode::mention);
  made.linger = std::chrono::seconds(linger);
  if (app.count("--reconnect") > 0) made.reconnect = reconnect;
  if (app.count("--once") > 0) made.once = std::string(utf8::trim(once));
  return made;
}

std::string help_text(const std::string& default_config) {
  const command_line line(default_config);
  // The example stands first, before the options.
  return fmt::format("{}\n{}\n{}", footer, line.app.help(), after_options);
}

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

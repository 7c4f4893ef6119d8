#include "client/command_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/protocol/address.hpp"
#include "client/protocol/pin.hpp"
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
    "Environment: CONFAB_IP, CONFAB_PORT, CONFAB_TLS, CONFAB_NAME, CONFAB_LANG, CONFAB_COLOR, CONFAB_BELL stand for "
    "the\n"
    "  options of the same name (CONFAB_TLS=true). LC_ALL, LC_MESSAGES and LANG choose the language; NO_COLOR, "
    "CLICOLOR_FORCE and FORCE_COLOR\n"
    "  the colours.\n"
    "Configuration: $XDG_CONFIG_HOME/confab/client.toml (else ~/.config/confab/client.toml), lines such as\n"
    "  name = \"alice\". A flag beats the environment, which beats the file.\n"
    "Exit status: 0 done, 1 refused or output closed, 2 wrong usage, 69 no connection, 76 not a confab server,\n"
    "  78 wrong configuration, 129, 130 and 143 ended by SIGHUP, SIGINT and SIGTERM.\n";

}  // namespace

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
  app.add_flag("--tls", tls, "encrypted; the port is then 6697, unless another is named");
  app.add_option("--ca", ca, "who may vouch for the server (PEM), in place of the system's; means --tls")
      ->type_name("FILE")
      ->multi_option_policy(last);
  app.add_option("--pin", pin, "the SHA-256 of the only certificate that will do; means --tls")
      ->type_name("SHA256")
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

void command_line::parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 reads from the end of its vector
  app.parse(std::move(arguments));
}

std::optional<std::string> command_line::problem(language speak) const {
  const auto say_in = [speak](std::string_view en, std::string_view zh) {
    return std::string(speak == language::zh ? zh : en);
  };
  if (app.count("--config") > 0 && config.empty()) {
    return say_in("--config: a name is missing", "--config：缺少文件名");
  }
  if (app.count("--ca") > 0 && ca.empty()) return say_in("--ca: a name is missing", "--ca：缺少文件名");
  if (app.count("--pin") > 0 && !parse_pin(pin)) {
    return say_in("--pin: not a SHA-256, which has 64 hexadecimal digits, with or without colons",
                  "--pin：不是 SHA-256（64 位十六进制数字，可带冒号）");
  }
  if (app.count("--ca") > 0 && app.count("--pin") > 0) {
    return say_in("--ca and --pin: only one of them can say which certificate will do",
                  "--ca 和 --pin：只能用其中一个来认定证书");
  }
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
  made.tls.wanted = app.count("--tls") > 0 ? tls : !ca.empty() || !pin.empty();
  made.tls.ca = ca;
  made.tls.pin = parse_pin(pin).value_or(std::string());
  if (const auto address = parse_address(values.ip)) {
    made.ip = address->host;
    if (address->port && app.count("--port") == 0) {
      made.port = *address->port;
    } else if (made.tls.wanted && app.count("--port") == 0) {
      made.port = default_tls_port;
    }
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

}  // namespace confab::client

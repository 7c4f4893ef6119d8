#include "server/command_line.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <variant>

#include "common/config_options.hpp"
#include "common/language.hpp"
#include "common/safe_text.hpp"
#include "common/version.hpp"
#include "common/whole_number.hpp"
#include "server/net/address.hpp"

namespace confab {
namespace {

constexpr const char* only_at_start = "only at a start";  // the name of the check that says so, and checks nothing

// For what a server that runs cannot change. All else must be taken over by a reload: see plan_reload().
CLI::Option* at_start(CLI::Option* option) {
  return option->check(CLI::Validator([](const std::string&) { return std::string(); }, "", only_at_start));
}

// Empty, or what is wrong with an address.
std::string check_address(const std::string& text) {
  const auto parsed = net::parse_address(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  return wrong == nullptr ? std::string() : *wrong;
}

// Empty, or what is wrong with a place to listen.
std::string check_listen(const std::string& text) {
  const auto parsed = parse_listen(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  return wrong == nullptr ? std::string() : *wrong;
}

// Empty, or what is wrong with a name by which browsers are to come.
std::string check_host_name(const std::string& text) {
  if (net::read_host_name(text)) return {};
  return make_safe(text) + ": write the name of a host alone, as in chat.example.org";
}

// Empty, or what is wrong with where pages come from.
std::string check_origin(const std::string& text) {
  if (net::read_origin(text)) return {};
  return make_safe(text) + ": write where a page comes from, without a path, as in https://pages.example.org";
}

// Empty, or what is wrong with who is a proxy.
std::string check_proxy(const std::string& text) {
  const auto parsed = net::parse_proxy_peers(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  return wrong == nullptr ? std::string() : *wrong;
}

// Empty, or that it must not be.
std::string check_not_empty(const std::string& text) {
  return text.empty() ? "a name is missing" : "";
}

// Empty, or that it is less than an empty history takes.
std::string check_keep_bytes(const std::string& text) {
  const bool none = text.find_first_not_of('0') == std::string::npos;
  const bool few = text.size() < 8 && std::stoul(text) < 1048576;
  return few && !none ? "must be 0 or at least 1048576" : "";
}

void declare_seconds(CLI::App& app, const char* name, std::chrono::seconds& value, const char* text,
                     std::uint64_t least, std::uint64_t most) {
  app.add_option_function<std::uint32_t>(
         name, [&value](const std::uint32_t& given) { value = std::chrono::seconds(given); }, text)
      ->transform(whole_number(least, most))
      ->type_name("SECONDS")
      ->default_str(std::to_string(value.count()));
}

void declare(CLI::App& app, server_options& options, std::vector<std::string>& listen) {
  at_start(app.add_option("--ip", options.ip, "Address to listen on, IPv4 or IPv6; may end in :PORT"))
      ->check(CLI::Validator(check_address, ""))
      ->type_name("ADDRESS")
      ->capture_default_str();
  at_start(app.add_option("--port", options.port, "Port to listen on; 0 picks a free one"))
      ->transform(whole_number(0, 65535))
      ->capture_default_str();
  app.add_option("--listen", listen,
                 "Place to listen on instead of the default address and port, such as line:[::1]:8888, or a unix "
                 "socket, as line:unix:/run/chat.sock,mode=0660,group=chat; may be given several times, and beside "
                 "--ip and --port. KIND is: line, tls for the same in TLS, web for browsers, webs for them in TLS, or "
                 "admin for metrics over HTTP. Behind it may stand ,proxy=10.0.0.0/8 for proxies that send a PROXY "
                 "header, ,secure if the way there is encrypted, and ,optional for an address that the server does "
                 "without if something else listens there")
      ->check(CLI::Validator(check_listen, ""))
      ->type_name("KIND:ADDRESS:PORT")
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--lang", [&](const std::string& given) { options.chat.lang = *parse_language(given); },
         "Language of the server's texts; default: from LC_ALL, LC_MESSAGES or LANG")
      ->check(CLI::IsMember({"en", "zh"}));
  app.add_option("--name", options.chat.server_name, "Name of the server, shown by clients")->capture_default_str();
  app.add_option("--motd", options.motd_file, "File with a message for everyone who connects (UTF-8)")
      ->type_name("FILE");
  declare_seconds(app, "--idle-timeout", options.chat.idle_timeout,
                  "Seconds without a line until a user is disconnected; 0: never", 0, UINT32_MAX);
  app.add_option("--max-line", options.net.max_line, "Longest line accepted, in bytes")
      ->transform(whole_number(64, 60000))
      ->type_name("BYTES")
      ->capture_default_str();
  app.add_option("--max-users", options.chat.max_users, "How many users may be online")
      ->transform(whole_number(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--send-queue", options.net.send_queue, "Bytes that may wait for a user who does not read")
      ->transform(whole_number(4096, 1 << 30))
      ->type_name("BYTES")
      ->capture_default_str();
  declare_seconds(app, "--write-timeout", options.net.write_timeout,
                  "Seconds that output to a user may make no progress", 1, 86400);
  declare_seconds(app, "--vanished-after", options.net.vanished_after,
                  "Seconds without an answer from a user's machine until it is disconnected", 2, 3600);
  app.add_option("--announce-limit", options.chat.announce_limit,
                 "Arrivals and departures a second that are announced one by one; more are announced as a number")
      ->transform(whole_number(0, 1'000'000))
      ->capture_default_str();
  at_start(app.add_option("--threads", options.threads, "I/O threads; default: one for each core, at most 8"))
      ->transform(whole_number(1, 64))
      ->type_name("N");
}

void declare_tls(CLI::App& app, tls_options& tls) {
  app.add_option("--tls-cert", tls.certificate,
                 "File with the certificate for TLS and then those of its issuers, PEM (fullchain.pem)")
      ->check(CLI::Validator(check_not_empty, ""))
      ->type_name("FILE");
  app.add_option("--tls-key", tls.key, "File with its key, PEM (privkey.pem); not encrypted")
      ->check(CLI::Validator(check_not_empty, ""))
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--tls-min",
         [&tls](const std::string& given) {
           tls.least = given == "1.3" ? net::tls_version::tls13 : net::tls_version::tls12;
         },
         "Oldest version of TLS that is spoken")
      ->check(CLI::IsMember({"1.2", "1.3"}))
      ->default_str("1.2");
}

void declare_web(CLI::App& app, command_line& into) {
  app.add_option("--web-host", into.web_hosts,
                 "Name by which browsers may reach a web listener, besides localhost and numeric addresses; may be "
                 "given several times")
      ->check(CLI::Validator(check_host_name, ""))
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--web-origin", into.web_origins,
                 "Where pages of others come from that may connect to a web listener, such as "
                 "https://pages.example.org; may be given several times")
      ->check(CLI::Validator(check_origin, ""))
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_option("--web-proxy", into.web_proxies,
                 "Network, such as 10.0.0.0/8, of proxies that are believed what they say by X-Forwarded-For and "
                 "X-Forwarded-Proto, or unix for whoever connects to a unix socket; may be given several times")
      ->check(CLI::Validator(check_proxy, ""))
      ->type_name("NETWORK")
      ->allow_extra_args(false);
}

void declare_log(CLI::App& app, log_options& log) {
  app.add_option("--log-level", log.level, "What goes to standard error")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--log-format",
         [&log](const std::string& given) {
           log.format = given == "json"      ? log_format::json
                        : given == "journal" ? log_format::journal
                                             : log_format::text;
         },
         "How a line of the log is written; default: journal where the journal of systemd reads it, else text")
      ->check(CLI::IsMember({"text", "json", "journal"}));
  app.add_option_function<std::string>(
         "--log-addresses",
         [&log](const std::string& given) {
           log.addresses = given == "full"  ? address_detail::full
                           : given == "net" ? address_detail::net
                                            : address_detail::off;
         },
         "What the log says of a connection's address: all, its network (/24 or /48), or nothing")
      ->check(CLI::IsMember({"full", "net", "off"}))
      ->default_str("full");
}

void declare_rules(CLI::App& app, server_options& options) {
  app.add_option("--max-rooms", options.chat.max_rooms, "How many rooms there may be besides the lobby")
      ->transform(whole_number(0, 100'000))
      ->capture_default_str();
  app.add_option("--replay", options.chat.replay, "Past messages that a newcomer to a room is shown")
      ->transform(whole_number(0, 1000))
      ->capture_default_str();
  declare_seconds(app, "--recall-window", options.chat.recall_window, "Seconds in which a message can be recalled", 0,
                  86400);
  declare_seconds(app, "--resume-window", options.chat.resume_window,
                  "Seconds in which a client may come back after its connection broke", 0, 86400);
  app.add_option("--dead-after", options.chat.dead_after,
                 "Missed heartbeats until a client that promised them is given up; 0: never")
      ->transform(whole_number(0, 2))
      ->capture_default_str();
}

void declare_history(CLI::App& app, server_options& options) {
  at_start(app.add_option_function<std::string>(
               "--history", [&](const std::string& given) { options.chat.history = given == "on"; },
               "Whether what is said is kept"))
      ->check(CLI::IsMember({"on", "off"}))
      ->default_str("on");
  at_start(app.add_option("--data-dir", options.data_dir, "Folder of the history"))
      ->check(CLI::Validator(check_not_empty, ""))
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--sync",
         [&](const std::string& given) {
           options.store.sync = given == "full" ? store::sync_mode::full : store::sync_mode::normal;
         },
         "What messages survive: normal: a crash of the server; full: a power cut too")
      ->check(CLI::IsMember({"normal", "full"}))
      ->default_str("normal");
  app.add_option_function<unsigned>(
         "--keep-days", [&](const unsigned& given) { options.store.keep_for = std::chrono::hours(24) * given; },
         "Days that messages are kept; 0: for ever")
      ->transform(whole_number(0, 36500))
      ->default_str("0");
  app.add_option("--keep-messages", options.store.keep_messages, "How many messages are kept; 0: any number")
      ->transform(whole_number(0, UINT64_MAX))
      ->capture_default_str();
  app.add_option("--keep-bytes", options.store.keep_bytes,
                 "Bytes on disk, at least 1048576; beyond that the oldest messages go; 0: no limit")
      ->transform(whole_number(0, INT64_MAX))
      ->check(CLI::Validator(check_keep_bytes, ""))
      ->type_name("BYTES")
      ->capture_default_str();
}

// What is done instead of serving: one at most.
void declare_actions(CLI::App& app, command_line& into) {
  server_options& options = into.options;
  app.add_option("--config", into.config,
                 "Read options from FILE, too: TOML, with their long names as keys. The command line wins")
      ->check(CLI::Validator(check_not_empty, ""))
      ->type_name("FILE")
      ->configurable(false);
  const std::vector<CLI::Option*> actions{
      app.add_flag("--check-config", options.check_config,
                   "Check whether the server would start like this, and exit with 0 or 2"),
      app.add_option("--reload", options.reload,
                     "Have the server with process id PID read its --config again, and exit with 0 when that is in "
                     "force, with 1 when not")
          ->transform(whole_number(1, INT32_MAX))
          ->type_name("PID"),
      app.add_flag("--print-config", into.print_config,
                   "Print the options in force as a configuration file, with where each comes from, and exit"),
      app.add_flag("--check-data", options.check_data, "Check whether the history is whole, and exit"),
      app.add_option("--export", options.export_file,
                     "Write the history as JSON lines to FILE (- for standard output), and exit")
          ->check(CLI::Validator(check_not_empty, ""))
          ->type_name("FILE"),
      app.add_option("--backup", options.backup_dir, "Copy the history into DIR, also of a running server, and exit")
          ->check(CLI::Validator(check_not_empty, ""))
          ->type_name("DIR"),
      app.add_option("--restore", options.restore_dir,
                     "Replace the history, which is moved aside, by the backup in DIR, and exit")
          ->check(CLI::Validator(check_not_empty, ""))
          ->type_name("DIR")};
  for (auto each = actions.begin(); each != actions.end(); ++each) {
    (*each)->configurable(false);
    for (auto earlier = actions.begin(); earlier != each; ++earlier) (*each)->excludes(*earlier);
  }
}

// Where a program keeps what it writes (XDG Base Directory specification); a service without a home has /var/lib.
std::string default_data_dir() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/confab";
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/confab";
  return "/var/lib/confab";
}

std::string restart_list(CLI::App& app) {
  std::string out;
  for (CLI::Option* const each : config_options(app)) {
    if (needs_restart(*each)) out += (out.empty() ? "--" : ", --") + long_name(*each);
  }
  return out;
}

}  // namespace

bool needs_restart(CLI::Option& option) {
  try {
    option.get_validator(only_at_start);
    return true;
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

command_line::command_line()
    : app("A chat server that is reached with nc, telnet or the confab client.\n"
          "Example: server -ip 127.0.0.1 -port 8888",
          "server") {
  options.chat.lang = language_from_environment();
  options.data_dir = default_data_dir();
  app.set_version_flag("--version", std::string("confab ") + version);
  // As a file's options, or a script's, come before those that somebody adds to them.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  declare(app, options, listen);
  declare_tls(app, options.tls);
  declare_web(app, *this);
  declare_log(app, options.log);
  declare_rules(app, options);
  declare_history(app, options);
  declare_actions(app, *this);
  app.footer(
      "SIGHUP reads --config again, as --reload does. These take a restart: " + restart_list(app) + ".\n" +
      "Exit status: 0 after SIGINT or SIGTERM, 1 when it cannot listen or use its data, 2 for a wrong option or\n"
      "configuration file. Single-dash long options (-ip X, -port=8888) work too.");
}

void command_line::parse(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  app.parse(std::move(arguments));
}

}  // namespace confab

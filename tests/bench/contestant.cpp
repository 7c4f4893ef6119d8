#include "tests/bench/contestant.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/figures.hpp"
#include "tests/bench/load.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds short_quiet = milliseconds(200);
constexpr nanoseconds long_quiet = milliseconds(1200);  // a server may fold announcements into one line a second

/// How a server is set up for measuring. What a build does not know yet is left out.
constexpr std::pair<std::string_view, std::string_view> settings[] = {
    {"--ip", "127.0.0.1"},    {"--port", "0"},          {"--lang", "en"},     {"--idle-timeout", "0"},
    {"--log-level", "error"}, {"--max-users", "20000"}, {"--history", "off"}, {"--announce-limit", "20"},
};

/// Whether a help text names the option as a whole word.
bool knows(std::string_view help, std::string_view option) {
  for (std::size_t at = help.find(option); at != std::string_view::npos; at = help.find(option, at + 1)) {
    const std::size_t end = at + option.size();
    const bool begins = at == 0 || std::string_view(" ,[\n").find(help[at - 1]) != std::string_view::npos;
    const bool ends = end == help.size() || std::string_view(" ,=]\n").find(help[end]) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

bool contains(const std::vector<std::string>& arguments, std::string_view option) {
  return std::any_of(arguments.begin(), arguments.end(), [option](const std::string& each) {
    return each == option || each.starts_with(std::string(option) + "=");
  });
}

}  // namespace

contestant contestant::server(const options& chosen) {
  contestant result;
  result.name_ = who::server;
  result.greets_ = chosen.greeting;
  result.quiet_ = long_quiet;
  if (!chosen.connect.empty()) {
    result.running_ = resolve(chosen.connect);
    result.pid_ = chosen.pid;
    return result;
  }
  const std::string help = help_of(chosen.server);
  result.command_.push_back(chosen.server);
  for (const auto& [option, value] : settings) {
    if (!knows(help, option) || contains(chosen.arguments, option)) continue;
    result.command_.emplace_back(option);
    result.command_.emplace_back(value);
  }
  result.command_.insert(result.command_.end(), chosen.arguments.begin(), chosen.arguments.end());
  result.has_threads_ = knows(help, "--threads") && !contains(chosen.arguments, "--threads");
  result.has_history_ = knows(help, "--history") && !contains(chosen.arguments, "--history");
  result.has_admin_ = knows(help, "admin");
  result.has_tls_ = knows(help, "--tls-cert");
  result.has_web_ = knows(help, "--web-host");
  if (!knows(help, "--announce-limit")) result.quiet_ = short_quiet;
  return result;
}

contestant contestant::floor(const options& chosen) {
  contestant result;
  result.name_ = who::floor;
  result.command_ = {chosen.floor};
  result.is_floor_ = true;
  result.quiet_ = short_quiet;
  return result;
}

contestant contestant::tls_floor(const options& chosen) {
  contestant result = floor(chosen);
  result.command_ = {chosen.tls_floor};
  return result;
}

subject contestant::start(const cpu_set_t& where, std::size_t threads) const {
  if (command_.empty()) return subject::running(running_, pid_);
  std::vector<std::string> command = command_;
  if (has_threads_) {
    command.emplace_back("--threads");
    command.push_back(std::to_string(threads));
  }
  return subject::start(command, where);
}

subject contestant::start_keeping(const cpu_set_t& where, const std::string& folder) const {
  std::vector<std::string> command = command_;
  const auto at = std::find(command.begin(), command.end(), "--history");
  if (at != command.end()) *std::next(at) = "on";
  command.insert(command.end(), {"--data-dir", folder});
  if (has_threads_) command.insert(command.end(), {"--threads", "1"});
  return subject::start(command, where);
}

subject contestant::start_with_admin(const cpu_set_t& where, const std::string& path) const {
  std::vector<std::string> command = command_;
  command.insert(command.end(), {"--listen", "admin:unix:" + path});
  if (has_threads_) command.insert(command.end(), {"--threads", "1"});
  return subject::start(command, where);
}

subject contestant::start_with_tls(const cpu_set_t& where, const std::string& certificate,
                                   const std::string& key) const {
  std::vector<std::string> command = command_;
  if (is_floor_) {
    command.insert(command.end(), {certificate, key});
    return subject::start(command, where);
  }
  command.insert(command.end(), {"--listen", "tls:127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key});
  if (has_threads_) command.insert(command.end(), {"--threads", "1"});
  return subject::start(command, where, 2);
}

subject contestant::start_web(const cpu_set_t& where) const {
  std::vector<std::string> command = command_;
  for (const std::string_view option : {"--ip", "--port"}) {
    const auto at = std::find(command.begin(), command.end(), option);
    if (at != command.end()) command.erase(at, at + 2);
  }
  command.insert(command.end(), {"--listen", "web:127.0.0.1:0"});
  if (has_threads_) command.insert(command.end(), {"--threads", "1"});
  return subject::start(command, where);
}

subject contestant::start_for_whispers(const cpu_set_t& where) const {
  if (!is_floor_) return start(where);
  std::vector<std::string> command = command_;
  command.emplace_back("--pairs");
  return subject::start(command, where);
}

std::vector<std::string> contestant::pair_up(crowd& users, std::size_t bytes) const {
  const std::string text = message_text(bytes) + '\n';
  std::vector<std::string> lines(users.size(), text);
  if (is_floor_) return lines;
  for (std::size_t i = 0; i < users.size(); ++i) {
    users.say(i, fmt::format("rename u{}\n", i));
    lines[i] = fmt::format("to u{} {}", i ^ 1U, text);
  }
  users.settle(quiet_);
  return lines;
}

}  // namespace confab::bench

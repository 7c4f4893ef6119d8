#include "tests/terminal/tmux.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace confab::test {
namespace {

std::vector<std::pair<std::string, std::string>> environment_of(const pane_setup& setup, const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> all{{"TMUX_TMPDIR", folder}, {"TMUX", ""},
                                                       {"TMUX_PANE", ""},       {"XDG_CONFIG_HOME", folder},
                                                       {"LC_ALL", "C.UTF-8"},   {"ENV", folder + "/shell"},
                                                       {"PS1", "$ "},           {"C", CONFAB_CLIENT_PROGRAM}};
  for (const char* name : {"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "CONFAB_IP", "CONFAB_PORT", "CONFAB_TLS",
                           "CONFAB_NAME", "CONFAB_LANG", "CONFAB_COLOR", "CONFAB_BELL"})
    all.emplace_back(name, "");
  for (const auto& each : setup.environment) {
    std::erase_if(all, [&each](const auto& before) { return before.first == each.first; });
    all.push_back(each);
  }
  return all;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> rows;
  std::istringstream lines(text);
  for (std::string row; std::getline(lines, row);) {
    row.erase(row.find_last_not_of(' ') + 1);
    rows.push_back(row);
  }
  return rows;
}

/// Between two looks at what another program does.
void breathe() {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace

std::size_t picture::count(std::string_view part) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [part](const std::string& row) { return row.find(part) != std::string::npos; }));
}

std::string picture::text() const {
  std::string all;
  for (const std::string& row : rows) all += row + '\n';
  return all;
}

tmux::tmux(const pane_setup& setup)
    : environment_(environment_of(setup, folder_.path())),
      // In the foreground, so that it ends with us.
      server_({.program = "tmux", .arguments = {"-u", "-f", "/dev/null", "-D"}, .environment = environment_}) {
  std::ofstream(folder_.path() + "/shell") << "PS1='$ '\n";  // the same prompt for root
  for (const deadline until; try_command({"set-option", "-g", "history-limit", "30000"}).status != 0; breathe())
    if (until.passed()) throw std::runtime_error("tmux does not start; is it installed? " + server_.errors());
  command({"new-session", "-d", "-x", std::to_string(setup.columns), "-y", std::to_string(setup.rows), "exec sh"});
  await_row("$");
}

outcome tmux::try_command(std::vector<std::string> words) const {
  words.insert(words.begin(), {"-u", "-N"});  // -N: never another server
  return run({.program = "tmux", .arguments = std::move(words), .environment = environment_});
}

std::string tmux::command(std::vector<std::string> words) const {
  const std::string name = words.front();
  outcome result = try_command(std::move(words));
  if (result.status != 0) throw std::runtime_error("tmux " + name + ": " + result.errors);
  return std::move(result.output);
}

void tmux::type(std::string_view text) const {
  command({"send-keys", "-l", "--", std::string(text)});
}

void tmux::press(std::vector<std::string> keys) const {
  keys.insert(keys.begin(), "send-keys");
  command(std::move(keys));
}

void tmux::send_bytes(std::vector<std::string> digits) const {
  digits.insert(digits.begin(), {"send-keys", "-H"});
  command(std::move(digits));
}

void tmux::paste(const std::string& text) const {
  command({"set-buffer", "--", text});
  command({"paste-buffer", "-p", "-r"});
}

void tmux::resize(std::size_t columns, std::size_t rows) const {
  command({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

picture tmux::look() const {
  const std::string text = command({"display-message", "-p", "#{cursor_x} #{cursor_y}", ";", "capture-pane", "-p"});
  picture seen;
  seen.rows = split(text);
  std::istringstream cursor(seen.rows.at(0));
  cursor >> seen.x >> seen.y;
  seen.rows.erase(seen.rows.begin());
  return seen;
}

std::vector<std::string> tmux::all_lines() const {
  return split(command({"capture-pane", "-p", "-J", "-S", "-"}));
}

std::string tmux::coloured() const {
  return command({"capture-pane", "-p", "-e"});
}

std::string tmux::value(const std::string& format) const {
  std::string text = command({"display-message", "-p", format});
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

bool tmux::bell_rang() const {
  return value("#{window_bell_flag}") == "1";
}

pid_t tmux::running_program() const {
  const std::string shell = value("#{pane_pid}");
  std::ifstream children("/proc/" + shell + "/task/" + shell + "/children");
  pid_t found = 0;
  if (!(children >> found)) throw std::runtime_error("nothing runs in the pane");
  return found;
}

picture tmux::await(std::string_view what, const std::function<bool(const picture&)>& condition) const {
  for (const deadline until;; breathe()) {
    picture seen = look();
    if (condition(seen)) return seen;
    if (until.passed())
      throw std::runtime_error("waited in vain for " + std::string(what) + "; the cursor is at " +
                               std::to_string(seen.x) + "," + std::to_string(seen.y) + " in\n" + seen.text());
  }
}

picture tmux::await_text(std::string_view part) const {
  return await(part, [part](const picture& seen) { return seen.has(part); });
}

picture tmux::await_row(std::string_view row) const {
  return await(row, [row](const picture& seen) { return seen.y < seen.rows.size() && seen.current() == row; });
}

}  // namespace confab::test

#include "tests/bench/options.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <CLI/CLI.hpp>

#include "tests/bench/attack.hpp"

namespace confab::bench {
namespace {

constexpr int most_users = 19500;  // what fits into 20,000 open files, the limit of many machines

constexpr std::pair<const char*, bool case_set::*> case_names[] = {
    {"fan-out", &case_set::fan_out},   {"sizes", &case_set::sizes},     {"slow", &case_set::slow},
    {"whispers", &case_set::whispers}, {"idle", &case_set::idle},       {"crowds", &case_set::crowds},
    {"joining", &case_set::joining},   {"threads", &case_set::threads}, {"history", &case_set::history},
    {"scrapes", &case_set::scrapes},   {"attacks", &case_set::attacks}, {"tls", &case_set::tls},
    {"web", &case_set::web},
};

std::vector<std::string> names_of_cases() {
  std::vector<std::string> names;
  for (const auto& [name, member] : case_names) names.emplace_back(name);
  return names;
}

std::vector<std::string> names_of_attacks() {
  std::vector<std::string> names;
  for (const attack& each : attacks()) names.emplace_back(each.name);
  return names;
}

case_set chosen(const std::vector<std::string>& names) {
  case_set result;
  for (const auto& [name, member] : case_names) {
    result.*member = std::find(names.begin(), names.end(), name) != names.end();
  }
  return result;
}

/// The other programs are built into the directory this one is in.
std::string beside(const char* name) {
  std::error_code ignored;
  return (std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / name).string();
}

}  // namespace

std::variant<options, int> parse_options(int argc, char** argv) {
  options result;
  result.server = beside("server");
  result.floor = beside("floor");
  result.tls_floor = beside("tls_floor");
  std::vector<std::string> cases = names_of_cases();
  bool quick = false;
  bool no_greeting = false;

  CLI::App app{"Measures a chat server against a floor: a bare program that only forwards."};
  app.option_defaults()->always_capture_default();
  app.add_option("--cases", cases, "What to measure")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names_of_cases()));
  app.add_option("--attacks", result.attacks, "Which attacks, in the case attacks; default: all")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names_of_attacks()));
  app.add_option("--rounds", result.rounds, "How often; medians are shown")->check(CLI::Range(1, 100));
  app.add_option("--seconds", result.seconds, "Length of one measurement")->check(CLI::Range(0.05, 600.0));
  app.add_flag("--quick", quick, "One round of half seconds");
  app.add_option("--users", result.users, "Users of the ordinary cases, even")->check(CLI::Range(16, most_users));
  app.add_option("--speakers", result.speakers, "How many of them speak")->check(CLI::Range(1, 1000));
  app.add_option("--sizes", result.sizes, "Message sizes of the case sizes")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(8, 4000));
  app.add_option("--crowds", result.crowds, "Users of the cases crowds, idle and joining")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(100, most_users));
  app.add_option("--in-flight", result.in_flight, "Users on their way in at a time")->check(CLI::Range(1, 4000));
  app.add_option("--json", result.json, "Keep the figures in this file");
  app.add_option("--server", result.server, "The server to start");
  app.add_option("--floor", result.floor, "The floor to start");
  app.add_option("--tls-floor", result.tls_floor, "The floor to start for TLS");
  auto* connect = app.add_option("--connect", result.connect, "HOST:PORT of a server that runs already");
  app.add_option("--pid", result.pid, "Its process, for the CPU and memory figures")->needs(connect);
  app.add_flag("--no-greeting", no_greeting, "The server says nothing to those who connect");
  app.add_option("arguments", result.arguments, "After --: more arguments for the server");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  if (quick) {
    if (app.count("--rounds") == 0) result.rounds = 1;
    if (app.count("--seconds") == 0) result.seconds = 0.5;
  }
  result.users += result.users % 2;
  result.greeting = !no_greeting;
  result.cases = chosen(cases);
  std::sort(result.crowds.begin(), result.crowds.end());
  return result;
}

}  // namespace confab::bench

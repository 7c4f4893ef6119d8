#include "tests/bench/report.hpp"

#include <cstdio>
#include <fstream>
#include <optional>
#include <sys/utsname.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/bench/case_names.hpp"
#include "tests/bench/failure.hpp"
#include "tests/bench/targets.hpp"

namespace confab::bench {
namespace {

void print_load_row(const figures& results, const std::string& name) {
  std::string row = fmt::format("{:<22}", name);
  for (const char* whose : {who::server, who::floor}) {
    const auto value = [&](const char* figure) { return results.median(name, whose, figure); };
    row += fmt::format(" {:>9} {:>6} {:>8} {:>8} ", shown(value(figure::rate), whole), shown(value(figure::cpu), whole),
                       shown(value(figure::p50), whole), shown(value(figure::p99), whole));
  }
  fmt::print("{} {:>6} {:>6}\n", row, shown(results.ratio(name, figure::rate), times),
             shown(results.ratio(name, figure::cpu), times));
}

/// The cases that are loads with a latency: fan-outs, whispers, threads.
void print_loads(const figures& results) {
  bool any = false;
  for (const auto& [name, measured] : results.cases()) {
    if (!results.median(name, who::server, figure::rate) && !results.median(name, who::floor, figure::rate)) continue;
    if (!any) {
      fmt::print("\n{:<22} {:-^35} {:-^35} {:-^13}\n", "", " server ", " floor ", " ratio ");
      fmt::print("{:<22}", "");
      for (int i = 0; i < 2; ++i) fmt::print(" {:>9} {:>6} {:>8} {:>8} ", "deliv./s", "CPU ns", "p50 us", "p99 us");
      fmt::print(" {:>6} {:>6}\n", "rate", "CPU");
      any = true;
    }
    print_load_row(results, name);
  }
}

/// The cases with figures of their own.
void print_others(const figures& results) {
  constexpr std::pair<const char*, const char*> rows[] = {
      {figure::memory, "bytes of memory a user"},
      {figure::joins, "users let in a second"},
      {figure::wait, "ms until the last of them was greeted, at worst"},
      {figure::kept, "of what they got before is what the others still get"},
      {figure::growth, "bytes of memory more at the peak"},
      {figure::slow, "slow readers"},
      {figure::hung_up, "of them were disconnected"},
  };
  bool any = false;
  for (const auto& [name, measured] : results.cases()) {
    for (const auto& [figure, words] : rows) {
      const auto server = results.median(name, who::server, figure);
      const auto floor = results.median(name, who::floor, figure);
      if (!server && !floor) continue;
      if (!any) fmt::print("\n{:<22} {:>12} {:>12}\n", "", "server", "floor");
      any = true;
      const number_form form = figure == figure::kept ? times : whole;
      fmt::print("{:<22} {:>12} {:>12}  {}\n", name, shown(server, form), shown(floor, form), words);
    }
  }
}

/// What the innocent notice of attacks.
void print_attacks(const figures& results) {
  bool any = false;
  for (const auto& [name, measured] : results.cases()) {
    const auto value = [&](const char* figure) { return results.median(name, who::server, figure); };
    if (!value(figure::ping_p99)) continue;
    if (!any)
      fmt::print("\n{:<22} {:>8} {:>8} {:>8} {:>8}\n", "ping beside an attack", "p50 ms", "p99 ms", "max ms", "MiB");
    any = true;
    fmt::print("{:<22} {:>8} {:>8} {:>8} {:>8}\n", name, shown(value(figure::ping_p50), tenths),
               shown(value(figure::ping_p99), tenths), shown(value(figure::ping_worst), tenths),
               shown(value(figure::taken), whole));
  }
}

void print_targets(const figures& results, const options& chosen) {
  fmt::print("\n{:<70} {:>17} {:>10}\n", "target", "wanted", "measured");
  for (const target& each : targets_of(results, chosen)) {
    const char* verdict = !each.value ? "not measured" : each.reached ? "reached" : "NOT REACHED";
    fmt::print("{:<70} {:>17} {:>10}  {}\n", each.what, each.wanted, each.measured, verdict);
  }
}

}  // namespace

void print_tables(const figures& results, const options& chosen) {
  fmt::print("{} users, {} speakers, 100 bytes a message unless the case says otherwise; medians of {} rounds\n",
             chosen.users, chosen.speakers, chosen.rounds);
  print_loads(results);
  print_others(results);
  print_attacks(results);
  if (!results.notes().empty()) fmt::print("\n");
  for (const std::string& note : results.notes()) fmt::print("note: {}\n", note);
  print_targets(results, chosen);
}

void write_json(const std::string& path, const figures& results, const options& chosen) {
  using json = nlohmann::ordered_json;
  utsname system{};
  ::uname(&system);
  json all;
  all["kernel"] = system.release;
  all["users"] = chosen.users;
  all["speakers"] = chosen.speakers;
  all["rounds"] = chosen.rounds;
  all["seconds"] = chosen.seconds;
  for (const auto& [name, measured] : results.cases()) {
    for (const auto& [whose, by_figure] : measured) {
      for (const auto& [figure, samples] : by_figure) {
        all["cases"][name][whose][figure] = {{"median", median_of(samples)}, {"samples", samples}};
      }
    }
  }
  all["targets"] = json::array();
  for (const target& each : targets_of(results, chosen)) {
    json row = {{"target", each.what}, {"wanted", each.wanted}, {"measured", nullptr}, {"reached", nullptr}};
    if (each.value) {
      row["measured"] = *each.value;
      row["reached"] = each.reached;
    }
    all["targets"].push_back(row);
  }
  all["notes"] = results.notes();
  std::ofstream file(path);
  file << all.dump(2) << '\n';
  file.close();
  if (!file) throw failure(fmt::format("cannot write {}", path));
}

}  // namespace confab::bench

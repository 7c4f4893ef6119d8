// What a reload puts in force of each option, and what it leaves to the next start.

#include "server/reload_plan.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/config_options.hpp"
#include "server/command_line.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/server/arrivals.hpp"

using namespace confab;
using namespace confab::test;
using strings = std::vector<std::string>;

namespace {

/// All parts of a server that was started with one set of options, and then told of another.
told after(const told& start, const reload_plan& plan, const strings& motd = {}) {
  told out = start;
  out.options = plan.options;
  out.hub.change_to(changed_hub_options(plan.options, motd));
  out.net = plan.options.net;
  out.history.change_to(store_options_of(plan.options));
  out.places = listen_places_of(plan.options);
  return out;
}

server_options english(strings more = {}) {
  if (std::find(more.begin(), more.end(), "--lang") == more.end()) more.insert(more.end(), {"--lang", "en"});
  return told::parsed(more);
}

// Another value than the default for those that are not in the table of arrivals.
const std::map<std::string, std::string>& others() {
  static const std::map<std::string, std::string> table{
      {"--ip", "127.0.0.8"},  {"--port", "1015"},       {"--threads", "63"},       {"--motd", "/some/file"},
      {"--log-level", "off"}, {"--log-format", "json"}, {"--log-addresses", "net"}};
  return table;
}

std::set<std::string> all_of(bool restart) {
  command_line known;
  std::set<std::string> out;
  for (CLI::Option* const each : config_options(known.app)) {
    if (needs_restart(*each) == restart) out.insert("--" + long_name(*each));
  }
  return out;
}

}  // namespace

TEST_CASE("reload plan: what takes a restart is this, and all else does not", "[reload_plan]") {
  CHECK(all_of(true) == std::set<std::string>{"--data-dir", "--history", "--ip", "--port", "--threads"});
  std::set<std::string> tested;
  for (const arrival& each : arrivals()) tested.insert(each.option);
  for (const auto& [option, value] : others()) tested.insert(option);
  std::set<std::string> known = all_of(true);
  known.merge(all_of(false));
  CHECK(known == tested);
}

TEST_CASE("reload plan: each option arrives where it is used, or is named as one that takes a restart",
          "[reload_plan]") {
  const told start(strings{"--lang", "en"});
  const std::set<std::string> fixed = all_of(true);
  const auto check = [&](const std::string& option, const std::string& value, const auto& arrives) {
    CAPTURE(option);
    const reload_plan plan = plan_reload(start.options, english({option, value}));
    const told now = after(start, plan);
    const std::string key = option.substr(2);
    if (fixed.count(option) > 0) {
      CHECK(plan.changed.empty());
      REQUIRE(plan.kept.size() == 1);
      CHECK(plan.kept.front().find(key) != std::string::npos);
      CHECK(plan.kept.front().find("needs a restart") != std::string::npos);
      CHECK(plan.options.values == start.options.values);
      CHECK(now.places == start.places);
      CHECK(now.history.file == start.history.file);
      CHECK(plan.options.threads == start.options.threads);
      CHECK(plan.options.chat.history == start.options.chat.history);
      CHECK(plan.options.data_dir == start.options.data_dir);
      return;
    }
    // The default place goes, since nobody has asked for it but by asking for no other.
    if (option == "--listen") {
      REQUIRE(plan.kept.size() == 1);
      CHECK(plan.kept.front().find("to stop listening on --ip 127.0.0.1 --port 8888") != std::string::npos);
    } else {
      CHECK(plan.kept == strings{});
    }
    CHECK(plan.changed == strings{key});
    CHECK(plan.options.values.at(key) == strings{value});
    CHECK(arrives(now));
    CHECK_FALSE(arrives(start));
  };
  for (const arrival& each : arrivals()) {
    if (each.option == "--listen") continue;
    check(each.option, each.value, each.arrives);
  }
  for (const auto& [option, value] : others()) {
    check(option, value, [&](const told& to) {
      if (option == "--motd") return to.options.motd_file == value;
      if (option == "--log-format") return to.options.log.format == log_format::json;
      if (option == "--log-addresses") return to.options.log.addresses == address_detail::net;
      return to.options.log.level == value;
    });
  }
  check("--listen", "line:127.0.0.9:1014", [](const told& to) {
    const listen_place wanted{listener_kind::line, "127.0.0.9", 1014};
    return std::find(to.places.begin(), to.places.end(), wanted) != to.places.end();
  });
}

TEST_CASE("reload plan: all options at once, and back", "[reload_plan]") {
  strings all;
  for (const arrival& each : arrivals()) all.insert(all.end(), {each.option, each.value});
  for (const auto& [option, value] : others()) all.insert(all.end(), {option, value});
  const told start(strings{"--lang", "en"});
  const reload_plan there = plan_reload(start.options, told::parsed(all));
  CHECK(there.changed.size() == all_of(false).size());
  CHECK(there.kept.size() == 5);
  const told changed = after(start, there);
  std::size_t arrived = 0;
  for (const arrival& each : arrivals()) {
    CAPTURE(each.option);
    if (each.option == "--listen") continue;
    const bool fixed = all_of(true).count(each.option) > 0;
    CHECK(each.arrives(changed) != fixed);
    arrived += fixed ? 0 : 1;
  }
  CHECK(arrived == 24);
  const reload_plan back = plan_reload(changed.options, start.options);
  CHECK(back.kept == strings{});
  CHECK(back.changed == there.changed);
  CHECK(back.options.values == start.options.values);
  CHECK(after(changed, back).places == start.places);
  CHECK(plan_reload(back.options, start.options).changed == strings{});
}

TEST_CASE("reload plan: what takes a restart is told with its line, and told again while it is wanted",
          "[reload_plan]") {
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  const auto options = [&](const std::string& text) {
    std::ofstream(file) << text;
    return told::parsed({"--config", file, "--lang", "en"});
  };
  const server_options start = options("threads = 2\nport = 7000\n");
  reload_plan plan = plan_reload(start, options("\nthreads = 3\nport = 7000\nname = 'x'\n"));
  const strings sentence{file + ":2: threads needs a restart to become 3; until then it is 2"};
  CHECK(plan.kept == sentence);
  CHECK(plan.changed == strings{"name"});
  plan = plan_reload(plan.options, options("\nthreads = 3\nport = 7000\nname = 'x'\n"));
  CHECK(plan.kept == sentence);
  CHECK(plan.changed == strings{});
  plan = plan_reload(plan.options, options("threads = 2\nport = 7000\n"));
  CHECK(plan.kept == strings{});
  plan = plan_reload(plan.options, options("threads = 2\n"));
  CHECK(plan.kept == strings{"port needs a restart to become 8888; until then it is 7000"});
  CHECK(plan.options.port == 7000);
}

TEST_CASE("reload plan: the place of --ip and --port stays, whether it is wanted or not", "[reload_plan]") {
  const auto listened = [](const strings& arguments) { return told::parsed(arguments); };
  const listen_place standard{listener_kind::line, "127.0.0.1", 8888};
  const listen_place other{listener_kind::line, "127.0.0.2", 9000};
  const server_options by_default = listened({});
  const server_options by_listen = listened({"--listen", "line:127.0.0.2:9000"});

  SECTION("to stop") {
    const reload_plan plan = plan_reload(by_default, by_listen);
    CHECK(listen_places_of(plan.options) == std::vector<listen_place>{standard, other});
    CHECK(plan.kept == strings{"to stop listening on --ip 127.0.0.1 --port 8888 needs a restart"});
  }
  SECTION("to begin") {
    const reload_plan plan = plan_reload(by_listen, listened({"--port", "1", "--listen", "line:127.0.0.2:9000"}));
    CHECK(listen_places_of(plan.options) == std::vector<listen_place>{other});
    CHECK(plan.kept == strings{"to begin listening on --ip 127.0.0.1 --port 1 needs a restart"});
  }
  SECTION("named by --listen now, it is the same") {
    const reload_plan plan = plan_reload(by_default, listened({"--listen", "line:127.0.0.1:8888"}));
    CHECK(listen_places_of(plan.options) == std::vector<listen_place>{standard});
    CHECK(plan.kept == strings{});
  }
  SECTION("named by --listen, and by itself again") {
    const reload_plan plan = plan_reload(listened({"--listen", "line:127.0.0.1:8888"}), by_default);
    CHECK(listen_places_of(plan.options) == std::vector<listen_place>{standard});
    CHECK(plan.kept == strings{});
  }
  SECTION("named by --listen now, with a proxy in front, it is the same") {
    const reload_plan plan = plan_reload(by_default, listened({"--listen", "line:127.0.0.1:8888,proxy=10.0.0.0/8"}));
    REQUIRE(listen_places_of(plan.options).size() == 1);
    CHECK(is_same_listener(listen_places_of(plan.options)[0], standard));
    CHECK_FALSE(listen_places_of(plan.options)[0].proxy.empty());
    CHECK(plan.kept == strings{});
  }
  SECTION("named by --listen, too, where the system picks the ports") {
    const strings both{"--ip", "127.0.0.1", "--port", "0", "--listen", "line:127.0.0.1:0"};
    const reload_plan plan = plan_reload(listened(both), listened(both));
    CHECK(listen_places_of(plan.options).size() == 2);
    CHECK(plan.kept == strings{});
  }
  SECTION("another, beside those of --listen") {
    const reload_plan plan = plan_reload(listened({"--port", "1"}), listened({"--port", "2"}));
    CHECK(plan.kept == strings{"port needs a restart to become 2; until then it is 1"});
    CHECK(plan.options.port == 1);
  }
  SECTION("wanted twice") {
    const reload_plan plan = plan_reload(by_default, listened({"--port", "1", "--listen", "line:127.0.0.1:8888"}));
    const auto places = listen_places_of(plan.options);
    CHECK(places == std::vector<listen_place>{standard});
  }
}

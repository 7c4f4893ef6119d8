#include "server/reload_plan.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/config_options.hpp"
#include "common/safe_text.hpp"
#include "server/command_line.hpp"

namespace confab {
namespace {

using option_values = std::vector<std::string>;

option_values values_of(const server_options& of, const std::string& key) {
  const auto found = of.values.find(key);
  return found == of.values.end() ? option_values() : found->second;
}

listen_place default_place(const server_options& of) {
  return {listener_kind::line, of.ip, of.port};
}

void keep_values(const server_options& now, std::initializer_list<const char*> keys, server_options& wanted) {
  for (const char* const key : keys) wanted.values[key] = values_of(now, key);
}

bool lists(const server_options& of, const listen_place& place) {
  return std::any_of(of.listen.begin(), of.listen.end(),
                     [&](const listen_place& each) { return is_same_listener(each, place); });
}

// What --ip and --port name is listened on or not, as it is now. It may change hands with a --listen of the same place.
void keep_default_place(const server_options& now, reload_plan& plan) {
  server_options& wanted = plan.options;
  if (!now.listens_on_ip && wanted.listens_on_ip && lists(now, default_place(wanted))) return;
  // Both may be wanted where the system picks the ports.
  const bool wanted_still = wanted.listens_on_ip && default_place(wanted) == default_place(now);
  const bool stays = now.listens_on_ip && (wanted_still || !lists(wanted, default_place(now)));
  if (stays && !wanted.listens_on_ip) {
    plan.kept.push_back(fmt::format("{}to stop listening on --ip {} --port {} needs a restart",
                                    where_given(wanted, "listen"), now.ip, now.port));
  } else if (!now.listens_on_ip && wanted.listens_on_ip) {
    plan.kept.push_back(fmt::format("{}to begin listening on --ip {} --port {} needs a restart",
                                    where_given(wanted, wanted.config_lines.count("ip") > 0 ? "ip" : "port"), wanted.ip,
                                    wanted.port));
  }
  wanted.listens_on_ip = stays;
  wanted.ip = now.ip;
  wanted.port = now.port;
  keep_values(now, {"ip", "port"}, wanted);
}

void keep(const server_options& now, const std::string& key, reload_plan& plan) {
  server_options& wanted = plan.options;
  const option_values before = values_of(now, key);
  const option_values after = values_of(wanted, key);
  if (before == after) return;
  const bool unused = (key == "ip" || key == "port") && !(now.listens_on_ip && wanted.listens_on_ip);
  if (unused) return;  // see keep_default_place()
  plan.kept.push_back(
      make_safe(fmt::format("{}{} needs a restart to become {}; until then it is {}", where_given(wanted, key), key,
                            fmt::join(after, ", "), fmt::join(before, ", "))));
}

}  // namespace

reload_plan plan_reload(const server_options& now, server_options wanted) {
  reload_plan plan{std::move(wanted), {}, {}};
  command_line known;
  for (CLI::Option* const option : config_options(known.app)) {
    const std::string key = long_name(*option);
    if (needs_restart(*option)) {
      keep(now, key, plan);
    } else if (values_of(now, key) != values_of(plan.options, key)) {
      plan.changed.push_back(key);
    }
  }
  keep_default_place(now, plan);
  plan.options.threads = now.threads;
  plan.options.data_dir = now.data_dir;
  plan.options.chat.history = now.chat.history;
  keep_values(now, {"threads", "data-dir", "history"}, plan.options);
  return plan;
}

}  // namespace confab

// What a server does on SIGHUP. The rest of it is in server.cpp.
#include <algorithm>
#include <csignal>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/safe_text.hpp"
#include "server/doors.hpp"
#include "server/log.hpp"
#include "server/part_options.hpp"
#include "server/reload_plan.hpp"
#include "server/server.hpp"

namespace confab {

void server::make_reload() {
  if (options_.config_file.empty()) {
    if (!hangups_ignored()) signals_.add(SIGHUP);
    return;
  }
  reload_ = std::make_unique<reload>(
      *contexts_[0], log_, [this] { return describe(); },
      [this](reload_input fresh) { return take_over(std::move(fresh)); },
      reload::events{[this] { manager_.reloading(); }, [this] { manager_.ready(); }});
}

reload_base server::describe() const {
  reload_base out{options_, {}, certificate_ == nullptr ? nullptr : certificate_->keys()->get()};
  for (const placed_listener& each : listeners_) {
    out.held.push_back({each.place, each.where(), each.inherited});
  }
  return out;
}

// Whatever can fail comes first. From then on it is one turn of the hub, and one task for each shard.
reload_news server::take_over(reload_input fresh) {
  reload_plan& plan = fresh.plan;
  need_certificate(plan.options, fresh.tls);
  std::vector<placed_listener> listeners = wanted_listeners(std::move(fresh.places), plan.options);
  const bool has_motd = std::find(plan.changed.begin(), plan.changed.end(), "motd") != plan.changed.end();
  if (fresh.motd != motd_ && !has_motd) plan.changed.emplace_back("motd");  // other words in the same file

  use_certificate(plan, std::move(fresh.tls));
  broadcaster_.change(changed_hub_options(plan.options, fresh.motd), plan.options.net);
  if (bridge_ != nullptr) bridge_->change(store_options_of(plan.options));
  options_ = std::move(plan.options);
  change_listeners(std::move(listeners));
  change_log(options_.log);
  motd_ = std::move(fresh.motd);

  const std::string what =
      plan.changed.empty() ? "nothing is different" : fmt::format("{}", fmt::join(plan.changed, ", "));
  return {make_safe(fmt::format("reloaded {}: {}", options_.config_file, what)), std::move(plan.kept)};
}

// The other words in the same file are not what options can tell, either.
void server::use_certificate(reload_plan& plan, std::optional<tls_files> read) {
  if (certificate_ == nullptr) return;
  if (!read) return certificate_->rest();
  const bool is_new = certificate_->take(plan.options.tls, std::move(*read));
  const auto named = [](const std::string& key) { return key.starts_with("tls-"); };
  if (is_new && std::none_of(plan.changed.begin(), plan.changed.end(), named)) plan.changed.emplace_back("tls-cert");
  certificate_->start();
}

// In the order of the options: those that there are, and those that are new. Then what was inherited.
std::vector<placed_listener> server::wanted_listeners(std::vector<open_place> fresh, const server_options& options) {
  std::vector<placed_listener> left = listeners_;
  std::vector<placed_listener> out;
  auto next = fresh.begin();
  for (const listen_place& place : listen_places_of(options)) {
    const auto there = std::find_if(left.begin(), left.end(), [&](const placed_listener& each) {
      return !each.inherited && is_same_listener(each.place, place);
    });
    if (there != left.end()) {
      out.push_back(*there);
      out.back().place = place;
      left.erase(there);
      continue;
    }
    if (next == fresh.end() || next->place != place) continue;  // it was inherited, or is optional and somebody else's
    out.push_back(make_listener(place, std::move(next->socket), options));
    ++next;
  }
  for (placed_listener& each : left) {
    if (!each.inherited) continue;
    each.place = place_of_inherited(options, each.place.kind, each.where());
    out.push_back(std::move(each));
  }
  if (admin_ != nullptr) admin_->start();
  return out;
}

// Those that stay keep what waits to be accepted; of those that go, who has connected is a user like any other.
void server::change_listeners(std::vector<placed_listener> wanted) {
  std::erase_if(retired_, [](const auto& each) { return each->ended(); });
  const auto has = [](const std::vector<placed_listener>& all, const placed_listener& one) {
    return std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.is(one); });
  };
  for (const placed_listener& each : wanted) {
    if (has(listeners_, each)) {
      if (each.chat != nullptr) each.chat->change(options_.net, door_of(each.place, keys(), web_of(options_)));
      continue;
    }
    start(each);
    log_->info("{}listening on {}", title_of(each.place.kind), each.where());
  }
  for (const placed_listener& each : listeners_) {
    if (has(wanted, each)) continue;
    log_->info("no longer {}listening on {}", title_of(each.place.kind), each.where());
    if (each.desk != nullptr) {
      admin_->close(each.desk);
      continue;
    }
    each.chat->retire();
    retired_.push_back(each.chat);
  }
  listeners_ = std::move(wanted);
}

}  // namespace confab

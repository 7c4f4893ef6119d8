#include "server/net/entrance.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <asio/co_spawn.hpp>

#include "server/net/completion.hpp"
#include "server/net/log_about.hpp"
#include "server/net/proxy_step.hpp"
#include "server/net/shard.hpp"
#include "server/net/tls_step.hpp"
#include "server/net/web_step.hpp"

namespace confab::net {
namespace {

using visitors = std::vector<std::shared_ptr<arrival>>;

// The address that more than half of them count to, if there is one (by Boyer and Moore).
std::optional<ip_bytes> majority_of(const visitors& all) noexcept {
  ip_bytes candidate{};
  std::size_t lead = 0;
  for (const auto& each : all) {
    if (lead == 0) candidate = each->counts_as();
    lead = each->counts_as() == candidate ? lead + 1 : lead - 1;
  }
  const auto its =
      std::count_if(all.begin(), all.end(), [&](const auto& each) { return each->counts_as() == candidate; });
  return static_cast<std::size_t>(its) * 2 > all.size() ? std::optional(candidate) : std::nullopt;
}

}  // namespace

entrance::entrance(shard& home) : home_(home), handshakes_(home.context()) {}

void entrance::arrive(unique_fd socket, const sockaddr_storage& from, std::shared_ptr<const door> by) noexcept try {
  if (closed_) return;
  auto who =
      std::make_shared<arrival>(home_.context(), std::move(socket), from, std::move(by), home_.options().turns.now);
  if (here_.size() >= most && !make_room(who->counts_as())) return count(arrival_end::crowded);
  here_.push_back(who);
  home_.counters().arrivals.set(here_.size());
  try {
    asio::co_spawn(home_.context(), receive(who), rethrow);
  } catch (...) {
    remove(*who);
    throw;
  }
} catch (const std::exception& e) {
  count(arrival_end::failed);
  log_about(home_.log(), spdlog::level::err, "", "a connection is not let in: {}", e.what());
}

// Of those that let us wait: who has come from an address that holds more than half of the places makes way for any
// other address, at once; else whoever has let us wait longest, if that is long enough. Who waits for us stays. False
// when there is nobody of that kind: then the newcomer has to go.
bool entrance::make_room(const ip_bytes& for_whom) noexcept {
  const std::optional<ip_bytes> crowd = majority_of(here_);
  const bool crowd_makes_way = crowd && *crowd != for_whom;
  const auto long_ago = home_.options().turns.now() - patience;
  arrival* oldest = nullptr;
  for (const visitor& each : here_) {
    const auto since = each->waits_since();
    if (!since) continue;
    const bool may_go = crowd_makes_way ? each->counts_as() == *crowd : *since <= long_ago;
    if (may_go && (oldest == nullptr || *since < *oldest->waits_since())) oldest = each.get();
  }
  if (oldest == nullptr) return false;
  count(arrival_end::crowded);
  oldest->end();
  remove(*oldest);
  return true;
}

asio::awaitable<void> entrance::receive(visitor who) {
  arrival_end how = arrival_end::failed;
  try {
    how = co_await take_steps(who);
    if (how == arrival_end::admitted) {
      who->will_be().socket = who->release();
      home_.admit(std::move(who->will_be()));
    }
  } catch (const std::exception& e) {
    how = arrival_end::failed;
    log_about(home_.log(), spdlog::level::err, who->will_be().addr, "is not let in: {}", e.what());
  }
  who->end();
  if (remove(*who)) count(how);
}

// The steps in their order. Each ends with `admitted` when the next may begin.
asio::awaitable<arrival_end> entrance::take_steps(visitor who) {
  if (who->from_proxy()) {
    const arrival_end how = co_await read_proxy_header(who, home_.options().to_show_header, home_.log());
    if (how != arrival_end::admitted) co_return how;
  }
  if (who->by().tls != nullptr) {
    const tls_surroundings here{handshakes_, home_.counters(), home_.log(), home_.options().to_shake_hands};
    const arrival_end how = co_await shake_hands(who, here);
    if (how != arrival_end::admitted) co_return how;
  }
  if (who->by().web != nullptr) co_return co_await serve_web(who, home_.options(), home_.log());
  co_return arrival_end::admitted;
}

void entrance::close() noexcept {
  closed_ = true;
  for (const visitor& each : std::exchange(here_, {})) each->end();
  home_.counters().arrivals.set(0);
}

// False when it has made way, or all have been ended.
bool entrance::remove(const arrival& who) noexcept {
  const bool was_here = std::erase_if(here_, [&](const visitor& each) { return each.get() == &who; }) > 0;
  home_.counters().arrivals.set(here_.size());
  return was_here;
}

void entrance::count(arrival_end what) noexcept {
  home_.counters().arrivals_ended[static_cast<std::size_t>(what)].add();
}

}  // namespace confab::net

#include "client/protocol/send_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/parse_number.hpp"

namespace confab::client {

std::uint64_t send_queue::push(request what) {
  what.ticket = ++last_ticket_;
  requests_.push_back(std::move(what));
  return last_ticket_;
}

void send_queue::restore(request again) {
  again.written = false;
  const auto place = std::ranges::lower_bound(requests_, again.ticket, {}, &request::ticket);
  requests_.insert(place, std::move(again));
}

std::size_t send_queue::unwritten() const noexcept {
  return static_cast<std::size_t>(std::ranges::count(requests_, false, &request::written));
}

std::optional<std::string> send_queue::next_line() {
  const auto next = std::ranges::find(requests_, false, &request::written);
  if (next == requests_.end()) return std::nullopt;
  next->written = true;
  ++next->attempts;
  return fmt::format("/tag {}{} {}\n", prefix_, next->ticket, next->command);
}

std::optional<std::size_t> send_queue::index_of(std::string_view tag) const noexcept {
  if (!tag.starts_with(prefix_)) return std::nullopt;
  tag.remove_prefix(prefix_.size());
  const auto ticket = parse_number<std::uint64_t>(tag);
  if (!ticket) return std::nullopt;
  const auto found = std::ranges::lower_bound(requests_, *ticket, {}, &request::ticket);
  if (found == requests_.end() || found->ticket != *ticket) return std::nullopt;
  return static_cast<std::size_t>(found - requests_.begin());
}

const request* send_queue::find(std::string_view tag) const noexcept {
  const auto index = index_of(tag);
  return index ? &requests_[*index] : nullptr;
}

std::optional<request> send_queue::take(std::string_view tag) {
  const auto index = index_of(tag);
  if (!index) return std::nullopt;
  const auto place = requests_.begin() + static_cast<std::ptrdiff_t>(*index);
  request taken = std::move(*place);
  requests_.erase(place);
  return taken;
}

std::vector<request> send_queue::lost() {
  std::vector<request> dropped;
  std::deque<request> kept;
  for (request& each : requests_) {
    each.written = false;
    if (each.keep && each.attempts < most_attempts) {
      kept.push_back(std::move(each));
    } else {
      dropped.push_back(std::move(each));
    }
  }
  requests_ = std::move(kept);
  return dropped;
}

template <typename Wanted>
std::vector<request> send_queue::take_off(Wanted wanted) {
  const auto meant =
      std::stable_partition(requests_.begin(), requests_.end(), [&](const request& each) { return !wanted(each); });
  std::vector<request> withdrawn{std::make_move_iterator(meant), std::make_move_iterator(requests_.end())};
  requests_.erase(meant, requests_.end());
  return withdrawn;
}

std::vector<request> send_queue::withdraw(std::string_view room) {
  return take_off([room](const request& each) { return !each.written && each.room == room; });
}

std::vector<request> send_queue::withdraw_private() {
  return take_off([](const request& each) { return !each.partner.empty(); });
}

}  // namespace confab::client

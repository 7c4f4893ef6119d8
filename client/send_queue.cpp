#include "client/send_queue.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace confab::client {

std::uint64_t send_queue::push(std::string command, int purpose, bool keep, std::string room) {
  requests_.push_back({.ticket = ++last_ticket_,
                       .purpose = purpose,
                       .keep = keep,
                       .command = std::move(command),
                       .room = std::move(room)});
  return last_ticket_;
}

std::optional<std::string> send_queue::next_line() {
  if (unwritten() == 0) return std::nullopt;
  request& next = requests_[written_++];
  ++next.attempts;
  return fmt::format("/tag {}{} {}\n", prefix_, next.ticket, next.command);
}

std::optional<std::size_t> send_queue::index_of(std::string_view tag) const noexcept {
  if (!tag.starts_with(prefix_)) return std::nullopt;
  tag.remove_prefix(prefix_.size());
  std::uint64_t ticket = 0;
  const auto [end, failure] = std::from_chars(tag.data(), tag.data() + tag.size(), ticket);
  if (failure != std::errc() || end != tag.data() + tag.size()) return std::nullopt;
  const auto found = std::ranges::lower_bound(requests_, ticket, {}, &request::ticket);
  if (found == requests_.end() || found->ticket != ticket) return std::nullopt;
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
  if (*index < written_) --written_;
  return taken;
}

std::vector<request> send_queue::lost() {
  written_ = 0;
  std::vector<request> dropped;
  std::deque<request> kept;
  for (request& each : requests_) {
    if (each.keep && each.attempts < most_attempts) {
      kept.push_back(std::move(each));
    } else {
      dropped.push_back(std::move(each));
    }
  }
  requests_ = std::move(kept);
  return dropped;
}

std::vector<request> send_queue::withdraw(std::string_view room) {
  const auto begin = requests_.begin() + static_cast<std::ptrdiff_t>(written_);
  const auto meant =
      std::stable_partition(begin, requests_.end(), [room](const request& each) { return each.room != room; });
  std::vector<request> withdrawn{std::make_move_iterator(meant), std::make_move_iterator(requests_.end())};
  requests_.erase(meant, requests_.end());
  return withdrawn;
}

}  // namespace confab::client

#include "server/chat/said_tags.hpp"

#include <algorithm>
#include <functional>

namespace confab::chat {
namespace {

constexpr std::size_t least_capacity = 8;

// What a holder takes besides its ring and table: its places in three containers, and itself.
constexpr std::size_t bytes_of_holder = 256;

// Tags that one call of expire() forgets, about.
constexpr std::size_t most_at_once = 50'000;

std::uint64_t hash_of(std::string_view tag) noexcept {
  return std::hash<std::string_view>()(tag);
}

}  // namespace

// ---- one user's

// The slot of that hash, or the free one where it belongs.
std::uint16_t& said_tags::holder::slot_of(std::uint64_t hash) noexcept {
  const std::size_t mask = 2 * capacity - 1;
  std::size_t slot = hash & mask;
  while (table[slot] != 0 && ring[table[slot] - 1U].hash != hash) slot = (slot + 1) & mask;
  return table[slot];
}

void said_tags::holder::push(const entry& last) noexcept {
  at(count++) = last;
  slot_of(last.hash) = static_cast<std::uint16_t>(((first + count - 1) & (capacity - 1)) + 1);
}

// Those behind it in the table move up where a search for them would end at the hole.
void said_tags::holder::drop_first() noexcept {
  const std::size_t mask = 2 * capacity - 1;
  auto hole = static_cast<std::size_t>(&slot_of(ring[first].hash) - table.get());
  for (std::size_t next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
    const std::size_t home = ring[table[next] - 1U].hash & mask;
    if (((next - home) & mask) < ((next - hole) & mask)) continue;
    table[hole] = table[next];
    hole = next;
  }
  table[hole] = 0;
  first = (first + 1) & (capacity - 1);
  --count;
}

// ---- all users'

std::size_t said_tags::size_of(const holder& one) noexcept {
  return bytes_of_holder + one.capacity * (sizeof(entry) + 2 * sizeof(std::uint16_t));
}

std::size_t said_tags::bytes_of(std::uint64_t who) const noexcept {
  const auto found = all_.find(who);
  return found == all_.end() ? 0 : size_of(found->second);
}

std::optional<said_tags::said> said_tags::find(std::uint64_t who, std::string_view tag, time_point now) {
  const auto found = all_.find(who);
  if (found == all_.end()) return std::nullopt;
  holder& from = found->second;
  drop_old(from, now);
  const std::uint16_t place = from.slot_of(hash_of(tag));
  if (place == 0) return std::nullopt;
  const entry& known = from.ring[place - 1U];
  return said{known.id, known.when};
}

void said_tags::add(std::uint64_t who, std::string_view tag, std::uint64_t id, time_point now) {
  if (window_.count() == 0) return;
  const auto [place, fresh] = all_.try_emplace(who);
  holder& to = place->second;
  if (fresh) {
    bytes_ += size_of(to);
    by_size_.emplace(size_of(to), who);
    to.looked_at = now;
    by_age_.emplace(now, who);
    resize(who, to, least_capacity);
  }
  drop_old(to, now);
  if (to.count == most_of_one) to.drop_first();
  if (to.count == to.capacity) resize(who, to, 2 * to.capacity);
  to.push({hash_of(tag), id, now});
  while (bytes_ > max_bytes_) halve_largest();
}

void said_tags::drop_old(holder& from, time_point now) {
  while (from.count > 0 && is_over(from.ring[from.first], now)) {
    spent_->add(1);
    from.drop_first();
  }
}

// Into another ring, with all that there are: they must fit.
void said_tags::resize(std::uint64_t who, holder& one, std::size_t capacity) {
  spent_->add(1 + one.count);
  holder other;
  other.ring = std::make_unique<entry[]>(capacity);
  other.table = std::make_unique<std::uint16_t[]>(2 * capacity);
  other.capacity = capacity;
  other.looked_at = one.looked_at;
  for (std::size_t i = 0; i < one.count; ++i) other.push(one.at(i));
  by_size_.erase({size_of(one), who});
  bytes_ -= size_of(one);
  one = std::move(other);
  bytes_ += size_of(one);
  by_size_.emplace(size_of(one), who);
}

// Of several, the one that came last: who has been here for longer keeps more.
void said_tags::halve_largest() {
  const std::uint64_t who = by_size_.rbegin()->second;
  const auto found = all_.find(who);
  holder& most = found->second;
  if (most.capacity == least_capacity) return remove(found);
  while (most.count > most.capacity / 2) most.drop_first();
  resize(who, most, most.capacity / 2);
}

void said_tags::remove(holders::iterator gone) {
  bytes_ -= size_of(gone->second);
  by_size_.erase({size_of(gone->second), gone->first});
  by_age_.erase({gone->second.looked_at, gone->first});
  all_.erase(gone);
}

void said_tags::forget(std::uint64_t who) {
  if (const auto found = all_.find(who); found != all_.end()) remove(found);
}

void said_tags::expire(time_point now) {
  const std::uint64_t begin = spent_->steps();
  while (!by_age_.empty() && now - by_age_.begin()->first > window_ && spent_->steps() - begin < most_at_once) {
    spent_->add(1);
    const std::uint64_t who = by_age_.begin()->second;
    const auto found = all_.find(who);
    holder& one = found->second;
    if (one.count == 0 || is_over(one.at(one.count - 1), now)) {  // so are all
      remove(found);
      continue;
    }
    drop_old(one, now);
    std::size_t fitting = one.capacity;
    while (fitting > least_capacity && one.count <= fitting / 4) fitting /= 2;
    if (fitting != one.capacity) resize(who, one, fitting);
    by_age_.erase(by_age_.begin());
    one.looked_at = one.at(0).when;
    by_age_.emplace(one.looked_at, who);
  }
}

void said_tags::clear() noexcept {
  all_.clear();
  by_size_.clear();
  by_age_.clear();
  bytes_ = 0;
}

}  // namespace confab::chat

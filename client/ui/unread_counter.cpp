#include "client/ui/unread_counter.hpp"

#include "common/names.hpp"

namespace confab::client {
namespace {

bool wanted(bell_mode bell, concern about) noexcept {
  switch (about) {
    case concern::none: return false;
    case concern::message: return bell == bell_mode::all;
    case concern::mention: return bell == bell_mode::mention || bell == bell_mode::all;
    case concern::personal: break;
  }
  return bell != bell_mode::off;
}

}  // namespace

bool unread_counter::arrived(concern about, std::string_view from, std::string_view partner, time_point now) {
  if (about == concern::none) return false;
  ++since_typed_;
  if (about == concern::personal && name_key(from) != name_key(partner)) count(name_key(from));
  if (!wanted(bell_, about) || (rang_ && now - *rang_ < between_rings)) return false;
  rang_ = now;
  return true;
}

void unread_counter::count(std::string from) {
  const bool known = unread_.size() < most_names || unread_.contains(from);
  ++(known ? unread_[std::move(from)] : of_others_);
}

void unread_counter::opened(std::string_view name) {
  unread_.erase(name_key(name));
}

void unread_counter::renamed(std::string_view old_name, std::string_view name) {
  const auto found = unread_.find(name_key(old_name));
  const std::string key = name_key(name);
  if (found == unread_.end() || found->first == key) return;
  unread_[key] += found->second;
  unread_.erase(found);
}

void unread_counter::left(std::string_view name) {
  const auto found = unread_.find(name_key(name));
  if (found == unread_.end()) return;
  of_others_ += found->second;
  unread_.erase(found);
}

std::uint64_t unread_counter::unread_private() const {
  std::uint64_t sum = of_others_;
  for (const auto& [from, count] : unread_) sum += count;
  return sum;
}

}  // namespace confab::client

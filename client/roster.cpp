#include "client/roster.hpp"

#include <algorithm>
#include <utility>

#include "common/names.hpp"

namespace confab::client {

void roster::greet(const welcome& hello) {
  me_ = hello.name;
  online_ = hello.online;
  complete_ = listing_ = false;
  people_.clear();
  add(me_);
}

bool roster::apply(const event_body& body) {
  return std::visit([this](const auto& what) { return apply_one(what); }, body);
}

roster::entry& roster::add(std::string_view name) {
  entry& found = people_[name_key(name)];
  found.shown = name;
  found.listing = listings_;
  return found;
}

bool roster::set_online(std::uint64_t online) {
  if (online == 0) return false;  // not said
  return std::exchange(online_, online) != online;
}

void roster::spoke(std::string_view name) {
  add(name).spoke = ++spoken_;
}

bool roster::apply_one(const joined& what) {
  add(what.name);
  if (!what.room.empty()) return false;
  return set_online(what.online);
}

bool roster::apply_one(const left& what) {
  if (!what.room.empty()) return false;
  if (what.name != me_) people_.erase(name_key(what.name));
  return set_online(what.online);
}

bool roster::apply_one(const crowd& what) {
  complete_ = false;
  return set_online(what.online);
}

bool roster::apply_one(const public_message& what) {
  if (!what.past) spoke(what.from);  // else they may be gone
  return false;
}

bool roster::apply_one(const private_message& what) {
  if (!what.past) spoke(what.from);
  return false;
}

bool roster::apply_one(const client::renamed& what) {
  const bool ours = what.old_name == me_;
  if (ours) me_ = what.name;
  const auto before = people_.find(name_key(what.old_name));
  const std::uint64_t spoke_at = before == people_.end() ? 0 : before->second.spoke;
  if (before != people_.end()) people_.erase(before);
  add(what.name).spoke = spoke_at;
  return ours;
}

bool roster::apply_one(const users& what) {
  if (!what.room.empty()) return false;
  if (!std::exchange(listing_, true)) ++listings_;
  for (const client::person& each : what.people) add(each.name);
  if (what.end) {
    listing_ = false;
    complete_ = true;
    // Whoever came or spoke since the list began was marked with it, too.
    std::erase_if(people_, [this](const auto& each) { return each.second.listing != listings_; });
  }
  return set_online(what.online);
}

bool roster::apply_one(const count& what) {
  return set_online(what.online);
}

std::optional<std::string> roster::find(std::string_view name) const {
  const auto found = people_.find(name_key(name));
  if (found == people_.end()) return std::nullopt;
  return found->second.shown;
}

std::vector<std::string> roster::others() const {
  std::vector<const entry*> found;
  for (const auto& [key, each] : people_) {
    if (each.shown != me_) found.push_back(&each);
  }
  std::ranges::sort(found, [](const entry* a, const entry* b) {
    return a->spoke != b->spoke ? a->spoke > b->spoke : a->shown < b->shown;
  });
  std::vector<std::string> names;
  names.reserve(found.size());
  for (const entry* each : found) names.push_back(each->shown);
  return names;
}

}  // namespace confab::client

#include "client/model/roster.hpp"

#include <algorithm>
#include <utility>

#include "common/names.hpp"

namespace confab::client {

void roster::greet(const welcome& hello) {
  me_ = hello.name;
  my_number_ = hello.user;
  online_ = hello.online;
  complete_ = listing_ = false;
  people_.clear();
  keys_.clear();
  add(me_, hello.user, hello.addr);
}

bool roster::apply(const event_body& body) {
  return std::visit([this](const auto& what) { return apply_one(what); }, body);
}

/// Somebody is online under that name. `fresh`: they have just taken it, so whoever had it is gone.
roster::entry& roster::add(std::string_view name, user_number user, std::string_view addr, bool fresh) {
  const std::string key = name_key(name);
  if (people_.size() >= most_known && !people_.contains(key)) forget_others();
  entry& found = people_[key];
  const bool another = found.id == 0 || fresh || (user != 0 && user != found.user);
  if (another) {
    keys_.erase(found.id);
    found = {};
    found.user = user;
    found.id = user != 0 ? user : ++last_own_id_;
    if (const auto former = keys_.find(found.id); former != keys_.end()) {  // under another name than we knew
      found.addr = people_.at(former->second).addr;
      people_.erase(former->second);
    }
    keys_[found.id] = key;
  }
  entry& kept = people_[key];
  kept.name = name;
  if (!addr.empty() && addr.size() <= longest_addr) kept.addr = addr;
  kept.listing = listings_;
  return kept;
}

void roster::forget_others() {
  const auto own = people_.find(name_key(me_));
  const std::string addr = own == people_.end() ? std::string() : own->second.addr;
  people_.clear();
  keys_.clear();
  complete_ = false;
  overflow_ = true;
  add(me_, my_number_, addr);
}

void roster::take_out(std::string_view name, user_number user) {
  const auto found = people_.find(name_key(name));
  if (found == people_.end() || (user != 0 && found->second.user != 0 && user != found->second.user)) return;
  keys_.erase(found->second.id);
  people_.erase(found);
}

bool roster::set_online(std::uint64_t online) {
  if (online == 0) return false;  // not said
  return std::exchange(online_, online) != online;
}

void roster::spoke(std::string_view name, user_number user, std::string_view addr) {
  entry& who = add(name, user, addr);
  who.spoke = ++spoken_;
  who.lost = false;
}

bool roster::apply_one(const joined& what) {
  const bool ours = what.name == me_;
  add(what.name, what.user, what.addr, what.room.empty() && what.user == 0 && !ours);
  if (!what.room.empty()) return false;
  return set_online(what.online);
}

bool roster::apply_one(const left& what) {
  if (!what.room.empty()) return false;
  if (what.name != me_) take_out(what.name, what.user);
  return set_online(what.online);
}

bool roster::apply_one(const crowd& what) {
  complete_ = false;
  return set_online(what.online);
}

bool roster::apply_one(const message& what) {
  if (!what.past) spoke(what.from, what.user, what.addr);  // else they may be gone
  return false;
}

bool roster::apply_one(const whisper& what) {
  if (!what.past) spoke(what.from, what.user, what.addr);
  return false;
}

bool roster::apply_one(const client::renamed& what) {
  const bool ours = what.old_name == me_;
  if (ours) me_ = what.name;
  const auto before = people_.find(name_key(what.old_name));
  entry moved;
  if (before != people_.end() && (what.user == 0 || what.user == before->second.user)) {
    moved = before->second;
    keys_.erase(moved.id);
    people_.erase(before);
  }
  const bool known = moved.id != 0;
  // Whoever had the new name before is gone, whether we heard of it or not.
  if (const auto held = people_.find(name_key(what.name)); held != people_.end()) {
    keys_.erase(held->second.id);
    people_.erase(held);
  }
  if (!known) {
    add(what.name, what.user, what.addr, true);
    return ours;
  }
  moved.name = what.name;
  if (!what.addr.empty() && what.addr.size() <= longest_addr) moved.addr = what.addr;
  moved.listing = listings_;
  const std::string key = name_key(what.name);
  keys_[moved.id] = key;
  people_[key] = std::move(moved);
  return ours;
}

bool roster::apply_one(const users& what) {
  if (!what.room.empty()) return false;
  if (!std::exchange(listing_, true)) {
    ++listings_;
    overflow_ = false;
  }
  for (const client::person& each : what.people) add(each.name, each.user, each.addr).lost = each.lost;
  if (what.end) {
    listing_ = false;
    complete_ = !overflow_;
    // Whoever came or spoke since the list began was marked with it, too.
    std::erase_if(people_, [this](const auto& each) {
      const bool gone = each.second.listing != listings_;
      if (gone) keys_.erase(each.second.id);
      return gone;
    });
  }
  return set_online(what.online);
}

bool roster::apply_one(const count& what) {
  return set_online(what.online);
}

bool roster::apply_one(const delivery& what) {
  if (const auto found = people_.find(name_key(what.name)); found != people_.end()) {
    found->second.lost = what.now == delivery::state::waiting;
  }
  return false;
}

const somebody* roster::who(std::string_view name) const {
  const auto found = people_.find(name_key(name));
  return found == people_.end() ? nullptr : &found->second;
}

const somebody* roster::who(person_id id) const {
  const auto key = keys_.find(id);
  return key == keys_.end() ? nullptr : &people_.at(key->second);
}

std::optional<std::string> roster::find(std::string_view name) const {
  const somebody* const found = who(name);
  return found == nullptr ? std::nullopt : std::optional(found->name);
}

std::vector<const roster::entry*> roster::sorted_others() const {
  std::vector<const entry*> found;
  for (const auto& [key, each] : people_) {
    if (each.name != me_) found.push_back(&each);
  }
  std::ranges::sort(found, [](const entry* a, const entry* b) {
    return a->spoke != b->spoke ? a->spoke > b->spoke : a->name < b->name;
  });
  return found;
}

std::vector<std::string> roster::others() const {
  std::vector<std::string> names;
  for (const entry* each : sorted_others()) names.push_back(each->name);
  return names;
}

std::vector<somebody> roster::other_people() const {
  std::vector<somebody> people;
  for (const entry* each : sorted_others()) people.push_back(*each);
  return people;
}

}  // namespace confab::client

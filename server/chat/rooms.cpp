#include "server/chat/rooms.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

rooms::rooms() {
  all_.push_back(std::make_unique<room>());
}

// There are few rooms, and they are looked up by name only when somebody names one: a scan will do.
room* rooms::find(std::string_view name) noexcept {
  const auto found = std::find_if(all_.begin() + 1, all_.end(), [&](const std::unique_ptr<room>& each) {
    return each != nullptr && each->name == name;
  });
  return found == all_.end() ? nullptr : found->get();
}

room& rooms::add(std::string name) {
  const auto hole = std::find(all_.begin() + 1, all_.end(), nullptr);
  const auto number = static_cast<std::uint32_t>(hole - all_.begin());
  if (hole == all_.end()) all_.emplace_back();
  all_[number] = std::make_unique<room>();
  all_[number]->number = number;
  all_[number]->serial = ++serials_;
  all_[number]->name = std::move(name);
  ++size_;
  return *all_[number];
}

void rooms::remove(const room& gone) {
  all_[gone.number].reset();
  --size_;
}

}  // namespace confab::chat

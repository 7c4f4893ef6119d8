#include "client/model/joined_rooms.hpp"

#include <algorithm>
#include <utility>

namespace confab::client {

bool joined_rooms::apply(const event_body& body, std::string_view me) {
  if (const auto* entered = std::get_if<joined>(&body)) return entered->name == me && add(entered->room);
  if (const auto* gone = std::get_if<left>(&body)) {
    if (gone->room.empty() || gone->name != me) return false;
    forget(gone->room);
    return true;
  }
  const auto* now = std::get_if<room_changed>(&body);
  if (now == nullptr) return false;
  const bool added = add(now->room);
  const bool moved = current_ != now->room;
  current_ = now->room;
  return added || moved;
}

void joined_rooms::restore(std::vector<std::string> rooms, std::string current) {
  std::erase_if(rooms, [](const std::string& each) { return each.empty() || each == "lobby"; });
  rooms.resize(std::min(rooms.size(), most));
  rooms_ = std::move(rooms);
  current_ = std::move(current);
  known_ = true;
}

bool joined_rooms::add(std::string_view room) {
  if (room.empty() || rooms_.size() >= most || std::ranges::find(rooms_, room) != rooms_.end()) return false;
  rooms_.emplace_back(room);
  return true;
}

void joined_rooms::forget(std::string_view room) {
  if (current_ == room) current_.clear();
  std::erase(rooms_, std::string(room));
}

}  // namespace confab::client

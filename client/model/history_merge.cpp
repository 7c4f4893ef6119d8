#include "client/model/history_merge.hpp"

#include <algorithm>
#include <utility>

namespace confab::client {

void history_merge::begin() {
  // What an earlier attempt did not come to is still to be shown, and what it showed is not.
  if (std::exchange(complete_, false)) {
    limit_ = newest_;
    shown_ids_.clear();
  }
  oldest_.reset();
  holding_ = true;
}

void history_merge::was_there_since(time_point since) {
  if (!newest_.time) newest_.time = since;
}

history_merge::verdict history_merge::judge(const server_event& what) {
  const auto* talk = std::get_if<message>(&what.said.body);
  if (talk == nullptr || what.said.id == 0) return verdict::show;
  if (!talk->past && holding_ && !what.answers && has_room_for(*talk)) {
    held_.push_back(what);
    return verdict::hold;
  }
  if (talk->past && !complete_) {
    const bool older = !oldest_ || what.said.id < oldest_->id;
    if (older) oldest_ = event{.time = what.said.time, .id = what.said.id};
    if (before(limit_, what.said) || shown_ids_.contains(what.said.id) || past_.contains(what.said.id)) {
      return verdict::drop;
    }
    if (holding_ && has_room_for(*talk)) {
      past_.emplace(what.said.id, what);
      return verdict::hold;
    }
  }
  shown(what.said);
  return verdict::show;
}

bool history_merge::has_room_for(const message& talk) noexcept {
  constexpr std::size_t overhead = 1024;  // of a message that is held, with its tag and what it answers
  const std::size_t bytes =
      talk.text.size() + talk.from.size() + talk.addr.size() + talk.room.size() + talk.own_tag.size() + overhead;
  if (held_bytes_ + bytes > most_held) return false;
  held_bytes_ += bytes;
  return true;
}

bool history_merge::before(const mark& limit, const event& said) {
  if (limit.id != 0 && said.id > limit.id) return false;
  if (!limit.time || !said.time) return limit.id != 0;
  return *said.time <= *limit.time;
}

void history_merge::shown(const event& said) {
  constexpr std::size_t most_ids = 1'000'000;
  if (!complete_ && shown_ids_.size() < most_ids) shown_ids_.insert(said.id);
  if (said.id < newest_.id && said.time <= newest_.time) return;
  newest_ = {said.id, said.time ? said.time : newest_.time};
}

bool history_merge::has_gap(const found& end) {
  const std::optional<event> oldest = std::exchange(oldest_, std::nullopt);
  const bool limited = limit_.id != 0 || limit_.time;
  return end.more && limited && oldest && !before(limit_, *oldest);
}

std::deque<server_event> history_merge::release(bool complete) {
  std::deque<server_event> all;
  for (auto& [id, each] : past_) all.push_back(std::move(each));
  for (server_event& each : held_) {
    if (!past_.contains(each.said.id) && !shown_ids_.contains(each.said.id)) all.push_back(std::move(each));
  }
  past_.clear();
  held_.clear();
  held_bytes_ = 0;
  for (const server_event& each : all) shown(each.said);
  holding_ = false;
  complete_ = complete_ || complete;
  return all;
}

}  // namespace confab::client

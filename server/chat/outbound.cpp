#include "server/chat/outbound.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

outbound::outbound(std::size_t shard_count, language lang) : dispatches_(shard_count) {
  context_.lang = lang;
}

void outbound::begin(moment now) {
  for (dispatch& one : dispatches_) {
    one.broadcast.reset();
    one.items.clear();
    one.stretches.clear();
    one.direct.clear();
  }
  // Only lagging sessions of this same thread can still hold it: a broadcast that went to other threads was released.
  if (broadcast_ == nullptr || broadcast_.use_count() > 1) {
    broadcast_ = std::make_shared<broadcast>();
  } else {
    for (std::string& text : broadcast_->lines) text.clear();
    for (std::string& text : broadcast_->room_lines) text.clear();
  }
  for (dispatch& one : dispatches_) one.broadcast = broadcast_;
  to_rooms_ = 0;
  now_ = now.wall;
  time_.clear();
  stamp_.clear();
}

std::size_t outbound::bytes() const noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < format_count; ++i) {
    sum = std::max(sum, broadcast_->lines[i].size() + broadcast_->room_lines[i].size());
  }
  for (const dispatch& one : dispatches_) sum += one.direct.size();
  return sum;
}

std::uint64_t outbound::deliveries() const noexcept {
  std::uint64_t sum = to_rooms_;
  for (std::size_t i = 0; i < format_count; ++i) sum += broadcast_->lines[i].size() * listeners_[i];
  for (const dispatch& one : dispatches_) sum += one.direct.size();
  return sum;
}

std::uint64_t outbound::longest(const room_stretch& stretch) noexcept {
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < format_count; ++i)
    most = std::max<std::uint64_t>(most, stretch.end[i] - stretch.begin[i]);
  return most;
}

void outbound::enter(device& who) {
  who.subscribed = true;
  ++listeners_[static_cast<std::size_t>(who.format)];
  push(who, dispatch_item::kind::enter, here(), 0, 0);
}

void outbound::exit(device& who) {
  if (!std::exchange(who.subscribed, false)) return;
  --listeners_[static_cast<std::size_t>(who.format)];
  push(who, dispatch_item::kind::exit, here(), 0, 0);
}

void outbound::set_format(device& who, wire_format as) {
  --listeners_[static_cast<std::size_t>(who.format)];
  ++listeners_[static_cast<std::size_t>(as)];
  who.format = as;
  push(who, dispatch_item::kind::set_format, here(), 0, 0);
}

void outbound::close(device& who, farewell why) {
  if (who.detached) return;
  if (std::exchange(who.subscribed, false)) --listeners_[static_cast<std::size_t>(who.format)];
  push(who, dispatch_item::kind::close, here(), static_cast<std::size_t>(why), 0);
}

void outbound::enter_room(const device& who, const room& where) {
  push(who, dispatch_item::kind::enter_room, here(), where.number, 0);
}

void outbound::leave_room(const device& who, const room& where) {
  push(who, dispatch_item::kind::leave_room, here(), where.number, 0);
}

void outbound::drop_room(const room& gone) {
  for (dispatch& one : dispatches_) {
    one.items.push_back({dispatch_item::kind::drop_room, wire_format::text, 0, 0, here(), gone.number, 0});
  }
}

render_context outbound::context(wire_format as) {
  render_context with = context_;
  // Made when somebody is told it: in most turns nobody is.
  if (as == wire_format::json) {
    if (time_.empty()) time_ = format_time(now_);
    with.time = time_;
  } else if (has_times(as)) {
    if (stamp_.empty()) stamp_ = format_stamp(now_);
    with.stamp = stamp_;
  }
  return with;
}

position outbound::sizes(const std::array<std::string, format_count>& of) noexcept {
  position at;
  for (std::size_t i = 0; i < format_count; ++i) at[i] = static_cast<std::uint32_t>(of[i].size());
  return at;
}

void outbound::push(const device& who, dispatch_item::kind what, const position& at, std::size_t begin,
                    std::size_t size) {
  dispatches_[who.session.shard].items.push_back({what, who.format, who.session.slot, who.session.generation, at,
                                                  static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)});
}

// Lines said to one user in a row become one item, and so one piece of one write.
void outbound::push_direct(const device& who, std::size_t begin) {
  dispatch& to_shard = dispatches_[who.session.shard];
  const std::size_t size = to_shard.direct.size() - begin;
  if (size == 0) return;
  const position at = here();
  if (!to_shard.items.empty()) {
    dispatch_item& last = to_shard.items.back();
    if (last.what == dispatch_item::kind::direct && last.slot == who.session.slot &&
        last.generation == who.session.generation && last.at == at && last.begin + last.size == begin) {
      last.size += static_cast<std::uint32_t>(size);
      return;
    }
  }
  push(who, dispatch_item::kind::direct, at, begin, size);
}

// Every shard gets it: which of them have members is theirs to know.
void outbound::push_room(const room& where, const device* except, const room_stretch& stretch) {
  for (std::size_t i = 0; i < dispatches_.size(); ++i) {
    dispatch& to_shard = dispatches_[i];
    const bool here_too = except != nullptr && !except->detached && except->session.shard == i;
    // Generation 0 is nobody's.
    to_shard.items.push_back({dispatch_item::kind::room_lines, wire_format::text, here_too ? except->session.slot : 0,
                              here_too ? except->session.generation : 0, here(), where.number,
                              static_cast<std::uint32_t>(to_shard.stretches.size())});
    to_shard.stretches.push_back(stretch);
  }
}

}  // namespace confab::chat

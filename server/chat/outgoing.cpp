#include "server/chat/outgoing.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

outgoing::outgoing(std::size_t shard_count, language lang) : dispatches_(shard_count) {
  context_.lang = lang;
}

void outgoing::begin(moment now) {
  for (dispatch& one : dispatches_) {
    one.everybody.reset();
    one.items.clear();
    one.stretches.clear();
    one.direct.clear();
  }
  // Only lagging sessions of this same thread can still hold it: a broadcast that went to other threads was released.
  if (everybody_ == nullptr || everybody_.use_count() > 1) {
    everybody_ = std::make_shared<broadcast>();
  } else {
    for (std::string& text : everybody_->lines) text.clear();
    for (std::string& text : everybody_->room_lines) text.clear();
  }
  for (dispatch& one : dispatches_) one.everybody = everybody_;
  to_rooms_ = 0;
  now_ = now.wall;
  time_ = format_time(now.wall);
  stamp_.clear();
  context_.time = time_;
}

std::size_t outgoing::bytes() const noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < form_count; ++i) {
    sum = std::max(sum, everybody_->lines[i].size() + everybody_->room_lines[i].size());
  }
  for (const dispatch& one : dispatches_) sum += one.direct.size();
  return sum;
}

std::uint64_t outgoing::deliveries() const noexcept {
  std::uint64_t sum = to_rooms_;
  for (std::size_t i = 0; i < form_count; ++i) sum += everybody_->lines[i].size() * listeners_[i];
  for (const dispatch& one : dispatches_) sum += one.direct.size();
  return sum;
}

std::uint64_t outgoing::longest(const room_stretch& stretch) noexcept {
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < form_count; ++i) most = std::max<std::uint64_t>(most, stretch.end[i] - stretch.begin[i]);
  return most;
}

void outgoing::enter(user& who) {
  who.hears = true;
  ++listeners_[static_cast<std::size_t>(who.speaks)];
  push(who, dispatch_item::kind::enter, here(), 0, 0);
}

void outgoing::exit(user& who) {
  if (!std::exchange(who.hears, false)) return;
  --listeners_[static_cast<std::size_t>(who.speaks)];
  push(who, dispatch_item::kind::exit, here(), 0, 0);
}

void outgoing::speak(user& who, form as) {
  --listeners_[static_cast<std::size_t>(who.speaks)];
  ++listeners_[static_cast<std::size_t>(as)];
  who.speaks = as;
  push(who, dispatch_item::kind::speak, here(), 0, 0);
}

void outgoing::close(user& who) {
  if (who.detached) return;
  if (std::exchange(who.hears, false)) --listeners_[static_cast<std::size_t>(who.speaks)];
  push(who, dispatch_item::kind::close, here(), 0, 0);
}

void outgoing::enter_room(const user& who, const room& where) {
  push(who, dispatch_item::kind::enter_room, here(), where.number, 0);
}

void outgoing::leave_room(const user& who, const room& where) {
  push(who, dispatch_item::kind::leave_room, here(), where.number, 0);
}

void outgoing::drop_room(const room& gone) {
  for (dispatch& one : dispatches_) {
    one.items.push_back({dispatch_item::kind::drop_room, form::text, 0, 0, here(), gone.number, 0});
  }
}

render_context outgoing::context(form as) {
  render_context with = context_;
  if (has_times(as)) {
    if (stamp_.empty()) stamp_ = format_stamp(now_);
    with.stamp = stamp_;
  }
  return with;
}

position outgoing::sizes(const std::array<std::string, form_count>& of) noexcept {
  position at;
  for (std::size_t i = 0; i < form_count; ++i) at[i] = static_cast<std::uint32_t>(of[i].size());
  return at;
}

void outgoing::push(const user& who, dispatch_item::kind what, const position& at, std::size_t begin,
                    std::size_t size) {
  dispatches_[who.session.shard].items.push_back({what, who.speaks, who.session.slot, who.session.generation, at,
                                                  static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)});
}

// Lines said to one user in a row become one item, and so one piece of one write.
void outgoing::push_direct(const user& who, std::size_t begin) {
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
void outgoing::push_room(const room& where, const user* except, const room_stretch& stretch) {
  for (std::size_t i = 0; i < dispatches_.size(); ++i) {
    dispatch& to_shard = dispatches_[i];
    const bool here_too = except != nullptr && !except->detached && except->session.shard == i;
    // Generation 0 is nobody's.
    to_shard.items.push_back({dispatch_item::kind::room, form::text, here_too ? except->session.slot : 0,
                              here_too ? except->session.generation : 0, here(), where.number,
                              static_cast<std::uint32_t>(to_shard.stretches.size())});
    to_shard.stretches.push_back(stretch);
  }
}

}  // namespace confab::chat

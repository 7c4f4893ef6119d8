#pragma once

// Who is written to in the slow chat: the templates of slow_chat, for its own sources.

#include "tests/unit/chat/cluster_model.hpp"

namespace confab::test::cluster {

template <class Event>
void slow_chat::write(std::string& to, std::string_view tag, const Event& what, wire_format as) const {
  render_context with;
  with.time = time_;
  with.tag = tag;
  render(as, to, with, what);
}

template <class Event>
void slow_chat::tell(screen& to, const Event& what, std::string_view tag) const {
  if (to.is == state::live) write(to.heard, tag, what, to.as);
}

template <class F>
void slow_chat::for_each_screen(const human& of, F f) {
  for (screen& each : screens_) {
    if (each.owner == of.number && (each.is == state::live || each.is == state::broken)) f(each);
  }
}

template <class Event>
void slow_chat::tell(const human& to, const Event& what) {
  for_each_screen(to, [&](screen& each) { tell(each, what); });
}

template <class Event>
void slow_chat::confirm(const Event& what) {
  tell(*at_, what, tag_);
}

template <class Event>
void slow_chat::tell_own_others(const Event& what) {
  for_each_screen(*me_, [&](screen& each) {
    if (&each != at_) tell(each, what);
  });
}

template <class Event>
void slow_chat::answer(const Event& what) {
  at_->heard_before.push_back(at_->heard.size());
  write(at_->answers, tag_, what);
}

template <class Event>
void slow_chat::to_others(const human& me, const room& in, const Event& what) {
  for (auto& [number, each] : humans_) {
    if ((in.name.empty() || in.members.count(number) != 0) && &each != &me) tell(each, what);
  }
}

// To all who hear it but the device that it comes from.
template <class Event>
void slow_chat::say_in(const room& in, const Event& what) {
  for (screen& each : screens_) {
    const bool hears = humans_.count(each.owner) != 0 && (in.name.empty() || in.members.count(each.owner) != 0);
    if (hears && &each != at_) tell(each, what);
  }
}

}  // namespace confab::test::cluster

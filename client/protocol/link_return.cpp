// Taking our place on the server, also again: the name, the rooms, and what was missed. The rest of the link is in
// link.cpp.
#include <utility>

#include <fmt/format.h>

#include "client/protocol/link.hpp"

namespace confab::client {

void link::ask_for_name() {
  ++name_tries_;
  output_ += fmt::format("/tag {} /rename {}\n", name_tag, wanted_name_);
}

void link::answer_to_name(const event& said, time_point now) {
  if (const auto* done = std::get_if<renamed>(&said.body)) {
    name_ = wanted_name_ = done->name;
    return finish_login(true);
  }
  const auto* why = std::get_if<error>(&said.body);
  if (why == nullptr) return;
  if (ever_online_ && why->code == "name-in-use" && name_tries_ < name_attempts) {
    // Most likely the server has not noticed yet that our former connection is dead.
    if (name_tries_ == 1) events_.push_back(name_taken_still{wanted_name_});
    name_retry_at_ = now + name_retry;
    return;
  }
  events_.push_back(name_refused{wanted_name_, *why, ever_online_});
  if (ever_online_ && hold_for_name_) {
    phase_ = phase::nameless;  // the name stays wanted, should this connection be lost, too
    return;
  }
  wanted_name_.clear();
  finish_login(true);
}

void link::take_name(std::string name) {
  if (phase_ != phase::nameless) return;
  phase_ = phase::naming;
  wanted_name_ = std::move(name);
  name_tries_ = name_attempts;  // a person chose it, and hears of a refusal at once
  ask_for_name();
}

/// Our name is settled. Where the server knows nothing of us any more, our place has to be taken again before anything
/// is said: else what was meant for a room would be read by everybody.
void link::finish_login(bool complete) {
  if (ever_online_ && (forgotten_ || !numbers_)) strand();
  if (!forgotten_) return now_online(complete);
  phase_ = phase::returning;
  events_.push_back(returning{name_});
  pages_left_ = most_pages;
  oldest_.reset();
  for (const first_question& each : on_return_) {
    first_.push({.why = each.why, .command = each.command, .room = each.room, .place = each.pages_of});
  }
  flush();
  if (first_.unanswered() == 0) now_online(complete);
}

void link::strand() {
  for (request& each : queue_.withdraw_private()) events_.push_back(stranded{std::move(each)});
}

void link::restore(request what, std::string command) {
  what.command = std::move(command);
  queue_.restore(std::move(what));
  if (online()) flush();
}

void link::answered_first(const std::string& room, bool refused) {
  if (!room.empty() && refused) {
    for (request& each : queue_.withdraw(room)) events_.push_back(dropped{std::move(each), true});
  }
  if (phase_ == phase::returning && first_.unanswered() == 0) now_online(true);
}

/// Messages come oldest first.
void link::note_age(const event& said) {
  const auto* talk = std::get_if<message>(&said.body);
  if (talk != nullptr && !oldest_) oldest_ = event{.time = said.time, .id = said.id};
}

/// Whether it was said after what we have received before the connection was lost. Ids and times may both start anew.
bool link::is_new(const event& said) const {
  if (seen_id_ != 0 && said.id > seen_id_) return true;
  return seen_time_ && said.time && *said.time > *seen_time_;
}

/// The end of a page, and more than it holds was missed: asks for the one before it, as a part of the same answer.
bool link::ask_for_older(const event& said, const request& asked) {
  const auto* end = std::get_if<found>(&said.body);
  const std::optional<event> oldest = std::exchange(oldest_, std::nullopt);
  if (end == nullptr || !end->more || !oldest || asked.place.empty() || !is_new(*oldest)) return false;
  if (pages_left_ == 0) return false;
  --pages_left_;
  first_.push({.why = asked.why,
               .command = fmt::format("/history {} {} before {}", asked.place, page_size, oldest->id),
               .place = asked.place});
  flush();
  return true;
}

void link::now_online(bool complete) {
  phase_ = phase::online;
  settled_ = true;
  events_.push_back(logged_in{name_, ever_online_, resumed_, complete, queue_.unwritten()});
  ever_online_ = true;
  flush();
}

}  // namespace confab::client

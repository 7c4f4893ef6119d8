#include "server/chat/hub.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {
namespace {

// Whoever is about to be shown out is warned so long before, when the timeout is more than twice that.
constexpr std::chrono::seconds idle_warning{30};

// So much a turn may say however many hear it: with less, the system call costs more than what it carries.
constexpr std::size_t least_said = 8 * 1024;

// What it costs, about, to let one go: its places in half a dozen tables.
constexpr std::size_t goodbye_steps = 16;

// So long a question to the history waits for those of others.
constexpr std::chrono::seconds longest_wait{10};

}  // namespace

hub::hub(hub_options options, std::size_t shard_count)
    : options_(std::move(options)),
      users_(shard_count, effort_),
      announcer_(options_.announce_limit),
      rooms_(options_.announce_limit, effort_),
      recent_(options_.recent_bytes, std::max(options_.recall_window, options_.resume_window), effort_),
      ghosts_(options_.max_users, options_.max_ghosts_of_address),
      said_tags_(options_.resume_window, effort_),
      out_(shard_count, options_.lang),
      pages_(std::max<std::size_t>(options_.answer_bytes / store::max_page_bytes, 1)),
      searches_(std::max<std::size_t>(options_.answer_bytes / store::max_page_bytes, 1)) {
  load_lookalikes();
}

void hub::begin_turn(moment now) {
  now_ = now;
  out_.begin(now);
  paced_ = {};
  steps_before_ = effort_.steps();
  hurried_ = false;
  tell_arrivals();
}

bool hub::full() const noexcept {
  const std::size_t said = out_.bytes();
  if (said >= 2 * slice_bytes() || effort_.steps() - steps_before_ >= options_.turn_steps) return true;
  return said >= least_said && out_.deliveries() >= options_.turn_deliveries;
}

// ---- coming

void hub::join(session_ref session, std::string_view addr, bool speaks) {
  user& fresh = users_.add(session, addr, now_);
  presence_.touch(fresh, now_.steady);
  fresh.announced = false;
  if (speaks) return;
  if (must_wait()) return line_up(fresh, {});
  admit(fresh, true);
}

bool hub::has_place() const noexcept {
  return !ended_ && users_.size() - ghosts_.size() <= options_.max_users;
}

// Whoever comes back needs no room of its own, so this is asked only when the first line is known not to be a /resume.
bool hub::admit(user& fresh, bool to_all) {
  if (has_place()) {
    announce(fresh, to_all);
    return true;
  }
  out_.enter(fresh);
  if (ended_) {
    out_.to(fresh, event::bye{leave_reason::shutdown, {}});
  } else {
    complain(fresh, problem::server_full, std::to_string(options_.max_users));
  }
  out_.close(fresh);
  presence_.remove(fresh);
  users_.remove(fresh);
  return false;
}

// The new user hears of itself in any case, and at once; the others may hear of it later, or of a crowd instead.
void hub::announce(user& fresh, bool to_all) {
  fresh.announced = true;
  const bool was_here = fresh.speaks == form::json;  // it began with a /resume, which was refused
  if (was_here) {
    give_token(fresh);
    welcome(fresh, false, true);
  }
  if (!was_here) {  // else the welcome had it
    for (const std::string& line : options_.motd) out_.to(fresh, event::notice{line});
  }
  if (to_all) {
    fresh.known = true;
    ++known_;
  } else {
    arrivals_.push_back({now_.steady + options_.arrival_delay, fresh.arrival});
  }
  const event::joined news{fresh.who(), online_for(fresh)};
  if (to_all && announcer_.admit_arrival()) {
    out_.enter(fresh);
    out_.to_all(news);
  } else {
    out_.to(fresh, news);
    out_.enter(fresh);
  }
  if (!was_here) replay(fresh, rooms_.lobby());  // else it knows best what it has missed, and asks the history
  if (!keeps_) out_.to(fresh, event::keeping{false});
}

// What the others hear of somebody begins with the arrival.
void hub::make_known(user& fresh) {
  if (std::exchange(fresh.known, true)) return;
  ++known_;
  if (announcer_.admit_arrival()) out_.to_others(fresh, event::joined{fresh.who(), known_});
}

std::optional<std::chrono::steady_clock::time_point> hub::next_arrival() const noexcept {
  if (arrivals_.empty()) return std::nullopt;
  return arrivals_.front().when;
}

void hub::tell_arrivals() {
  while (!arrivals_.empty() && arrivals_.front().when <= now_.steady) {
    effort_.add(1);
    user* const fresh = users_.find_arrival(arrivals_.front().arrival);
    arrivals_.pop_front();
    if (fresh != nullptr) make_known(*fresh);
  }
}

void hub::apply(session_ref session, const command& wanted, bool unfinished) {
  user* const from = users_.find(session);
  if (from == nullptr) return;
  presence_.touch(*from, now_.steady);
  if (unfinished && can_come_back(*from)) return;
  if (from->waits != nullptr) return wait_too(*from, wanted);
  if (must_wait()) return line_up(*from, wanted);
  begin_or_run(*from, wanted);
}

void hub::wait_too(user& from, const command& wanted) {
  if (wanted.is == command::kind::nothing) return;
  const std::size_t before = from.waits->later.bytes();
  from.waits->later.push(wanted);
  line_.grow(from.waits->stands, from.waits->later.bytes() - before);
}

void hub::begin_or_run(user& from, const command& wanted) {
  if (!from.announced) {
    if (wanted.asks_to_resume()) return begin_with_resume(from, wanted);
    // Whoever begins so wants to know what is said from now on.
    if (wanted.is == command::kind::wanted && wanted.what == verb::replay) from.shown_past = wanted.text == "on";
    if (!has_place() && wanted.asks_for_json()) from.speaks = form::json;
    if (!admit(from, false)) return;
  }
  run(from, wanted);
}

// A first line that may take the place of one who is known already.
void hub::begin_with_resume(user& fresh, const command& wanted) {
  if (ended_) {
    fresh.speaks = form::json;
    admit(fresh, false);
    return;
  }
  out_.set_tag(wanted.tag);
  if (wanted.is == command::kind::wanted) {
    resume(fresh, wanted.word, wanted.text);
  } else {
    refuse_resume(fresh, wanted.trouble, wanted.text);
  }
  out_.set_tag({});
}

// ---- going

void hub::leave(session_ref session, leave_reason reason) {
  user* const gone = users_.find(session);
  if (gone == nullptr) return;
  if (gone->waits != nullptr && gone->waits->is == long_reply::kind::line && reason != leave_reason::eof) {
    return unseat(*gone, reason);
  }
  if (reason == leave_reason::eof && gone->waits != nullptr) {
    gone->waits->ended = true;
    return;
  }
  if (stays(*gone, reason)) return detach(*gone, reason);
  show_out(*gone, reason);
}

void hub::shutdown() {
  ended_ = true;
  for (auto at = users_.after(0); at.get() != nullptr; at.advance()) {
    out_.to(*at.get(), event::bye{leave_reason::shutdown, {}});
    out_.close(*at.get());
  }
  ghosts_.clear();
  said_tags_.clear();
  line_.clear();
  arrivals_.clear();
  known_ = 0;
  by_token_.clear();
  rooms_.for_each([](room& each) { each.members.clear(); });
  presence_.clear();
  users_.clear();
}

// The one way out of the chat, whoever decided it: the bye to the user comes before, the news to the others after.
void hub::show_out(user& who, leave_reason reason, std::string_view words) {
  effort_.add(goodbye_steps);
  leave_line(who);
  out_.to(who, event::bye{reason, options_.idle_timeout});
  out_.set_tag({});
  tell_delivery(who, event::delivery::state::lost);
  out_.close(who);
  presence_.remove(who);
  if (who.extras != nullptr) {
    while (!who.extras->rooms.empty()) take_out(who, rooms_.at(who.extras->rooms.back().room));
    by_token_.erase(who.extras->token);
  }
  ghosts_.remove(who);
  said_tags_.forget(who.arrival);
  const std::unique_ptr<user> gone = users_.remove(who);
  if (!gone->known) return;
  --known_;
  if (announcer_.admit_departure()) {
    out_.to_all(event::left{gone->who(), reason, words, known_});
  }
}

// ---- time

bool hub::tick() {
  const bool done = sweep();
  if (options_.dead_after > 0) sweep_heartbeats();
  tell_keeping();
  give_up_questions(now_.steady - longest_wait);
  said_tags_.expire(now_.steady);
  kept_tags_.forget(now_.steady);
  recent_.forget(now_.steady);
  if (const auto crowd = announcer_.next_second(); !crowd.empty()) {
    out_.to_all(event::crowd{crowd.joined, crowd.left, known_});
  }
  tell_room_crowds();
  if (std::exchange(count_told_, known_) != known_) out_.to_form(form::json, event::count{known_});
  return done;
}

// A whole crowd may be due at once.
bool hub::sweep() {
  return (options_.idle_timeout.count() == 0 || sweep_idle()) && sweep_detached();
}

// Who is due stands in front, then come those who are due for a warning; nobody else is touched. Who waits for us is
// not idle: nothing is read from it, and it may have sent something long ago.
bool hub::sweep_idle() {
  while (user* const who = presence_.quietest()) {
    if (now_.steady - who->seen.steady < options_.idle_timeout) break;
    if (full()) return false;
    if (who->waits != nullptr) {
      presence_.touch(*who, now_.steady);
    } else {
      show_out(*who, leave_reason::idle);
    }
  }
  if (options_.idle_timeout <= 2 * idle_warning) return true;
  for (user* who = presence_.quietest(); who != nullptr; who = who->livelier) {
    if (now_.steady - who->seen.steady < options_.idle_timeout - idle_warning) break;
    if (who->waits == nullptr && !std::exchange(who->warned, true)) out_.to(*who, event::idle_warning{idle_warning});
  }
  return true;
}

void hub::sweep_heartbeats() {
  for (const session_ref session : heartbeats_.next_second()) {
    user* const who = users_.find(session);
    if (who == nullptr || who->extras == nullptr || who->extras->look_at != heartbeats_.now()) continue;
    who->extras->look_at = 0;
    if (who->extras->heartbeat.count() == 0) continue;
    const auto allowed = who->extras->heartbeat * options_.dead_after;
    // While a long reply is being written to it, nothing is read from it.
    const auto since = who->waits != nullptr ? now_.steady : who->seen.steady;
    const auto silent = std::chrono::floor<std::chrono::seconds>(now_.steady - since);
    if (silent >= allowed) {
      leave(session, leave_reason::error);
    } else {
      who->extras->look_at = heartbeats_.look(session, allowed - silent);
    }
  }
}

}  // namespace confab::chat

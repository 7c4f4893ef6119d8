#include "server/chat/hub.hpp"

#include <utility>

#include "server/chat/hub_rule.hpp"
#include "server/chat/lookalikes.hpp"

namespace confab::chat {
namespace {

// A query to the history waits this long for those of others.
constexpr std::chrono::seconds longest_wait{10};

}  // namespace

hub::hub(hub_options options, std::size_t shard_count) : chat_(std::move(options), shard_count), with_(chat_) {
  load_lookalikes();
}

void hub::begin_turn(moment now) {
  chat_.now = now;
  chat_.out.begin(now);
  with_.budget.begin_turn();
  with_.arrivals.tell_due();
}

void hub::join(session_ref session, std::string_view addr, bool speaks, std::size_t max_line, bool secure,
               wire_format as) {
  device& fresh = with_.lifecycle.come(session, addr, max_line);
  fresh.secure = secure;
  fresh.format = as;
  if (speaks) return;
  if (with_.paging.must_wait()) return with_.paging.line_up(fresh, {}, cost_of(fresh, {}));
  with_.lifecycle.admit(fresh, true);
}

bool hub::add_device(std::uint64_t user_id, session_ref session, std::string_view addr) {
  user* const who = chat_.users.find_id(user_id);
  return who != nullptr && who->announced && with_.lifecycle.add_device(*who, session, addr) != nullptr;
}

void hub::change(const hub_options& to) {
  chat_.options.change_to(to);
  chat_.out.set_language(to.lang);
  chat_.rooms.set_announce_limit(to.announce_limit);
  chat_.log.keep_for(chat_.log_window());
  with_.arrivals.change();
  with_.tags.change();
  with_.lifecycle.change();
}

// ---- commands

void hub::apply(session_ref session, const command& wanted, bool unfinished) {
  device* const from = chat_.users.find(session);
  if (from == nullptr) return;
  with_.liveness.touch(*from);
  if (unfinished && tokens::can_come_back(*from)) return;
  if (from->has_pending) return with_.paging.put_off(*from, wanted);
  if (with_.paging.must_wait()) return with_.paging.line_up(*from, wanted, cost_of(*from, wanted));
  begin_or_run(*from, wanted);
}

std::uint64_t hub::cost_of(const device& from, const command& wanted) const {
  if (wanted.is != command::kind::wanted) return cost::little(chat_, from, wanted);
  return rule_of(wanted.what).cost(chat_, from, wanted);
}

void hub::begin_or_run(device& from, const command& wanted) {
  if (!from.owner->announced) {
    if (wanted.asks_to_resume()) return begin_with_resume(from, wanted);
    // Whoever begins so wants to know what is said from now on.
    if (wanted.is == command::kind::wanted && wanted.what == verb::replay) from.shown_past = wanted.text == "on";
    if (!with_.lifecycle.has_place() && wanted.asks_for_json()) from.format = wire_format::json;
    if (!with_.lifecycle.admit(from, false)) return;
  }
  run(from, wanted);
}

// A first line that may take the place of one who is known already.
void hub::begin_with_resume(device& fresh, const command& wanted) {
  if (with_.lifecycle.ended()) {
    fresh.format = wire_format::json;
    with_.lifecycle.admit(fresh, false);
    return;
  }
  const asker from{&fresh, wanted.tag};
  if (wanted.is == command::kind::wanted) {
    come_back(from, wanted);
  } else {
    with_.resume.refuse(from, wanted.trouble, wanted.text);
  }
}

// Whoever makes the turn say or cost much gets the rest of its commands done when that has been written.
void hub::run(device& from, const command& wanted) {
  const session_ref session = from.session;  // `from` may be gone afterwards
  const std::size_t said = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  chat_.spent.add(1 + (wanted.word.size() + wanted.text.size()) / 64);
  const asker by{&from, wanted.tag};
  switch (wanted.is) {
    case command::kind::nothing: break;
    case command::kind::wanted: call(by, wanted); break;
    case command::kind::refused: refuse(by, wanted); break;
  }
  if (!with_.budget.enough(session, chat_.out.bytes() - said, chat_.spent.steps() - steps)) return;
  device* const busy = chat_.users.find(session);
  if (busy != nullptr && !busy->has_pending) with_.paging.pause(*busy);
}

void hub::call(const asker& from, const command& wanted) {
  const rule& row = rule_of(wanted.what);
  if (!may(*from, row.who)) return chat_.out.reply_error(from, problem::unknown_command, wanted.word);
  row.run(*this, from, wanted);
}

void hub::refuse(const asker& from, const command& wanted) {
  if (wanted.asks_to_resume()) return with_.resume.refuse(from, wanted.trouble, wanted.text);
  if (wanted.trouble == problem::line_too_long) {
    return chat_.out.reply_error(from, wanted.trouble, std::to_string(from.on->max_line));
  }
  chat_.out.reply_error(from, wanted.trouble, wanted.text);
}

// ---- the history

void hub::answer(const query& asked, const store::page& found) {
  device* const to = with_.history.answer(asked, found);
  if (to == nullptr) return;
  with_.liveness.touch(*to);  // it could not be read from while it waited
  go_on(*to);
}

void hub::short_of_memory(bool is) {
  with_.history.short_of_memory(is);
  if (is) give_up(std::chrono::steady_clock::time_point::max());
}

// ---- time

bool hub::tick() {
  const bool done = with_.lifecycle.sweep();
  for (const session_ref session : with_.liveness.silent()) with_.lifecycle.leave(session, leave_reason::error);
  with_.keeping.tell();
  give_up(chat_.now.steady - longest_wait);
  with_.tags.expire();
  chat_.log.forget(chat_.now.steady);
  with_.arrivals.tell_crowd();
  with_.rooms.tell_crowds();
  with_.arrivals.tell_count();
  return done;
}

}  // namespace confab::chat

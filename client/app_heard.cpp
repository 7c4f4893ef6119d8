// From the server to the screen. The rest of the app is in app.cpp.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/answers.hpp"
#include "client/app.hpp"
#include "client/asked.hpp"
#include "client/outage_text.hpp"
#include "client/phrases.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

void app::on_link(const link_event& what) {
  if (result_) return;
  std::visit([this](const auto& each) { take(each); }, what);
}

/// Only now is it known whether everything is confirmed: what was refused may stand in the last of many answers.
void app::on_settled() {
  if (result_) return;
  consider_held();
  leave_when_flushed();
  pump();
  keep_place();
}

/// Who has not chosen a language, by an option or by the locale, reads that of the server.
void app::follow_language(const welcome& hello) {
  const auto theirs = parse_language(hello.lang);
  if (options_.lang_chosen || !theirs) return;
  lang_ = *theirs;
  menu_.speak(lang_);
  transcript_.speak(lang_);
}

void app::take(const greeted& what) {
  const welcome& hello = what.hello;
  follow_language(hello);
  roster_.greet(hello);
  const std::optional<std::string> room = hello.rooms ? std::optional(hello.room) : std::nullopt;
  if (hello.resumed && hello.rooms) {
    rooms_.restore(*hello.rooms, hello.room);
    plan_return();
  }
  offering_name_ = around_.interactive && options_.name.empty() && hello.name == hello.addr;
  run(menu_.reconnected(hello.resumed, room));
  bye_.clear();
  logging_in_ = true;
  opening_timer_.cancel();
}

/// The server knows nothing of us any more, but it may have a history of what we missed.
void app::take(const returning& what) {
  name_taken(what.name);
  remark(line_kind::notice, text_of(lang_, phrase::reconnected));
  returned_ = true;
  missed_told_ = false;
  catch_up_.begin();
}

void app::take(const came_online& what) {
  name_taken(what.name);
  logging_in_ = false;
  if (!what.again) {
    came_first(what);
  } else {
    if (std::exchange(returned_, false)) {
      caught_up(true);
    } else {
      remark(line_kind::notice, text_of(lang_, phrase::reconnected));
    }
    if (!what.complete) remark(line_kind::notice, text_of(lang_, phrase::missed_some));
    resent_ = 0;
    resent_left_ = what.waiting;
  }
  learn_names();
}

/// What the server tells everybody on arriving, it told us in text; so a person asks for it again, and the menu comes
/// after it.
void app::came_first(const came_online& what) {
  remark(line_kind::notice, say(lang_, phrase::connected, connection_.where(), what.name));
  if (what.resumed) {
    remark(line_kind::notice, text_of(lang_, phrase::place_taken_back));
    if (!what.complete) remark(line_kind::notice, text_of(lang_, phrase::missed_some));
    // A server that does not say where our text goes would have it go where nobody sees.
    if (!rooms_.known()) connection_.send("/room lobby", static_cast<int>(purpose::rejoin), false);
  }
  plan_return();
  if (!around_.interactive) {
    catch_up_.was_there_since(wall_clock());
    return run(menu_.start());
  }
  if (!what.resumed) {
    catch_up_.begin();
    catch_up_.was_there_since(wall_clock());
  }
  opening_ = true;
  // Where an earlier run of ours was, the server tells what that has missed; the answer to a ping comes after it.
  connection_.send(what.resumed ? "/ping" : "/history", static_cast<int>(purpose::catch_up), false);
  opening_timer_.expires_after(catch_up_time);
  opening_timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled) return;
    caught_up(false);
    pump();
  });
}

/// What was said meanwhile is shown, also when the history does not answer.
void app::caught_up(bool complete) {
  opening_timer_.cancel();
  for (const heard& each : catch_up_.release(complete)) show_heard(each);
  if (std::exchange(opening_, false)) open_menu();
}

/// What was typed before was typed at the menu: it is no answer to a question for a name.
void app::open_menu() {
  if (name_refusal_.empty()) return run(offering_name_ && typed_.empty() ? menu_.offer_name() : menu_.start());
  remark(line_kind::error, name_refusal_);
  give_back_typed();
  run(menu_.ask_name());
}

void app::give_back_typed() {
  for (const typed_line& each : std::exchange(typed_, {})) {
    const std::string text = make_safe(each.text);
    if (utf8::trim(text).empty()) continue;
    remark(line_kind::error, say(lang_, phrase::not_sent, text));
    screen_.remember(text);
  }
}

/// What to ask after a restart of the server: first what was said in the lobby, then each room and what was said there,
/// and at last our text goes where it went.
void app::plan_return() {
  const std::string history = fmt::format("/history {}", most_missed);
  const auto why = static_cast<int>(purpose::catch_up);
  std::vector<first_question> questions{{history, why, {}}};
  const auto enter = [&](const std::string& room) {
    questions.push_back({fmt::format("/join {}", room), static_cast<int>(purpose::rejoin), room});
    questions.push_back({history, why, {}});
  };
  for (const std::string& each : rooms_.all()) {
    if (each != rooms_.current()) enter(each);
  }
  if (!rooms_.current().empty()) {
    enter(rooms_.current());
  } else if (!rooms_.all().empty()) {
    questions.push_back({"/room lobby", static_cast<int>(purpose::rejoin), {}});
  }
  connection_.ask_on_return(std::move(questions));
}

/// A person completes names and picks them from a list, so they are asked for early.
void app::learn_names() {
  if (!around_.interactive || roster_.complete()) return;
  if (roster_.online() > most_learnt && held_.empty()) return;
  connection_.send("/who", static_cast<int>(purpose::learn_names), false);
}

void app::take(const name_refused& what) {
  if (what.again && connection_.state().nameless()) return ask_other_name(what);
  if (what.again) {
    return remark(line_kind::error, say(lang_, phrase::name_given_up, what.wanted, roster_.me()));
  }
  const std::string why = explain(lang_, what.why);
  name_refusal_ = say(lang_, phrase::refused_login, what.wanted, why);
  if (around_.interactive) return;  // told where the person is asked for another
  remark(line_kind::error, name_refusal_);
  end(exit_code::failed);  // a script must not speak under a wrong name
}

/// What waits is held: nobody would know whose words it is.
void app::ask_other_name(const name_refused& what) {
  logging_in_ = false;
  if (std::exchange(renaming_, true)) return run(menu_.answered(purpose::rename, {.body = what.why}));
  remark(line_kind::error, say(lang_, phrase::name_wanted, what.wanted));
  run(menu_.ask_name());
}

void app::name_taken(const std::string& name) {
  const renamed change{roster_.me(), name};
  if (change.old_name != name) roster_.apply(change);
  if (std::exchange(renaming_, false)) run(menu_.answered(purpose::rename, {.body = change}));
}

void app::take(const name_taken_still& what) {
  remark(line_kind::notice, say(lang_, phrase::name_taken_again, what.wanted));
}

void app::take(const heard& what) {
  if (what.repeated) return show_repeated(what);
  switch (catch_up_.judge(what)) {
    case catch_up::verdict::show: return show_heard(what);
    case catch_up::verdict::hold:
    case catch_up::verdict::drop: break;
  }
}

/// Nobody hears it twice. It was shown already, unless it was said before a break and nothing has shown it since.
void app::show_repeated(const heard& what) {
  if (!transcript_.has_shown(what.said.id)) {
    event again = what.said;
    std::visit(
        [&](auto& body) {
          if constexpr (requires { body.own_tag; }) {
            body.past = true;
            body.own_tag = again.tag;
          }
        },
        again.body);
    show(transcript_.show(again, ourselves(), wall_clock()));
  }
  count_delivery(*what.answers, true);
}

void app::show_heard(const heard& what) {
  const event_body& body = what.said.body;
  std::string_view from;
  if (const auto* message = std::get_if<public_message>(&body)) from = message->from;
  if (const auto* message = std::get_if<private_message>(&body)) from = message->from;
  show(transcript_.show(what.said, ourselves(), wall_clock()), from);
  schedule_comings();
  if (rooms_.apply(body, roster_.me())) plan_return();
  roster_.apply(body);
  if (const auto* change = std::get_if<renamed>(&body)) attention_.renamed(change->old_name, change->name);
  if (const auto* last = std::get_if<bye>(&body)) bye_ = last->reason;
  run(menu_.happened(what.said));
  if (what.answers) {
    answer(what);
  } else if (const auto* refusal = std::get_if<error>(&body)) {
    remark(line_kind::error, explain(lang_, *refusal));
  }
}

void app::answer(const heard& what) {
  const auto why = static_cast<purpose>(what.answers->purpose);
  if (why == purpose::catch_up || why == purpose::rejoin) return answer_first(what);
  if (why == purpose::show_who || why == purpose::other) {
    for (const std::string& line : answer_lines(lang_, what.said, !listing_)) {
      screen_.show(line_kind::answer, line);
    }
    listing_ = !what.last;
  }
  if (!what.last) return;
  const auto* refusal = std::get_if<error>(&what.said.body);
  if (refusal != nullptr && what.answers->keep) {
    if (refusal->code == "no-such-user") run(menu_.lost_partner(number_addressed(*what.answers)));
    const std::string reason = explain(lang_, *refusal);
    remark(line_kind::error, say(lang_, phrase::not_delivered, said_in(*what.answers), reason));
  } else {
    run(menu_.answered(why, what.said));
  }
  count_delivery(*what.answers, refusal == nullptr);
}

/// Of what is asked on arriving and on coming back: the messages themselves are shown like all others.
void app::answer_first(const heard& what) {
  const auto* refusal = std::get_if<error>(&what.said.body);
  if (!what.last) return;
  if (static_cast<purpose>(what.answers->purpose) == purpose::rejoin) {
    if (refusal == nullptr) return;
    const std::string& room = what.answers->room;
    if (room.empty()) return;
    remark(line_kind::error, say(lang_, phrase::rejoin_refused, room, explain(lang_, *refusal)));
    rooms_.forget(room);
    return plan_return();
  }
  if (std::holds_alternative<pong>(what.said.body)) return caught_up(true);
  const auto* end = std::get_if<found>(&what.said.body);
  const bool missed = end == nullptr || catch_up_.has_gap(*end);
  if (missed && !std::exchange(missed_told_, true)) {
    remark(line_kind::notice, text_of(lang_, end == nullptr ? phrase::perhaps_missed : phrase::missed_some));
  }
  if (!returned_) caught_up(true);
}

void app::count_delivery(const request& what, bool accepted) {
  if (!what.keep || resent_left_ == 0) return;
  if (accepted) ++resent_;
  if (--resent_left_ == 0 && resent_ > 0) remark(line_kind::notice, say(lang_, phrase::delivered, resent_));
}

void app::take(const stranded& what) {
  hold({.what = what.what, .text = std::string(said_in(what.what))});
}

void app::take(const dropped& what) {
  listing_ = false;
  if (what.no_room) {
    remark(line_kind::error, say(lang_, phrase::not_sent_room, what.what.room, said_in(what.what)));
  } else if (what.what.keep) {
    remark(line_kind::error, say(lang_, phrase::maybe_lost, said_in(what.what)));
  } else if (menu_.busy() || !is_own_question(what.what)) {
    run(menu_.failed(static_cast<purpose>(what.what.purpose)));
  }
}

void app::show(const std::vector<shown_line>& lines, std::string_view from) {
  for (const shown_line& each : lines) {
    screen_.show(each.kind, each.text);
    if (attention_.arrived(each.about, from, menu_.partner(), std::chrono::steady_clock::now())) screen_.ring();
  }
}

void app::remark(line_kind kind, std::string_view text) {
  refused_ = refused_ || kind == line_kind::error;
  show(transcript_.remark(kind, text, wall_clock()));
}

/// Whatever changed, the prompt and the status row follow; nothing is written when nothing did. The name that the
/// server gives before ours is taken is not worth a glimpse.
void app::refresh() {
  if (logging_in_) return;
  if (!shown_prompt_.empty() && menu_.prompt() != shown_prompt_) perform(action::ask{});
  const std::size_t most = connection_.state().max_command();
  const std::size_t limit = menu_.talking() && most > menu_.frame() ? most - menu_.frame() : 0;
  if (std::exchange(shown_limit_, limit) != limit) screen_.set_limit(limit);
  const language lang = lang_;
  std::string status = fmt::format(" {}", menu_.title());
  if (!roster_.me().empty()) status += fmt::format(" · {}", short_name(roster_.me()));
  status += connection_.state().online() ? fmt::format(" · {}", say(lang, phrase::status_online, roster_.online()))
                                         : fmt::format(" · {}", text_of(lang, offline_status()));
  const std::uint64_t unread = attention_.unread_private();
  if (unread > 0) status += fmt::format(" · {}", say(lang, phrase::status_unread, unread));
  if (menu_.talking() && around_.interactive) {
    status += fmt::format(" · {}", text_of(lang, phrase::status_way_out));
  }
  const std::uint64_t fresh = attention_.since_typed();
  const std::string title = fresh > 0 ? fmt::format("({}) {}", fresh, menu_.title()) : menu_.title();
  const std::string both = status + '\n' + title;
  if (std::exchange(shown_status_, both) != both) screen_.set_status(status, title);
}

phrase app::offline_status() const noexcept {
  if (renaming_) return phrase::status_nameless;
  return first_attempt_ ? phrase::status_connecting : phrase::status_offline;
}

void app::schedule_comings() {
  const auto due = transcript_.due();
  if (!due) return;
  comings_timer_.expires_after(
      std::clamp<std::chrono::milliseconds>(*due - wall_clock(), std::chrono::milliseconds(0), comings::gap));
  comings_timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled) return;
    show(transcript_.overdue(wall_clock()));
    schedule_comings();
  });
}

void app::on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) {
  if (result_) return connection_.finish();
  first_attempt_ = false;
  resent_left_ = 0;
  logging_in_ = returned_ = false;
  if (std::exchange(renaming_, false) && menu_.busy()) run(menu_.failed(purpose::rename));
  if (opening_ || catch_up_.holding()) caught_up(false);
  opening_timer_.cancel();
  const auto seconds = (delay.count() + 500) / 1000;
  const bool lost = attempt == 1 && connection_.state().ever_online();
  const std::string text = say(lang_, lost ? phrase::lost_trying : phrase::unconnected_trying,
                               reason_of(lang_, why, bye_), seconds, attempt);
  remark(line_kind::notice, around_.interactive ? say(lang_, phrase::enter_retries, text) : text);
  if (attempt == 1) {
    for (const request& each : connection_.state().unconfirmed()) show_waiting(each);
  }
  if (bye_ == "kicked") connection_.finish();  // coming straight back is not what that asked for
  if (ending_ == ending::flushing) leave();
  refresh();
}

/// What was written and not confirmed before the connection was lost shows nowhere yet.
void app::show_waiting(const request& what) {
  if (!what.keep || what.attempts == 0) return;
  show(transcript_.waiting(said_in(what), said_to(what), what.room, wall_clock()));
}

}  // namespace confab::client

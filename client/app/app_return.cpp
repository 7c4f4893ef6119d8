// Coming to the server, losing it and coming back. The rest of the app is in app.cpp.
#include <utility>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "client/app/error_text.hpp"
#include "client/app/wall_clock.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/reply_lines.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

/// Who has not chosen a language, by an option or by the locale, reads that of the server.
void app::follow_language(const welcome& hello) {
  const auto theirs = parse_language(hello.lang);
  if (options_.lang_chosen || !theirs) return;
  lang_ = *theirs;
  menu_.speak(lang_);
  screen_.speak(lang_);
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
  offering_name_ = context_.interactive && options_.name.empty() && hello.name == hello.addr;
  const bool catches_up = context_.interactive || connection_.state().ever_online();
  if (!hello.resumed && catches_up) history_merge_.begin();  // others may talk before we have a name
  run(menu_.reconnected(hello.resumed, room));
  bye_.clear();
  logging_in_ = true;
  opening_timer_.cancel();
}

/// The server knows nothing of us any more, but it may have a history of what we missed.
void app::take(const returning& what) {
  name_taken(what.name);
  remark(line_kind::notice, text_of(lang_, ui_message::reconnected));
  returned_ = true;
  missed_told_ = false;
  history_merge_.begin();
}

void app::take(const logged_in& what) {
  name_taken(what.name);
  logging_in_ = false;
  if (!what.again) {
    log_in_first(what);
  } else {
    if (std::exchange(returned_, false)) {
      caught_up(true);
    } else {
      remark(line_kind::notice, text_of(lang_, ui_message::reconnected));
    }
    if (!what.complete) remark(line_kind::notice, text_of(lang_, ui_message::missed_some));
    resent_ = 0;
    resent_left_ = what.waiting;
  }
  learn_names();
}

/// What the server tells everybody on arriving, it told us in text; so a person asks for it again, and the menu comes
/// after it.
void app::log_in_first(const logged_in& what) {
  const std::string secured = connection_.secured();
  remark(line_kind::notice,
         secured.empty() ? format(lang_, ui_message::connected, connection_.where(), what.name)
                         : format(lang_, ui_message::connected_secured, connection_.where(), what.name, secured));
  if (what.resumed) {
    remark(line_kind::notice, text_of(lang_, ui_message::place_taken_back));
    if (!what.complete) remark(line_kind::notice, text_of(lang_, ui_message::missed_some));
    // A server that does not say where our text goes would have it go where nobody sees.
    if (!rooms_.known()) connection_.send("/room lobby", purpose::rejoin, false);
  }
  plan_return();
  if (!context_.interactive) {
    history_merge_.was_there_since(wall_clock());
    return run(menu_.start());
  }
  if (!what.resumed) {
    history_merge_.begin();
    history_merge_.was_there_since(wall_clock());
  }
  opening_ = true;
  // Where an earlier run of ours was, the server tells what that has missed; the answer to a ping comes after it.
  connection_.send(what.resumed ? "/ping" : "/history", purpose::missed_history, false);
  opening_timer_.expires_after(history_merge_time);
  opening_timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled) return;
    caught_up(false);
    pump();
  });
}

/// What is said is not held back while we wait for a name; what was missed is still to come.
void app::hear_meanwhile() {
  for (const server_event& each : history_merge_.release(false)) show_event(each);
}

/// What was said meanwhile is shown, also when the history does not answer.
void app::caught_up(bool complete) {
  opening_timer_.cancel();
  for (const server_event& each : history_merge_.release(complete)) show_event(each);
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
    remark(line_kind::error, format(lang_, ui_message::not_sent, text));
    screen_.remember(text);
  }
}

/// What to ask after a restart of the server: first what was said in the lobby, then each room and what was said there,
/// and at last our text goes where it went.
void app::plan_return() {
  const std::string history = fmt::format("/history {}", link::page_size);
  std::vector<first_question> questions{{.command = history, .why = purpose::missed_history, .pages_of = "#lobby"}};
  const auto enter = [&](const std::string& room) {
    questions.push_back({.command = fmt::format("/join {}", room), .why = purpose::rejoin, .room = room});
    questions.push_back({.command = history, .why = purpose::missed_history, .pages_of = "#" + room});
  };
  for (const std::string& each : rooms_.all()) {
    if (each != rooms_.current()) enter(each);
  }
  if (!rooms_.current().empty()) {
    enter(rooms_.current());
  } else if (!rooms_.all().empty()) {
    questions.push_back({.command = "/room lobby", .why = purpose::rejoin});
  }
  connection_.ask_on_return(std::move(questions));
}

/// A person completes names and picks them from a list, so they are asked for early.
void app::learn_names() {
  if (!context_.interactive || roster_.complete()) return;
  if (roster_.online() > most_learnt && held_.empty()) return;
  connection_.send("/who", purpose::learn_names, false);
}

void app::take(const name_refused& what) {
  if (what.again && connection_.state().nameless()) return ask_other_name(what);
  if (what.again) {
    return remark(line_kind::error, format(lang_, ui_message::name_given_up, what.wanted, roster_.me()));
  }
  const std::string why = explain(lang_, what.why);
  name_refusal_ = format(lang_, ui_message::refused_login, what.wanted, why);
  if (context_.interactive) return;  // told where the person is asked for another
  remark(line_kind::error, name_refusal_);
  end(exit_code::failed);  // a script must not speak under a wrong name
}

/// What waits is held: nobody would know whose words it is.
void app::ask_other_name(const name_refused& what) {
  hear_meanwhile();
  logging_in_ = false;
  if (std::exchange(renaming_, true)) return run(menu_.answered(purpose::rename, {.body = what.why}));
  remark(line_kind::error, format(lang_, ui_message::name_wanted, what.wanted));
  run(menu_.ask_name());
}

void app::name_taken(const std::string& name) {
  const renamed change{roster_.me(), name};
  if (change.old_name != name) roster_.apply(change);
  if (std::exchange(renaming_, false)) run(menu_.answered(purpose::rename, {.body = change}));
}

void app::take(const name_taken_still& what) {
  hear_meanwhile();
  remark(line_kind::notice, format(lang_, ui_message::name_taken_again, what.wanted));
}

/// Of what is asked on arriving and on coming back: the messages themselves are shown like all others.
void app::answer_first(const server_event& what) {
  const auto* refusal = std::get_if<error>(&what.said.body);
  const auto* end = std::get_if<found>(&what.said.body);
  const bool gap = end != nullptr && history_merge_.has_gap(*end);
  if (!what.last) return;
  if (what.answers->why == purpose::rejoin) {
    if (refusal == nullptr) return;
    const std::string& room = what.answers->room;
    if (room.empty()) return;
    remark(line_kind::error, format(lang_, ui_message::rejoin_refused, room, explain(lang_, *refusal)));
    rooms_.forget(room);
    return plan_return();
  }
  if (std::holds_alternative<pong>(what.said.body)) return caught_up(true);
  if ((end == nullptr || gap) && !std::exchange(missed_told_, true)) {
    remark(line_kind::notice, text_of(lang_, end == nullptr ? ui_message::perhaps_missed : ui_message::missed_some));
  }
  if (!returned_) caught_up(true);
}

void app::on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) {
  if (result_) return connection_.finish();
  first_attempt_ = false;
  resent_left_ = 0;
  logging_in_ = returned_ = false;
  if (std::exchange(renaming_, false) && menu_.busy()) run(menu_.failed(purpose::rename));
  if (opening_ || history_merge_.holding()) caught_up(false);
  opening_timer_.cancel();
  const auto seconds = (delay.count() + 500) / 1000;
  const bool lost = attempt == 1 && connection_.state().ever_online();
  const std::string text = format(lang_, lost ? ui_message::lost_trying : ui_message::unconnected_trying,
                                  reason_of(lang_, why, bye_), seconds, attempt);
  remark(line_kind::notice, context_.interactive ? format(lang_, ui_message::enter_retries, text) : text);
  for (const request& each : connection_.state().unconfirmed()) show_waiting(each);
  if (bye_ == "kicked") connection_.finish();  // coming straight back is not what that asked for
  if (ending_ == ending::flushing) leave();
  refresh();
}

/// What was written and not confirmed before the connection was lost shows nowhere yet, unless it waited before.
void app::show_waiting(const request& what) {
  if (!what.keep || what.ticket <= last_waiting_) return;
  last_waiting_ = what.ticket;
  show(transcript_.waiting(said_in(what), said_to(what), what.room, wall_clock()));
}

}  // namespace confab::client

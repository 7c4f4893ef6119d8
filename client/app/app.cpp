#include "client/app/app.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/protocol/address.hpp"
#include "client/ui/argument_words.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

connection_settings settings_for(const options& wanted, const run_context& context) {
  return {.host = wanted.ip,
          .port = wanted.port,
          .tls = wanted.tls,
          .name = wanted.name,
          .tag_prefix = context.tag_prefix,
          .attempts = wanted.reconnect.value_or(context.interactive ? -1 : 0),
          .retry_first = wanted.reconnect.has_value(),
          .hold_for_name = context.interactive,
          .seed = context.seed,
          .first_wait = context.first_wait};
}

namespace {

typist who_types(const options& wanted, const run_context& context) {
  if (context.interactive) return typist::person;
  return wanted.quiet ? typist::quiet_script : typist::script;
}

/// A script without a name has no place that it could miss.
std::string folder_for(const options& wanted, const run_context& context) {
  return context.interactive || !wanted.name.empty() ? wanted.state_folder : std::string();
}

/// A place that was told over TLS is never told without.
std::string server_of_place(const options& wanted) {
  return (wanted.tls.wanted ? "tls-" : "") + show_address(wanted.ip, wanted.port);
}

connection_settings settings_of_session(const options& wanted, const run_context& context, const place& known) {
  connection_settings settings = settings_for(wanted, context);
  settings.heartbeat = true;
  settings.known = known;
  return settings;
}

}  // namespace

app::app(asio::io_context& io, options wanted, run_context context, screen& shown)
    : io_(io),
      options_(std::move(wanted)),
      lang_(options_.lang),
      context_(std::move(context)),
      screen_(shown),
      menu_(lang_, roster_, options_.bell, who_types(options_, context_)),
      transcript_(lang_, paint(context_.sgr)),
      unread_(options_.bell),
      place_(folder_for(options_, context_), server_of_place(options_), options_.name),
      connection_(io, settings_of_session(options_, context_, place_.found()), *this),
      digest_timer_(io),
      end_timer_(io),
      held_timer_(io),
      place_timer_(io),
      opening_timer_(io) {}

void app::start() {
  screen_.start(*this);
  connection_.start();
  if (!context_.interactive) return;
  if (screen_.has_footer()) perform(action::ask{});  // what is typed before there is a connection is seen, too
  refresh();
  opening_timer_.expires_after(patience);
  opening_timer_.async_wait([this](std::error_code cancelled) {
    if (!cancelled) remark(line_kind::notice, format(lang_, ui_message::connecting, connection_.where()));
  });
}

// --- from the screen to the server ---

void app::on_line(std::string line) {
  take_line({std::move(line)});
}

void app::on_part(std::string part) {
  take_line({std::move(part), true});
}

void app::take_line(typed_line line) {
  line_wanted_ = false;
  unread_.typed();
  connection_.retry_now();
  typed_.push_back(std::move(line));
  pump();
  mark_waiting();
}

void app::on_too_long(std::size_t bytes) {
  line_wanted_ = false;
  remark(line_kind::error, format(lang_, ui_message::too_long, bytes, connection_.state().max_command()));
  pump();
}

/// A line that was just typed while the menu is not open yet stays in sight: nobody knows what it will mean.
void app::mark_waiting() {
  if (!context_.interactive || typed_.empty() || (connection_.state().ever_online() && !opening_)) return;
  const std::string text = make_safe(typed_.back().text);
  if (!utf8::trim(text).empty()) remark(line_kind::notice, format(lang_, ui_message::typed_waits, text));
}

void app::on_end_of_input() {
  line_wanted_ = false;
  input_ended_ = true;
  pump();
}

void app::on_leave() {
  // Before the first connection there is no mode to leave, and while a line waits for the menu nobody knows which.
  const bool in_menu = menu_.current() == menu::mode::choosing && typed_.empty();
  in_menu ? finish(std::chrono::seconds(0)) : on_line("exit");
}

void app::on_open() {
  if (opening_ || !typed_.empty() || menu_.busy() || menu_.asking()) return;
  if (menu_.knows_whisperer()) screen_.set_aside();  // what is typed is meant for whom it was typed to
  run(menu_.open_last());
  refresh();
}

completion_words app::completions() const {
  const menu::mode mode = menu_.current();
  completion_words words{.names = roster_.others(),
                         .commands = menu::commands(),
                         .arguments = arguments_of_commands(rooms_.all()),
                         .rooms = {"#lobby"}};
  for (const std::string& each : rooms_.all()) words.rooms.push_back("#" + each);
  if (mode == menu::mode::public_chat) words.after_first_name = ": ";
  if (mode == menu::mode::asking_partner) words.after_first_name = "";
  if (mode == menu::mode::asking_name) words.names.clear();
  return words;
}

bool app::ready_for_line() const noexcept {
  const link& state = connection_.state();
  // A person sees what waits for a reconnect; a script had better not run ahead of it.
  return state.ever_online() && (state.online() || context_.interactive) && !menu_.busy() && !opening_ &&
         ending_ == ending::none && state.unanswered() < most_unanswered;
}

void app::pump() {
  while (!typed_.empty() && ready_for_line()) {
    const typed_line line = std::move(typed_.front());
    typed_.pop_front();
    type(line);
  }
  if (typed_.empty() && ready_for_line()) {
    if (input_ended_) {
      finish(options_.linger);
    } else if (!std::exchange(line_wanted_, true)) {
      screen_.want_line();
    }
  }
  refresh();
}

void app::type(const typed_line& line) {
  if (!utf8::valid(line.text)) return remark(line_kind::error, text_of(lang_, ui_message::not_utf8));
  run(line.part ? menu_.part(make_safe(line.text)) : menu_.line(line.text));
}

void app::run(const menu_actions& actions) {
  for (const menu_action& each : actions) {
    std::visit([this](const auto& what) { perform(what); }, each);
  }
}

void app::perform(const action::send& what) {
  if (what.hold) {
    return hold({.what = {.why = what.why, .keep = true, .partner = what.partner}, .text = what.text});
  }
  const std::size_t limit = connection_.state().max_command();
  if (what.command.size() > limit) {
    // People count what they have typed, not what goes before it on the wire.
    const std::size_t ours = what.text.empty() ? 0 : what.command.size() - what.text.size();
    return remark(line_kind::error,
                  format(lang_, ui_message::too_long, what.command.size() - ours, std::max(limit, ours) - ours));
  }
  if (what.why == purpose::rename && connection_.state().nameless()) {
    return connection_.take_name(std::string(utf8::split_word(what.command).rest));
  }
  const bool keep = what.why == purpose::say || what.why == purpose::whisper;
  const std::string room = what.why == purpose::say ? rooms_.current() : std::string();
  if (!connection_.send(what.command, what.why, keep, room, what.partner)) {
    if (!keep) return run(menu_.failed(what.why));
    return remark(line_kind::error, format(lang_, ui_message::queue_full, link::max_waiting));
  }
  if (!keep || connection_.state().online()) return;
  show_waiting(connection_.state().unconfirmed().back());
}

void app::perform(const action::show& what) {
  const bool starred = what.kind == line_kind::error || what.kind == line_kind::notice;
  starred ? remark(what.kind, what.text) : screen_.show(what.kind, what.text);
}

void app::perform(const action::ask&) {
  switch (menu_.current()) {
    case menu::mode::choosing: screen_.set_use(line_use::choice); break;
    case menu::mode::public_chat:
    case menu::mode::private_chat: screen_.set_use(line_use::talk, menu_.conversation()); break;
    case menu::mode::asking_partner:
    case menu::mode::asking_name: screen_.set_use(line_use::name); break;
  }
  if (menu_.asking()) screen_.set_use(line_use::choice);
  shown_prompt_ = menu_.prompt();
  screen_.set_prompt(shown_prompt_);
}

void app::perform(const action::quit& what) {
  const std::string command = fmt::format("/quit {}", what.reason);
  const std::size_t limit = connection_.state().max_command();
  if (!what.reason.empty() && command.size() > limit) {
    return remark(line_kind::error, format(lang_, ui_message::too_long, command.size(), limit));
  }
  quit_reason_ = what.reason;
  finish(std::chrono::seconds(0));
}

}  // namespace confab::client

#include "client/ui/menu.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/ui/leaving_words.hpp"
#include "client/ui/short_name.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/opening.hpp"
#include "common/problems.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

menu_actions menu::start() {
  menu_actions out;
  go_menu(out);
  return out;
}

menu_actions menu::ask_name() {
  menu_actions out;
  enter(out, mode::asking_name);
  return out;
}

menu_actions menu::offer_name() {
  menu_actions out;
  out.push_back(action::show{line_kind::menu, format(lang_, ui_message::offer_name, people_.me())});
  enter(out, mode::asking_name);
  return out;
}

menu_actions menu::line(std::string_view typed) {
  menu_actions out;
  const std::string line = make_safe(typed);
  const std::string_view text = utf8::trim(line);
  const bool first = std::exchange(first_line_, false);
  opening start = read_opening(typed);
  const std::string rest = make_safe(start.rest);
  start.rest = rest;
  if (start.is == opening::kind::slash) {
    slash(out, text, start);
    return out;
  }
  if (asked_) {
    answer(out, text);
    return out;
  }
  const bool leave = start.is == opening::kind::looks_like_command && fold_word(text).text() == "exit";
  const bool none = leave || text.empty() || folded_line(text) == "0";
  if (talking() && !leave && means_leaving(text)) {
    ask_leaving(out, text);
    return out;
  }
  switch (mode_) {
    case mode::choosing:
      if (first && typist_ == typist::quiet_script && !is_choice(text) && !leave) {
        go_public(out);
        means_leaving(text) ? ask_leaving(out, text) : chat(out, text, start);
      } else {
        choose(out, text);
      }
      break;
    case mode::public_chat:
    case mode::private_chat: leave ? go_menu(out) : chat(out, text, start); break;
    case mode::asking_partner: none ? go_menu(out) : pick_partner(out, text); break;
    case mode::asking_name: none ? go_menu(out) : try_name(out, text); break;
  }
  return out;
}

menu_actions menu::part(std::string_view text) {
  menu_actions out;
  if (asked_ || !talking()) return line(text);
  mode_ == mode::private_chat ? say_private(out, plainly(utf8::trim(text))) : say_public(out, utf8::trim(text));
  return out;
}

std::size_t menu::frame() const {
  if (mode_ != mode::private_chat) return std::string_view("/say ").size();
  const std::size_t address = partner_.user != 0 ? fmt::formatted_size("@{}", partner_.user) : partner_.name.size();
  return std::string_view("/to  /").size() + address;  // the last slash: see plainly()
}

bool menu::is_choice(std::string_view text) {
  const std::string choice = folded_line(text);  // an input method may type wide digits
  return text.empty() || (choice.size() == 1 && choice[0] >= '0' && choice[0] <= '3');
}

void menu::choose(menu_actions& out, std::string_view text) {
  if (text.empty()) return;
  if (is_choice(text)) {
    switch (folded_line(text)[0]) {
      case '1': return go_public(out);
      case '2': return go_private(out);
      case '3': return go_name(out);
      default: return go_quit(out);
    }
  }
  // More than a slip of the finger is a message, which is not lost.
  const bool message = person() && utf8::length(text) > 1 && !means_leaving(text);
  if (message) out.push_back(action::remember{std::string(text)});
  complain(out, format(lang_, message ? ui_message::menu_again_line : ui_message::menu_again));
  go_menu(out);
}

/// What the server would take for a command, or refuse to say, is not said with /say past it.
void menu::chat(menu_actions& out, std::string_view text, const opening& start) {
  const bool personal = mode_ == mode::private_chat;
  switch (start.is) {
    case opening::kind::slash:
    case opening::kind::bare: return slash(out, text, start);
    case opening::kind::looks_like_command:
      return complain(out, personal ? format(lang_, ui_message::meant_command, start.word.text(), partner_.name)
                                    : explain(problem::looks_like_command, lang_, start.word.text()));
    case opening::kind::looks_like_password:
      if (!personal) return complain(out, explain(problem::looks_like_password, lang_));
      break;
    case opening::kind::two_slashes: text = start.rest; break;
    case opening::kind::text: break;
  }
  personal ? say_private(out, plainly(text)) : say_public(out, text);
}

void menu::say_public(menu_actions& out, std::string_view text) {
  if (text.empty()) return;
  out.push_back(action::send{.command = fmt::format("/say {}", text), .why = purpose::say, .text = std::string(text)});
}

/// A line that reads like the wish to leave is never said without being asked about.
void menu::ask_leaving(menu_actions& out, std::string_view text) {
  if (!person()) return complain(out, format(lang_, ui_message::leaving_refused, text));
  asked_ = question{.what = question::about::leaving, .text = std::string(text)};
  out.push_back(action::show{line_kind::menu, format(lang_, ui_message::leaving_meant, text)});
  out.push_back(action::ask{});
}

void menu::answer(menu_actions& out, std::string_view text) {
  asked_->what == question::about::leaving ? answer_leaving(out, text) : answer_yes_no(out, text);
}

void menu::answer_leaving(menu_actions& out, std::string_view text) {
  const std::string said = std::move(asked_->text);
  const std::string choice = folded_line(text);
  asked_.reset();
  if (choice == "1" || means_leaving(text)) return choice == "0" ? go_quit(out) : go_menu(out);
  if (choice == "2") {
    out.push_back(action::ask{});
    return mode_ == mode::private_chat ? say_private(out, said) : say_public(out, said);
  }
  if (!text.empty()) {
    out.push_back(action::remember{std::string(text)});
    complain(out, format(lang_, ui_message::not_sent, text));
  }
  out.push_back(action::ask{});
}

void menu::enter(menu_actions& out, mode where) {
  mode_ = where;
  if (asked_ && asked_->what != question::about::held) asked_.reset();
  if (talking() && person() && !std::exchange(told_way_out_, true)) {
    out.push_back(action::show{line_kind::menu, format(lang_, ui_message::way_out)});
  }
  out.push_back(action::ask{});
}

void menu::complain(menu_actions& out, std::string text) {
  out.push_back(action::show{line_kind::error, std::move(text)});
}

void menu::note(menu_actions& out, std::string text) {
  out.push_back(action::show{line_kind::notice, std::move(text)});
}

menu_actions menu::answered(purpose why, const event& said) {
  menu_actions out;
  const bool awaited = waiting_ == why;
  if (awaited) waiting_.reset();
  const auto* refusal = std::get_if<error>(&said.body);
  if (refusal != nullptr) complain(out, explain(lang_, *refusal));
  if (!awaited) return out;
  if (why == purpose::learn_names) {
    if (refusal == nullptr) open_private(out, wanted_partner_);
  } else if (refusal == nullptr && mode_ == mode::asking_name) {
    go_menu(out);
  } else {
    enter(out, mode_);  // asks again, or shows the new name in the prompt
  }
  return out;
}

menu_actions menu::failed(purpose why) {
  menu_actions out;
  complain(out, format(lang_, ui_message::not_connected));
  if (waiting_ == why) {
    waiting_.reset();
    enter(out, mode_);
  }
  return out;
}

menu_actions menu::happened(const event& said) {
  menu_actions out;
  if (const auto* now = std::get_if<room_changed>(&said.body)) room_ = now->room;
  if (const auto* got = std::get_if<client::whisper>(&said.body); got && got->from != people_.me()) {
    const somebody* const known = people_.who(got->from);
    last_whisper_ = known != nullptr && (got->user == 0 || got->user == known->user)
                        ? *known
                        : somebody{.name = got->from, .user = got->user, .id = got->user};
  }
  if (mode_ == mode::private_chat) follow_partner(out, said);
  return out;
}

std::string menu::prompt() const {
  if (asked_) {
    return format(lang_, asked_->what == question::about::leaving ? ui_message::ask_leaving : ui_message::ask_yes_no);
  }
  switch (mode_) {
    case mode::choosing: return format(lang_, ui_message::ask_choice);
    case mode::public_chat:
      if (!room_.empty()) return format(lang_, ui_message::ask_room, short_name(room_), short_name(people_.me()));
      return format(lang_, ui_message::ask_public, short_name(people_.me()));
    case mode::private_chat: return format(lang_, ui_message::ask_private, short_name(partner_.name));
    case mode::asking_partner: return format(lang_, ui_message::ask_partner);
    case mode::asking_name: break;
  }
  return format(lang_, ui_message::ask_name);
}

std::string menu::title() const {
  switch (mode_) {
    case mode::public_chat: return room_.empty() ? format(lang_, ui_message::public_mode) : "#" + short_name(room_);
    case mode::private_chat: return format(lang_, ui_message::private_mode, short_name(partner_.name));
    case mode::choosing:
    case mode::asking_partner:
    case mode::asking_name: break;
  }
  return format(lang_, ui_message::menu_mode);
}

}  // namespace confab::client

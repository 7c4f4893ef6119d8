// Private chat: whom it is with, and what happens when they go, come back, or somebody else takes their name. The rest
// of the menu is in menu.cpp.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "client/ui/menu.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/cells.hpp"
#include "common/names.hpp"
#include "common/parse_number.hpp"
#include "common/utf8.hpp"

namespace confab::client {
namespace {

/// More people than this are not listed.
constexpr std::size_t most_listed = 40;
/// The cells of one row of the list.
constexpr std::size_t row_width = 76;

bool is_one_of(const std::string& answer, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, std::string_view(answer)) != words.end();
}

/// Whether `gone` is about the one with that number, or (on a server without numbers) with that name.
bool is_about(const left& gone, user_number user, std::string_view name) {
  if (user != 0 && gone.user != 0) return gone.user == user;
  return name_key(gone.name) == name_key(name);
}

}  // namespace

void menu::go_private(menu_actions& out, std::string_view rest) {
  const std::string wanted(utf8::trim(rest));
  if (people_.complete()) return open_private(out, wanted);
  waiting_ = purpose::learn_names;
  wanted_partner_ = wanted;
  out.push_back(action::send{.command = "/who", .why = purpose::learn_names});
}

/// A number of the list, or a name.
void menu::pick_partner(menu_actions& out, std::string_view text) {
  const std::string folded = text.size() > 12 ? std::string() : name_key(text);
  const std::size_t number = parse_number<std::size_t>(folded).value_or(0);
  if (number == 0 || number > listed_.size()) return go_private(out, text);
  const somebody chosen = listed_[number - 1];
  if (const somebody* const now = people_.who(chosen.id)) return open_with(out, *now);
  complain(out, format(lang_, ui_message::no_such_person, chosen.name));
  go_private(out);
}

void menu::open_private(menu_actions& out, const std::string& wanted) {
  if (wanted.empty()) return list_people(out);
  if (const somebody* const found = people_.who(wanted)) return open_with(out, *found);
  out.push_back(action::opened{wanted});  // they may have left after writing; what they wrote is seen now
  complain(out, format(lang_, ui_message::no_such_person, wanted));
  enter(out, mode_);
}

void menu::open_with(menu_actions& out, const somebody& who) {
  partner_ = {.name = who.name, .id = who.id, .user = who.user};
  out.push_back(action::opened{partner_.name});
  enter(out, mode::private_chat);
}

void menu::list_people(menu_actions& out) {
  listed_ = people_.other_people();
  if (listed_.empty()) {  // nobody to ask for
    note(out, format(lang_, ui_message::nobody_else));
    return mode_ == mode::choosing || mode_ == mode::asking_partner ? go_menu(out) : enter(out, mode_);
  }
  const std::size_t more = listed_.size() - std::min(listed_.size(), most_listed);
  listed_.resize(listed_.size() - more);
  std::string row;
  const auto put = [&](const std::string& item) {
    if (!row.empty() && cells::most_width(row) + cells::most_width(item) + 3 > row_width) {
      out.push_back(action::show{line_kind::menu, std::exchange(row, {})});
    }
    row += (row.empty() ? "  " : "   ") + item;
  };
  for (std::size_t i = 0; i < listed_.size(); ++i) {
    std::string item = fmt::format("{}. {}", i + 1, listed_[i].name);
    if (listed_[i].lost) item += text_of(lang_, ui_message::lost_in_list);
    put(item);
  }
  if (more > 0) put(format(lang_, ui_message::more_people, more));
  put(format(lang_, ui_message::goes_back));
  out.push_back(action::show{line_kind::menu, row});
  enter(out, mode::asking_partner);
}

// --- what is said ---

void menu::whisper(menu_actions& out, const somebody& to, std::string_view text) {
  const std::string address = to.user != 0 ? fmt::format("@{}", to.user) : to.name;
  out.push_back(action::send{.command = fmt::format("/to {} {}", address, text),
                             .why = purpose::whisper,
                             .text = std::string(text),
                             .partner = to.name});
}

void menu::do_message(menu_actions& out, std::string_view rest) {
  rest.remove_prefix(leading_nothing(rest));
  const auto [name, text] = utf8::split_word(rest);
  if (name.empty() || text.empty()) return complain(out, format(lang_, ui_message::usage_message));
  out.push_back(action::opened{std::string(name)});
  const somebody* const known = people_.who(name);  // who is meant is whom the person sees under that name
  whisper(out, known != nullptr ? *known : somebody{.name = std::string(name)}, text);
}

/// Nothing when nobody whispered, or they cannot be told from others any more.
const somebody* menu::last_whisperer() const {
  if (last_whisper_.id == 0) return nullptr;
  if (const somebody* const now = people_.who(last_whisper_.id)) return now;
  return last_whisper_.user != 0 ? &last_whisper_ : nullptr;
}

void menu::do_reply(menu_actions& out, std::string_view rest) {
  const somebody* const to = last_whisperer();
  if (to == nullptr) {
    return complain(out, last_whisper_.name.empty() ? format(lang_, ui_message::nobody_whispered)
                                                    : format(lang_, ui_message::no_such_person, last_whisper_.name));
  }
  const somebody copy = *to;
  if (rest.empty()) return open_with(out, copy);
  out.push_back(action::opened{copy.name});
  whisper(out, copy, rest);
}

menu_actions menu::open_last() {
  menu_actions out;
  if (!busy() && !asked_) do_reply(out, {});
  return out;
}

void menu::say_private(menu_actions& out, std::string_view text) {
  if (text.empty()) return;
  if (partner_.now == partner_of_talk::state::here) {
    if (partner_.user != 0)
      return whisper(out, {.name = partner_.name, .user = partner_.user, .id = partner_.id}, text);
    if (const somebody* const now = people_.who(partner_.id)) return whisper(out, *now, text);
  }
  const somebody* const other = people_.who(partner_.name);
  if (other == nullptr || other->name == people_.me()) return not_there(out, text);
  ask_partner(out, *other, text);
}

/// Nobody has the name. After a break they may be on their way back, so the line waits a little; who has left has left.
void menu::not_there(menu_actions& out, std::string_view text) {
  if (partner_.now == partner_of_talk::state::unsure && person()) {
    out.push_back(
        action::send{.why = purpose::whisper, .text = std::string(text), .partner = partner_.name, .hold = true});
    return;
  }
  if (person()) out.push_back(action::remember{std::string(text)});
  complain(out, format(lang_, ui_message::partner_not_there, partner_.name, text));
}

void menu::ask_partner(menu_actions& out, const somebody& now, std::string_view text) {
  const ui_message why =
      partner_.now == partner_of_talk::state::gone ? ui_message::partner_is_another : ui_message::partner_unsure;
  const std::string words = format(lang_, why, now.name, now.addr);
  if (!person()) return complain(out, format(lang_, ui_message::not_sent_because, text, words));
  note(out, words);
  asked_ = question{.what = question::about::partner, .text = std::string(text), .name = partner_.name, .now = now};
  out.push_back(action::ask{});
}

menu_actions menu::ask_held(const std::string& name, const somebody& now, std::size_t count) {
  menu_actions out;
  note(out, format(lang_, ui_message::held_meant, now.name, now.addr, count));
  asked_ = question{.what = question::about::held, .name = name, .now = now};
  out.push_back(action::ask{});
  return out;
}

menu_actions menu::forget_held(std::string_view name) {
  menu_actions out;
  if (!asked_ || asked_->what != question::about::held || asked_->name != name) return out;
  asked_.reset();
  out.push_back(action::ask{});
  return out;
}

void menu::answer_yes_no(menu_actions& out, std::string_view text) {
  const std::string word = text.size() > 12 ? std::string("?") : name_key(text);
  const bool yes = is_one_of(word, {"y", "yes", "是", "好"});
  if (!yes && !text.empty() && !is_one_of(word, {"n", "no", "否", "不", "exit", "0"})) {
    out.push_back(action::remember{std::string(text)});
    complain(out, format(lang_, ui_message::answer_yes_no));
    return out.push_back(action::ask{});
  }
  const question asked = *std::exchange(asked_, std::nullopt);
  decided(out, asked, yes);
}

void menu::decided(menu_actions& out, const question& asked, bool yes) {
  const bool held = asked.what == question::about::held;
  // Without a number only their name reaches them, so it has to be theirs still.
  const somebody* const now = people_.who(asked.now.id);
  const bool reachable = asked.now.user != 0 || now != nullptr;
  if (yes && !reachable) complain(out, format(lang_, ui_message::no_such_person, asked.now.name));
  if (yes && reachable) {
    const somebody to = now != nullptr ? *now : asked.now;
    if (name_key(partner_.name) == name_key(asked.name)) {
      partner_ = {.name = to.name, .id = to.id, .user = to.user};
    }
    out.push_back(action::ask{});
    return held ? out.push_back(action::decide{asked.name, true, to}) : whisper(out, to, asked.text);
  }
  if (held) {
    out.push_back(action::decide{.name = asked.name});
  } else {
    out.push_back(action::remember{asked.text});
    complain(out, format(lang_, ui_message::not_sent, asked.text));
  }
  out.push_back(action::ask{});
}

// --- who our partner is ---

menu_actions menu::reconnected(bool resumed, const std::optional<std::string>& room) {
  menu_actions out;
  if (!resumed) room_.clear();
  if (resumed && room) room_ = *room;
  listed_.clear();
  // Whom a question was about cannot be told any more, so yes would mean anybody.
  if (asked_ && asked_->what != question::about::leaving && (!resumed || asked_->now.user == 0)) {
    const question open = *std::exchange(asked_, std::nullopt);
    open.what == question::about::held ? out.push_back(action::ask{}) : decided(out, open, false);
  }
  if (!resumed || last_whisper_.user == 0) last_whisper_.id = last_whisper_.user = 0;
  if (partner_.name.empty() || (resumed && partner_.user != 0)) return out;
  partner_ = {.name = partner_.name, .now = partner_of_talk::state::unsure};
  return out;
}

menu_actions menu::lost_partner(person_id who) {
  menu_actions out;
  if (who == 0 || partner_.id != who || partner_.now != partner_of_talk::state::here) return out;
  partner_.now = partner_of_talk::state::gone;
  if (mode_ == mode::private_chat) note(out, format(lang_, ui_message::partner_gone, partner_.name));
  return out;
}

void menu::follow_partner(menu_actions& out, const event& said) {
  using state = partner_of_talk::state;
  if (partner_.now == state::here) {
    follow_present_partner(out, said);
  } else if (partner_.now == state::gone && partner_.user != 0 && people_.who(partner_.id) != nullptr) {
    partner_.now = state::here;
    partner_.name = people_.who(partner_.id)->name;
    note(out, format(lang_, ui_message::partner_back, partner_.name));
    enter(out, mode_);
  }
  if (partner_.now != state::here) tell_of_namesake(out);
}

void menu::follow_present_partner(menu_actions& out, const event& said) {
  const auto* const gone = std::get_if<left>(&said.body);
  bool missing = gone != nullptr && gone->room.empty() && is_about(*gone, partner_.user, partner_.name);
  if (const somebody* const now = people_.who(partner_.id)) {
    if (std::exchange(partner_.name, now->name) != now->name) out.push_back(action::ask{});
  } else {
    const somebody* const other = people_.who(partner_.name);
    missing = missing || people_.complete() || other != nullptr;
  }
  if (!missing) return;
  partner_.now = partner_of_talk::state::gone;
  note(out, format(lang_, ui_message::partner_gone, partner_.name));
}

/// Somebody else bears the name that our partner had.
void menu::tell_of_namesake(menu_actions& out) {
  const somebody* const other = people_.who(partner_.name);
  if (other == nullptr || other->name == people_.me()) return;
  if (std::exchange(partner_.told_of, other->id) == other->id) return;
  const bool gone = partner_.now == partner_of_talk::state::gone;
  note(out,
       format(lang_, gone ? ui_message::partner_is_another : ui_message::partner_unsure, other->name, other->addr));
}

std::string menu::conversation() const {
  if (mode_ != mode::private_chat) return {};
  return partner_.id != 0 ? fmt::format("@{}", partner_.id) : name_key(partner_.name);
}

}  // namespace confab::client

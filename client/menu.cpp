#include "client/menu.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "client/phrases.hpp"
#include "client/terminal/cells.hpp"
#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/opening.hpp"
#include "common/problems.hpp"
#include "common/utf8.hpp"

namespace confab::client {
namespace {

constexpr std::array<std::pair<std::string_view, bell_mode>, 4> bell_words{
    {{"off", bell_mode::off}, {"pm", bell_mode::pm}, {"mention", bell_mode::mention}, {"all", bell_mode::all}}};

/// More names than this are not listed in one line.
constexpr std::size_t most_listed = 40;

}  // namespace

std::optional<bell_mode> parse_bell(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(bell_words, word, &decltype(bell_words)::value_type::first);
  return found == bell_words.end() ? std::nullopt : std::optional(found->second);
}

std::string_view bell_word(bell_mode mode) noexcept {
  return std::ranges::find(bell_words, mode, &decltype(bell_words)::value_type::second)->first;
}

bool is_clients_own(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 4> words{"/heartbeat", "/json", "/resume", "/tag"};
  return std::ranges::find(words, word) != words.end();
}

std::string short_name(std::string_view name) {
  constexpr std::string_view ellipsis = "…";
  if (terminal::most_width(name) <= short_name_cells) return std::string(name);
  return fmt::format("{}{}", terminal::clip(name, short_name_cells - terminal::most_width(ellipsis)), ellipsis);
}

/// A slash command that the client does itself. Every other goes to the server as it is.
struct menu::shortcut {
  std::string_view word;
  void (menu::*run)(menu_actions&, std::string_view);
};

const std::array<menu::shortcut, 17>& menu::shortcuts() noexcept {
  static constexpr std::array table{
      shortcut{"/0", &menu::go_quit},     shortcut{"/1", &menu::go_public},    shortcut{"/2", &menu::go_private},
      shortcut{"/3", &menu::go_name},     shortcut{"/bell", &menu::do_bell},   shortcut{"/clear", &menu::do_clear},
      shortcut{"/exit", &menu::go_quit},  shortcut{"/nick", &menu::go_name},   shortcut{"/help", &menu::do_help},
      shortcut{"/ids", &menu::do_ids},    shortcut{"/menu", &menu::go_menu},   shortcut{"/msg", &menu::do_message},
      shortcut{"/quit", &menu::go_quit},  shortcut{"/rename", &menu::go_name}, shortcut{"/say", &menu::do_say},
      shortcut{"/to", &menu::do_message}, shortcut{"/who", &menu::do_who},
  };
  return table;
}

const menu::shortcut* menu::find_shortcut(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(shortcuts(), word, &shortcut::word);
  return found == shortcuts().end() ? nullptr : found;
}

std::vector<std::string> menu::commands() {
  std::vector<std::string> all{"/away", "/back",   "/count", "/history", "/join",   "/leave",
                               "/ping", "/recall", "/room",  "/rooms",   "/search", "/topic"};
  for (const shortcut& each : shortcuts()) all.emplace_back(each.word);
  std::ranges::sort(all);
  return all;
}

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

menu_actions menu::line(std::string_view typed) {
  menu_actions out;
  const std::string_view text = utf8::trim(typed);
  const opening start = read_opening(text);
  if (start.is == opening::kind::slash) {
    slash(out, text, start);
    return out;
  }
  const bool leave = start.is == opening::kind::looks_like_command && fold_word(text).text() == "exit";
  switch (mode_) {
    case mode::choosing: choose(out, text); break;
    case mode::public_chat:
    case mode::private_chat: leave ? go_menu(out) : chat(out, text, start); break;
    case mode::asking_partner: leave || text.empty() ? go_menu(out) : go_private(out, text); break;
    case mode::asking_name: leave || text.empty() ? go_menu(out) : try_name(out, text); break;
  }
  return out;
}

void menu::choose(menu_actions& out, std::string_view text) {
  const std::string choice = name_key(text);  // an input method may type wide digits
  if (choice == "1") return go_public(out);
  if (choice == "2") return go_private(out);
  if (choice == "3") return go_name(out);
  if (choice == "0") return go_quit(out);
  if (text.empty()) return;
  complain(out, say(lang_, phrase::menu_again));
  go_menu(out);
}

/// What the server would take for a command, or refuse to say, is not said with /say past it.
void menu::chat(menu_actions& out, std::string_view text, const opening& start) {
  const bool personal = mode_ == mode::private_chat;
  switch (start.is) {
    case opening::kind::slash:
    case opening::kind::bare: return slash(out, text, start);
    case opening::kind::looks_like_command:
      return complain(out, personal ? say(lang_, phrase::meant_command, start.word.text(), partner_)
                                    : explain(problem::looks_like_command, lang_, start.word.text()));
    case opening::kind::looks_like_password:
      if (!personal) return complain(out, explain(problem::looks_like_password, lang_));
      break;
    case opening::kind::two_slashes: text = start.rest; break;
    case opening::kind::text: break;
  }
  personal ? say_private(out, partner_, text) : say_public(out, text);
}

void menu::slash(menu_actions& out, std::string_view text, const opening& start) {
  const std::string word = fmt::format("/{}", start.word.text());
  if (const shortcut* found = find_shortcut(word)) return (this->*found->run)(out, start.rest);
  if (is_clients_own(word)) return not_from_here(out, word);
  out.push_back(action::send{.command = std::string(text), .why = purpose::other});
}

void menu::not_from_here(menu_actions& out, std::string_view word) {
  complain(out, say(lang_, phrase::not_from_here, word));
}

void menu::say_public(menu_actions& out, std::string_view text) {
  if (text.empty()) return;
  out.push_back(action::send{.command = fmt::format("/say {}", text), .why = purpose::say, .text = std::string(text)});
}

void menu::say_private(menu_actions& out, std::string_view partner, std::string_view text) {
  if (text.empty()) return;
  out.push_back(action::send{.command = fmt::format("/to {} {}", partner, text),
                             .why = purpose::whisper,
                             .text = std::string(text),
                             .partner = std::string(partner)});
}

void menu::enter(menu_actions& out, mode where) {
  mode_ = where;
  out.push_back(action::ask{});
}

void menu::complain(menu_actions& out, std::string text) {
  out.push_back(action::show{line_kind::error, std::move(text)});
}

void menu::go_menu(menu_actions& out, std::string_view /*rest*/) {
  out.push_back(action::show{line_kind::menu, say(lang_, phrase::menu)});
  enter(out, mode::choosing);
}

void menu::go_public(menu_actions& out, std::string_view /*rest*/) {
  enter(out, mode::public_chat);
}

void menu::go_quit(menu_actions& out, std::string_view rest) {
  out.push_back(action::quit{std::string(rest)});
}

void menu::go_private(menu_actions& out, std::string_view rest) {
  const std::string wanted(utf8::trim(rest));
  if (people_.complete()) return open_private(out, wanted);
  waiting_ = purpose::learn_names;
  wanted_partner_ = wanted;
  out.push_back(action::send{.command = "/who", .why = purpose::learn_names});
}

void menu::open_private(menu_actions& out, const std::string& wanted) {
  if (wanted.empty()) {
    list_people(out);
    return enter(out, mode::asking_partner);
  }
  const std::optional<std::string> found = people_.find(wanted);
  if (!found) {
    out.push_back(action::opened{wanted});  // they may have left after writing; what they wrote is seen now
    complain(out, say(lang_, phrase::no_such_person, wanted));
    return enter(out, mode_);
  }
  partner_ = *found;
  partner_gone_ = false;
  out.push_back(action::opened{partner_});
  enter(out, mode::private_chat);
}

void menu::list_people(menu_actions& out) {
  const std::vector<std::string> names = people_.others();
  if (names.empty()) {
    out.push_back(action::show{line_kind::menu, say(lang_, phrase::nobody_else)});
    return;
  }
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), most_listed); ++i) {
    if (i != 0) list += text_of(lang_, phrase::list_separator);
    list += names[i];
  }
  if (names.size() > most_listed) list = say(lang_, phrase::and_more, list, names.size() - most_listed);
  out.push_back(action::show{line_kind::menu, say(lang_, phrase::online_list, list)});
}

void menu::go_name(menu_actions& out, std::string_view rest) {
  if (rest.empty()) return enter(out, mode::asking_name);
  try_name(out, rest);
}

void menu::try_name(menu_actions& out, std::string_view name) {
  const auto parsed = parse_name(name);
  if (const auto* why = std::get_if<name_error>(&parsed)) {
    complain(out, explain(to_problem(*why), lang_));
    return enter(out, mode_);
  }
  waiting_ = purpose::rename;
  out.push_back(action::send{.command = fmt::format("/rename {}", name), .why = purpose::rename});
}

void menu::do_say(menu_actions& out, std::string_view rest) {
  if (rest.empty()) return complain(out, explain(problem::say_needs_text, lang_));
  say_public(out, rest);
}

void menu::do_message(menu_actions& out, std::string_view rest) {
  rest.remove_prefix(leading_nothing(rest));
  const auto [name, text] = utf8::split_word(rest);
  if (name.empty() || text.empty()) return complain(out, say(lang_, phrase::usage_message));
  out.push_back(action::opened{std::string(name)});
  say_private(out, name, text);
}

void menu::do_who(menu_actions& out, std::string_view rest) {
  out.push_back(
      action::send{.command = rest.empty() ? "/who" : fmt::format("/who {}", rest), .why = purpose::show_who});
}

void menu::do_ids(menu_actions& out, std::string_view rest) {
  if (rest != "on" && rest != "off") return complain(out, say(lang_, phrase::ids_usage));
  out.push_back(action::show_ids{rest == "on"});
}

void menu::do_bell(menu_actions& out, std::string_view rest) {
  if (!rest.empty()) {
    const auto wanted = parse_bell(rest);
    if (!wanted) return complain(out, say(lang_, phrase::bell_usage));
    bell_ = *wanted;
    out.push_back(action::set_bell{bell_});
  }
  out.push_back(action::show{line_kind::menu, say(lang_, phrase::bell_is, bell_word(bell_))});
}

void menu::do_clear(menu_actions& out, std::string_view /*rest*/) {
  out.push_back(action::clear{});
}

/// The server explains its own commands, and says so of what is none.
void menu::do_help(menu_actions& out, std::string_view rest) {
  const std::string_view word = rest.starts_with('/') ? rest.substr(1) : rest;
  const bool ours = find_shortcut(fmt::format("/{}", word)) != nullptr && find_command(word) == nullptr;
  if (!word.empty() && !ours) {
    out.push_back(action::send{.command = fmt::format("/help {}", word), .why = purpose::other});
    return;
  }
  std::string_view text = text_of(lang_, phrase::help);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(action::show{line_kind::menu, std::string(text.substr(0, end))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

menu_actions menu::answered(purpose why, const event& said) {
  menu_actions out;
  const bool awaited = waiting_ == why;
  if (awaited) waiting_.reset();
  const auto* refusal = std::get_if<error>(&said.body);
  if (refusal != nullptr) complain(out, explain_refusal(lang_, refusal->code, refusal->text));
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
  complain(out, say(lang_, phrase::not_connected));
  if (waiting_ == why) {
    waiting_.reset();
    enter(out, mode_);
  }
  return out;
}

menu_actions menu::happened(const event& said) {
  menu_actions out;
  if (const auto* now = std::get_if<room_now>(&said.body)) room_ = now->room;
  if (mode_ == mode::private_chat) follow_partner(out, said);
  return out;
}

void menu::follow_partner(menu_actions& out, const event& said) {
  const auto is_partner = [key = name_key(partner_)](std::string_view name) { return name_key(name) == key; };
  if (const auto* change = std::get_if<client::renamed>(&said.body)) {
    if (!is_partner(change->old_name) && !is_partner(change->name)) return;
    // Whoever takes the name of a partner that left is back: most come under their address first.
    if (is_partner(change->name)) partner_gone_ = false;
    if (std::exchange(partner_, change->name) != partner_) enter(out, mode_);
  } else if (const auto* gone = std::get_if<left>(&said.body)) {
    if (!is_partner(gone->name) || !gone->room.empty() || std::exchange(partner_gone_, true)) return;
    out.push_back(action::show{line_kind::notice, say(lang_, phrase::partner_gone, partner_)});
  } else if (const auto* back = std::get_if<joined>(&said.body); back && is_partner(back->name)) {
    partner_gone_ = false;
  }
}

std::string menu::prompt() const {
  switch (mode_) {
    case mode::choosing: return say(lang_, phrase::ask_choice);
    case mode::public_chat:
      if (!room_.empty()) return say(lang_, phrase::ask_room, short_name(room_), short_name(people_.me()));
      return say(lang_, phrase::ask_public, short_name(people_.me()));
    case mode::private_chat: return say(lang_, phrase::ask_private, short_name(partner_));
    case mode::asking_partner: return say(lang_, phrase::ask_partner);
    case mode::asking_name: break;
  }
  return say(lang_, phrase::ask_name);
}

std::string menu::title() const {
  switch (mode_) {
    case mode::public_chat: return room_.empty() ? say(lang_, phrase::public_mode) : "#" + short_name(room_);
    case mode::private_chat: return say(lang_, phrase::private_mode, short_name(partner_));
    case mode::choosing:
    case mode::asking_partner:
    case mode::asking_name: break;
  }
  return say(lang_, phrase::menu_mode);
}

}  // namespace confab::client

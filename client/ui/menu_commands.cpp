// What a line with a slash does: the client's own commands, and what goes to the server. The rest of the menu is in
// menu.cpp.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "client/ui/menu.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/problems.hpp"

namespace confab::client {

/// A slash command that the client does itself. Every other goes to the server as it is.
struct menu::shortcut {
  std::string_view word;
  void (menu::*run)(menu_actions&, std::string_view);
};

const std::array<menu::shortcut, 19>& menu::shortcuts() noexcept {
  static constexpr std::array table{
      shortcut{"/0", &menu::go_quit},      shortcut{"/1", &menu::go_public},  shortcut{"/2", &menu::go_private},
      shortcut{"/3", &menu::go_name},      shortcut{"/bell", &menu::do_bell}, shortcut{"/clear", &menu::do_clear},
      shortcut{"/exit", &menu::go_back},   shortcut{"/help", &menu::do_help}, shortcut{"/ids", &menu::do_ids},
      shortcut{"/me", &menu::do_emote},    shortcut{"/menu", &menu::go_menu}, shortcut{"/msg", &menu::do_message},
      shortcut{"/nick", &menu::go_name},   shortcut{"/quit", &menu::go_quit}, shortcut{"/rename", &menu::go_name},
      shortcut{"/reply", &menu::do_reply}, shortcut{"/say", &menu::do_say},   shortcut{"/to", &menu::do_message},
      shortcut{"/who", &menu::do_who},
  };
  return table;
}

const menu::shortcut* menu::find_shortcut(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(shortcuts(), word, &shortcut::word);
  return found == shortcuts().end() ? nullptr : found;
}

std::vector<std::string> menu::commands() {
  std::vector<std::string> all = server_commands();
  for (const shortcut& each : shortcuts()) all.emplace_back(each.word);
  std::ranges::sort(all);
  return all;
}

/// Those for people that are not ours.
std::vector<std::string> menu::server_commands() {
  std::vector<std::string> all;
  for (const command_row& row : command_table()) {
    std::string word = fmt::format("/{}", row.word);
    if (row.whom == audience::people && find_shortcut(word) == nullptr) all.push_back(std::move(word));
  }
  return all;
}

void menu::slash(menu_actions& out, std::string_view text, const opening& start) {
  const std::string word = fmt::format("/{}", start.word.text());
  if (const shortcut* found = find_shortcut(word)) return (this->*found->run)(out, start.rest);
  if (is_for_programs(start.word.text())) return complain(out, format(lang_, ui_message::not_from_here, word));
  // Where something had to be made safe, that could hide the command from the server.
  const bool hidden = text.find("\uFFFD") < text.size() && !start.word.text().empty();
  const std::string plain = fmt::format("{}{}{}", word, start.rest.empty() ? "" : " ", start.rest);
  out.push_back(action::send{.command = hidden ? plain : std::string(text), .why = purpose::other});
}

/// As `exit` does. In the menu there is only the way out, and who gives a reason means that too.
void menu::go_back(menu_actions& out, std::string_view rest) {
  mode_ == mode::choosing || !rest.empty() ? go_quit(out, rest) : go_menu(out);
}

void menu::go_menu(menu_actions& out, std::string_view /*rest*/) {
  out.push_back(action::show{line_kind::menu, format(lang_, ui_message::menu)});
  enter(out, mode::choosing);
}

void menu::go_public(menu_actions& out, std::string_view /*rest*/) {
  enter(out, mode::public_chat);
}

void menu::go_quit(menu_actions& out, std::string_view rest) {
  out.push_back(action::quit{std::string(rest)});
}

void menu::go_name(menu_actions& out, std::string_view rest) {
  if (!rest.empty()) return try_name(out, rest);
  if (person()) out.push_back(action::show{line_kind::menu, format(lang_, ui_message::name_goes_back, people_.me())});
  enter(out, mode::asking_name);
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
  if (rest.empty()) return complain(out, explain(problem::missing_argument, lang_, usage_of(verb::say)));
  say_public(out, rest);
}

/// To whoever hears what is said in this mode.
void menu::do_emote(menu_actions& out, std::string_view rest) {
  if (rest.empty()) return complain(out, explain(problem::missing_argument, lang_, find_command("me")->usage));
  const std::string text = fmt::format("/me {}", rest);
  if (mode_ == mode::private_chat) return say_private(out, text);
  out.push_back(action::send{.command = text, .why = purpose::say, .text = text});
}

void menu::do_who(menu_actions& out, std::string_view rest) {
  out.push_back(
      action::send{.command = rest.empty() ? "/who" : fmt::format("/who {}", rest), .why = purpose::show_who});
}

void menu::do_ids(menu_actions& out, std::string_view rest) {
  if (rest != "on" && rest != "off") return complain(out, explain(problem::bad_argument, lang_, usage_of(verb::ids)));
  out.push_back(action::show_ids{rest == "on"});
}

void menu::do_bell(menu_actions& out, std::string_view rest) {
  if (!rest.empty()) {
    const auto wanted = parse_bell(rest);
    if (!wanted) return complain(out, format(lang_, ui_message::bell_usage));
    bell_ = *wanted;
    out.push_back(action::set_bell{bell_});
  }
  out.push_back(action::show{line_kind::menu, format(lang_, ui_message::bell_is, bell_word(bell_))});
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
  for (std::string_view text = text_of(lang_, ui_message::help); !text.empty();) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(action::show{line_kind::menu, std::string(text.substr(0, end))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  constexpr std::size_t row_width = 76;
  std::string row;
  for (const std::string& each : server_commands()) {
    if (row.size() + each.size() + 2 > row_width) out.push_back(action::show{line_kind::menu, std::exchange(row, {})});
    row += (row.empty() ? "    " : "  ") + each;
  }
  out.push_back(action::show{line_kind::menu, row});
}

}  // namespace confab::client

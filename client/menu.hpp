#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/events.hpp"
#include "client/roster.hpp"
#include "client/screen.hpp"
#include "common/language.hpp"
#include "common/opening.hpp"

namespace confab::client {

/// Whom the bell rings for.
enum class bell_mode { off, pm, mention, all };
std::optional<bell_mode> parse_bell(std::string_view word) noexcept;
std::string_view bell_word(bell_mode mode) noexcept;

/// Whether `word` is one that the client itself says to the server, so that nobody else can without confusing it.
bool is_clients_own(std::string_view word) noexcept;

/// `name` for prompts and the status row: of a long one the start, so that the rest of the row has room.
std::string short_name(std::string_view name);
/// The cells that it takes at most.
inline constexpr std::size_t short_name_cells = 16;

/// What a command was sent for; comes back with its answer.
enum class purpose : int {
  say,          ///< public chat
  whisper,      ///< private chat
  show_who,     ///< /who: the list is printed
  catch_up,     ///< what was said last before we came
  learn_names,  ///< everybody's name, for the menu or for completion
  rename,
  other,   ///< a slash command of the server's own
  rejoin,  ///< after a reconnect: back into a room
};

/// What the menu wants done.
namespace action {
struct send {
  std::string command{};  ///< as on the wire, without tag
  purpose why{};
  /// Of what people say: the text as typed and for whom (empty: everybody). It may wait for a connection.
  std::string text{};
  std::string partner{};
};
struct show {
  line_kind kind{};
  std::string text;  ///< one line
};
struct ask {};  ///< show the prompt again, changed or not
struct set_bell {
  bell_mode mode{};
};
struct opened {  ///< somebody's private messages are being looked at
  std::string name;
};
struct show_ids {
  bool shown = false;
};
struct clear {};
struct quit {
  std::string reason;  ///< for the others; may be empty
};
}  // namespace action
using menu_action = std::variant<action::send, action::show, action::ask, action::set_bell, action::opened,
                                 action::show_ids, action::clear, action::quit>;
using menu_actions = std::vector<menu_action>;

/// The numbered menu and what hangs under it: public chat, private chat, another name. A state machine: lines and
/// server events go in, actions come out; no terminal and no socket in it. It reads the roster, which the owner brings
/// up to date before handing an event on. One owner, one thread.
class menu {
 public:
  enum class mode { choosing, public_chat, asking_partner, private_chat, asking_name };

  menu(language lang, const roster& people, bell_mode bell) : lang_(lang), people_(people), bell_(bell) {}

  /// We are online for the first time.
  menu_actions start();
  /// The wanted name was refused at the start: asks for another.
  menu_actions ask_name();
  /// One typed line, UTF-8.
  menu_actions line(std::string_view text);
  /// The answer to a command sent for `why`.
  menu_actions answered(purpose why, const event& said);
  /// A command sent for `why` will never be answered, or could not be sent.
  menu_actions failed(purpose why);
  /// The server knows nothing of us any more: our text goes to everybody.
  void back_in_lobby() noexcept { room_.clear(); }
  /// Anything that the server said, for following the private partner and the room that our text goes to.
  menu_actions happened(const event& said);

  /// While an answer is awaited that decides what the next line means: hand in no line now.
  bool busy() const noexcept { return waiting_.has_value(); }
  mode current() const noexcept { return mode_; }
  /// The private partner; empty in other modes.
  std::string_view partner() const noexcept { return mode_ == mode::private_chat ? std::string_view(partner_) : ""; }
  std::string prompt() const;
  /// What a line may start with, slash included: our own shortcuts and the server's commands for people.
  static std::vector<std::string> commands();
  /// The mode in a word, for the status row and the title.
  std::string title() const;

 private:
  struct shortcut;
  static const std::array<shortcut, 17>& shortcuts() noexcept;
  static const shortcut* find_shortcut(std::string_view word) noexcept;

  void choose(menu_actions& out, std::string_view text);
  void chat(menu_actions& out, std::string_view text, const opening& start);
  void slash(menu_actions& out, std::string_view text, const opening& start);
  void say_public(menu_actions& out, std::string_view text);
  void say_private(menu_actions& out, std::string_view partner, std::string_view text);

  void go_menu(menu_actions& out, std::string_view rest = {});
  void go_public(menu_actions& out, std::string_view rest = {});
  void go_private(menu_actions& out, std::string_view rest = {});
  void go_name(menu_actions& out, std::string_view rest = {});
  void go_quit(menu_actions& out, std::string_view rest = {});
  void do_say(menu_actions& out, std::string_view rest);
  void do_message(menu_actions& out, std::string_view rest);
  void do_who(menu_actions& out, std::string_view rest);
  void do_ids(menu_actions& out, std::string_view rest);
  void do_bell(menu_actions& out, std::string_view rest);
  void do_clear(menu_actions& out, std::string_view rest);
  void do_help(menu_actions& out, std::string_view rest);
  void not_from_here(menu_actions& out, std::string_view word);

  void follow_partner(menu_actions& out, const event& said);
  void open_private(menu_actions& out, const std::string& wanted);
  void list_people(menu_actions& out);
  void try_name(menu_actions& out, std::string_view name);
  void enter(menu_actions& out, mode where);
  void complain(menu_actions& out, std::string text);

  language lang_;
  const roster& people_;
  bell_mode bell_;
  mode mode_ = mode::choosing;
  std::string room_;  // that what we say in public goes to; empty = everybody
  std::string partner_;
  bool partner_gone_ = false;
  std::optional<purpose> waiting_;
  std::string wanted_partner_;  // while waiting for names: whom to open; empty = ask
};

}  // namespace confab::client

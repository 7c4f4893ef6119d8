#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/model/roster.hpp"
#include "client/protocol/events.hpp"
#include "client/ui/bell_mode.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/screen.hpp"
#include "common/language.hpp"
#include "common/opening.hpp"

namespace confab::client {

/// What the menu wants done.
namespace action {
struct send {
  std::string command{};  ///< as on the wire, without tag
  purpose why{};
  /// Of what people say: the text as typed and for whom (empty: everybody). It may wait for a connection.
  std::string text{};
  std::string partner{};
  /// The partner may come back within a while: it waits for them, and is not sent.
  bool hold = false;
};
struct show {
  line_kind kind{};
  std::string text;  ///< one line
};
struct ask {};  ///< show the prompt again, changed or not
struct set_bell {
  bell_mode mode{};
};
struct remember {  ///< a line that was not sent: to be found again among the earlier ones
  std::string text;
};
struct decide {  ///< what to do with the lines that wait for somebody called `name`
  std::string name;
  bool send = false;
  somebody to{};
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
using menu_action = std::variant<action::send, action::show, action::ask, action::set_bell, action::remember,
                                 action::decide, action::opened, action::show_ids, action::clear, action::quit>;
using menu_actions = std::vector<menu_action>;

/// Who types.
enum class typist {
  person,  ///< at a terminal: can be asked what is meant
  script,  ///< in a pipe: what is not clear is refused
  /// A script that hides the menu: its first line is said, unless it is one of the menu's choices.
  quiet_script,
};

/// The numbered menu and what hangs under it: public chat, private chat, another name. A state machine: lines and
/// server events go in, actions come out; no terminal and no socket in it. It reads the roster, which the owner brings
/// up to date before handing an event on. One owner, one thread.
///
/// Private chat is bound to a person, not to a name: whoever else takes the name gets nothing that the typist has not
/// said yes to. menu_private.cpp has that part, menu_commands.cpp
/// what starts with a slash.
class menu {
 public:
  enum class mode { choosing, public_chat, asking_partner, private_chat, asking_name };

  menu(language lang, const roster& people, bell_mode bell, typist who = typist::person)
      : lang_(lang), people_(people), bell_(bell), typist_(who) {}

  /// We are online for the first time.
  menu_actions start();
  /// The wanted name was refused at the start: asks for another.
  menu_actions ask_name();
  /// We are online for the first time and have no name: offers to choose one.
  menu_actions offer_name();
  /// One typed line, UTF-8, as it came: whatever leaves it again is safe to print. What it means is found out before,
  /// for what a key or a paste has put into it must not hide a command.
  menu_actions line(std::string_view text);
  /// A part of a longer line, UTF-8: it is said whatever it looks like. Only while `talking`.
  menu_actions part(std::string_view text);
  /// What a line takes on the wire beside the text, in bytes, without tag.
  std::size_t frame() const;
  /// The answer to a command sent for `why`.
  menu_actions answered(purpose why, const event& said);
  /// A command sent for `why` will never be answered, or could not be sent.
  menu_actions failed(purpose why);
  /// We are connected again. Where the server knows us still, our text goes to `room` (nothing = where it went);
  /// else to everybody, and nobody can tell whether our partner is still the same person.
  menu_actions reconnected(bool resumed, const std::optional<std::string>& room);
  /// The server says that our partner is not there any more.
  menu_actions lost_partner(person_id who);
  /// `count` lines wait for `name`, and `now` has that name: asks whether they are meant. Not while `asking`.
  menu_actions ask_held(const std::string& name, const somebody& now, std::size_t count);
  /// The lines that wait for `name` are gone: a question about them is, too.
  menu_actions forget_held(std::string_view name);
  /// The private chat with whom whispered last.
  menu_actions open_last();
  /// Whether there is somebody to open it with.
  bool knows_whisperer() const { return last_whisperer() != nullptr; }
  void speak(language lang) noexcept { lang_ = lang; }
  /// Anything that the server said, for following the private partner and the room that our text goes to.
  menu_actions happened(const event& said);

  /// While an answer is awaited that decides what the next line means: hand in no line now.
  bool busy() const noexcept { return waiting_.has_value(); }
  /// While a question of ours is open, which the next line answers.
  bool asking() const noexcept { return asked_.has_value(); }
  mode current() const noexcept { return mode_; }
  /// Whether what is typed is said to somebody.
  bool talking() const noexcept { return mode_ == mode::public_chat || mode_ == mode::private_chat; }
  /// The private partner; empty in other modes.
  std::string_view partner() const noexcept {
    return mode_ == mode::private_chat ? std::string_view(partner_.name) : "";
  }
  /// Tells one conversation from another: lines of one are not offered again in another. Empty: the public one.
  std::string conversation() const;
  std::string prompt() const;
  /// What a line may start with, slash included: our own shortcuts and the server's commands for people.
  static std::vector<std::string> commands();
  /// The mode in a word, for the status row and the title.
  std::string title() const;

 private:
  struct shortcut;
  static const std::array<shortcut, 19>& shortcuts() noexcept;
  static const shortcut* find_shortcut(std::string_view word) noexcept;
  static std::vector<std::string> server_commands();

  /// Whom private chat is with.
  struct partner_of_talk {
    enum class state {
      here,
      gone,    ///< they left, or somebody else has their name
      unsure,  ///< after a break nobody can tell whether who has the name is the same person
    };
    std::string name{};
    person_id id = 0;
    user_number user = 0;
    state now = state::here;
    person_id told_of = 0;  ///< the other with that name who was told of last
  };
  /// What was asked, and waits for an answer.
  struct question {
    enum class about { leaving, partner, held };
    about what{};
    std::string text{};  ///< what was typed
    std::string name{};  ///< of whom it is meant for
    somebody now{};      ///< who has that name
  };

  static bool is_choice(std::string_view text);
  void choose(menu_actions& out, std::string_view text);
  void chat(menu_actions& out, std::string_view text, const opening& start);
  void say_public(menu_actions& out, std::string_view text);
  void ask_leaving(menu_actions& out, std::string_view text);
  void answer(menu_actions& out, std::string_view text);
  void answer_leaving(menu_actions& out, std::string_view text);

  // menu_commands.cpp
  void slash(menu_actions& out, std::string_view text, const opening& start);
  void go_back(menu_actions& out, std::string_view rest = {});
  void go_menu(menu_actions& out, std::string_view rest = {});
  void go_public(menu_actions& out, std::string_view rest = {});
  void go_private(menu_actions& out, std::string_view rest = {});
  void go_name(menu_actions& out, std::string_view rest = {});
  void go_quit(menu_actions& out, std::string_view rest = {});
  void do_say(menu_actions& out, std::string_view rest);
  void do_emote(menu_actions& out, std::string_view rest);
  void do_message(menu_actions& out, std::string_view rest);
  void do_reply(menu_actions& out, std::string_view rest);
  void do_who(menu_actions& out, std::string_view rest);
  void do_ids(menu_actions& out, std::string_view rest);
  void do_bell(menu_actions& out, std::string_view rest);
  void do_clear(menu_actions& out, std::string_view rest);
  void do_help(menu_actions& out, std::string_view rest);

  // menu_private.cpp
  void pick_partner(menu_actions& out, std::string_view text);
  void open_private(menu_actions& out, const std::string& wanted);
  void open_with(menu_actions& out, const somebody& who);
  void list_people(menu_actions& out);
  void say_private(menu_actions& out, std::string_view text);
  void whisper(menu_actions& out, const somebody& to, std::string_view text);
  void not_there(menu_actions& out, std::string_view text);
  void ask_partner(menu_actions& out, const somebody& now, std::string_view text);
  void answer_yes_no(menu_actions& out, std::string_view text);
  void decided(menu_actions& out, const question& asked, bool yes);
  void follow_partner(menu_actions& out, const event& said);
  void follow_present_partner(menu_actions& out, const event& said);
  void tell_of_namesake(menu_actions& out);
  const somebody* last_whisperer() const;

  void try_name(menu_actions& out, std::string_view name);
  void enter(menu_actions& out, mode where);
  void complain(menu_actions& out, std::string text);
  void note(menu_actions& out, std::string text);
  bool person() const noexcept { return typist_ == typist::person; }

  language lang_;
  const roster& people_;
  bell_mode bell_;
  typist typist_;
  mode mode_ = mode::choosing;
  bool first_line_ = true;  // nothing was typed yet
  bool told_way_out_ = false;
  std::string room_;  // that what we say in public goes to; empty = everybody
  partner_of_talk partner_;
  std::optional<question> asked_;
  std::vector<somebody> listed_;  // to choose from by number
  somebody last_whisper_;         // who whispered to us last; id 0 = nobody
  std::optional<purpose> waiting_;
  std::string wanted_partner_;  // while waiting for names: whom to open; empty = ask
};

}  // namespace confab::client

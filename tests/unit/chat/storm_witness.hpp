#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/commands.hpp"
#include "tests/unit/chat/storm_house.hpp"

namespace confab::test {

/// Where the lines of one connection stand, as far as that is sure whatever else happens: what the next one is to be
/// said as, and where.
struct storm_course {
  bool sure_of_name = false;
  std::string name;
  bool sure_of_room = false;
  std::string room = "lobby";
  std::set<std::string> joined;
};

/// Reads along with everybody in a storm, and knows what nobody may read, and what nobody may miss. Each text that is
/// said holds a mark of its own (see text_of) and each tag is one client's; both are found wherever they are read.
/// Whatever is wrong throws.
class storm_witness {
 public:
  using object = nlohmann::ordered_json;
  using ref = storm_house::ref;
  using mark = storm_house::mark;

  storm_witness(std::string run, const chat::hub_options& options) : run_(std::move(run)), options_(options) {}

  // ---- what is sent

  /// `who` is a new connection of a client.
  void come(ref who, std::size_t client, const std::string& addr);
  /// A new text, and what is sure of it.
  struct intent {
    ref by = 0;
    std::string tag;
    std::string name;      ///< as whom it is said; empty: that is not sure
    std::string room;      ///< where; the same
    std::string receiver;  ///< of a whisper: as it was typed
    bool whispered = false;
    bool says = true;  ///< false: whether it is said at all is not known
    bool sent_again = false;
  };
  std::size_t begin_text(intent meant);
  void send_again(std::size_t number) { said_.at(number).meant.sent_again = true; }
  static std::string text_of(std::size_t number) { return "~" + std::to_string(number) + "~"; }
  /// `who` sends a command with this tag, which no other client ever has.
  void tag(ref who, const std::string& tag, verb what);
  /// `who` asks to be let go.
  void quits(ref who) { quitters_.insert(at(who).client); }
  /// `who` asks to go on with `token` after `last_id`; what is shown again on it may be more than what was missed.
  void ask_to_resume(ref who, const std::string& token, std::uint64_t last_id);
  bool is_stamped_ever(ref who) { return at(who).stamped; }
  void note_tag(std::size_t number, const std::string& tag) { said_.at(number).meant.tag = tag; }
  void is_stamped(ref who) { at(who).stamped = true; }
  void is_shown_past(ref who) {
    at(who).shown_past = true;
    at(who).sure = false;
  }
  /// Its peer reads nothing more.
  void go_deaf(ref who) { at(who).deaf = true; }
  bool is_deaf(ref who) { return at(who).deaf; }

  // ---- what happens

  void joined(ref who, std::uint64_t number);
  /// Another device of a user who has that address and is in these rooms. Under which name, and where, any of the
  /// user's devices says what it has sent is not sure from here on.
  void added(ref who, std::uint64_t number, const std::string& addr, std::set<std::string> rooms, std::size_t turn);
  /// Whether that user has, or has had, several devices.
  bool has_several(std::uint64_t number) const { return several_.count(number) != 0; }
  std::uint64_t keep(const chat::store_requests& wanted, const mark& in, chat::moment now);
  void hear(ref who, const std::string& bytes, const mark& said);
  /// All has been said that was to be: each command of an open connection has its answer.
  void check_answers(ref who);

  // ---- what clients know

  const std::string& token_of(ref who) { return at(who).token; }
  /// The last id that `who` has read, as its client counts.
  std::uint64_t last_read(ref who) { return at(who).last_read; }
  std::uint64_t number_of(ref who) const {
    const auto found = listeners_.find(who);
    return found == listeners_.end() ? 0 : found->second.number;
  }
  const std::set<std::string>& rooms_of(ref who) { return at(who).rooms; }
  bool speaks_json(ref who) { return at(who).json; }
  bool is_user(ref who) { return at(who).number != 0; }
  std::uint64_t last_id() const noexcept { return kept_.empty() ? 0 : kept_.rbegin()->first; }
  std::size_t texts() const noexcept { return said_.size(); }
  std::size_t reads() const noexcept { return reads_; }
  std::size_t resumed() const noexcept { return resumed_; }
  std::size_t answers() const noexcept { return answered_; }
  std::size_t devices() const noexcept { return devices_; }

 private:
  struct said {
    intent meant;
    std::uint64_t id = 0;  // as it was kept last
    std::uint64_t from = 0, to = 0;
    std::string from_name, room;
    std::chrono::steady_clock::time_point when;
  };
  struct kept {
    std::size_t number = 0;  // of the text; 0: has no mark
    std::uint64_t to = 0;    // of a whisper
    std::uint64_t from = 0;
    std::string room;                    // empty: a whisper
    std::size_t said_in = 0;             // turn
    std::size_t recalled_in = SIZE_MAX;  // turn
  };
  struct owned_tag {
    std::size_t client = 0;
    verb what = verb::say;
    std::size_t uses = 0;
  };
  struct owned_token {
    std::size_t client;
    std::uint64_t number;
  };
  struct question_asked {
    verb what = verb::say;
    std::size_t sent = 0;
    std::size_t lines = 0;
    std::size_t ends = 0;
    bool all_json = false;  // there was one, and all were
  };
  struct person {
    std::uint64_t sure_from = 0;                 // what has this id or less it may not have been told
    std::pair<std::size_t, ref> last_said;       // its last text that was kept, and the connection that sent it
    std::map<std::string, std::uint64_t> rooms;  // and the last id before it entered
    std::string addr;                            // as the others read it; empty: not known
  };
  struct listener {
    std::size_t client = 0;
    std::uint64_t number = 0;
    std::string addr;
    std::string token;
    std::set<std::string> rooms;
    std::map<std::string, std::size_t> since;  // rooms: the turn since which it is there; it reads all said later
    bool json = false;
    std::size_t json_since = 0;  // the turn
    bool stamped = false;        // it may have the time in front of its lines
    bool shown_past = false;
    bool deaf = false;
    bool resumed = false;
    bool knows_addr = false;
    std::uint64_t last_read = 0;  // ids, in the order of reading
    bool sure = false;            // it has read something after which nothing may be missing
    std::vector<std::pair<std::string, std::uint64_t>> resumes;  // tokens and last ids, that it has asked for
    std::map<std::string, question_asked> asked;
  };

  listener& at(ref who);
  std::size_t family(std::size_t client);
  void keep_message(const store::message& what, const mark& in, chat::moment now);
  void check_intent(const said& text, const store::message& what) const;
  void hear_line(listener& by, const std::string& line, const mark& in);
  void hear_json(listener& by, const object& line, const mark& in);
  void hear_text(listener& by, const std::string& line, const mark& in);
  void enter(listener& by, const std::string& room, const mark& in);
  void read(listener& by, const said& text, std::uint64_t id, const mark& in, bool counts);
  void check_gap(const listener& by, std::uint64_t after, std::uint64_t before, const mark& in) const;
  static void leave(listener& by, const std::string& room);
  bool has_quit(const listener& by);
  void welcome(listener& by, const object& line, const mark& in);
  void count_answer(listener& by, const std::string& tag, const object* line);
  /// The number of the mark in a text; 0: it has none.
  static std::size_t mark_in(std::string_view text);
  [[noreturn]] void wrong(const std::string& what) const;
  std::uint64_t number_in(const std::string& key) const;

  std::string run_;
  const chat::hub_options& options_;
  std::map<ref, listener> listeners_;
  std::map<std::uint64_t, person> people_;
  std::vector<said> said_{1};           // by number; there is no number 0
  std::map<std::uint64_t, kept> kept_;  // by id
  std::vector<std::size_t> families_;   // of clients that know each other's tokens, see family()
  std::map<std::string, owned_tag> tags_;
  std::map<std::string, owned_token> tokens_;
  std::map<std::uint64_t, std::vector<std::size_t>> clients_of_;  // by number of a user: one for each device
  std::set<std::uint64_t> several_;                               // users who have had several devices
  std::string at_;                  // what is being read, for whoever reads that it is wrong
  std::set<std::size_t> quitters_;  // clients
  std::size_t reads_ = 0, resumed_ = 0, answered_ = 0, devices_ = 0;
};

}  // namespace confab::test

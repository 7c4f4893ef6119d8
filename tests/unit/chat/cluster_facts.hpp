#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "common/protocol/message_kind.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/refusal.hpp"

/// What the nodes of a simulated cluster send each other. The texts live as long as the simulation.
namespace confab::test::cluster {

/// What a user of a node wants, or what happens to a device of it. Told to the decider by node and counter.
struct request {
  enum class kind {
    come,     ///< a user, with this device
    add,      ///< another device
    cut,      ///< the connection of the device breaks
    resume,   ///< and comes back; or another takes its place
    handed,   ///< what it missed has been written
    give_up,  ///< it has not come back in time
    quit,     ///< the device; the user with its last
    say,
    whisper,
    rename,
    join,
    leave,
    topic,
    away,
    back,
    recall,
    second,  ///< nobody's: a second is over
    tidy,    ///< nobody's: the history holds nothing any more
  };
  kind what = kind::come;
  std::size_t node = 0;
  std::uint64_t counter = 0;  ///< of that node, from 1, without holes
  std::size_t device = 0;     ///< which wants it: a place in the cast
  std::uint64_t number = 0;   ///< of its user; 0: it comes
  std::uint64_t device_id = 0;
  std::string tag;
  std::string word;  ///< the room, the receiver, the address it comes from, or its token
  std::string text;
  message_kind how = message_kind::plain;

  bool is_nobodys() const noexcept { return what == kind::second || what == kind::tidy; }
};

/// The token of a device, on whichever node that is given.
inline std::string token_of(std::uint64_t device_id) {
  return "token-" + std::to_string(device_id);
}

using any_fact = std::variant<chat::fact::said, chat::fact::whispered, chat::fact::settled, chat::fact::recalled,
                              chat::fact::arrived, chat::fact::gone, chat::fact::renamed, chat::fact::away,
                              chat::fact::device_added, chat::fact::device_gone, chat::fact::broken,
                              chat::fact::resumed, chat::fact::crowd, chat::fact::room_joined, chat::fact::room_left,
                              chat::fact::room_crowd, chat::fact::room_dropped, chat::fact::topic>;

/// A fact as it goes to all nodes.
struct record {
  std::uint64_t number = 0;     ///< from 1, without holes
  const request* of = nullptr;  ///< what it comes of
  any_fact news;
};

/// What only the node hears that asked.
struct answer {
  const request* of = nullptr;
  std::uint64_t after = 0;          ///< the last fact when that was decided
  std::optional<chat::refusal> no;  ///< nothing: it was said with that tag before
};

/// A fact's views, with texts that stay: `words` keeps them.
class keeper {
 public:
  explicit keeper(std::deque<std::string>& words) : words_(words) {}

  any_fact operator()(any_fact news) {
    std::visit([this](auto& each) { keep(each); }, news);
    return news;
  }

 private:
  void keep(std::string_view& text) { text = words_.emplace_back(text); }
  void keep(person& who) { keep(who.name), keep(who.addr); }
  void keep(chat::fact::said& news) { keep(news.room), keep(news.from), keep(news.text), keep(news.tag); }
  void keep(chat::fact::whispered& news) {
    keep(news.from), keep(news.to), keep(news.text), keep(news.tag), keep(news.away);
  }
  void keep(chat::fact::recalled& news) { keep(news.by); }
  void keep(chat::fact::arrived& news) { keep(news.who); }
  void keep(chat::fact::gone& news) { keep(news.who), keep(news.words); }
  void keep(chat::fact::renamed& news) { keep(news.old_name), keep(news.who), keep(news.key); }
  void keep(chat::fact::away& news) { keep(news.who), keep(news.text); }
  void keep(chat::fact::settled& news) { keep(news.receiver); }
  void keep(chat::fact::device_added& news) { keep(news.who); }
  void keep(chat::fact::resumed& news) { keep(news.who); }
  void keep(chat::fact::room_crowd& news) { keep(news.room); }
  void keep(chat::fact::room_dropped& news) { keep(news.room); }
  // Nothing but numbers.
  static void keep(const chat::fact::device_gone&) {}
  static void keep(const chat::fact::broken&) {}
  static void keep(const chat::fact::crowd&) {}
  void keep(chat::fact::room_joined& news) { keep(news.room), keep(news.who); }
  void keep(chat::fact::room_left& news) { keep(news.room), keep(news.who); }
  void keep(chat::fact::topic& news) { keep(news.room), keep(news.text), keep(news.by); }

  std::deque<std::string>& words_;
};

}  // namespace confab::test::cluster

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

/// What a user of a node wants. Told to the decider by node and counter.
struct request {
  enum class kind { come, say, whisper, rename, join, leave, topic, away, back, recall, quit };
  kind what = kind::come;
  std::size_t node = 0;
  std::uint64_t counter = 0;  ///< of that node, from 1, without holes
  std::size_t person = 0;     ///< who wants it: a place in the cast
  std::uint64_t number = 0;   ///< of that user; 0: it comes
  std::string tag;
  std::string word;  ///< the room, the receiver, or the address it comes from
  std::string text;
  message_kind how = message_kind::plain;
};

using any_fact = std::variant<chat::fact::said, chat::fact::whispered, chat::fact::recalled, chat::fact::arrived,
                              chat::fact::gone, chat::fact::renamed, chat::fact::away, chat::fact::room_joined,
                              chat::fact::room_left, chat::fact::topic>;

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
  void keep(chat::fact::room_joined& news) { keep(news.room), keep(news.who); }
  void keep(chat::fact::room_left& news) { keep(news.room), keep(news.who); }
  void keep(chat::fact::topic& news) { keep(news.room), keep(news.text), keep(news.by); }

  std::deque<std::string>& words_;
};

}  // namespace confab::test::cluster

#include "tests/unit/chat/cluster_node.hpp"

#include <stdexcept>
#include <type_traits>

namespace confab::test::cluster {

// ---- what its users read

/// What chat::deliver needs of a shard. A slot is a place in the cast.
class node::ears {
 public:
  ears(node& of, bool answers) : of_(of), answers_(answers) {}

  chat::turn_cursor* find(std::uint32_t slot, std::uint32_t) {
    puppet& one = of_.cast_.at(slot);
    return one.closed ? nullptr : &one.cursor;
  }
  void say(std::uint32_t slot, std::string_view piece) {
    puppet& to = of_.cast_.at(slot);
    if (to.node != of_.index_) throw std::logic_error("a word to somebody on another node");
    (answers_ ? to.answers : to.heard) += piece;
  }
  void control(std::uint32_t slot, const chat::dispatch_item& item) {
    if (item.what == chat::dispatch_item::kind::close) of_.cast_.at(slot).closed = true;
  }
  void enter_room(std::uint32_t slot, std::uint32_t, std::uint32_t room) { of_.members_[room].insert(slot); }
  void leave_room(std::uint32_t slot, std::uint32_t, std::uint32_t room) { of_.members_[room].erase(slot); }
  void drop_room(std::uint32_t room) { of_.members_.erase(room); }
  template <class F>
  void for_each_member(std::uint32_t room, F f) {
    for (const std::uint32_t slot : of_.members_[room]) f(slot, 1, of_.cast_[slot].cursor);
  }
  template <class F>
  void for_each_listener(F f) {
    for (std::uint32_t slot = 0; slot < of_.cast_.size(); ++slot) {
      puppet& each = of_.cast_[slot];
      if (each.node == of_.index_ && each.cursor.subscribed) f(slot, each.cursor);
    }
  }

 private:
  node& of_;
  bool answers_;
};

void node::deliver(bool answers) {
  ears here(*this, answers);
  chat::deliver(chat.out.dispatches()[0], here);
  chat.out.begin(chat.now);
}

// ---- hearing

node::node(std::size_t index, std::vector<puppet>& cast, const chat::hub_options& options, bool decides)
    : chat(options, decides ? 2 : 1), index_(index), decides_(decides), cast_(cast) {
  chat.now.wall += std::chrono::milliseconds(1'767'614'580'123);
  chat.out.begin(chat.now);
}

chat::user& node::seat(const request& by) {
  const std::uint32_t shard = is_mine(by) ? 0 : 1;
  chat::user& fresh = chat.users.add({shard, static_cast<std::uint32_t>(by.person), 1}, by.word, chat.now);
  fresh.first().format = wire_format::json;
  return fresh;
}

chat::room* node::room_of(std::string_view name) {
  return name.empty() || name == chat::rooms::lobby_word ? &chat.rooms.lobby() : chat.rooms.find(name);
}

chat::asker node::asker_of(const request& by) {
  chat::user* const who = user_of(by);
  return who == nullptr ? chat::asker{} : chat::asker{&who->first(), by.tag};
}

void node::apply(const record& next) {
  std::visit([&](const auto& news) { apply(news, *next.of); }, next.news);
  deliver(false);
}

void node::apply(const answer& next) {
  const request& of = *next.of;
  puppet& who = cast_.at(of.person);
  who.heard_before.push_back(who.heard.size());
  const chat::asker from = asker_of(of);
  if (next.no) {
    chat.out.reply_error(from, next.no->why, next.no->detail);
  } else if (of.what == request::kind::whisper) {
    tags.repeat_whisper(from, naming.find(of.word), command_of(of), tags.said_with(*from.on, of.tag));
  } else {
    tags.repeat_said(from, *room_of(of.word), command_of(of), tags.said_with(*from.on, of.tag));
  }
  deliver(true);
}

template <class Fact>
void node::apply(const Fact& news, const request& of) {
  const chat::asker from = asker_of(of);
  if constexpr (std::is_same_v<Fact, chat::fact::said>) {
    talk.apply(news, from, *room_of(news.room));
  } else if constexpr (std::is_same_v<Fact, chat::fact::whispered>) {
    talk.apply(news, from, chat.users.find_id(news.to.number));
  } else if constexpr (std::is_same_v<Fact, chat::fact::recalled>) {
    recalls.apply(news, from, chat.log.find(news.id));
  } else if constexpr (std::is_same_v<Fact, chat::fact::renamed>) {
    naming.apply(news, from);
  } else if constexpr (std::is_same_v<Fact, chat::fact::away>) {
    away.apply(news, from);
  } else if constexpr (std::is_same_v<Fact, chat::fact::topic>) {
    rooms.apply(news, from, *room_of(news.room));
  } else if constexpr (std::is_same_v<Fact, chat::fact::room_joined>) {
    chat::room* const known = room_of(news.room);
    rooms.apply(news, from, known != nullptr ? *known : chat.rooms.add(std::string(news.room), chat.last_id + 1));
  } else if constexpr (std::is_same_v<Fact, chat::fact::room_left>) {
    if (from.on != nullptr && of.what == request::kind::leave) {
      rooms.apply(news, *from, from, *room_of(news.room));
    } else {
      rooms.apply(news, from.who(), *room_of(news.room));
    }
  } else if constexpr (std::is_same_v<Fact, chat::fact::arrived>) {
    chat::user* here = chat.users.find_id(news.who.number);
    if (here == nullptr && is_mine(of)) {
      chat.users.skip_numbers(news.who.number - 1);
      here = &seat(of);
    }
    if (here != nullptr) chat.out.enter(here->first());
    if (is_mine(of)) cast_.at(of.person).number = news.who.number;
    arrivals.apply(news, here, nullptr);
  } else {
    static_assert(std::is_same_v<Fact, chat::fact::gone>);
    if (from.on != nullptr) {
      chat.out.reply(from, event::bye{news.reason, chat.options.idle_timeout});
      chat.out.close(*from.on);
      tags.forget(*from.on);
      deliveries.forget(*from);
      away.forget(*from);
      chat.users.remove(*from);
    }
    arrivals.apply(news, nullptr);
  }
}

command command_of(const request& by) {
  command out;
  out.is = command::kind::wanted;
  out.what = by.what == request::kind::whisper ? verb::whisper : verb::say;
  out.tag = by.tag;
  out.word = by.word;
  out.text = by.text;
  out.how = by.how;
  return out;
}

}  // namespace confab::test::cluster

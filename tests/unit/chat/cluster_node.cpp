#include "tests/unit/chat/cluster_node.hpp"

#include <stdexcept>

namespace confab::test::cluster {

// ---- what its users read

/// What chat::deliver needs of a shard. A slot is a place in the cast.
class node::ears {
 public:
  ears(node& of, bool answers) : of_(of), answers_(answers) {}

  chat::turn_cursor* find(std::uint32_t slot, std::uint32_t generation) {
    found_ = &of_.cast_.at(slot).connections.at(generation - 1);
    return found_->closed ? nullptr : &found_->cursor;
  }
  void say(std::uint32_t slot, std::string_view piece) {
    puppet& to = of_.cast_.at(slot);
    if (to.node != of_.index_) throw std::logic_error("a word to somebody on another node");
    (answers_ ? to.answers : to.heard) += piece;
  }
  void control(std::uint32_t, const chat::dispatch_item& item) {
    if (item.what == chat::dispatch_item::kind::close) found_->closed = true;
  }
  void enter_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    of_.members_[room].insert({slot, generation});
  }
  void leave_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    of_.members_[room].erase({slot, generation});
  }
  void drop_room(std::uint32_t room) { of_.members_.erase(room); }
  template <class F>
  void for_each_member(std::uint32_t room, F f) {
    for (const auto& [slot, generation] : of_.members_[room]) {
      if (chat::turn_cursor* const cursor = find(slot, generation)) f(slot, generation, *cursor);
    }
  }
  template <class F>
  void for_each_listener(F f) {
    for (std::uint32_t slot = 0; slot < of_.cast_.size(); ++slot) {
      puppet& each = of_.cast_[slot];
      if (each.node != of_.index_) continue;
      for (puppet::connection& one : each.connections) {
        if (one.cursor.subscribed) f(slot, one.cursor);
      }
    }
  }

 private:
  node& of_;
  bool answers_;
  puppet::connection* found_ = nullptr;
};

void node::deliver(bool answers) {
  ears here(*this, answers);
  chat::deliver(chat.out.dispatches()[0], here);
  chat.out.begin(chat.now);
  chat.requests.writes.clear();
}

// ---- who is here

node::node(std::size_t index, std::vector<puppet>& cast, const chat::hub_options& options, bool decides)
    : chat(
          [&] {
            chat::hub_options own = options;
            own.make_token = [this] { return next_token_; };
            return own;
          }(),
          decides ? 2 : 1),
      index_(index),
      cast_(cast) {
  chat.now.wall += std::chrono::milliseconds(1'767'614'580'123);
  chat.now.steady += std::chrono::hours(24);
  chat.out.begin(chat.now);
}

// Those of other nodes are in a shard that nobody reads, in places of their own.
chat::session_ref node::connect(const request& by) {
  puppet& one = cast_.at(by.device);
  if (is_mine(by)) one.connections.emplace_back();
  const auto generation = static_cast<std::uint32_t>(is_mine(by) ? one.connections.size() : by.counter);
  return {is_mine(by) ? 0U : 1U, static_cast<std::uint32_t>(by.device), generation};
}

void node::give_token(chat::device& to) {
  next_token_ = token_of(to.device_id);
  rules.tokens.give(to);
}

chat::user& node::seat(const request& by) {
  chat::user& fresh = *rules.lifecycle.come(connect(by), by.word).owner;
  fresh.announced = true;
  fresh.first().format = wire_format::json;
  give_token(fresh.first());
  return fresh;
}

chat::room* node::room_of(std::string_view name) {
  return name.empty() || name == chat::rooms::lobby_word ? &chat.rooms.lobby() : chat.rooms.find(name);
}

chat::asker node::asker_of(const request& by) {
  chat::device* const on = device_of(by);
  return on == nullptr ? chat::asker{} : chat::asker{on, by.tag};
}

// ---- hearing

void node::apply(const record& next) {
  std::visit([&](const auto& news) { hear(news, *next.of); }, next.news);
  deliver(false);
}

void node::apply(const answer& next) {
  const request& of = *next.of;
  if (of.what == request::kind::handed) return;
  puppet& who = cast_.at(of.device);
  who.heard_before.push_back(who.heard.size());
  const chat::asker from = asker_of(of);
  if (next.no) {
    chat.out.reply_error(from, next.no->why, next.no->detail);
  } else if (of.what == request::kind::whisper) {
    rules.tags.repeat_whisper(from, rules.naming.find(of.word), command_of(of), rules.tags.said_with(*from.on, of.tag));
  } else {
    rules.tags.repeat_said(from, *room_of(of.word), command_of(of), rules.tags.said_with(*from.on, of.tag));
  }
  deliver(true);
}

void node::hear(const chat::fact::said& news, const request& of) {
  rules.talk.apply(news, asker_of(of), *room_of(news.room));
}

void node::hear(const chat::fact::whispered& news, const request& of) {
  rules.talk.apply(news, asker_of(of), chat.users.find_id(news.to.number));
}

void node::hear(const chat::fact::settled& news, const request&) {
  rules.delivery_reports.apply(news, chat.users.find_id(news.sender));
}

void node::hear(const chat::fact::recalled& news, const request& of) {
  rules.recalls.apply(news, asker_of(of), chat.log.find(news.id));
}

void node::hear(const chat::fact::arrived& news, const request& of) {
  chat::user* here = chat.users.find_id(news.who.number);
  if (here == nullptr && is_mine(of)) {
    chat.users.skip_numbers(news.who.number - 1);
    here = &seat(of);
  }
  if (here != nullptr) chat.out.enter(here->first());
  if (is_mine(of)) cast_.at(of.device).number = cast_.at(of.device).device_id = news.who.number;
  rules.arrivals.apply(news, here, nullptr);
}

void node::hear(const chat::fact::gone& news, const request& of) {
  chat::user* const here = chat.users.find_id(news.who.number);
  if (here == nullptr) return rules.arrivals.apply(news, nullptr);
  rules.lifecycle.apply(news, *here, asker_of(of));
}

void node::hear(const chat::fact::renamed& news, const request& of) {
  rules.naming.apply(news, asker_of(of));
}

void node::hear(const chat::fact::away& news, const request& of) {
  rules.away.apply(news, asker_of(of));
}

void node::hear(const chat::fact::device_added& news, const request& of) {
  chat::user* const here = chat.users.find_id(news.who.number);
  if (is_mine(of)) cast_.at(of.device).number = news.who.number, cast_.at(of.device).device_id = news.device;
  if (here == nullptr) return;
  chat::device& fresh = rules.lifecycle.apply(news, *here, connect(of));
  chat.out.set_format(fresh, wire_format::json);
  give_token(fresh);
}

void node::hear(const chat::fact::device_gone& news, const request& of) {
  if (const chat::asker from = asker_of(of); from.on != nullptr) rules.lifecycle.apply(news, from);
}

void node::hear(const chat::fact::broken& news, const request&) {
  chat::device* const here = chat.users.find_device(news.user, news.device);
  if (here != nullptr) rules.lifecycle.apply(news, *here);
}

// What it missed is read at once, in as many pages as that takes.
void node::hear(const chat::fact::resumed& news, const request& of) {
  chat::device* const here = chat.users.find_device(news.who.number, news.device);
  if (here == nullptr) return;
  rules.resume.apply(news, {connect(of), of.tag, nullptr}, *here);
  chat::paged_reply& reply = rules.paging.of(*here);
  while (reply.is == chat::paged_reply::kind::missed && !rules.resume.missed_page(*here, reply)) {
  }
  rules.paging.forget(*here);
}

void node::hear(const chat::fact::crowd& news, const request&) {
  rules.arrivals.apply(news);
}

void node::hear(const chat::fact::room_joined& news, const request& of) {
  chat::room* const known = room_of(news.room);
  rules.rooms.apply(news, asker_of(of),
                    known != nullptr ? *known : chat.rooms.add(std::string(news.room), news.generation));
}

// Whoever wanted to leave, or has to because a room makes way, is told so; whoever is gone is not.
void node::hear(const chat::fact::room_left& news, const request& of) {
  chat::user* const who = chat.users.find_id(news.who.number);
  const bool told = of.what == request::kind::leave || of.what == request::kind::join;
  if (who == nullptr || !told) return rules.rooms.apply(news, who, *room_of(news.room));
  rules.rooms.apply(news, *who, of.what == request::kind::leave ? asker_of(of) : chat::asker{}, *room_of(news.room));
}

void node::hear(const chat::fact::room_crowd& news, const request&) {
  rules.rooms.apply(news, *room_of(news.room));
}

void node::hear(const chat::fact::room_dropped& news, const request&) {
  rules.rooms.apply(news, *room_of(news.room));
}

void node::hear(const chat::fact::topic& news, const request& of) {
  rules.rooms.apply(news, asker_of(of), *room_of(news.room));
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

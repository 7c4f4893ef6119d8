#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/protocol/events.hpp"
#include "server/chat/history_request.hpp"
#include "server/chat/hub_options.hpp"
#include "server/chat/moment.hpp"

namespace confab::test {

/// The rules of the chat in the plainest way: whatever happens is written at once to everyone who hears it, one line
/// after the other, and every question is answered by looking at everybody. What the hub and the shards bring about
/// with turns, shared lines and positions must come to the same bytes.
class reference_chat {
 public:
  using ref = std::size_t;

  explicit reference_chat(chat::hub_options options) : options_(std::move(options)) {}

  void set_time(const chat::moment& now, std::string rendered) { now_ = now, time_ = std::move(rendered); }
  void begin_turn() {
    for (participant& each : all_) each.begun = each.heard.size();
  }

  void come(const std::string& addr) {
    participant fresh;
    fresh.addr = fresh.name = fresh.key = own_address(addr);
    fresh.arrived = now_;
    const ref which = all_.size();
    all_.push_back(fresh);
    if (online() >= options_.max_users) {
      return to(which, event::error{problem::server_full, std::to_string(options_.max_users)});
    }
    all_[which].here = true;
    touch(which);
    const event::joined news{who(which), online()};
    if (admit(joined_)) return to_all(news);
    to(which, news);
  }

  void line(ref from, const std::string& text) {
    if (!all_[from].here) return;
    touch(from);
    std::string scratch;
    const command wanted = read_command(text, scratch);
    tag_ = wanted.tag;
    if (wanted.is == command::kind::wanted) run(from, wanted);
    if (wanted.is == command::kind::refused) to(from, event::error{wanted.trouble, wanted.text});
    tag_.clear();
  }

  void end(ref which) {
    if (all_[which].here) show_out(which, leave_reason::eof);
  }

  /// The session is gone, and with it what it was told in this turn.
  void stop(ref which, leave_reason reason) {
    if (all_[which].here) show_out(which, reason);
    all_[which].heard.resize(all_[which].begun);
  }

  void tick() {
    std::vector<ref> silent;
    for (ref i = 0; i < all_.size(); ++i) {
      if (all_[i].here) silent.push_back(i);
    }
    std::sort(silent.begin(), silent.end(), [this](ref a, ref b) { return all_[a].touched < all_[b].touched; });
    for (const ref each : silent) {
      if (quiet_for(each) >= options_.idle_timeout) show_out(each, leave_reason::idle);
    }
    const std::chrono::seconds warning(30);
    for (const ref each : silent) {
      if (!all_[each].here || all_[each].warned || options_.idle_timeout <= 2 * warning) continue;
      if (quiet_for(each) < options_.idle_timeout - warning) continue;
      all_[each].warned = true;
      to(each, event::idle_warning{warning});
    }
    if (joined_ + left_ > 0) to_all(event::crowd{joined_, left_, online()});
    told_ = joined_ = left_ = 0;
    if (counted_ != online()) {
      for (ref i = 0; i < all_.size(); ++i) {
        if (all_[i].here && all_[i].format == wire_format::json) to(i, event::count{online()});
      }
    }
    counted_ = online();
  }

  const std::string& heard(ref which) const { return all_[which].heard; }
  bool here(ref which) const { return all_[which].here; }

 private:
  static constexpr ref nobody = ~ref{0};

  bool somebody_has(const std::string& addr) const {
    return std::any_of(all_.begin(), all_.end(), [&](const auto& each) { return each.here && each.addr == addr; });
  }
  // A second one with that address gets the next number that nobody had since the first of these came.
  std::string own_address(const std::string& addr) {
    if (!somebody_has(addr)) return addr;
    std::uint64_t& last = shared_[addr];
    const auto shares = [&](const auto& each) { return each.here && each.addr.starts_with(addr + "."); };
    if (std::none_of(all_.begin(), all_.end(), shares)) last = 1;
    return addr + "." + std::to_string(++last);
  }

  struct participant {
    std::string addr, name, key;
    wire_format format = wire_format::text;
    bool here = false;
    bool warned = false;
    chat::moment arrived;
    std::chrono::steady_clock::time_point seen;
    std::uint64_t touched = 0;
    std::string heard;
    std::size_t begun = 0;  ///< what had been heard before this turn
  };

  std::size_t online() const {
    return static_cast<std::size_t>(
        std::count_if(all_.begin(), all_.end(), [](const auto& each) { return each.here; }));
  }
  person who(ref of) const { return {all_[of].name, all_[of].addr, of + 1}; }
  std::chrono::steady_clock::duration quiet_for(ref of) const { return now_.steady - all_[of].seen; }
  ref find(std::string_view key) const {
    for (ref i = 0; i < all_.size(); ++i) {
      if (all_[i].here && all_[i].key == key) return i;
    }
    return nobody;
  }
  ref find_number(std::string_view text) const {
    for (ref i = 0; i < all_.size(); ++i) {
      if (all_[i].here && text == std::to_string(i + 1)) return i;
    }
    return nobody;
  }
  void touch(ref of) {
    all_[of].touched = ++touches_;
    all_[of].seen = now_.steady;
    all_[of].warned = false;
  }
  bool admit(std::size_t& counter) {
    if (told_ == options_.announce_limit) return ++counter, false;
    return ++told_, true;
  }

  template <class Event>
  void to(ref whom, const Event& what) {
    say(whom, what, tag_);
  }
  template <class Event>
  void to_all(const Event& what, ref except = nobody) {
    for (ref i = 0; i < all_.size(); ++i) {
      if (all_[i].here && i != except) say(i, what, {});
    }
  }
  template <class Event>
  void say(ref whom, const Event& what, std::string_view tag) {
    render_context context;
    context.lang = options_.lang;
    context.time = time_;
    context.tag = tag;
    const std::string stamp = format_stamp(now_.wall);
    if (has_times(all_[whom].format)) context.stamp = stamp;
    render(all_[whom].format, all_[whom].heard, context, what);
  }

  void run(ref from, const command& wanted) {
    switch (wanted.what) {
      case verb::say: return set_format(from, wanted.text);
      case verb::who: return list(from);
      case verb::rename: return rename(from, wanted.text);
      case verb::whisper: return whisper(from, wanted.word, wanted.text);
      case verb::count: return to(from, event::count{online()});
      case verb::ping: return to(from, event::pong{wanted.text});
      case verb::quit: return show_out(from, leave_reason::quit, wanted.text);
      case verb::ids:
      case verb::times: {
        wire_format& speaks = all_[from].format;
        const bool on = wanted.text == "on";
        const bool ids = wanted.what == verb::ids ? on : has_ids(speaks);
        const bool times = wanted.what == verb::times ? on : has_times(speaks);
        if (speaks != wire_format::json) speaks = text_format(ids, times);
        return to(from, event::ok{});
      }
      case verb::json: {
        all_[from].format = wanted.text == "on" ? wire_format::json : wire_format::text;
        event::welcome hello{};
        hello.server = options_.server_name;
        hello.you = who(from);
        hello.online = online();
        hello.line_limit = options_.max_line;
        hello.name_limit = max_name_length;
        hello.idle_limit = options_.idle_timeout;
        hello.complete = true;
        hello.history_limit = chat::max_history;
        hello.rooms_limit = options_.max_joined;
        hello.recall_window = options_.recall_window;
        hello.resume_window = options_.resume_window;
        return to(from, hello);
      }
      default: throw std::logic_error("the reference does not know this command");
    }
  }

  void set_format(ref from, std::string_view text) {
    event::message news{};
    news.id = ++last_id_;
    news.from = who(from);
    news.text = text;
    to_all(news, from);
    to(from, news);
  }

  void list(ref from) {
    std::vector<event::listed> users;
    for (ref i = 0; i < all_.size(); ++i) {
      if (!all_[i].here) continue;
      event::listed one{};
      one.who = who(i);
      one.since = all_[i].arrived.wall;
      one.idle = std::chrono::floor<std::chrono::seconds>(quiet_for(i));
      users.push_back(one);
    }
    event::users all{};
    all.page = users;
    all.online = online();
    all.end = true;
    to(from, all);
  }

  void rename(ref from, std::string_view text) {
    auto parsed = parse_name(text);
    if (const auto* error = std::get_if<name_error>(&parsed)) {
      return to(from, event::error{to_problem(*error), {}});
    }
    const name chosen = std::get<name>(parsed);
    if (const ref holder = find(chosen.key); holder != nobody && holder != from) {
      return to(from, event::error{problem::name_in_use, {}});
    }
    const std::string before = all_[from].name;
    all_[from].name = chosen.shown;
    all_[from].key = chosen.key;
    to(from, event::you_renamed{before, who(from)});
    if (before != chosen.shown) to_all(event::renamed{before, who(from)}, from);
  }

  void whisper(ref from, std::string_view name, std::string_view text) {
    const ref receiver = name.starts_with('@') ? find_number(name.substr(1)) : find(name_key(name));
    if (receiver == nobody) return to(from, event::error{problem::no_such_user, {}});
    event::whisper news{};
    news.id = ++last_id_;
    news.from = who(from);
    news.to = who(receiver);
    news.text = text;
    if (receiver == from) return to(from, news);
    to(from, event::whispered{news});
    say(receiver, news, {});
  }

  void show_out(ref which, leave_reason reason, std::string_view words = {}) {
    to(which, event::bye{reason, options_.idle_timeout});
    all_[which].here = false;
    if (admit(left_)) to_all(event::left{who(which), reason, words, online()});
  }

  chat::hub_options options_;
  std::map<std::string, std::uint64_t> shared_;
  chat::moment now_;
  std::string time_;
  std::string tag_;
  std::vector<participant> all_;
  std::uint64_t last_id_ = 0;
  std::uint64_t touches_ = 0;
  std::size_t told_ = 0;
  std::size_t joined_ = 0;
  std::size_t left_ = 0;
  std::size_t counted_ = 0;
};

}  // namespace confab::test

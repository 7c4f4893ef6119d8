#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/utf8.hpp"

/// A server that keeps everything, as docs/protocol.md says, for one client and without sockets: lines in, lines out.
/// It holds places open, knows what was said with which tag, also over a restart, and has a history that is told in
/// short pages.
class keeping_server {
 public:
  struct kept {
    std::uint64_t id;
    std::string room;  ///< empty: the lobby
    std::string from;
    std::string text;
    std::string tag;
    std::size_t scope;  ///< of the tag
  };

  static constexpr std::size_t page = 3;  ///< messages of one answer

  /// A new connection; the former has broken.
  void connected() { here_ = nullptr; }
  /// It was killed and is started again on the same history.
  void restart() {
    sessions_.clear();
    here_ = nullptr;
  }
  /// Somebody else says it. What of it is told to the client.
  std::string said_by_bob(const std::string& room, const std::string& text) {
    history.push_back({++last_id_, room, "bob", text, {}, 0});
    return here_ != nullptr && here_->hears(room) ? event(history.back(), {}) : std::string();
  }

  std::string take(std::string_view line) {
    const auto [word, rest] = confab::utf8::split_word(line);
    if (word == "/json") return here_ == nullptr ? arrive(0) : std::string();
    if (word == "/resume") return resume(std::string(confab::utf8::split_word(rest).word), number(rest));
    if (word != "/tag") return {};
    const auto [tag, command] = confab::utf8::split_word(rest);
    return obey(std::string(tag), command);
  }

  std::vector<kept> history;

 private:
  struct session {
    std::string name = "1.2.3.4:5";
    std::vector<std::string> rooms{};
    std::string room{};  // its text goes there
    std::size_t scope = 0;
    bool hears(const std::string& which) const {
      return which.empty() || std::find(rooms.begin(), rooms.end(), which) != rooms.end();
    }
  };

  static std::uint64_t number(std::string_view text) {
    return std::stoull(std::string(text.substr(text.rfind(' ') + 1)));
  }
  static std::string typed(std::string_view type, std::string_view tag, std::string_view fields) {
    const std::string mark = tag.empty() ? std::string() : fmt::format(R"("tag":"{}",)", tag);
    return fmt::format("{{\"type\":\"{}\",{}{}}}\n", type, mark, fields);
  }
  static std::string event(const kept& what, std::string_view tag, std::string_view more = {}) {
    const std::string room = what.room.empty() ? std::string() : fmt::format(R"("room":"{}",)", what.room);
    return typed("message", tag,
                 fmt::format(R"("id":{},{}"from":"{}","addr":"a","user":7,"text":"{}"{})", what.id, room, what.from,
                             what.text, more));
  }

  std::string arrive(std::size_t scope) {
    const std::string token = fmt::format("token{}", ++tokens_);
    here_ = &(sessions_[token] = {.scope = scope != 0 ? scope : std::hash<std::string>()(token)});
    token_ = token;
    scopes_[token] = here_->scope;
    return welcome("");
  }
  std::string welcome(std::string_view more) const {
    return typed(
        "welcome", {},
        fmt::format(R"("name":"{}","addr":"1.2.3.4:5","user":7,"online":2,"token":"{}"{})", here_->name, token_, more));
  }

  std::string resume(const std::string& token, std::uint64_t after) {
    const auto found = sessions_.find(token);
    if (found == sessions_.end()) {
      return typed("error", {}, R"("code":"cannot-resume","text":"no")") + arrive(scopes_[token]);
    }
    here_ = &found->second;
    token_ = token;
    std::string out = welcome(R"(,"resumed":true,"complete":true)");
    for (const kept& each : history) {
      if (each.id > after && here_->hears(each.room)) {
        out += event(each, each.scope == here_->scope ? each.tag : "", R"(,"past":true)");
      }
    }
    return out;
  }

  std::string obey(const std::string& tag, std::string_view command) {
    const auto [word, rest] = confab::utf8::split_word(command);
    if (word == "/heartbeat") return typed("ok", tag, R"("text":"")");
    if (word == "/rename") {
      const std::string old = std::exchange(here_->name, std::string(rest));
      return typed("renamed", tag, fmt::format(R"("old":"{}","name":"{}")", old, rest));
    }
    if (word == "/join") {
      here_->room = rest;
      if (!here_->hears(here_->room)) here_->rooms.push_back(here_->room);
      std::string out = typed("joined", tag, fmt::format(R"("room":"{}","name":"{}","members":2)", rest, here_->name)) +
                        typed("room", tag, fmt::format(R"("room":"{}","topic":"")", rest));
      return out;
    }
    if (word == "/history") return tell_history(tag, rest);
    if (word == "/say") return say(tag, rest);
    return typed("error", tag, R"("code":"unknown-command","text":"no")");
  }

  std::string say(const std::string& tag, std::string_view text) {
    const auto before = std::find_if(history.begin(), history.end(),
                                     [&](const kept& each) { return each.tag == tag && each.scope == here_->scope; });
    if (before != history.end()) return event(*before, tag, R"(,"repeated":true)");
    history.push_back({++last_id_, here_->room, here_->name, std::string(text), tag, here_->scope});
    return event(history.back(), tag);
  }

  // /history [#ROOM] N [before ID]
  std::string tell_history(const std::string& tag, std::string_view rest) {
    std::string room = here_->room;
    if (rest.starts_with('#')) {
      const auto split = confab::utf8::split_word(rest);
      room = split.word == "#lobby" ? std::string() : std::string(split.word.substr(1));
      rest = split.rest;
    }
    const std::uint64_t before = rest.find("before") != std::string_view::npos ? number(rest) : last_id_ + 1;
    std::vector<const kept*> all;
    for (const kept& each : history) {
      if (each.room == room && each.id < before) all.push_back(&each);
    }
    const bool more = all.size() > page;
    if (more) all.erase(all.begin(), all.end() - page);
    std::string out;
    for (const kept* each : all) {
      const std::string own =
          each->scope == here_->scope ? fmt::format(R"(,"own_tag":"{}")", each->tag) : std::string();
      out += event(*each, tag, R"(,"past":true)" + own);
    }
    return out + typed("history", tag, fmt::format(R"("messages":{},"more":{})", all.size(), more));
  }

  std::map<std::string, session> sessions_;
  std::map<std::string, std::size_t> scopes_;  // of all tokens that there ever were
  session* here_ = nullptr;
  std::string token_;
  std::uint64_t last_id_ = 0;
  int tokens_ = 0;
};

#include "common/protocol/presence.hpp"

#include <iterator>

#include <fmt/format.h>

#include "common/protocol/json_object.hpp"
#include "common/protocol/text_line.hpp"

namespace confab {
namespace {

void put_renamed(std::string& out, const render_context& context, std::string_view old_name, const person& who) {
  json::object(out, context, "renamed").tag().field("old", old_name).about(who).end();
}

void put_user(std::string& out, const event::listed& user) {
  out.append(R"({"name":)");
  json::put_string(out, user.who.name);
  out.append(R"(,"addr":)");
  json::put_string(out, user.who.addr);
  if (user.who.number != 0) fmt::format_to(std::back_inserter(out), R"(,"user":{})", user.who.number);
  out.append(R"(,"since":")").append(format_time(user.since)).append(R"(","idle":)");
  fmt::format_to(std::back_inserter(out), "{}", user.idle.count());
  if (user.is_away) {
    out.append(R"(,"away":)");
    json::put_string(out, user.away);
  }
  if (user.lost) out.append(R"(,"lost":true)");
  out.push_back('}');
}

}  // namespace

void text::render(std::string& out, const render_context& context, const event::joined& what) {
  line_about(out, context, what.who, zh(context) ? "已上线" : "is online");
}

void json::render(std::string& out, const render_context& context, const event::joined& what) {
  object(out, context, "joined").tag().about(what.who).field("online", what.online).end();
}

void text::render(std::string& out, const render_context& context, const event::left& what) {
  line_about(out, context, what.who, zh(context) ? "下线" : "is offline");
}

void json::render(std::string& out, const render_context& context, const event::left& what) {
  object line(out, context, "left");
  line.tag().about(what.who).field("online", what.online);
  line.field("reason", wire_word(what.reason));
  if (!what.quit_message.empty()) line.field("text", what.quit_message);
  line.end();
}

void text::render(std::string& out, const render_context& context, const event::crowd& what) {
  line(out, context,
       {zh(context) ? fmt::format("{} 人上线，{} 人下线（在线 {}）", what.joined, what.left, what.online)
                    : fmt::format("{} came online, {} went offline ({} online)", what.joined, what.left, what.online)});
}

void json::render(std::string& out, const render_context& context, const event::crowd& what) {
  object(out, context, "crowd")
      .tag()
      .field("joined", what.joined)
      .field("left", what.left)
      .field("online", what.online)
      .end();
}

void text::render(std::string& out, const render_context& context, const event::renamed& what) {
  line(out, context,
       {"[", what.who.addr, "]", what.old_name, zh(context) ? ": 改名为 " : ": is now known as ", what.who.name});
}

void json::render(std::string& out, const render_context& context, const event::renamed& what) {
  put_renamed(out, context, what.old_name, what.who);
}

void text::render(std::string& out, const render_context& context, const event::you_renamed& what) {
  line(out, context, {zh(context) ? "用户名已修改为：" : "Your name is now: ", what.you.name});
}

void json::render(std::string& out, const render_context& context, const event::you_renamed& what) {
  put_renamed(out, context, what.old_name, what.you);
}

void text::render(std::string& out, const render_context& context, const event::users& what) {
  for (const event::listed& user : what.page) {
    std::string words = zh(context) ? "在线..." : "online...";
    if (user.is_away) {
      words.append(zh(context) ? "（暂离" : " (away").append(user.away.empty() ? "" : zh(context) ? "：" : ": ");
      words.append(user.away).append(zh(context) ? "）" : ")");
    }
    if (user.lost) words.append(zh(context) ? "（连接已断开）" : " (connection broken)");
    line_about(out, context, user.who, words);
  }
}

void json::render(std::string& out, const render_context& context, const event::users& what) {
  object line(out, context, "users");
  line.tag();
  if (!what.room.empty()) line.field("room", what.room);
  std::string& list = line.value_of("users");
  list.push_back('[');
  for (const event::listed& user : what.page) {
    if (list.back() != '[') list.push_back(',');
    put_user(list, user);
  }
  list.push_back(']');
  line.field("online", what.online).flag("end", what.end).end();
}

void text::render(std::string& out, const render_context& context, const event::count& what) {
  line(out, context, {zh(context) ? fmt::format("在线 {} 人", what.online) : fmt::format("{} online", what.online)});
}

void json::render(std::string& out, const render_context& context, const event::count& what) {
  object(out, context, "count").tag().field("online", what.online).end();
}

void text::render(std::string& out, const render_context& context, const event::away& what) {
  const std::string_view words =
      what.is_away ? (zh(context) ? "暂时离开" : "is away") : (zh(context) ? "回来了" : "is back");
  line(out, context,
       {what.who.name, zh(context) ? "" : " ", words,
        what.text.empty() ? ""
        : zh(context)     ? "："
                          : ": ",
        what.text});
}

void json::render(std::string& out, const render_context& context, const event::away& what) {
  object line(out, context, what.is_away ? "away" : "back");
  line.tag().about(what.who);
  if (what.is_away) line.field("text", what.text);
  line.end();
}

}  // namespace confab

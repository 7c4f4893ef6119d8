#include "common/protocol/rooms.hpp"

#include <iterator>

#include <fmt/format.h>

#include "common/protocol/json_object.hpp"
#include "common/protocol/text_line.hpp"

namespace confab {

void text::render(std::string& out, const render_context& context, const event::room_joined& what) {
  line(out, context,
       {"#", what.room, " [", what.who.addr, "]", what.who.name, zh(context) ? ": 进入房间" : ": has joined"});
}

void json::render(std::string& out, const render_context& context, const event::room_joined& what) {
  object line(out, context, "joined");
  line.tag().field("room", what.room).about(what.who).field("members", what.members).end();
}

void text::render(std::string& out, const render_context& context, const event::room_left& what) {
  line(out, context,
       {"#", what.room, " [", what.who.addr, "]", what.who.name, zh(context) ? ": 离开房间" : ": has left"});
}

void json::render(std::string& out, const render_context& context, const event::room_left& what) {
  object line(out, context, "left");
  line.tag().field("room", what.room).about(what.who).field("members", what.members).end();
}

void text::render(std::string& out, const render_context& context, const event::room_crowd& what) {
  line(out, context,
       {"#", what.room,
        zh(context) ? fmt::format("：{} 人进入，{} 人离开（房间内 {} 人）", what.joined, what.left, what.members)
                    : fmt::format(": {} joined, {} left ({} there)", what.joined, what.left, what.members)});
}

void json::render(std::string& out, const render_context& context, const event::room_crowd& what) {
  object(out, context, "room_crowd")
      .tag()
      .field("room", what.room)
      .field("joined", what.joined)
      .field("left", what.left)
      .field("members", what.members)
      .end();
}

void text::render(std::string& out, const render_context& context, const event::room_changed& what) {
  const std::string_view room = what.room.empty() ? (zh(context) ? "大厅" : "the lobby") : what.room;
  line(out, context,
       {zh(context) ? "当前房间：" : "Your text goes to ", what.room.empty() ? "" : "#", room,
        what.topic.empty() ? ""
        : zh(context)      ? "，话题："
                           : ", topic: ",
        what.topic});
}

void json::render(std::string& out, const render_context& context, const event::room_changed& what) {
  object line(out, context, "room");
  line.tag().field("room", name_of_room(what.room)).field("topic", what.topic).end();
}

void text::render(std::string& out, const render_context& context, const event::topic& what) {
  std::string_view words = zh(context) ? ": 话题改为 " : ": the topic is now ";
  if (what.text.empty()) words = zh(context) ? ": 清除了话题" : ": has cleared the topic";
  line(out, context, {"#", what.room, " [", what.by.addr, "]", what.by.name, words, what.text});
}

void json::render(std::string& out, const render_context& context, const event::topic& what) {
  object(out, context, "topic").tag().field("room", what.room).field("topic", what.text).about(what.by).end();
}

void text::render(std::string& out, const render_context& context, const event::topic_shown& what) {
  std::string_view words = ": ";
  if (what.text.empty()) words = zh(context) ? " 没有话题" : " has no topic";
  line(out, context, {"#", what.room, words, what.text});
}

void json::render(std::string& out, const render_context& context, const event::topic_shown& what) {
  object(out, context, "topic").tag().field("room", what.room).field("topic", what.text).end();
}

void text::render(std::string& out, const render_context& context, const event::rooms& what) {
  for (const event::listed_room& room : what.list) {
    line(out, context,
         {"#", room.name, " (", std::to_string(room.members), ")", room.topic.empty() ? "" : ": ", room.topic});
  }
}

void json::render(std::string& out, const render_context& context, const event::rooms& what) {
  object line(out, context, "rooms");
  std::string& list = line.tag().value_of("rooms");
  list.push_back('[');
  for (const event::listed_room& room : what.list) {
    if (list.back() != '[') list.push_back(',');
    list.append(R"({"room":)");
    put_string(list, room.name);
    fmt::format_to(std::back_inserter(list), R"(,"members":{},"topic":)", room.members);
    put_string(list, room.topic);
    list.push_back('}');
  }
  list.push_back(']');
  line.flag("end", what.end).end();
}

}  // namespace confab

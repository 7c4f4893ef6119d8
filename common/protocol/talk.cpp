#include "common/protocol/talk.hpp"

#include <iterator>

#include <fmt/format.h>

#include "common/protocol/json_object.hpp"
#include "common/protocol/session.hpp"
#include "common/protocol/text_line.hpp"

namespace confab {
namespace {

// What stands before a message in text: its room, when it was said unless that is in front of every line, and its id
// for those who want it.
std::string prefix(const render_context& context, std::uint64_t id, std::string_view room, std::string_view past) {
  std::string out;
  if (!past.empty() && context.stamp.empty()) out.append("(").append(past).append(") ");
  if (context.ids) fmt::format_to(std::back_inserter(out), "{} ", id);
  if (!room.empty()) out.append("#").append(room).append(" ");
  return out;
}

// The text of a whisper as it is shown; of one that tells what its sender does, a copy in `scratch`.
std::string_view shown_text(const event::whisper& what, std::string& scratch) {
  if (what.kind == message_kind::plain) return what.text;
  return scratch.append("* ").append(what.from.name).append(" ").append(what.text);
}

// In JSON, what a message or whisper says, and why somebody hears it who may know it already.
template <class Event>
void put_rest(json::object& line, const Event& what) {
  if (what.kind != message_kind::plain) line.field("kind", wire_word(what.kind));
  line.field("text", what.text);
  if (!what.past.empty()) line.flag("past", true);
  if (!what.own_tag.empty()) line.field("own_tag", what.own_tag);
  if (what.repeated) line.flag("repeated", true);
  line.end();
}

}  // namespace

void text::render(std::string& out, const render_context& context, const event::message& what) {
  if (what.kind == message_kind::emote) {
    return line(out, context, {prefix(context, what.id, what.room, what.past), "* ", what.from.name, " ", what.text});
  }
  if (what.room.empty() && what.past.empty() && !context.ids) return line_about(out, context, what.from, what.text);
  line(out, context,
       {prefix(context, what.id, what.room, what.past), "[", what.from.addr, "]", what.from.name, ": ", what.text});
}

void json::render(std::string& out, const render_context& context, const event::message& what) {
  object line(out, context, "message");
  line.id(what.id).tag();
  if (!what.room.empty()) line.field("room", what.room);
  line.about(what.from, "from");
  put_rest(line, what);
}

void text::render(std::string& out, const render_context& context, const event::whisper& what) {
  std::string scratch;
  line(out, context,
       {prefix(context, what.id, {}, what.past), what.from.name,
        zh(context) ? "想对您说：" : " whispers to you: ", shown_text(what, scratch)});
}

void json::render(std::string& out, const render_context& context, const event::whisper& what) {
  object line(out, context, "private");
  line.id(what.id).tag().about(what.from, "from").field("to", what.to.name);
  if (what.to.number != 0) line.field("to_user", what.to.number);
  put_rest(line, what);
}

// The original tells a sender nothing; only a tag, or wanting ids, asks for a sign.
void text::render(std::string& out, const render_context& context, const event::whispered& what) {
  if (!context.ids && what.what.past.empty()) return render(out, context, event::ok{});
  std::string scratch;
  line(out, context,
       {prefix(context, what.what.id, {}, what.what.past), zh(context) ? "您对 " : "you whispered to ",
        what.what.to.name, zh(context) ? " 说：" : ": ", shown_text(what.what, scratch)});
}

void json::render(std::string& out, const render_context& context, const event::whispered& what) {
  render(out, context, what.what);
}

void text::render(std::string& out, const render_context& context, const event::delivery& what) {
  using state = event::delivery::state;
  const std::size_t count = what.messages;
  std::string words;
  if (what.is == state::waiting) {
    const auto seconds = what.left.count();
    words = zh(context) ? fmt::format(" 的连接已断开：私聊将保留 {} 秒", seconds)
                        : fmt::format("'s connection is broken: your whisper waits for {} s", seconds);
  } else if (what.is == state::delivered) {
    words = zh(context)  ? fmt::format(" 回来了，已收到您的 {} 条私聊", count)
            : count == 1 ? " is back and has your whisper"
                         : fmt::format(" is back and has your {} whispers", count);
  } else {
    words = zh(context)  ? fmt::format(" 没有回来：您的 {} 条私聊未被阅读", count)
            : count == 1 ? " did not come back: your whisper was not read"
                         : fmt::format(" did not come back: {} of your whispers were not read", count);
  }
  line(out, context, {what.who.name, words});
}

void json::render(std::string& out, const render_context& context, const event::delivery& what) {
  using state = event::delivery::state;
  object line(out, context, "delivery");
  line.id(what.id).tag();
  line.field("state", what.is == state::waiting ? "waiting" : what.is == state::delivered ? "delivered" : "lost");
  line.about(what.who).field("messages", what.messages);
  if (what.is == state::waiting) line.field("seconds", what.left);
  line.end();
}

void text::render(std::string& out, const render_context& context, const event::recalled& what) {
  const std::string id = std::to_string(what.id);
  const std::string room = what.room.empty() ? std::string() : fmt::format("#{} ", what.room);
  if (zh(context)) {
    line(out, context, {room, "消息 ", id, " 已被撤回"});
  } else {
    line(out, context, {room, "message ", id, " was recalled"});
  }
}

void json::render(std::string& out, const render_context& context, const event::recalled& what) {
  object line(out, context, "recalled");
  line.id(what.id).tag();
  if (!what.room.empty()) line.field("room", what.room);
  line.end();
}

}  // namespace confab

#include <initializer_list>
#include <iterator>

#include <fmt/format.h>

#include "common/render.hpp"

namespace confab::text {
namespace {

bool zh(const render_context& context) {
  return context.lang == language::zh;
}

// One line of the pieces given. Plain appends: a chat message passes here on its way to everyone.
void line(std::string& out, const render_context& context, std::initializer_list<std::string_view> pieces) {
  out.append(context.stamp);
  if (!context.tag.empty()) {
    out.append(context.tag);
    out.push_back(' ');
  }
  for (const std::string_view piece : pieces) out.append(piece);
  out.push_back('\n');
}

// What stands before a message: its room, when it was said unless that is in front of every line, and its id for those
// who want it.
std::string prefix(const render_context& context, std::uint64_t id, std::string_view room, std::string_view past) {
  std::string out;
  if (!past.empty() && context.stamp.empty()) out.append("(").append(past).append(") ");
  if (context.ids) fmt::format_to(std::back_inserter(out), "{} ", id);
  if (!room.empty()) out.append("#").append(room).append(" ");
  return out;
}

// A line that is about somebody: `[addr]name: words`.
void line_about(std::string& out, const render_context& context, const person& who, std::string_view words) {
  line(out, context, {"[", who.addr, "]", who.name, ": ", words});
}

}  // namespace

void render(std::string& out, const render_context& context, const event::welcome& what) {
  line(out, context,
       {zh(context) ? "已切换为文本输出" : "Text lines from here on", zh(context) ? "，" : ", ", what.you.name});
}

void render(std::string& out, const render_context& context, const event::joined& what) {
  line_about(out, context, what.who, zh(context) ? "已上线" : "is online");
}

void render(std::string& out, const render_context& context, const event::left& what) {
  line_about(out, context, what.who, zh(context) ? "下线" : "is offline");
}

void render(std::string& out, const render_context& context, const event::crowd& what) {
  line(out, context,
       {zh(context) ? fmt::format("{} 人上线，{} 人下线（在线 {}）", what.joined, what.left, what.online)
                    : fmt::format("{} came online, {} went offline ({} online)", what.joined, what.left, what.online)});
}

void render(std::string& out, const render_context& context, const event::room_crowd& what) {
  line(out, context,
       {"#", what.room,
        zh(context) ? fmt::format("：{} 人进入，{} 人离开（房间内 {} 人）", what.joined, what.left, what.members)
                    : fmt::format(": {} joined, {} left ({} there)", what.joined, what.left, what.members)});
}

void render(std::string& out, const render_context& context, const event::message& what) {
  if (what.room.empty() && what.past.empty() && !context.ids) return line_about(out, context, what.from, what.text);
  line(out, context,
       {prefix(context, what.id, what.room, what.past), "[", what.from.addr, "]", what.from.name, ": ", what.text});
}

void render(std::string& out, const render_context& context, const event::whisper& what) {
  line(out, context,
       {prefix(context, what.id, {}, what.past), what.from.name,
        zh(context) ? "想对您说：" : " whispers to you: ", what.text});
}

// The original tells a sender nothing; only a tag, or wanting ids, asks for a sign.
void render(std::string& out, const render_context& context, const event::whispered& what) {
  if (!context.ids && what.what.past.empty()) return render(out, context, event::ok{});
  line(out, context,
       {prefix(context, what.what.id, {}, what.what.past), zh(context) ? "您对 " : "you whispered to ",
        what.what.to.name, zh(context) ? " 说：" : ": ", what.what.text});
}

void render(std::string& out, const render_context& context, const event::delivery& what) {
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

void render(std::string& out, const render_context& context, const event::renamed& what) {
  line(out, context,
       {"[", what.who.addr, "]", what.old_name, zh(context) ? ": 改名为 " : ": is now known as ", what.who.name});
}

void render(std::string& out, const render_context& context, const event::you_renamed& what) {
  line(out, context, {zh(context) ? "用户名已修改为：" : "Your name is now: ", what.you.name});
}

void render(std::string& out, const render_context& context, const event::users& what) {
  for (const event::listed& user : what.slice) {
    std::string words = zh(context) ? "在线..." : "online...";
    if (user.is_away) {
      words.append(zh(context) ? "（暂离" : " (away").append(user.away.empty() ? "" : zh(context) ? "：" : ": ");
      words.append(user.away).append(zh(context) ? "）" : ")");
    }
    if (user.lost) words.append(zh(context) ? "（连接已断开）" : " (connection broken)");
    line_about(out, context, user.who, words);
  }
}

void render(std::string& out, const render_context& context, const event::count& what) {
  line(out, context, {zh(context) ? fmt::format("在线 {} 人", what.online) : fmt::format("{} online", what.online)});
}

void render(std::string& out, const render_context& context, const event::pong& what) {
  line(out, context, {"pong", what.token.empty() ? "" : " ", what.token});
}

void render(std::string& out, const render_context& context, const event::ok& /*what*/) {
  if (!context.tag.empty()) line(out, context, {"ok"});
}

void render(std::string& out, const render_context& context, const event::notice& what) {
  line(out, context, {what.text});
}

void render(std::string& out, const render_context& context, const event::idle_warning& what) {
  line(out, context,
       {zh(context) ? fmt::format("您已空闲太久，{} 秒后将断开连接：请发送任意一行", what.left.count())
                    : fmt::format("You have been idle: send any line within {} s to stay", what.left.count())});
}

void render(std::string& out, const render_context& context, const event::room_joined& what) {
  line(out, context,
       {"#", what.room, " [", what.who.addr, "]", what.who.name, zh(context) ? ": 进入房间" : ": has joined"});
}

void render(std::string& out, const render_context& context, const event::room_left& what) {
  line(out, context,
       {"#", what.room, " [", what.who.addr, "]", what.who.name, zh(context) ? ": 离开房间" : ": has left"});
}

void render(std::string& out, const render_context& context, const event::room_changed& what) {
  const std::string_view room = what.room.empty() ? (zh(context) ? "大厅" : "the lobby") : what.room;
  line(out, context,
       {zh(context) ? "当前房间：" : "Your text goes to ", what.room.empty() ? "" : "#", room,
        what.topic.empty() ? ""
        : zh(context)      ? "，话题："
                           : ", topic: ",
        what.topic});
}

void render(std::string& out, const render_context& context, const event::topic& what) {
  std::string_view words = zh(context) ? ": 话题改为 " : ": the topic is now ";
  if (what.text.empty()) words = zh(context) ? ": 清除了话题" : ": has cleared the topic";
  line(out, context, {"#", what.room, " [", what.by.addr, "]", what.by.name, words, what.text});
}

void render(std::string& out, const render_context& context, const event::topic_shown& what) {
  std::string_view words = ": ";
  if (what.text.empty()) words = zh(context) ? " 没有话题" : " has no topic";
  line(out, context, {"#", what.room, words, what.text});
}

void render(std::string& out, const render_context& context, const event::rooms& what) {
  for (const event::listed_room& room : what.list) {
    line(out, context,
         {"#", room.name, " (", std::to_string(room.members), ")", room.topic.empty() ? "" : ": ", room.topic});
  }
}

void render(std::string& out, const render_context& context, const event::recalled& what) {
  const std::string id = std::to_string(what.id);
  const std::string room = what.room.empty() ? std::string() : fmt::format("#{} ", what.room);
  if (zh(context)) {
    line(out, context, {room, "消息 ", id, " 已被撤回"});
  } else {
    line(out, context, {room, "message ", id, " was recalled"});
  }
}

void render(std::string& out, const render_context& context, const event::found& what) {
  if (what.messages == 0) {
    line(out, context, {zh(context) ? "没有找到消息" : "Nothing found"});
  } else {
    line(out, context,
         {zh(context) ? fmt::format("以上 {} 条{}", what.messages, what.more ? "，还有更多" : "")
                      : fmt::format("{} found{}", what.messages, what.more ? ", there are more" : "")});
  }
}

void render(std::string& out, const render_context& context, const event::away& what) {
  const std::string_view words =
      what.is_away ? (zh(context) ? "暂时离开" : "is away") : (zh(context) ? "回来了" : "is back");
  line(out, context,
       {what.who.name, zh(context) ? "" : " ", words,
        what.text.empty() ? ""
        : zh(context)     ? "："
                          : ": ",
        what.text});
}

void render(std::string& out, const render_context& context, const event::keeping& what) {
  if (zh(context)) {
    line(out, context, {what.works ? "聊天记录已恢复保存" : "聊天记录暂时无法保存，聊天照常进行"});
  } else {
    line(out, context,
         {what.works ? "Messages are kept again" : "Messages are not kept at the moment; the chat goes on"});
  }
}

void render(std::string& out, const render_context& context, const event::error& what) {
  line(out, context, {explain(what.what, context.lang, what.detail)});
}

void render(std::string& out, const render_context& context, const event::bye& what) {
  switch (what.reason) {
    case leave_reason::quit: line(out, context, {zh(context) ? "再见（请按回车）" : "Goodbye (press Enter)"}); break;
    case leave_reason::idle:
      line(out, context,
           {zh(context) ? std::string("你被踢了")
                        : fmt::format("You were disconnected: idle for {} s", what.idle_limit.count())});
      break;
    case leave_reason::kicked: line(out, context, {zh(context) ? "你被踢了" : "You were disconnected"}); break;
    case leave_reason::shutdown:
      line(out, context, {zh(context) ? "服务器即将关闭，再见" : "The server is shutting down. Goodbye"});
      break;
    // After an error line, and to one who is gone, there is nothing to add.
    case leave_reason::resumed:
    case leave_reason::eof:
    case leave_reason::slow:
    case leave_reason::error: break;
  }
}

}  // namespace confab::text

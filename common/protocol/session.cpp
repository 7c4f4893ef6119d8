#include "common/protocol/session.hpp"

#include <iterator>
#include <string>

#include <fmt/format.h>

#include "common/commands.hpp"
#include "common/protocol/json_object.hpp"
#include "common/protocol/text_line.hpp"
#include "common/version.hpp"

namespace confab {

void text::render(std::string& out, const render_context& context, const event::welcome& what) {
  line(out, context,
       {zh(context) ? "已切换为文本输出" : "Text lines from here on", zh(context) ? "，" : ", ", what.you.name});
}

void json::render(std::string& out, const render_context& context, const event::welcome& what) {
  object line(out, context, "welcome");
  line.tag().field("server", what.server).field("version", version);
  line.field("lang", context.lang == language::zh ? "zh" : "en").about(what.you).field("online", what.online);
  fmt::format_to(
      std::back_inserter(line.value_of("limits")),
      R"({{"line":{},"name":{},"idle":{},"note":{},"tag":{},"history":{},"rooms":{},"recall":{},"resume":{}}})",
      what.line_limit, what.name_limit, what.idle_limit.count(), max_note, max_tag, what.history_limit,
      what.rooms_limit, what.recall_window.count(), what.resume_window.count());
  line.flag("tls", what.tls);
  if (!what.token.empty()) line.field("token", what.token);
  if (what.resumed) {
    line.flag("resumed", true).flag("complete", what.complete);
    line.list("rooms", what.rooms).field("room", name_of_room(what.room));
  }
  if (!what.motd.empty()) line.list("motd", what.motd);
  line.end();
}

void text::render(std::string& out, const render_context& context, const event::ok& /*what*/) {
  if (!context.tag.empty()) line(out, context, {"ok"});
}

void json::render(std::string& out, const render_context& context, const event::ok& /*what*/) {
  object(out, context, "ok").tag().end();
}

void text::render(std::string& out, const render_context& context, const event::pong& what) {
  line(out, context, {"pong", what.token.empty() ? "" : " ", what.token});
}

void json::render(std::string& out, const render_context& context, const event::pong& what) {
  object(out, context, "pong").tag().field("token", what.token).end();
}

void text::render(std::string& out, const render_context& context, const event::whoami& what) {
  const std::string_view tls = zh(context)
                                   ? (what.tls ? "连接已加密" : "连接未加密")
                                   : (what.tls ? "The connection is encrypted" : "The connection is not encrypted");
  const std::string number = what.you.number == 0 ? std::string() : fmt::format(" @{}", what.you.number);
  if (zh(context)) {
    const std::string room = what.room.empty() ? "大厅" : fmt::format("#{}", what.room);
    return line(out, context, {"您是 [", what.you.addr, "]", what.you.name, number, "，当前房间：", room, "。", tls});
  }
  const std::string room = what.room.empty() ? "the lobby" : fmt::format("#{}", what.room);
  line(out, context, {"You are [", what.you.addr, "]", what.you.name, number, ". Your text goes to ", room, ". ", tls});
}

void json::render(std::string& out, const render_context& context, const event::whoami& what) {
  object(out, context, "whoami")
      .tag()
      .about(what.you)
      .field("room", name_of_room(what.room))
      .flag("tls", what.tls)
      .end();
}

void text::render(std::string& out, const render_context& context, const event::notice& what) {
  line(out, context, {what.text});
}

void json::render(std::string& out, const render_context& context, const event::notice& what) {
  object(out, context, "notice").tag().field("text", what.text).end();
}

void text::render(std::string& out, const render_context& context, const event::help& what) {
  line(out, context, {what.usage, ": ", zh(context) ? what.zh : what.en});
}

void json::render(std::string& out, const render_context& context, const event::help& what) {
  object line(out, context, "notice");
  line.tag().field("text", std::string(what.usage).append(": ").append(text::zh(context) ? what.zh : what.en));
  line.field("command", what.command).field("usage", what.usage).field("en", what.en).field("zh", what.zh);
  if (what.for_programs) line.flag("programs", true);
  line.end();
}

void text::render(std::string& out, const render_context& context, const event::idle_warning& what) {
  line(out, context,
       {zh(context) ? fmt::format("您已空闲太久，{} 秒后将断开连接：请发送任意一行", what.left.count())
                    : fmt::format("You have been idle: send any line within {} s to stay", what.left.count())});
}

void json::render(std::string& out, const render_context& context, const event::idle_warning& what) {
  std::string words;
  text::render(words, render_context{context.lang, context.time, {}, false, {}}, what);
  words.pop_back();  // its LF
  object(out, context, "notice").field("text", words).field("idle_left", what.left).end();
}

void text::render(std::string& out, const render_context& context, const event::error& what) {
  line(out, context, {explain(what.what, context.lang, what.detail)});
}

void json::render(std::string& out, const render_context& context, const event::error& what) {
  object line(out, context, "error");
  line.tag().field("code", wire_code(what.what)).field("problem", wire_name(what.what));
  if (has_detail(what.what)) line.field("detail", what.detail);
  line.field("text", explain(what.what, context.lang, what.detail)).end();
}

void text::render(std::string& out, const render_context& context, const event::bye& what) {
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

void json::render(std::string& out, const render_context& context, const event::bye& what) {
  object(out, context, "bye").tag().field("reason", wire_word(what.reason)).end();
}

}  // namespace confab

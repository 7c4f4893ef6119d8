#include "common/protocol/history.hpp"

#include <fmt/format.h>

#include "common/protocol/json_object.hpp"
#include "common/protocol/text_line.hpp"

namespace confab {

void text::render(std::string& out, const render_context& context, const event::found& what) {
  if (what.messages == 0) {
    line(out, context, {zh(context) ? "没有找到消息" : "Nothing found"});
  } else {
    line(out, context,
         {zh(context) ? fmt::format("以上 {} 条{}", what.messages, what.more ? "，还有更多" : "")
                      : fmt::format("{} found{}", what.messages, what.more ? ", there are more" : "")});
  }
}

void json::render(std::string& out, const render_context& context, const event::found& what) {
  object line(out, context, what.type);
  line.tag();
  if (!what.room.empty()) line.field("room", what.room);
  if (what.with != 0) line.field("user", what.with);
  line.field("messages", what.messages).flag("more", what.more).end();
}

void text::render(std::string& out, const render_context& context, const event::keeping& what) {
  if (zh(context)) {
    line(out, context, {what.works ? "聊天记录已恢复保存" : "聊天记录暂时无法保存，聊天照常进行"});
  } else {
    line(out, context,
         {what.works ? "Messages are kept again" : "Messages are not kept at the moment; the chat goes on"});
  }
}

void json::render(std::string& out, const render_context& context, const event::keeping& what) {
  std::string words;
  text::render(words, render_context{context.lang, context.time, {}, false, {}}, what);
  words.pop_back();  // its LF
  object(out, context, "notice").field("text", words).flag("keeping", what.works).end();
}

}  // namespace confab

#include <ctime>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/render.hpp"
#include "common/version.hpp"

namespace confab {

std::string_view wire_word(leave_reason reason) noexcept {
  switch (reason) {
    case leave_reason::quit: return "quit";
    case leave_reason::eof: return "eof";
    case leave_reason::idle: return "idle";
    case leave_reason::slow: return "slow";
    case leave_reason::error: return "error";
    case leave_reason::kicked: return "kicked";
    case leave_reason::shutdown: return "shutdown";
    case leave_reason::resumed: break;
  }
  return "resumed";
}

std::string format_time(std::chrono::system_clock::time_point time) {
  const auto since_epoch = time.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto part = std::chrono::floor<std::chrono::milliseconds>(since_epoch - whole);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(whole.count())), part.count());
}

std::string format_past(std::chrono::system_clock::time_point time) {
  // to_time_t would round what was before 1970 up.
  const auto whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return fmt::format("{:%F %R}", fmt::localtime(static_cast<std::time_t>(whole.count())));
}

std::string format_stamp(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%F %T} ", fmt::localtime(std::chrono::system_clock::to_time_t(time)));
}

namespace json {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

// A JSON string (RFC 8259, section 7). What needs no escape is appended in runs.
void put_string(std::string& out, std::string_view value) {
  out.push_back('"');
  std::size_t done = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(value.substr(done, i - done));
    done = i + 1;
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c == '\t') {
      out.append("\\t");
    } else {
      out.append("\\u00");
      out.push_back(hex[c >> 4U]);
      out.push_back(hex[c & 0x0FU]);
    }
  }
  out.append(value.substr(done));
  out.push_back('"');
}

// One object on a line of its own, from its first field to its LF.
class object {
 public:
  object(std::string& out, const render_context& context, std::string_view type) : out_(out), context_(context) {
    out_.append(R"({"type":")").append(type).append(R"(","time":")").append(context.time).push_back('"');
  }
  object(const object&) = delete;
  object& operator=(const object&) = delete;

  object& id(std::uint64_t value) { return field("id", value); }
  object& tag() { return context_.tag.empty() ? *this : field("tag", context_.tag); }
  object& field(std::string_view key, std::string_view value) {
    put_key(key);
    put_string(out_, value);
    return *this;
  }
  object& field(std::string_view key, std::uint64_t value) {
    put_key(key);
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
  }
  object& raw(std::string_view key, std::string_view value) {
    put_key(key);
    out_.append(value);
    return *this;
  }
  // A list of texts.
  template <class Text>
  object& list(std::string_view key, std::span<const Text> texts) {
    put_key(key);
    out_.push_back('[');
    for (const std::string_view each : texts) {
      if (out_.back() != '[') out_.push_back(',');
      put_string(out_, each);
    }
    out_.push_back(']');
    return *this;
  }
  // Who somebody is. The number is absent where it is not known.
  object& about(const person& who, std::string_view name_key = "name") {
    field(name_key, who.name).field("addr", who.addr);
    return who.number == 0 ? *this : field("user", who.number);
  }
  // Why a message or whisper is said to somebody who may know it.
  template <class Event>
  object& shown_again(const Event& what) {
    if (!what.past.empty()) raw("past", "true");
    if (!what.own_tag.empty()) field("own_tag", what.own_tag);
    return what.repeated ? raw("repeated", "true") : *this;
  }
  std::string& value_of(std::string_view key) {
    put_key(key);
    return out_;
  }
  void end() { out_.append("}\n"); }

 private:
  void put_key(std::string_view key) { out_.append(",\"").append(key).append("\":"); }

  std::string& out_;
  const render_context& context_;
};

std::string_view name_of_room(std::string_view room) {
  return room.empty() ? "lobby" : room;
}

std::uint64_t number(std::chrono::seconds value) {
  return static_cast<std::uint64_t>(value.count());
}

void render_private(std::string& out, const render_context& context, const event::whisper& what) {
  object line(out, context, "private");
  line.id(what.id).tag().about(what.from, "from").field("to", what.to.name);
  if (what.to.number != 0) line.field("to_user", what.to.number);
  line.field("text", what.text).shown_again(what).end();
}

void render_renamed(std::string& out, const render_context& context, std::string_view old_name, const person& who) {
  object(out, context, "renamed").tag().field("old", old_name).about(who).end();
}

}  // namespace

void render(std::string& out, const render_context& context, const event::welcome& what) {
  object line(out, context, "welcome");
  line.tag().field("server", what.server).field("version", version);
  line.field("lang", context.lang == language::zh ? "zh" : "en").about(what.you).field("online", what.online);
  line.raw("limits", fmt::format(R"({{"line":{},"name":{},"idle":{}}})", what.line_limit, what.name_limit,
                                 what.idle_limit.count()));
  if (!what.token.empty()) line.field("token", what.token);
  if (what.resumed) {
    line.raw("resumed", "true").raw("complete", what.complete ? "true" : "false");
    line.list("rooms", what.rooms).field("room", name_of_room(what.room));
  }
  if (!what.motd.empty()) line.list("motd", what.motd);
  line.end();
}

void render(std::string& out, const render_context& context, const event::joined& what) {
  object(out, context, "joined").tag().about(what.who).field("online", what.online).end();
}

void render(std::string& out, const render_context& context, const event::left& what) {
  object line(out, context, "left");
  line.tag().about(what.who).field("online", what.online);
  line.field("reason", wire_word(what.reason));
  if (!what.words.empty()) line.field("text", what.words);
  line.end();
}

void render(std::string& out, const render_context& context, const event::crowd& what) {
  object(out, context, "crowd")
      .tag()
      .field("joined", what.joined)
      .field("left", what.left)
      .field("online", what.online)
      .end();
}

void render(std::string& out, const render_context& context, const event::room_crowd& what) {
  object(out, context, "room_crowd")
      .tag()
      .field("room", what.room)
      .field("joined", what.joined)
      .field("left", what.left)
      .field("members", what.members)
      .end();
}

void render(std::string& out, const render_context& context, const event::message& what) {
  object line(out, context, "message");
  line.id(what.id).tag();
  if (!what.room.empty()) line.field("room", what.room);
  line.about(what.from, "from").field("text", what.text).shown_again(what).end();
}

void render(std::string& out, const render_context& context, const event::whisper& what) {
  render_private(out, context, what);
}

void render(std::string& out, const render_context& context, const event::whispered& what) {
  render_private(out, context, what.what);
}

void render(std::string& out, const render_context& context, const event::delivery& what) {
  using state = event::delivery::state;
  object line(out, context, "delivery");
  line.id(what.id).tag();
  line.field("state", what.is == state::waiting ? "waiting" : what.is == state::delivered ? "delivered" : "lost");
  line.about(what.who).field("messages", what.messages);
  if (what.is == state::waiting) line.field("seconds", number(what.left));
  line.end();
}

void render(std::string& out, const render_context& context, const event::renamed& what) {
  render_renamed(out, context, what.old_name, what.who);
}

void render(std::string& out, const render_context& context, const event::you_renamed& what) {
  render_renamed(out, context, what.old_name, what.you);
}

void render(std::string& out, const render_context& context, const event::users& what) {
  object line(out, context, "users");
  line.tag();
  if (!what.room.empty()) line.field("room", what.room);
  std::string& list = line.value_of("users");
  list.push_back('[');
  for (const event::listed& user : what.slice) {
    if (list.back() != '[') list.push_back(',');
    list.append(R"({"name":)");
    put_string(list, user.who.name);
    list.append(R"(,"addr":)");
    put_string(list, user.who.addr);
    if (user.who.number != 0) fmt::format_to(std::back_inserter(list), R"(,"user":{})", user.who.number);
    list.append(R"(,"since":")").append(format_time(user.since)).append(R"(","idle":)");
    fmt::format_to(std::back_inserter(list), "{}", user.idle.count());
    if (user.is_away) {
      list.append(R"(,"away":)");
      put_string(list, user.away);
    }
    if (user.lost) list.append(R"(,"lost":true)");
    list.push_back('}');
  }
  list.push_back(']');
  line.field("online", what.online).raw("end", what.end ? "true" : "false").end();
}

void render(std::string& out, const render_context& context, const event::count& what) {
  object(out, context, "count").tag().field("online", what.online).end();
}

void render(std::string& out, const render_context& context, const event::pong& what) {
  object(out, context, "pong").tag().field("token", what.token).end();
}

void render(std::string& out, const render_context& context, const event::ok& /*what*/) {
  object(out, context, "ok").tag().end();
}

void render(std::string& out, const render_context& context, const event::notice& what) {
  object(out, context, "notice").tag().field("text", what.text).end();
}

void render(std::string& out, const render_context& context, const event::idle_warning& what) {
  std::string words;
  text::render(words, render_context{context.lang, context.time, {}, false, {}}, what);
  words.pop_back();  // its LF
  object(out, context, "notice").field("text", words).field("idle_left", number(what.left)).end();
}

void render(std::string& out, const render_context& context, const event::room_joined& what) {
  object line(out, context, "joined");
  line.tag().field("room", what.room).about(what.who).field("members", what.members).end();
}

void render(std::string& out, const render_context& context, const event::room_left& what) {
  object line(out, context, "left");
  line.tag().field("room", what.room).about(what.who).field("members", what.members).end();
}

void render(std::string& out, const render_context& context, const event::room_changed& what) {
  object line(out, context, "room");
  line.tag().field("room", name_of_room(what.room)).field("topic", what.topic).end();
}

void render(std::string& out, const render_context& context, const event::topic& what) {
  object(out, context, "topic").tag().field("room", what.room).field("topic", what.text).about(what.by).end();
}

void render(std::string& out, const render_context& context, const event::topic_shown& what) {
  object(out, context, "topic").tag().field("room", what.room).field("topic", what.text).end();
}

void render(std::string& out, const render_context& context, const event::rooms& what) {
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
  line.raw("end", what.end ? "true" : "false").end();
}

void render(std::string& out, const render_context& context, const event::recalled& what) {
  object line(out, context, "recalled");
  line.id(what.id).tag();
  if (!what.room.empty()) line.field("room", what.room);
  line.end();
}

void render(std::string& out, const render_context& context, const event::found& what) {
  object line(out, context, what.type);
  line.tag();
  if (!what.room.empty()) line.field("room", what.room);
  line.field("messages", what.messages).raw("more", what.more ? "true" : "false").end();
}

void render(std::string& out, const render_context& context, const event::away& what) {
  object line(out, context, what.is_away ? "away" : "back");
  line.tag().about(what.who);
  if (what.is_away) line.field("text", what.text);
  line.end();
}

void render(std::string& out, const render_context& context, const event::keeping& what) {
  std::string words;
  text::render(words, render_context{context.lang, context.time, {}, false, {}}, what);
  words.pop_back();  // its LF
  object(out, context, "notice").field("text", words).raw("keeping", what.works ? "true" : "false").end();
}

void render(std::string& out, const render_context& context, const event::error& what) {
  object line(out, context, "error");
  line.tag().field("code", wire_code(what.what)).field("problem", wire_name(what.what));
  if (has_detail(what.what)) line.field("detail", what.detail);
  line.field("text", explain(what.what, context.lang, what.detail)).end();
}

void render(std::string& out, const render_context& context, const event::bye& what) {
  object(out, context, "bye").tag().field("reason", wire_word(what.reason)).end();
}

}  // namespace json
}  // namespace confab

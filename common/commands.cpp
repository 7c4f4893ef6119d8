#include "common/commands.hpp"

#include <algorithm>
#include <array>

#include "common/opening.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

using takes = command_row::takes;
using enum audience;

constexpr std::string_view emote_word = "me";

constexpr std::array table{
    command_row{"help", verb::help, false, takes::optional_text, people, "/help [COMMAND]",
                "explains all commands, or one", "查看全部命令或某一个命令"},
    command_row{"who", verb::who, true, takes::optional_text, people, "who, /who ROOM",
                "lists who is online, or in a room", "查看在线用户，或某个房间里的人"},
    command_row{"rename", verb::rename, true, takes::text, people, "rename NAME", "changes your name", "修改用户名"},
    command_row{"nick", verb::rename, false, takes::text, people, "/nick NAME", "the same as rename", "同 rename"},
    command_row{"to", verb::whisper, true, takes::word_and_text, people, "to NAME TEXT",
                "says it to one user only (also /msg)", "私聊某个用户（也可用 /msg）"},
    command_row{"msg", verb::whisper, false, takes::word_and_text, people, "/msg NAME TEXT", "the same as to", "同 to"},
    command_row{"say", verb::say, false, takes::text, people, "/say TEXT", "says TEXT as it is; //X says /X",
                "内容原样发送；//X 发送 /X"},
    command_row{emote_word, verb::say, false, takes::text, people, "/me TEXT",
                "says what you do, as * NAME TEXT; also after /in ROOM and to NAME",
                "以“* 用户名 内容”的形式表示动作；也可用在 /in 房间 和 to 用户名 之后"},
    command_row{"join", verb::join, false, takes::text, people, "/join ROOM",
                "enters a room, or makes it; your text then goes there", "进入（或创建）房间，之后的内容发到该房间"},
    command_row{"leave", verb::leave, false, takes::optional_text, people, "/leave [ROOM]", "leaves a room",
                "离开房间"},
    command_row{"room", verb::room, false, takes::text, people, "/room ROOM",
                "makes that room your current one (lobby: all)", "切换发言的房间（lobby 为大厅）"},
    command_row{"rooms", verb::rooms, false, takes::nothing, people, "/rooms", "lists the rooms", "查看房间"},
    command_row{"topic", verb::topic, false, takes::word_and_optional_text, people, "/topic ROOM [TEXT]",
                "shows or sets the topic of a room (- for none)", "查看或设置房间话题（- 为清除）"},
    command_row{"in", verb::in, false, takes::word_and_text, people, "/in ROOM TEXT",
                "says it in that room; your current room stays", "在该房间发言，不切换当前房间"},
    command_row{"history", verb::history, false, takes::optional_text, people,
                "/history [#ROOM|@NAME] [N] [before ID|TIME]", "shows what was said before in the room, or whispered",
                "查看房间的历史消息，或与某人的私聊"},
    command_row{"search", verb::search, false, takes::text, people, "/search [before ID|TIME] WORDS",
                "finds what was said in your rooms", "搜索历史消息"},
    command_row{"recall", verb::recall, false, takes::text, people, "/recall ID",
                "takes back a message of yours (/ids on shows the ids)", "撤回自己的一条消息（用 /ids on 显示编号）"},
    command_row{"ids", verb::ids, false, takes::on_off, people, "/ids on|off", "shows the ids of messages",
                "显示消息编号"},
    command_row{"times", verb::times, false, takes::on_off, people, "/times on|off",
                "shows the date and time in front of each line", "在每行前显示日期和时间"},
    command_row{"replay", verb::replay, false, takes::on_off, people, "/replay on|off",
                "shows you the last messages when you enter, or not", "进入时是否显示之前的消息"},
    command_row{"away", verb::away, false, takes::optional_text, people, "/away [TEXT]", "marks you as away",
                "标记为暂离"},
    command_row{"back", verb::back, false, takes::nothing, people, "/back", "ends /away", "取消暂离标记"},
    command_row{"count", verb::count, false, takes::nothing, people, "/count", "shows how many are online",
                "查看在线人数"},
    command_row{"whoami", verb::whoami, false, takes::nothing, people, "/whoami",
                "shows who you are, and whether your connection is encrypted",
                "查看自己的名字、地址，以及连接是否加密"},
    command_row{"ping", verb::ping, false, takes::optional_text, people, "/ping [TOKEN]",
                "answers pong TOKEN: a sign of life", "回应 pong：保持在线"},
    command_row{"json", verb::json, false, takes::on_off, programs, "/json on|off", "switches to JSON lines and back",
                "切换 JSON 输出"},
    command_row{"tag", verb::tag, false, takes::word_and_text, programs, "/tag TOKEN COMMAND",
                "does COMMAND, and marks its answer with TOKEN", "执行命令，并在应答中带上标记"},
    command_row{"heartbeat", verb::heartbeat, false, takes::text, programs, "/heartbeat SECONDS",
                "promises a line at least that often, up to 3600 (for programs)",
                "承诺的心跳间隔，至多 3600（供程序使用）"},
    command_row{"resume", verb::resume, false, takes::word_and_text, programs, "/resume TOKEN LAST_ID",
                "goes on after a lost connection (for programs)", "断线后恢复会话（供程序使用）"},
    command_row{"quit", verb::quit, false, takes::optional_text, people, "/quit [REASON]", "leaves", "退出"},
    command_row{"exit", verb::quit, false, takes::optional_text, people, "/exit [REASON]", "the same as /quit",
                "同 /quit"},
};

// A line with a NUL is no text that anybody typed: mostly it is UTF-16.
bool is_text(std::string_view line) noexcept {
  return utf8::valid(line) && line.find('\0') == std::string_view::npos;
}

command refuse(problem trouble, std::string_view detail) {
  command out;
  out.is = command::kind::refused;
  out.trouble = trouble;
  out.text = detail;
  return out;
}

// What a command lacks is said by its usage. The original has words of its own for whispers.
command lacks(const command_row& row, bool has_word = false) {
  command out = refuse(problem::missing_argument, row.usage);
  if (row.what == verb::whisper) out = refuse(has_word ? problem::whisper_needs_text : problem::whisper_needs_name, {});
  out.what = row.what;
  return out;
}

command want(verb what, std::string_view word, std::string_view text) {
  command out;
  out.is = command::kind::wanted;
  out.what = what;
  out.word = word;
  out.text = text;
  return out;
}

// The start of a token that is too long: its owner must know what is refused. Cut between characters.
std::string_view start_of_tag(std::string_view token) {
  std::size_t size = std::min(token.size(), max_tag);
  while (size < token.size() && (static_cast<unsigned char>(token[size]) & 0xC0U) == 0x80U) --size;
  return token.substr(0, size);
}

// The same of a token that is safe to show, and stays so: a direction mark goes with the letter that it stood before.
std::string_view safe_start_of_tag(std::string_view token) {
  std::string_view start = start_of_tag(token);
  while (!is_safe(start)) start.remove_suffix(utf8::decode_last(start).size);
  return start;
}

command parse(std::string_view line, bool tagged);

command read_tagged(std::string_view token, std::string_view rest) {
  const auto read = [&] {
    const bool too_long = token.size() > max_tag || (!is_safe(token) && make_safe(token).size() > max_tag);
    if (too_long) return refuse(problem::tag_too_long, {});
    return rest.empty() ? refuse(problem::missing_argument, usage_of(verb::tag)) : parse(rest, true);
  };
  command inner = read();
  inner.tag = is_safe(token) ? safe_start_of_tag(token) : start_of_tag(token);  // what is not is made so later
  return inner;
}

// Who tagged a line that is not text hears what became of it all the same, if the tag itself is in order.
std::string_view tag_of_broken(std::string_view line, std::string& scratch) {
  const opening start = read_opening(line);
  const std::string_view tag = utf8::split_word(start.rest).word;
  if (start.is != opening::kind::slash || start.word.text() != "tag" || !is_text(tag)) return {};
  scratch = make_safe(tag);
  return safe_start_of_tag(scratch);
}

// What is said in another room or to one user.
command read_addressed(const command_row& row, std::string_view word, std::string_view text) {
  const spoken read = read_spoken(text);
  if (read.text.empty()) return lacks(*find_command(emote_word));
  command out = want(row.what, word, read.text);
  out.how = read.how;
  return out;
}

command read_arguments(const command_row& row, std::string_view rest) {
  if (row.what != verb::say && leading_nothing(rest) == rest.size()) rest = {};
  switch (row.arguments) {
    case takes::nothing: return rest.empty() ? want(row.what, {}, {}) : refuse(problem::takes_nothing, row.word);
    case takes::optional_text: return want(row.what, {}, rest);
    case takes::text: {
      command out = rest.empty() ? lacks(row) : want(row.what, {}, rest);
      if (row.word == emote_word && !rest.empty()) out.how = message_kind::emote;
      return out;
    }
    case takes::on_off:
      if (rest.empty()) return lacks(row);
      return rest == "on" || rest == "off" ? want(row.what, {}, rest) : refuse(problem::bad_argument, row.usage);
    case takes::word_and_text:
    case takes::word_and_optional_text: break;
  }
  if (row.what != verb::tag) rest.remove_prefix(leading_nothing(rest));
  const auto [word, text] = utf8::split_word(rest);
  if (word.empty()) return lacks(row);
  if (row.what == verb::tag) return read_tagged(word, text);
  if (text.empty() && row.arguments == takes::word_and_text) return lacks(row, true);
  if (row.what == verb::whisper || row.what == verb::in) return read_addressed(row, word, text);
  return want(row.what, word, text);
}

// `line` is trimmed. In what is `tagged`, tags are refused before they are read: tags in tags in tags would take the
// stack.
command parse(std::string_view line, bool tagged) {
  if (line.empty()) return {};
  const opening start = read_opening(line);
  switch (start.is) {
    case opening::kind::text: break;
    case opening::kind::two_slashes: return want(verb::say, {}, start.rest);
    case opening::kind::looks_like_command:
      return refuse(problem::looks_like_command, find_command(start.word.text())->word);
    case opening::kind::looks_like_password: return refuse(problem::looks_like_password, {});
    case opening::kind::slash:
    case opening::kind::bare: {
      const command_row* const row = find_command(start.word.text());
      if (row == nullptr) return refuse(problem::unknown_command, start.typed);
      if (tagged && row->what == verb::tag) return refuse(problem::tag_in_tag, {});
      return read_arguments(*row, start.rest);
    }
  }
  return want(verb::say, {}, line);
}

// Replaces what is not safe; what is stays where it is. There is room for all in `scratch`, so that no view moves.
void make_parts_safe(command& what, std::string& scratch) {
  constexpr std::size_t most_growth = 3;  // a control character becomes U+FFFD
  scratch.clear();
  scratch.reserve(most_growth * (what.tag.size() + what.word.size() + what.text.size()));
  for (std::string_view* const part : {&what.tag, &what.word, &what.text}) {
    if (is_safe(*part)) continue;
    const std::size_t start = scratch.size();
    scratch += make_safe(*part);
    *part = std::string_view(scratch).substr(start);
  }
  what.tag = safe_start_of_tag(what.tag);
}

}  // namespace

std::span<const command_row> command_table() noexcept {
  return table;
}

const command_row* find_command(std::string_view word) noexcept {
  const auto* const row =
      std::find_if(table.begin(), table.end(), [&](const command_row& r) { return r.word == word; });
  return row == table.end() ? nullptr : row;
}

bool is_for_programs(std::string_view word) noexcept {
  const command_row* const row = find_command(word);
  return row != nullptr && row->whom == audience::programs;
}

std::string_view usage_of(verb what) noexcept {
  const auto* const found =
      std::find_if(table.begin(), table.end(), [&](const command_row& r) { return r.what == what; });
  return found == table.end() ? std::string_view() : found->usage;
}

spoken read_spoken(std::string_view text) noexcept {
  // Most texts begin with a letter, behind which no slash means anything.
  const auto first = text.empty() ? 'x' : static_cast<unsigned char>(text.front());
  if (first != '/' && first > ' ' && first < 0x7F) return {message_kind::plain, text};
  const opening start = read_opening(text);
  if (start.is == opening::kind::slash && start.word.text() == emote_word) return {message_kind::emote, start.rest};
  if (start.is != opening::kind::two_slashes) return {message_kind::plain, text};
  std::string_view word = start.rest;
  constexpr std::string_view wide_slash = "／";
  while (word.starts_with('/') || word.starts_with(wide_slash))
    word.remove_prefix(word[0] == '/' ? 1 : wide_slash.size());
  return {message_kind::plain, fold_word(word).text() == emote_word ? start.rest : text};
}

std::string plainly(std::string_view text) {
  const spoken read = read_spoken(text);
  if (read.how == message_kind::plain && read.text == text) return std::string(text);
  return std::string("/").append(text.substr(leading_nothing(text)));
}

command parse_command(std::string_view line) {
  return parse(line, false);
}

command read_command(std::string_view line, std::string& scratch) {
  if (!is_text(line)) {
    command out = refuse(problem::not_utf8, {});
    out.tag = tag_of_broken(line, scratch);
    return out;
  }
  line = utf8::trim(line);
  command out = parse_command(line);
  if (!is_safe(line)) make_parts_safe(out, scratch);
  return out;
}

}  // namespace confab

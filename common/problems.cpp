#include "common/problems.hpp"

#include <algorithm>
#include <array>

namespace confab {
namespace {

struct row {
  problem what;
  std::string_view code;
  std::string_view name;
  std::string_view en;
  std::string_view zh;
};

// `{}` stands for the detail.
constexpr std::array<row, problem_count> rows{{
    {problem::not_utf8, "bad-encoding", "not-utf8",
     "That line is not UTF-8, so nobody got it: set your terminal to UTF-8",
     "该行不是 UTF-8 编码，未发送：请把终端设为 UTF-8"},
    {problem::line_too_long, "line-too-long", "line-too-long",
     "That line is over {} bytes, so nobody got it: send it in parts", "该行超过 {} 字节，未发送：请分段发送"},
    {problem::flood, "flood", "flood", "Too much without a line end: end each line with Enter",
     "数据过长且没有换行：请每行以回车结束"},
    {problem::unknown_command, "unknown-command", "unknown-command",
     "There is no command {}: see /help, or start with // to say it",
     "没有 {} 命令：用 /help 查看，或以 // 开头发送原文"},
    {problem::looks_like_command, "unknown-command", "looks-like-command",
     "That line was not sent. For the command, type /{}; to say it, put /say in front",
     "该行未发送。要执行命令，请输入 /{}；要发送原文，请在前面加 /say"},
    {problem::looks_like_password, "looks-like-password", "looks-like-password",
     "That line was not sent: it looks like a password. To say it anyway, put /say in front",
     "该行看起来含有密码，未发送。确实要发送，请在前面加 /say"},
    {problem::takes_nothing, "bad-argument", "takes-nothing", "/{} takes nothing after it", "/{} 后面不需要内容"},
    {problem::missing_argument, "missing-argument", "missing-argument", "Something is missing. Usage: {}",
     "缺少内容，用法：{}"},
    {problem::bad_argument, "bad-argument", "bad-argument", "That does not fit. Usage: {}", "内容不对，用法：{}"},
    {problem::whisper_needs_name, "missing-argument", "whisper-needs-name", "Say who it is for: to NAME TEXT",
     "请输入对方用户名"},
    {problem::whisper_needs_text, "missing-argument", "whisper-needs-text", "Nothing to send: to NAME TEXT",
     "无消息内容，请重发"},
    {problem::tag_too_long, "missing-argument", "tag-too-long", "A tag has at most 64 bytes: choose a shorter one",
     "标记最多 64 字节：请缩短"},
    {problem::tag_in_tag, "bad-argument", "tag-in-tag", "One tag is enough: /tag TOKEN COMMAND",
     "只能有一个标记：/tag 标记 命令"},
    {problem::tag_used, "tag-used", "tag-used", "That tag was used for another message: use a new one",
     "该标记已用于另一条消息：请换一个"},
    {problem::no_such_user, "no-such-user", "no-such-user", "There is no user with that name", "该用户不存在"},
    {problem::name_in_use, "name-in-use", "name-in-use", "That name is already in use", "当前用户名已经被使用"},
    {problem::name_empty, "bad-name", "name-empty", "That name would be empty: choose another",
     "用户名不能为空，请换一个"},
    {problem::name_too_long, "bad-name", "name-too-long", "That name is too long: at most 32 characters",
     "用户名过长：最多 32 个字符"},
    {problem::name_bad_character, "bad-name", "name-bad-character",
     "A name can only have letters, digits and _ - . : choose another", "用户名只能包含文字、数字和 _ - .，请换一个"},
    {problem::name_too_many_marks, "bad-name", "name-too-many-marks",
     "A name can have at most 4 accents on a letter: choose another",
     "用户名的一个字符上最多有 4 个附加符号，请换一个"},
    {problem::name_bad_start, "bad-name", "name-bad-start",
     "A name cannot start with - or . or an accent: choose another", "用户名不能以 - 或 . 或附加符号开头，请换一个"},
    {problem::name_like_address, "bad-name", "name-like-address", "A name cannot look like an address: choose another",
     "用户名不能像一个地址，请换一个"},
    {problem::name_reserved, "bad-name", "name-reserved", "That name is reserved: choose another",
     "该用户名为系统保留，请换一个"},
    {problem::name_mixes_scripts, "bad-name", "name-mixes-scripts",
     "A name cannot mix letters of scripts that look alike: choose another",
     "用户名不能混用外形相近的不同文字，请换一个"},
    {problem::name_looks_taken, "bad-name", "name-looks-taken",
     "Somebody here has a name that looks the same: choose another", "已有外形相同的用户名，请换一个"},
    {problem::server_full, "server-full", "server-full", "The server is full ({} users): try again later",
     "服务器已满（{} 人），请稍后再试"},
    {problem::no_such_room, "no-such-room", "no-such-room", "There is no room {}: see /rooms, or make it with /join",
     "没有房间 {}：用 /rooms 查看，或用 /join 创建"},
    {problem::not_in_room, "not-in-room", "not-in-room", "You are not in {}: /join it first",
     "您不在房间 {} 中：请先 /join"},
    {problem::lobby_stays, "bad-argument", "lobby-stays", "Everybody is in the lobby: leave another room, or /quit",
     "大厅不能离开：可离开其他房间，或用 /quit 退出"},
    {problem::too_many_rooms, "too-many-rooms", "too-many-rooms",
     "There are too many rooms already: join one of /rooms", "房间已达上限：请加入 /rooms 中已有的房间"},
    {problem::too_many_joined, "too-many-rooms", "too-many-joined",
     "You are in too many rooms already: /leave one first", "您加入的房间过多：请先 /leave 一个"},
    {problem::history_arguments, "bad-argument", "history-arguments",
     "Say how many, and before what: /history 50 before 1234 (an id, 12:30, 2026-01-05 or 2026-01-05T12:30)",
     "请输入条数及起点：/history 50 before 1234（编号、12:30、2026-01-05 或 2026-01-05T12:30）"},
    {problem::no_word_to_search, "bad-argument", "no-word-to-search",
     "There is no word in that: a word has a letter, a digit or an emoji",
     "其中没有可查找的词：需要文字、数字或表情符号"},
    {problem::no_history, "no-history", "no-history", "This server keeps no history", "本服务器不保存聊天记录"},
    {problem::history_failed, "history-failed", "history-failed",
     "The history cannot be read at the moment: try again later", "聊天记录暂时无法读取，请稍后再试"},
    {problem::no_such_message, "no-such-message", "no-such-message",
     "There is no message {} that can still be recalled", "没有可撤回的消息 {}"},
    {problem::not_your_message, "not-yours", "not-your-message", "Message {} is not yours", "消息 {} 不是您发的"},
    {problem::already_recalled, "no-such-message", "already-recalled", "Message {} has already been recalled",
     "消息 {} 已经撤回"},
    {problem::note_too_long, "bad-argument", "note-too-long", "That is over 200 bytes: say it shorter",
     "内容超过 200 字节：请缩短"},
    {problem::cannot_resume, "cannot-resume", "cannot-resume",
     "There is nothing to resume: the token is wrong or too old", "无法恢复：令牌错误或已过期"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].what != static_cast<problem>(i)) return false;
  }
  return true;
}
static_assert(in_order());

const row& row_of(problem what) noexcept {
  return rows[static_cast<std::size_t>(what)];
}

}  // namespace

std::string_view wire_code(problem what) noexcept {
  return row_of(what).code;
}

std::string_view wire_name(problem what) noexcept {
  return row_of(what).name;
}

std::optional<problem> find_problem(std::string_view name) noexcept {
  const auto* const found = std::find_if(rows.begin(), rows.end(), [&](const row& each) { return each.name == name; });
  return found == rows.end() ? std::nullopt : std::optional(found->what);
}

bool has_detail(problem what) noexcept {
  return row_of(what).en.find("{}") != std::string_view::npos;
}

std::string explain(problem what, language lang, std::string_view detail) {
  const row& found = row_of(what);
  std::string text(lang == language::zh ? found.zh : found.en);
  if (const std::size_t place = text.find("{}"); place != std::string::npos) text.replace(place, 2, detail);
  return text;
}

problem to_problem(name_error error) noexcept {
  switch (error) {
    case name_error::empty: return problem::name_empty;
    case name_error::too_long: return problem::name_too_long;
    case name_error::bad_character: return problem::name_bad_character;
    case name_error::too_many_marks: return problem::name_too_many_marks;
    case name_error::bad_start: return problem::name_bad_start;
    case name_error::like_an_address: return problem::name_like_address;
    case name_error::reserved: break;
  }
  return problem::name_reserved;
}

}  // namespace confab

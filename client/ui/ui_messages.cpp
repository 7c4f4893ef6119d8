#include "client/ui/ui_messages.hpp"

#include <cstddef>
#include <optional>

#include "common/problems.hpp"

namespace confab::client {
namespace {

struct pair {
  std::string_view en;
  std::string_view zh;
};

constexpr std::string_view help_en =
    "  1, 2, 3, 0 in the menu; exit goes back to it, also /exit\n"
    "  /1              public chat\n"
    "  /2 [NAME]       private chat\n"
    "  /3 [NAME]       another name for yourself, also /nick and /rename\n"
    "  /menu           the menu\n"
    "  /msg NAME TEXT  one private line\n"
    "  /reply [TEXT]   to whoever whispered last; Ctrl-O opens their private chat\n"
    "  /say TEXT       says TEXT in public chat, also when TEXT is exit\n"
    "  /me TEXT        says what you do: * NAME TEXT\n"
    "  /who            who is online\n"
    "  /bell off|pm|mention|all\n"
    "  /ids on|off     shows the numbers of messages\n"
    "  /clear          clears the window\n"
    "  /help COMMAND   explains a command of the server\n"
    "  /0              leaves; also /quit [REASON]\n"
    "  //text          says /text\n"
    "  The server has more, and /help COMMAND explains each:";
constexpr std::string_view help_zh =
    "  菜单里按 1、2、3、0；exit 或 /exit 回到菜单\n"
    "  /1              公聊\n"
    "  /2 [名字]       私聊\n"
    "  /3 [名字]       给自己改名，也可用 /nick、/rename\n"
    "  /menu           菜单\n"
    "  /msg 名字 内容  发一条私聊\n"
    "  /reply [内容]   回复最近私聊你的人；Ctrl-O 打开与其私聊\n"
    "  /say 内容       公开说，内容是 exit 也行\n"
    "  /me 内容        表示动作：* 名字 内容\n"
    "  /who            谁在线\n"
    "  /bell off|pm|mention|all  响铃：从不|私聊|提到我|全部\n"
    "  /ids on|off     显示消息编号\n"
    "  /clear          清屏\n"
    "  /help 命令      查看服务器的某个命令\n"
    "  /0              退出，也可用 /quit [理由]\n"
    "  //内容          说 /内容\n"
    "  其他斜杠命令交给服务器，用 /help 命令 查看说明：";

constexpr pair texts(ui_message what) noexcept {
  switch (what) {
    case ui_message::menu:
      return {"  1. public chat   2. private chat   3. rename   0. quit", "  1. 公聊   2. 私聊   3. 改名   0. 退出"};
    case ui_message::menu_again: return {"Please enter 0-3 (1 is for talking)", "请输入 0-3（聊天按 1）"};
    case ui_message::ask_choice: return {"choose> ", "选择> "};
    case ui_message::ask_public: return {"public[{0}]> ", "公聊[{0}]> "};
    case ui_message::ask_room: return {"#{0}[{1}]> ", "#{0}[{1}]> "};
    case ui_message::ask_private: return {"private→{0}> ", "私聊→{0}> "};
    case ui_message::ask_partner: return {"to whom> ", "对方> "};
    case ui_message::ask_name: return {"new name> ", "新名字> "};
    case ui_message::ask_leaving: return {"1, 2 or 0> ", "1、2 或 0> "};
    case ui_message::ask_yes_no: return {"y or n> ", "y 或 n> "};
    case ui_message::menu_again_line:
      return {"Please enter 0-3: 1 is for talking; Up brings your line back",
              "请输入 0-3：聊天请先按 1；按上箭头可找回刚才的内容"};
    case ui_message::way_out:
      return {"Every line is sent; exit goes back to the menu", "每行都会发出；输入 exit 回到菜单"};
    case ui_message::offer_name: return {"Choose a name; Enter alone keeps {0}", "请取个名字；直接回车则沿用 {0}"};
    case ui_message::name_goes_back: return {"Enter alone keeps {0}", "直接回车则沿用 {0}"};
    case ui_message::goes_back: return {"0. back (or Enter)", "0. 返回（或直接回车）"};
    case ui_message::more_people: return {"and {0} more: enter the name", "另有 {0} 人：请输入名字"};
    case ui_message::and_more: return {"{0} and {1} more", "{0} 等，另有 {1} 人"};
    case ui_message::nobody_else: return {"Nobody else is online", "没有别人在线"};
    case ui_message::no_such_person: return {"Nobody online is called {0}", "没有叫 {0} 的人在线"};
    case ui_message::partner_gone:
      return {"{0} has left: nothing you write here is sent", "{0} 已离开，在这里写的不会发出"};
    case ui_message::partner_back: return {"{0} is back", "{0} 回来了"};
    case ui_message::partner_is_another:
      return {"{0} is somebody else now: {1}, not the one you talked to",
              "{0} 现在是另一个人：{1}，不是刚才和你聊天的人"};
    case ui_message::partner_unsure:
      return {"{0} is at {1}; after the break there is no telling whether that is the same person",
              "{0} 现在的地址是 {1}；断线之后无法确认是不是同一个人"};
    case ui_message::partner_not_there: return {"Not sent: {0} is not there ({1})", "没有发送：{0} 不在（{1}）"};
    case ui_message::not_sent_because: return {"Not sent: {0} ({1})", "没有发送：{0}（{1}）"};
    case ui_message::answer_yes_no:
      return {"Please answer y or n first; Up brings your line back", "请先回答 y 或 n；按上箭头可找回刚才的内容"};
    case ui_message::held_meant:
      return {
          "{0} is at {1}; after the break there is no telling whether that is the same person. Send your lines that "
          "wait for them ({2})?",
          "{0} 现在的地址是 {1}；断线之后无法确认是不是同一个人。要发送等着的 {2} 条私聊吗？"};
    case ui_message::held_given_up: return {"Not sent: {0} ({1} did not come back)", "没有发送：{0}（{1} 没有回来）"};
    case ui_message::held_waits:
      return {"What you wrote to {0} waits up to {1} s for them", "写给 {0} 的私聊最多等 {1} 秒"};
    case ui_message::leaving_meant:
      return {"\"{0}\": 1 back to the menu, 2 say it, 0 leave confab",
              "“{0}”：1 回到菜单，2 照原样发出，0 退出 confab"};
    case ui_message::leaving_refused:
      return {"Not sent: {0} (exit goes back to the menu, /quit leaves, /say says it)",
              "没有发送：{0}（exit 回到菜单，/quit 退出，/say 照原样发出）"};
    case ui_message::nobody_whispered: return {"Nobody has whispered to you yet", "还没有人私聊过你"};
    case ui_message::public_mode: return {"public", "公聊"};
    case ui_message::private_mode: return {"private→{0}", "私聊→{0}"};
    case ui_message::menu_mode: return {"menu", "菜单"};

    case ui_message::connected:
      return {"Connected to {0} as {1}   (/help lists the commands)", "已连接 {0}，名字：{1}   （/help 看命令）"};
    case ui_message::connected_secured:
      return {"Connected to {0} over {2} as {1}   (/help lists the commands)",
              "已通过 {2} 连接 {0}，名字：{1}   （/help 看命令）"};
    case ui_message::tag_public: return {"[public]", "[公]"};
    case ui_message::tag_private: return {"[private]", "[私]"};
    // No name can hold a bracket, so nobody can look like us.
    case ui_message::me: return {"(me)", "（我）"};
    case ui_message::came: return {"{0} came in", "{0} 进来了"};
    case ui_message::went: return {"{0} left", "{0} 走了"};
    case ui_message::crowd_came: return {"{0} people came in", "{0} 人进来了"};
    case ui_message::crowd_went: return {"{0} people left", "{0} 人走了"};
    case ui_message::list_separator: return {", ", "、"};
    case ui_message::group_separator: return {"; ", "；"};
    case ui_message::now_online: return {" ({0} online)", "（在线 {0}）"};
    case ui_message::entered_room: return {"{0} entered #{1} ({2} there)", "{0} 进入 #{1}（{2} 人）"};
    case ui_message::room_crowd:
      return {"#{0}: {1} entered, {2} left ({3} there)", "#{0}：{1} 人进入，{2} 人离开（{3} 人）"};
    case ui_message::left_room: return {"{0} left #{1} ({2} there)", "{0} 离开 #{1}（{2} 人）"};
    case ui_message::text_goes_to: return {"Public chat goes to #{0} now", "公聊内容现在发到 #{0}"};
    case ui_message::text_goes_to_lobby: return {"Public chat goes to everybody now", "公聊内容现在发给所有人"};
    case ui_message::topic_is: return {"{0}; topic: {1}", "{0}，话题：{1}"};
    case ui_message::topic_set: return {"{0} set the topic of #{1}: {2}", "{0} 把 #{1} 的话题改为：{2}"};
    case ui_message::room_members: return {"({0})", "（{0} 人）"};
    case ui_message::topic_is_alone: return {"Topic of #{0}: {1}", "#{0} 的话题：{1}"};
    case ui_message::topic_none: return {"#{0} has no topic", "#{0} 没有话题"};
    case ui_message::topic_cleared: return {"{0} cleared the topic of #{1}", "{0} 清除了 #{1} 的话题"};
    case ui_message::found_some: return {"{0} found", "以上 {0} 条"};
    case ui_message::found_more: return {"{0} found, there are more", "以上 {0} 条，还有更多"};
    case ui_message::found_none: return {"Nothing found", "没有找到消息"};
    case ui_message::recalled: return {"Message {0} was taken back", "消息 {0} 已被撤回"};
    case ui_message::recalled_known: return {"{0} took back a message from {1}", "{0} 撤回了 {1} 的一条消息"};
    case ui_message::recalled_mine: return {"You took back a message from {0}", "你撤回了 {0} 的一条消息"};
    case ui_message::numbered: return {"{0} ({1})", "{0}（{1}）"};
    case ui_message::is_away: return {"{0} is away: {1}", "{0} 暂时离开：{1}"};
    case ui_message::is_away_silent: return {"{0} is away", "{0} 暂时离开"};
    case ui_message::is_back: return {"{0} is back", "{0} 回来了"};
    case ui_message::away_in_list: return {", away: {0}", "，暂离：{0}"};
    case ui_message::away_silent_in_list: return {", away", "，暂离"};
    case ui_message::lost_in_list: return {" (connection broken)", "（连接已断开）"};
    case ui_message::whisper_waits:
      return {"{0}'s connection is broken: your whisper waits for {1} s", "{0} 的连接已断开：私聊将保留 {1} 秒"};
    case ui_message::whisper_delivered: return {"{0} is back and has your whisper", "{0} 回来了，已收到你的私聊"};
    case ui_message::whispers_delivered:
      return {"{0} is back and has your {1} whispers", "{0} 回来了，已收到你的 {1} 条私聊"};
    case ui_message::whisper_lost:
      return {"{0} did not come back: your whisper was not read", "{0} 没有回来：你的私聊未被阅读"};
    case ui_message::whispers_lost:
      return {"{0} did not come back: {1} of your whispers were not read", "{0} 没有回来：你的 {1} 条私聊未被阅读"};
    case ui_message::missed_some:
      return {"Some messages from meanwhile cannot be shown; see /history", "断线期间有些消息无法补上，请看 /history"};
    case ui_message::renamed: return {"{0} is now called {1}", "{0} 改名为 {1}"};
    case ui_message::renamed_me: return {"You are now called {0}", "你现在叫 {0}"};
    case ui_message::monday: return {"Mon", "周一"};
    case ui_message::tuesday: return {"Tue", "周二"};
    case ui_message::wednesday: return {"Wed", "周三"};
    case ui_message::thursday: return {"Thu", "周四"};
    case ui_message::friday: return {"Fri", "周五"};
    case ui_message::saturday: return {"Sat", "周六"};
    case ui_message::sunday: return {"Sun", "周日"};
    case ui_message::who_title: return {"{0} online:", "在线 {0} 人："};
    case ui_message::who_idle: return {"idle {0} s", "{0} 秒没动静"};
    case ui_message::count: return {"{0} online", "在线 {0} 人"};
    case ui_message::pong: return {"The server answers {0}", "服务器应答 {0}"};
    case ui_message::whoami_tls:
      return {"You are {0}, from {1}; the connection is encrypted", "你是 {0}，来自 {1}；连接已加密"};
    case ui_message::whoami_plain:
      return {"You are {0}, from {1}; the connection is not encrypted", "你是 {0}，来自 {1}；连接未加密"};
    case ui_message::done: return {"Done", "完成"};
    case ui_message::typed_waits: return {"{0} ⏳ waiting", "{0} ⏳待发"};
    case ui_message::waiting: return {"⏳ waiting", "⏳待发"};

    case ui_message::status_online: return {"online {0}", "在线 {0}"};
    case ui_message::status_unread: return {"unread private {0} (Ctrl-O)", "未读私聊 {0}（Ctrl-O）"};
    case ui_message::status_nameless: return {"waiting for your name", "等你取名"};
    case ui_message::status_connecting: return {"connecting", "正在连接"};
    case ui_message::status_way_out: return {"exit: menu", "exit 回菜单"};
    case ui_message::status_offline: return {"not connected", "未连接"};

    case ui_message::not_utf8: return {"Not sent: the line is not UTF-8", "没有发送：这一行不是 UTF-8"};
    case ui_message::too_long:
      return {"Not sent: the line has {0} bytes, the server takes at most {1}",
              "没有发送：{0} 字节太长，服务器最多收 {1}"};
    case ui_message::not_from_here: return {"{0} is used by the client itself", "{0} 由客户端自己处理"};
    case ui_message::meant_command:
      return {"That line was not sent. For the command, type /{0}; to send it, type /to {1} and the line",
              "该行未发送。要执行命令，请输入 /{0}；要发送原文，请输入 /to {1} 和内容"};
    case ui_message::usage_message:
      return {"Say who it is for, and the text: /msg NAME TEXT", "请说明对方和内容：/msg 名字 内容"};
    case ui_message::not_connected: return {"Not connected: try that again later", "未连接，请稍后再试"};
    case ui_message::queue_full: return {"Not sent: {0} lines are waiting already", "没有发送：已有 {0} 条待发"};

    case ui_message::bell_is: return {"Bell: {0}", "响铃：{0}"};
    case ui_message::bell_usage:
      return {"/bell off|pm|mention|all", "/bell off|pm|mention|all（从不|私聊|提到我|全部）"};
    case ui_message::help: return {help_en, help_zh};

    case ui_message::connecting: return {"Connecting to {0} ...", "正在连接 {0} ……"};
    case ui_message::cannot_connect: return {"Cannot connect to {0}: {1}", "连不上 {0}：{1}"};
    case ui_message::lost: return {"Connection lost: {0}", "连接断开：{0}"};
    case ui_message::lost_trying:
      return {"Connection lost ({0}); trying again in {1} s (attempt {2})",
              "连接断开（{0}），{1} 秒后重连（第 {2} 次）"};
    case ui_message::unconnected_trying:
      return {"Not connected ({0}); trying again in {1} s (attempt {2})", "未连接（{0}），{1} 秒后重试（第 {2} 次）"};
    case ui_message::enter_retries: return {"{0}; Enter tries at once", "{0}；回车立即重试"};
    case ui_message::refused_login: return {"The name {0} was refused: {1}", "名字 {0} 被拒绝：{1}"};
    case ui_message::reconnected: return {"Connected again", "已重连"};
    case ui_message::place_taken_back: return {"You have your place back", "你之前的位置还在，已接上"};
    case ui_message::held_refused:
      return {"Not sent: {0} (after the break there is no telling who {1} is)",
              "没有发送：{0}（断线之后无法确认 {1} 是谁）"};
    case ui_message::delivered: return {"Waiting lines delivered: {0}", "{0} 条待发消息已送出"};
    case ui_message::not_delivered: return {"Not delivered: {0} ({1})", "没有送到：{0}（{1}）"};
    case ui_message::not_sent: return {"Not sent: {0}", "没有发送：{0}"};
    case ui_message::not_sent_room: return {"Not sent to #{0}: {1}", "没有发到 #{0}：{1}"};
    case ui_message::rejoin_refused: return {"Cannot go back to #{0}: {1}", "回不到 #{0}：{1}"};
    case ui_message::perhaps_missed:
      return {"Some messages from meanwhile may be missing", "断线期间可能有些消息无法补上"};
    case ui_message::maybe_lost: return {"Perhaps not delivered: {0}", "可能没有送到：{0}"};
    case ui_message::not_confirmed:
      return {"The server did not confirm {0} line(s) in time", "服务器没有及时确认 {0} 行"};
    case ui_message::name_taken_again: return {"{0} is still taken; asking again", "{0} 还被占用，稍后再试"};
    case ui_message::name_given_up:
      return {"{0} is still taken; you are {1} now (/3 renames)", "{0} 一直被占用，你现在是 {1}（/3 改名）"};
    case ui_message::name_wanted:
      return {"{0} is still taken; choose another name, until then nothing is sent",
              "{0} 一直被占用，请换一个名字，在那之前什么都不发送"};
    case ui_message::mismatch: return {"{0} is not a confab server: {1}", "{0} 不是 confab 服务器：{1}"};
    case ui_message::no_answer: return {"no greeting within {0} s", "{0} 秒内没有应答"};
    case ui_message::closed_early: return {"{0}, then closed the connection", "{0}，然后关闭了连接"};
    case ui_message::line_too_long: return {"it sent a line of more than {0} bytes", "对方发来超过 {0} 字节的一行"};
    case ui_message::unreadable: return {"it sent \"{0}\"", "对方发来“{0}”"};
    case ui_message::left_idle: return {"idle for too long", "太久没有动静"};
    case ui_message::left_slow: return {"this side read too slowly", "这边收得太慢"};
    case ui_message::left_kicked: return {"you were removed", "你被请出了聊天室"};
    case ui_message::left_shutdown: return {"the server is shutting down", "服务器正在关闭"};
    case ui_message::link_silent: return {"no sign of life", "没有回应"};
    case ui_message::connect_refused: return {"nothing listens there", "那里没有服务器"};
    case ui_message::unreachable: return {"no route to that address", "到不了那个地址"};
    case ui_message::no_such_host: return {"no such host", "没有这个主机"};
    case ui_message::was_reset: return {"broken off", "连接被中断"};
    case ui_message::server_closed: return {"closed by the server", "服务器关闭了连接"};
    case ui_message::closed_silently:
      return {"closed without a word; does it want --tls?", "对方一言不发就关闭了连接；是不是要加 --tls？"};
    case ui_message::tls_bad_ca: return {"--ca {0} cannot be used: {1}", "--ca {0} 不能用：{1}"};
    case ui_message::tls_not_tls:
      return {"no TLS is spoken there: try another port, or go without --tls",
              "那里不使用 TLS：请换一个端口，或去掉 --tls"};
    case ui_message::tls_wanted: return {"TLS is spoken there: add --tls", "那里使用 TLS：请加上 --tls"};
    case ui_message::tls_untrusted:
      return {
          "nobody who is trusted here vouches for its certificate. Ask whoever runs the server for the SHA-256; if "
          "it is this one, add --pin {0}",
          "它的证书没有受信任的机构担保。请向服务器的管理者核对 SHA-256，与此一致时加上 --pin {0}"};
    case ui_message::tls_expired:
      return {"its certificate expired on {0}: whoever runs the server has to renew it, unless the clock here is wrong",
              "它的证书已于 {0} 过期：请服务器的管理者更新证书，或检查本机的时钟"};
    case ui_message::tls_not_yet_valid:
      return {"its certificate is not valid before {0}: is the clock here right?",
              "它的证书从 {0} 起才有效：请检查本机的时钟"};
    case ui_message::tls_wrong_host:
      return {"its certificate is for another host: {0}. Connect to the server by that name",
              "它的证书属于别的主机：{0}。请用那个名字连接"};
    case ui_message::tls_no_host:
      return {
          "its certificate names no host. If its SHA-256 is the one that whoever runs the server says, add --pin {0}",
          "它的证书没有写明主机。请向服务器的管理者核对 SHA-256，与此一致时加上 --pin {0}"};
    case ui_message::tls_wrong_pin:
      return {
          "its certificate is another than the one of --pin: {0}. Either it was renewed, or somebody is in between: "
          "ask whoever runs the server",
          "它的证书与 --pin 不符：{0}。可能证书更新了，也可能有人冒充：请询问服务器的管理者"};
    case ui_message::tls_failed: return {"TLS did not come about: {0}", "无法建立 TLS：{0}"};
    case ui_message::connect_timeout: return {"no answer", "没有回应"};
  }
  return {"", ""};
}

}  // namespace

std::string_view text_of(language lang, ui_message what) noexcept {
  const pair both = texts(what);
  return lang == language::zh ? both.zh : both.en;
}

std::string explain(language lang, const error& why) {
  const std::optional<problem> known = find_problem(why.problem);
  const bool whole = known && (!why.detail.empty() || !has_detail(*known));
  if (whole) return confab::explain(*known, lang, why.detail);
  return why.text.empty() ? why.code : why.text;
}

}  // namespace confab::client

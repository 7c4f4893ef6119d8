#include <map>
#include <string>
#include <string_view>

#include "common/protocol/events.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/protocol/rendering.hpp"

using namespace std::string_literals;
using namespace confab;
using confab::test::for_every_event;
using confab::test::rendered;
using confab::test::said;
using confab::test::the_stamp;
using confab::test::whispered;

namespace {

struct both {
  std::string en;
  std::string zh;
};

const std::map<std::string, both, std::less<>> expected_texts{
    {"welcome", {"Text lines from here on, 安娜\n", "已切换为文本输出，安娜\n"}},
    {"welcome, with a token", {"Text lines from here on, 安娜\n", "已切换为文本输出，安娜\n"}},
    {"welcome, with the message of the day", {"Text lines from here on, 安娜\n", "已切换为文本输出，安娜\n"}},
    {"welcome back", {"Text lines from here on, 安娜\n", "已切换为文本输出，安娜\n"}},
    {"welcome back, with rooms", {"Text lines from here on, 安娜\n", "已切换为文本输出，安娜\n"}},
    {"joined", {"[127.0.0.1:5]安娜: is online\n", "[127.0.0.1:5]安娜: 已上线\n"}},
    {"left", {"[127.0.0.1:5]安娜: is offline\n", "[127.0.0.1:5]安娜: 下线\n"}},
    {"left without words", {"[127.0.0.1:5]安娜: is offline\n", "[127.0.0.1:5]安娜: 下线\n"}},
    {"crowd", {"10 came online, 5 went offline (100 online)\n", "10 人上线，5 人下线（在线 100）\n"}},
    {"room crowd", {"#tea: 5 joined, 2 left (40 there)\n", "#tea：5 人进入，2 人离开（房间内 40 人）\n"}},
    {"message", {"[127.0.0.1:5]安娜: hello\n", "[127.0.0.1:5]安娜: hello\n"}},
    {"message in a room", {"#tea [127.0.0.1:5]安娜: hello\n", "#tea [127.0.0.1:5]安娜: hello\n"}},
    {"message, past",
     {"(2026-01-05 12:03) #tea [127.0.0.1:5]安娜: hello\n", "(2026-01-05 12:03) #tea [127.0.0.1:5]安娜: hello\n"}},
    {"message, repeated", {"[127.0.0.1:5]安娜: hello\n", "[127.0.0.1:5]安娜: hello\n"}},
    {"message, past, own",
     {"(2026-01-05 12:03) [127.0.0.1:5]安娜: hello\n", "(2026-01-05 12:03) [127.0.0.1:5]安娜: hello\n"}},
    {"message, emote", {"* 安娜 waves\n", "* 安娜 waves\n"}},
    {"message in a room, emote", {"#tea * 安娜 waves\n", "#tea * 安娜 waves\n"}},
    {"message, past, emote", {"(2026-01-05 12:03) #tea * 安娜 waves\n", "(2026-01-05 12:03) #tea * 安娜 waves\n"}},
    {"whisper, emote", {"安娜 whispers to you: * 安娜 waves\n", "安娜想对您说：* 安娜 waves\n"}},
    {"whispered, emote", {"", ""}},
    {"whispered, past, emote",
     {"(2026-01-05 12:03) you whispered to [::1]:7: * 安娜 waves\n",
      "(2026-01-05 12:03) 您对 [::1]:7 说：* 安娜 waves\n"}},
    {"whisper", {"安娜 whispers to you: hi\n", "安娜想对您说：hi\n"}},
    {"whisper, past", {"(2026-01-05 12:03) 安娜 whispers to you: hi\n", "(2026-01-05 12:03) 安娜想对您说：hi\n"}},
    {"whispered", {"", ""}},
    {"whispered, repeated", {"", ""}},
    {"whispered, past, own",
     {"(2026-01-05 12:03) you whispered to [::1]:7: hi\n", "(2026-01-05 12:03) 您对 [::1]:7 说：hi\n"}},
    {"delivery, waiting",
     {"安娜's connection is broken: your whisper waits for 120 s\n", "安娜 的连接已断开：私聊将保留 120 秒\n"}},
    {"delivery, delivered", {"安娜 is back and has your 2 whispers\n", "安娜 回来了，已收到您的 2 条私聊\n"}},
    {"delivery, one delivered", {"安娜 is back and has your whisper\n", "安娜 回来了，已收到您的 1 条私聊\n"}},
    {"delivery, lost",
     {"安娜 did not come back: 2 of your whispers were not read\n", "安娜 没有回来：您的 2 条私聊未被阅读\n"}},
    {"delivery, one lost",
     {"安娜 did not come back: your whisper was not read\n", "安娜 没有回来：您的 1 条私聊未被阅读\n"}},
    {"renamed", {"[127.0.0.1:5]old: is now known as 安娜\n", "[127.0.0.1:5]old: 改名为 安娜\n"}},
    {"you renamed", {"Your name is now: 安娜\n", "用户名已修改为：安娜\n"}},
    {"users",
     {"[127.0.0.1:5]安娜: online...\n[[::1]:7][::1]:7: online... (away)\n[127.0.0.1:5]安娜: online... (away: tea) "
      "(connection broken)\n"
      "[127.0.0.1:5]安娜: online... (connection broken)\n",
      "[127.0.0.1:5]安娜: 在线...\n[[::1]:7][::1]:7: 在线...（暂离）\n[127.0.0.1:5]安娜: "
      "在线...（暂离：tea）（连接已断开）\n"
      "[127.0.0.1:5]安娜: 在线...（连接已断开）\n"}},
    {"users, none, more to come", {"", ""}},
    {"count", {"3 online\n", "在线 3 人\n"}},
    {"whoami",
     {"You are [127.0.0.1:5]安娜 @8. Your text goes to #tea. The connection is encrypted\n",
      "您是 [127.0.0.1:5]安娜 @8，当前房间：#tea。连接已加密\n"}},
    {"whoami, in the lobby",
     {"You are [127.0.0.1:5]安娜 @8. Your text goes to the lobby. The connection is not encrypted\n",
      "您是 [127.0.0.1:5]安娜 @8，当前房间：大厅。连接未加密\n"}},
    {"pong", {"pong x y\n", "pong x y\n"}},
    {"pong without a token", {"pong\n", "pong\n"}},
    {"room joined", {"#tea [127.0.0.1:5]安娜: has joined\n", "#tea [127.0.0.1:5]安娜: 进入房间\n"}},
    {"room left", {"#tea [127.0.0.1:5]安娜: has left\n", "#tea [127.0.0.1:5]安娜: 离开房间\n"}},
    {"room changed", {"Your text goes to #tea, topic: green\n", "当前房间：#tea，话题：green\n"}},
    {"room changed, no topic", {"Your text goes to #tea\n", "当前房间：#tea\n"}},
    {"room changed, lobby", {"Your text goes to the lobby\n", "当前房间：大厅\n"}},
    {"topic", {"#tea [127.0.0.1:5]安娜: the topic is now green\n", "#tea [127.0.0.1:5]安娜: 话题改为 green\n"}},
    {"topic, cleared", {"#tea [127.0.0.1:5]安娜: has cleared the topic\n", "#tea [127.0.0.1:5]安娜: 清除了话题\n"}},
    {"topic, shown", {"#tea: green\n", "#tea: green\n"}},
    {"topic, shown, none", {"#lobby has no topic\n", "#lobby 没有话题\n"}},
    {"rooms", {"#lobby (3)\n#tea (1): green\n", "#lobby (3)\n#tea (1): green\n"}},
    {"recalled", {"message 6 was recalled\n", "消息 6 已被撤回\n"}},
    {"recalled in a room", {"#tea message 6 was recalled\n", "#tea 消息 6 已被撤回\n"}},
    {"found", {"2 found, there are more\n", "以上 2 条，还有更多\n"}},
    {"found, whispers", {"2 found, there are more\n", "以上 2 条，还有更多\n"}},
    {"found, all", {"2 found\n", "以上 2 条\n"}},
    {"found nothing", {"Nothing found\n", "没有找到消息\n"}},
    {"away", {"安娜 is away: tea\n", "安娜暂时离开：tea\n"}},
    {"away without words", {"安娜 is away\n", "安娜暂时离开\n"}},
    {"back", {"安娜 is back\n", "安娜回来了\n"}},
    {"not keeping",
     {"Messages are not kept at the moment; the chat goes on\n", "聊天记录暂时无法保存，聊天照常进行\n"}},
    {"keeping", {"Messages are kept again\n", "聊天记录已恢复保存\n"}},
    {"ok", {"", ""}},
    {"notice", {"words\n", "words\n"}},
    {"help", {"/me TEXT: says what you do\n", "/me TEXT: 表示动作\n"}},
    {"help, for programs", {"/json on|off: switches\n", "/json on|off: 切换\n"}},
    {"idle warning",
     {"You have been idle: send any line within 30 s to stay\n", "您已空闲太久，30 秒后将断开连接：请发送任意一行\n"}},
    {"error without a detail", {"There is no user with that name\n", "该用户不存在\n"}},
    {"error",
     {"There is no command /x: see /help, or start with // to say it\n",
      "没有 /x 命令：用 /help 查看，或以 // 开头发送原文\n"}},
    {"bye, quit", {"Goodbye (press Enter)\n", "再见（请按回车）\n"}},
    {"bye, idle", {"You were disconnected: idle for 300 s\n", "你被踢了\n"}},
    {"bye, kicked", {"You were disconnected\n", "你被踢了\n"}},
    {"bye, shutdown", {"The server is shutting down. Goodbye\n", "服务器即将关闭，再见\n"}},
    {"bye, eof", {"", ""}},
    {"bye, slow", {"", ""}},
    {"bye, error", {"", ""}},
    {"bye, resumed", {"", ""}},
};

/// `lines`, each with the tag in front.
std::string with_tag(const std::string& tag, const std::string& lines) {
  std::string out;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at) + 1;
    out += tag + " " + lines.substr(at, end - at);
    at = end;
  }
  return out;
}

}  // namespace

TEST_CASE("text: every event has its words in both languages", "[render_text]") {
  std::size_t seen = 0;
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    const auto found = expected_texts.find(name);
    REQUIRE(found != expected_texts.end());
    CHECK(rendered(wire_format::text, what, language::en) == found->second.en);
    CHECK(rendered(wire_format::text, what, language::zh) == found->second.zh);
    ++seen;
  });
  CHECK(seen == expected_texts.size());
}

TEST_CASE("text: a tag stands in front of each line", "[render_text]") {
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    // What has no words otherwise says ok when somebody waits for it.
    const bool says_ok =
        name == "ok" || name == "whispered" || name == "whispered, repeated" || name == "whispered, emote";
    const both& plain = expected_texts.find(name)->second;
    CHECK(rendered(wire_format::text, what, language::en, "T1") == (says_ok ? "T1 ok\n" : with_tag("T1", plain.en)));
    CHECK(rendered(wire_format::text, what, language::zh, "标记") ==
          (says_ok ? "标记 ok\n" : with_tag("标记", plain.zh)));
  });
}

TEST_CASE("text: ids stand in front of messages for those who want them, and change nothing else", "[render_text]") {
  const std::map<std::string, both, std::less<>> numbered{
      {"message", {"6 [127.0.0.1:5]安娜: hello\n", "6 [127.0.0.1:5]安娜: hello\n"}},
      {"message in a room", {"6 #tea [127.0.0.1:5]安娜: hello\n", "6 #tea [127.0.0.1:5]安娜: hello\n"}},
      {"message, past",
       {"(2026-01-05 12:03) 6 #tea [127.0.0.1:5]安娜: hello\n",
        "(2026-01-05 12:03) 6 #tea [127.0.0.1:5]安娜: hello\n"}},
      {"whisper", {"7 安娜 whispers to you: hi\n", "7 安娜想对您说：hi\n"}},
      {"whisper, past", {"(2026-01-05 12:03) 7 安娜 whispers to you: hi\n", "(2026-01-05 12:03) 7 安娜想对您说：hi\n"}},
      {"message, repeated", {"6 [127.0.0.1:5]安娜: hello\n", "6 [127.0.0.1:5]安娜: hello\n"}},
      {"message, past, own",
       {"(2026-01-05 12:03) 6 [127.0.0.1:5]安娜: hello\n", "(2026-01-05 12:03) 6 [127.0.0.1:5]安娜: hello\n"}},
      {"whispered, repeated", {"7 you whispered to [::1]:7: hi\n", "7 您对 [::1]:7 说：hi\n"}},
      {"whispered, past, own",
       {"(2026-01-05 12:03) 7 you whispered to [::1]:7: hi\n", "(2026-01-05 12:03) 7 您对 [::1]:7 说：hi\n"}},
      {"whispered", {"7 you whispered to [::1]:7: hi\n", "7 您对 [::1]:7 说：hi\n"}},
      {"message, emote", {"6 * 安娜 waves\n", "6 * 安娜 waves\n"}},
      {"message in a room, emote", {"6 #tea * 安娜 waves\n", "6 #tea * 安娜 waves\n"}},
      {"message, past, emote",
       {"(2026-01-05 12:03) 6 #tea * 安娜 waves\n", "(2026-01-05 12:03) 6 #tea * 安娜 waves\n"}},
      {"whisper, emote", {"7 安娜 whispers to you: * 安娜 waves\n", "7 安娜想对您说：* 安娜 waves\n"}},
      {"whispered, emote", {"7 you whispered to [::1]:7: * 安娜 waves\n", "7 您对 [::1]:7 说：* 安娜 waves\n"}},
      {"whispered, past, emote",
       {"(2026-01-05 12:03) 7 you whispered to [::1]:7: * 安娜 waves\n",
        "(2026-01-05 12:03) 7 您对 [::1]:7 说：* 安娜 waves\n"}},
  };
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    const auto special = numbered.find(name);
    const both& words = special == numbered.end() ? expected_texts.find(name)->second : special->second;
    CHECK(rendered(wire_format::numbered, what, language::en) == words.en);
    CHECK(rendered(wire_format::numbered, what, language::zh) == words.zh);
  });
}

TEST_CASE("text: times stand in front of every line, instead of those in brackets", "[render_text]") {
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    for (const bool ids : {false, true}) {
      const std::string plain = rendered(ids ? wire_format::numbered : wire_format::text, what, language::en, "T1");
      std::string wanted = with_tag(std::string(the_stamp.substr(0, the_stamp.size() - 1)), plain);
      constexpr std::string_view then = "(2026-01-05 12:03) ";
      if (const auto place = wanted.find(then); place != std::string::npos) wanted.erase(place, then.size());
      CHECK(rendered(text_format(ids, true), what, language::en, "T1") == wanted);
      CHECK(rendered(text_format(ids, false), what, language::en, "T1") == plain);
    }
  });
}

TEST_CASE("text: rendering appends", "[render_text]") {
  std::string out = "before\n";
  render_context context;
  text::render(out, context, event::count{1});
  text::render(out, context, event::ok{});
  context.lang = language::zh;
  text::render(out, context, event::count{2});
  CHECK(out == "before\n1 online\n在线 2 人\n");
}

TEST_CASE("text: what people say passes unchanged", "[render_text]") {
  const std::string words = "  \"quotes\" \\ {} {0} %s \t你好 😀 ";
  for (const language lang : {language::en, language::zh}) {
    CHECK(rendered(wire_format::text, said(1, words), lang) == "[127.0.0.1:5]安娜: " + words + "\n");
    CHECK(rendered(wire_format::text, said(1, words, "{}"), lang) == "#{} [127.0.0.1:5]安娜: " + words + "\n");
    CHECK(rendered(wire_format::text, event::notice{words}, lang) == words + "\n");
  }
  CHECK(rendered(wire_format::text, whispered(1, words), language::zh) == "安娜想对您说：" + words + "\n");
  CHECK(rendered(wire_format::text, event::error{problem::unknown_command, "/{}%"}, language::en, "{}") ==
        "{} There is no command /{}%: see /help, or start with // to say it\n");
}

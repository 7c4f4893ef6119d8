// A person's first hour and last line: how to leave, whom a line is for, and what is left of a client that was killed.

#include <signal.h>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

namespace {

void enter(const tmux& pane, std::string_view line) {
  pane.type(line);
  pane.press({"Enter"});
}

/// The client as its user starts it, in a language of its own choosing.
void start_without_name(const tmux& pane, const endpoint& where) {
  enter(pane, "clear; $C 127.0.0.1 " + std::to_string(where.port) + " --lang zh; echo code=$?");
}

/// Reads on until 小明 whispers exactly `text`.
void hear_whisper(peer& who, std::string_view text) {
  while (who.line() != "小明想对您说：" + std::string(text)) {
  }
}

}  // namespace

TEST_CASE("screen: a newcomer is offered a name, told how to leave, and asked what quit means", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_without_name(pane, server);
  pane.await_row("新名字>");
  pane.await_text("请取个名字；直接回车则沿用 127.0.0.1:");
  enter(pane, "小红");
  pane.await_text("当前用户名已经被使用");
  enter(pane, "小明");
  pane.await_row("选择>");
  enter(pane, "大家好");
  pane.await_text("聊天请先按 1");
  pane.press({"Up"});
  pane.await_row("选择> 大家好");
  pane.press({"C-u"});
  red.heard();
  enter(pane, "1");
  pane.await_text("输入 exit 回到菜单");
  CHECK(pane.await_row("公聊[小明]>").above().find("exit 回菜单") != std::string::npos);
  pane.press({"Up"});
  pane.await_row("公聊[小明]> 大家好");
  pane.press({"Enter"});
  hear(red, "大家好");
  enter(pane, "quit");
  pane.await_row("1、2 或 0>");
  red.expect_quiet();
  enter(pane, "1");
  pane.await_row("选择>");
  enter(pane, "0");
  CHECK(pane.await_row("$").above() == "code=0");
}

TEST_CASE("screen: private chat is chosen by number, and its lines are not offered to others", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_client(pane, server);
  enter(pane, "2");
  pane.await_text("1. 小红   0. 返回（或直接回车）");
  enter(pane, "0");
  pane.await_row("选择>");
  enter(pane, "2");
  pane.await_row("对方>");
  enter(pane, "1");
  pane.await_row("私聊→小红>");
  enter(pane, "悄悄话");
  pane.await_text("（我） → 小红: 悄悄话");
  enter(pane, "/1");
  pane.await_row("公聊[小明]>");
  pane.press({"Up"});
  pane.await_row("公聊[小明]>");
  red.say("to 小明 回你");
  pane.await_text("未读私聊 1（Ctrl-O）");
  pane.type("写给大家");
  pane.await_row("公聊[小明]> 写给大家");
  pane.press({"C-o"});
  pane.await_row("私聊→小红>");
  pane.press({"Up"});
  pane.await_row("私聊→小红> /1");
  pane.press({"Up"});
  pane.await_row("私聊→小红> 悄悄话");
  pane.press({"C-u"});
  enter(pane, "/1");
  pane.await_row("公聊[小明]>");
  pane.press({"Up"});
  pane.await_row("公聊[小明]> 写给大家");
}

TEST_CASE("screen: whoever takes the name of a partner who has left gets nothing unasked", "[screen]") {
  running_server server(patient_server());
  peer bob = joined_as(server, "bob");
  const tmux pane;
  {
    peer david = joined_as(server, "david");
    start_client(pane, server);
    enter(pane, "/2 david");
    pane.await_row("私聊→david>");
    enter(pane, "你好");
    hear_whisper(david, "你好");
  }
  pane.await_text("david 已离开");
  bob.say("rename david");
  pane.await_text("david 现在是另一个人");
  bob.heard();
  enter(pane, "秘密");
  pane.await_row("y 或 n>");
  bob.expect_quiet();
  enter(pane, "n");
  pane.await_row("私聊→david>");
  bob.expect_quiet();
  enter(pane, "也告诉你");
  pane.await_row("y 或 n>");
  enter(pane, "y");
  hear_whisper(bob, "也告诉你");
}

TEST_CASE("screen: a killed client takes its place back, and its name with it", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  enter(pane, "还在");
  pane.await_text("（我）: 还在");
  ::kill(pane.running_program(), SIGKILL);
  pane.await_text("code=137");
  pane.type("stty sane");  // nobody has put the terminal back, so Enter is no line end yet
  pane.press({"C-j"});
  start_client(pane, server);
  pane.await_text("你之前的位置还在");
  CHECK_FALSE(pane.look().has("还被占用"));
}

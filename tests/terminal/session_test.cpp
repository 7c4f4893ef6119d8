// Pastes, completion, history, the menu's modes and a lost connection, in a real terminal.

#include <algorithm>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

TEST_CASE("screen: a paste of several lines waits for a decision", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  while (red.line().find("小明") == std::string::npos) {  // it is announced under its name, or renamed after it
  }
  pane.paste("一行\n二行\n三行");
  pane.await_row("公聊[小明]> 一行⏎二行⏎三行");
  pane.press({"Enter"});
  pane.await_text("粘贴了 3 行");
  pane.type("n");
  pane.await_row("公聊[小明]> 一行⏎二行⏎三行");
  red.expect_quiet();
  pane.press({"Enter"});
  pane.await_text("粘贴了 3 行");
  pane.type("y");
  for (const char* line : {"一行", "二行", "三行"}) CHECK(red.line().ends_with(std::string("小明: ") + line));
  pane.await_row("公聊[小明]>");
}

TEST_CASE("screen: Ctrl-C ends a paste whose end is lost", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.send_bytes({"1b", "5b", "32", "30", "30", "7e", "61", "62"});  // ESC [ 2 0 0 ~ a b
  pane.press({"C-c"});
  pane.await_row("公聊[小明]> ab");
  pane.press({"BSpace"});
  pane.await_row("公聊[小明]> a");
}

TEST_CASE("screen: Tab completes names and commands", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  peer long_name = joined_as(server, "小明同学");
  const tmux pane;
  start_public(pane, server);
  long_name.say("我先说");
  pane.await_text("小明同学: 我先说");
  red.say("我后说");
  pane.await_text("小红: 我后说");
  pane.type("小");
  pane.press({"Tab"});
  pane.await_text("  小红  小明同学");  // who spoke last comes first
  pane.press({"Tab"});
  pane.await_row("公聊[小明]> 小红:");
  pane.press({"Tab"});
  pane.await_row("公聊[小明]> 小明同学:");
  pane.press({"Tab"});
  pane.await_row("公聊[小明]> 小");
  pane.type("红");
  pane.press({"Tab"});
  CHECK(pane.await_row("公聊[小明]> 小红:").x == 12 + 6);
  pane.press({"C-u"});
  pane.type("/his");
  pane.press({"Tab"});
  pane.await_row("公聊[小明]> /history");
}

TEST_CASE("screen: the arrows and Ctrl-R find earlier lines and give the draft back", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  for (const char* line : {"甲说", "乙说"}) {
    pane.type(line);
    pane.press({"Enter"});
    pane.await_text(std::string("（我）: ") + line);
  }
  pane.type("草稿");
  pane.await_row("公聊[小明]> 草稿");
  pane.press({"Home", "Up"});  // with nothing before the caret every line fits
  pane.await_row("公聊[小明]> 乙说");
  pane.press({"Up"});
  pane.await_row("公聊[小明]> 甲说");
  pane.press({"Up"});
  pane.await_row("公聊[小明]> 甲说");
  pane.press({"Down", "Down"});
  pane.await_row("公聊[小明]> 草稿");
  pane.press({"C-r"});
  pane.await_text("查找>");
  pane.type("甲");
  pane.await("the line found", [](const picture& seen) { return seen.current().find("甲说") != std::string::npos; });
  pane.press({"C-g"});
  pane.await_row("公聊[小明]> 草稿");
}

TEST_CASE("screen: a private line reaches one person, with a bell", "[screen]") {
  running_server server(patient_server());
  peer other = joined_as(server, "阿强");
  const tmux hers;
  start_client(hers, server, "小红");
  const tmux pane;
  start_client(pane, server);
  while (other.line().find("小明") == std::string::npos) {
  }
  CHECK_FALSE(hers.bell_rang());
  pane.type("2");
  pane.press({"Enter"});
  pane.await_row("对方>");
  pane.type("小红");
  pane.press({"Enter"});
  pane.await_row("私聊→小红>");
  pane.type("悄悄话");
  pane.press({"Enter"});
  pane.await_text("[私] （我） → 小红: 悄悄话");
  const picture seen = hers.await_text("[私] 小明 → （我）: 悄悄话");
  CHECK(seen.above().find("未读私聊 1") != std::string::npos);
  CHECK(hers.bell_rang());
  CHECK(hers.value("#{pane_title}") == "(1) 菜单");
  other.expect_quiet();
}

TEST_CASE("screen: the prompt changes when the server has accepted the name", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("exit");
  pane.press({"Enter"});
  pane.await_row("选择>");
  pane.type("3");
  pane.press({"Enter"});
  pane.await_row("新名字>");
  pane.type("小红");
  pane.press({"Enter"});
  pane.await_text("当前用户名已经被使用");
  pane.await_row("新名字>");
  pane.type("大明");
  pane.press({"Enter"});
  pane.await_row("选择>");
  pane.type("1");
  pane.press({"Enter"});
  CHECK(pane.await_row("公聊[大明]>").above().find("大明") != std::string::npos);
}

TEST_CASE("screen: Ctrl-D leaves the mode, and in the menu the program", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.press({"C-d"});
  pane.await_row("选择>");
  pane.press({"C-d"});
  CHECK(pane.await_row("$").above() == "code=0");
}

TEST_CASE("screen: Ctrl-C clears the line, and twice on an empty one leaves", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.type("不要了");
  pane.await_row("公聊[小明]> 不要了");
  pane.press({"C-c"});
  pane.await_row("公聊[小明]>");
  pane.press({"C-c", "C-c"});
  CHECK(pane.await_row("$").above() == "code=130");
}

TEST_CASE("screen: after an outage the name is the same, the waiting line is delivered once, the draft stands",
          "[screen]") {
  endpoint where;
  const tmux pane;
  {
    running_server first(patient_server());
    where = first.at();
    start_public(pane, where);
    first.expect_ended();
    first.program().signal(SIGKILL);
    first.program().wait();
  }
  pane.await_text("秒后重连");
  CHECK(pane.look().has("未连接"));
  // The next server is there but does not answer yet: what is typed now finds no connection, and tries to make one.
  const scratch_directory state;
  process second(server_launch({"--port", std::to_string(where.port), "--lang", "zh", "--replay", "0"}, state));
  second.output_line();
  second.signal(SIGSTOP);
  pane.type("我马上到");
  pane.press({"Enter"});
  pane.await_text("我马上到 ⏳待发");
  pane.type("草稿");
  pane.await_row("公聊[小明]> 草稿");
  second.signal(SIGCONT);
  pane.await_text("1 条待发消息已送出");
  pane.await_row("公聊[小明]> 草稿");
  peer late = joined(where);
  late.say("/history");
  const std::vector<std::string> past = late.heard();
  CHECK(std::ranges::count_if(past, [](const std::string& line) { return line.ends_with("小明: 我马上到"); }) == 1);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
}

TEST_CASE("screen: after a restart of the server the room is the same, and nothing said meanwhile is missed",
          "[screen]") {
  const scratch_directory state;
  endpoint where{.ip = "127.0.0.1"};
  const tmux pane;
  const auto start_server = [&state](std::uint16_t port) {
    return process(server_launch({"--port", std::to_string(port), "--lang", "zh"}, state));
  };
  const auto port_of = [](process& server) {
    const std::string ready = server.output_line();
    return static_cast<std::uint16_t>(std::stoi(ready.substr(ready.rfind(':') + 1)));
  };
  {
    process first = start_server(0);
    where.port = port_of(first);
    start_public(pane, where);
    pane.type("/join 茶");
    pane.press({"Enter"});
    pane.await_row("#茶[小明]>");
    pane.type("有人吗");
    pane.press({"Enter"});
    pane.await_text("[#茶] （我）: 有人吗");
    first.signal(SIGKILL);
    first.wait();
  }
  pane.await_text("秒后重连");
  pane.type("给茶友");
  pane.press({"Enter"});
  pane.await_text("[#茶] （我）: 给茶友 ⏳待发");
  {
    // Somebody speaks where our client does not look for the server.
    process elsewhere = start_server(0);
    const endpoint there{.ip = "127.0.0.1", .port = port_of(elsewhere)};
    peer red = joined_as(there, "小红");
    red.say("大厅里");
    hear(red, "大厅里");
    red.say("/join 茶");
    red.say("茶凉了");
    hear(red, "茶凉了");
    red.say("/quit");
    elsewhere.signal(SIGTERM);
    CHECK(elsewhere.wait() == 0);
  }
  process second = start_server(where.port);
  second.output_line();
  peer green(where);
  green.say("/join 茶");
  hear(green, "茶凉了");  // the room's past: we are in
  pane.press({"Enter"});
  pane.await_text("1 条待发消息已送出");
  CHECK(hear(green, "给茶友").starts_with("#茶 "));
  const picture seen = pane.await_row("#茶[小明]>");
  INFO(seen.text());
  const std::vector<std::string> past = pane.all_lines();
  CHECK(std::count_if(past.begin(), past.end(),
                      [](const std::string& row) { return row.ends_with("（我）: 有人吗"); }) == 1);
  for (const char* once : {"小红: 大厅里", "小红: 茶凉了"}) CHECK(seen.count(once) == 1);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
}

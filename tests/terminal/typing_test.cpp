// The line that is typed and the lines that arrive, in a real terminal.

#include <algorithm>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

namespace {

constexpr std::size_t prompt_cells = 12;  // of 公聊[小明]>, with its blank

std::string repeated(std::string_view part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

/// The lines that end in `start` and a number, as those numbers.
std::vector<std::size_t> numbers_after(const std::vector<std::string>& lines, const std::string& start) {
  std::vector<std::size_t> found;
  for (const std::string& line : lines) {
    const auto at = line.find(start);
    if (at != std::string::npos) found.push_back(std::stoul(line.substr(at + start.size())));
  }
  return found;
}

std::vector<std::size_t> up_to(std::size_t count) {
  std::vector<std::size_t> all;
  for (std::size_t i = 1; i <= count; ++i) all.push_back(i);
  return all;
}

class silent_port {
 public:
  silent_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    REQUIRE(::bind(socket_, address, size) == 0);
    REQUIRE(::listen(socket_, 10) == 0);
    REQUIRE(::getsockname(socket_, address, &size) == 0);
    number_ = ntohs(where.sin_port);
  }
  ~silent_port() { ::close(socket_); }
  silent_port(const silent_port&) = delete;
  silent_port& operator=(const silent_port&) = delete;
  std::uint16_t number() const { return number_; }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

}  // namespace

TEST_CASE("screen: the menu is shown, answers a wrong choice, and leaves on a fresh line with status 0", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_client(pane, server);
  CHECK(pane.look().has("1. 公聊   2. 私聊   3. 改名   0. 退出"));
  pane.type("9");
  pane.press({"Enter"});
  pane.await_text("请输入 0-3");
  pane.await_row("选择>");
  pane.type("0");
  pane.press({"Enter"});
  const picture seen = pane.await_row("$");
  CHECK(seen.above() == "code=0");
  CHECK_FALSE(seen.has("选择>"));  // the footer is gone, what was said has stayed
  CHECK(seen.has("请输入 0-3"));
}

TEST_CASE("screen: the footer stands before there is a connection, and what is typed is seen and marked", "[screen]") {
  // A port that takes connections and says nothing.
  const silent_port nobody;
  const tmux pane;
  pane.type("clear; $C --lang zh --port " + std::to_string(nobody.number()));
  pane.press({"Enter"});
  pane.await("the footer", [](const picture& seen) {
    return seen.y > 0 && seen.current() == "选择>" && seen.above().find("正在连接") != std::string::npos;
  });
  pane.type("1");
  pane.press({"Enter"});
  pane.type("火锅");
  pane.await_row("选择> 火锅");
  pane.press({"Enter"});
  const picture seen = pane.await_text("火锅 ⏳待发");
  CHECK(seen.has("1 ⏳待发"));
  pane.press({"C-c", "C-c"});
  pane.await_text("没有发送：火锅");
}

TEST_CASE("screen: a line that arrives leaves the draft and the cursor alone", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("今天我们去吃火锅");
  const picture before = pane.await_row("公聊[小明]> 今天我们去吃火锅");
  CHECK(before.x == prompt_cells + 16);
  red.say("晚上好");
  const picture after = pane.await_text("[公] 小红: 晚上好");
  CHECK(after.current() == "公聊[小明]> 今天我们去吃火锅");
  CHECK(after.x == prompt_cells + 16);
  CHECK(after.above().find("在线 2") != std::string::npos);
  CHECK(after.count("公聊[小明]>") == 1);
}

TEST_CASE("screen: editing goes on in the middle of the line while lines arrive", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("今天我们去吃火锅");
  pane.press({"Left", "Left"});
  pane.await("the caret two to the left", [](const picture& seen) { return seen.x == prompt_cells + 12; });
  red.say("晚上好");
  CHECK(pane.await_text("小红: 晚上好").x == prompt_cells + 12);
  pane.press({"BSpace"});
  pane.type("X");
  pane.await_row("公聊[小明]> 今天我们去X火锅");
  pane.press({"Enter"});
  hear(red, "今天我们去X火锅");
  pane.await_text("[公] （我）: 今天我们去X火锅");
}

TEST_CASE("screen: three wide characters are erased whole", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.type("端子载");
  CHECK(pane.await_row("公聊[小明]> 端子载").x == prompt_cells + 6);
  pane.press({"BSpace", "BSpace", "BSpace"});
  CHECK(pane.await_row("公聊[小明]>").x == prompt_cells);
}

TEST_CASE("screen: a family, a skin tone and a flag are one character each", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("a👨‍👩‍👧‍👦b👍🏽c🇨🇳d❤️e");
  pane.await("the last letter", [](const picture& seen) { return seen.current().ends_with("e"); });
  pane.press({"BSpace", "BSpace", "BSpace", "BSpace"});
  pane.type("Z");
  pane.await("the Z", [](const picture& seen) { return seen.current().ends_with("Z"); });
  pane.press({"Enter"});
  hear(red, "a👨‍👩‍👧‍👦b👍🏽cZ");
}

TEST_CASE("screen: a character in two pieces, a lone Esc and Alt-b", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.send_bytes({"e4", "bd"});
  red.say("其一");
  pane.await_text("小红: 其一");
  pane.send_bytes({"a0"});
  pane.await_row("公聊[小明]> 你");
  pane.press({"C-r"});
  pane.await_row("查找>");
  pane.press({"Escape"});  // is taken for the key without another one
  red.say("其二");
  pane.await_text("小红: 其二");
  pane.await_row("公聊[小明]> 你");
  pane.type(" bc");
  pane.await_row("公聊[小明]> 你 bc");
  pane.send_bytes({"1b", "62"});
  pane.await("the caret at the word", [](const picture& seen) { return seen.x == prompt_cells + 3; });
}

TEST_CASE("screen: a line that is longer than the window scrolls sideways", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("头" + repeated("宽", 48) + "尾");
  const picture seen = pane.await("the end", [](const picture& now) { return now.current().ends_with("尾"); });
  CHECK(seen.current().starts_with("公聊[小明]> "));
  CHECK(seen.above().find("在线") != std::string::npos);
  CHECK(seen.count("宽") == 1);
  pane.press({"Home"});
  pane.await("the start",
             [](const picture& now) { return now.current().starts_with("公聊[小明]> 头宽") && now.x == prompt_cells; });
  pane.press({"Enter"});
  hear(red, "头" + repeated("宽", 48) + "尾");
}

TEST_CASE("screen: resizing loses no line and leaves one prompt", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  std::size_t lines = 0;
  const auto say_line = [&] {
    red.say("第" + std::to_string(++lines));
    pane.await_text("第" + std::to_string(lines));
  };
  while (lines < 12) say_line();
  const std::string draft = "一二三四五六七八九十一二三四五六七八九十";
  pane.type(draft);
  pane.await_row("公聊[小明]> " + draft);
  for (const std::size_t columns : {40U, 25U, 70U}) {
    pane.resize(columns, 14);
    pane.await("the draft again", [](const picture& seen) { return seen.current().ends_with("十"); });
    say_line();
  }
  const picture last = pane.await_row("公聊[小明]> " + draft);
  CHECK(last.count("公聊[小明]>") == 1);
  CHECK(numbers_after(pane.all_lines(), "小红: 第") == up_to(lines));
}

TEST_CASE("screen: a thousand lines arrive in order while somebody types", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("打");
  std::string all;
  for (std::size_t i = 1; i <= 1000; ++i) all += "第" + std::to_string(i) + '\n';
  red.send(all);
  pane.type("字");
  pane.await_text("小红: 第1000");
  pane.await_row("公聊[小明]> 打字");
  CHECK(numbers_after(pane.all_lines(), "小红: 第") == up_to(1000));
}

TEST_CASE("screen: of ten thousand lines none is lost, and the draft is whole", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  const std::string draft = "一边收一边写，一字不丢";
  constexpr std::size_t pieces = 10;
  constexpr std::size_t piece = 1000;
  for (std::size_t i = 0; i < pieces; ++i) {
    std::string all;
    for (std::size_t j = 1; j <= piece; ++j) all += "第" + std::to_string(i * piece + j) + '\n';
    red.send(all);
    pane.type(draft.substr(i * 3, 3));
    red.heard();  // its own lines, too, want to be read
  }
  pane.type(draft.substr(pieces * 3));
  pane.await_text("小红: 第10000");
  pane.await_row("公聊[小明]> " + draft);
  CHECK(numbers_after(pane.all_lines(), "小红: 第") == up_to(pieces * piece));
}

// What the client owes to the terminal, to scripts and to the machine.

#include <algorithm>
#include <chrono>
#include <fstream>
#include <regex>
#include <signal.h>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

namespace {

/// The shell has a terminal that works as before.
void check_terminal(const tmux& pane) {
  pane.type("clear; stty -a | grep -ow -e '-*icanon' -e '-*echo' | xargs; grep flags /proc/self/fdinfo/0");
  pane.press({"Enter"});
  const picture seen = pane.await("the modes and the flags", [](const picture& now) {
    return now.has("flags:") && now.current() == "$" && now.y == 2;
  });
  CHECK(seen.rows[0] == "icanon echo");
  const std::string& flags = seen.rows[1];
  CHECK((std::stoul(flags.substr(flags.find_first_of("01234567")), nullptr, 8) & 04000U) == 0);
  pane.type("clear; cat -v");
  pane.press({"Enter"});
  pane.await_row("");
  pane.paste("from the clipboard\n");
  const picture pasted = pane.await("the paste twice", [](const picture& now) { return now.count("clipboard") == 2; });
  CHECK_FALSE(pasted.has("200~"));
  pane.press({"C-d"});
  pane.await_row("$");
}

/// How often a program's first thread has been put onto a processor; the sanitizers' own threads do not count.
long wakings_of(pid_t program) {
  std::ifstream file("/proc/" + std::to_string(program) + "/status");
  long sum = 0;
  int found = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.find("ctxt_switches:") == std::string::npos) continue;
    sum += std::stol(line.substr(line.find(':') + 1));
    ++found;
  }
  REQUIRE(found == 2);  // voluntary and not
  return sum;
}

launch client(const endpoint& where, std::vector<std::string> more, std::string input) {
  std::vector<std::string> arguments{"--port", std::to_string(where.port), "--lang", "zh"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return {.program = CONFAB_CLIENT_PROGRAM,
          .arguments = std::move(arguments),
          .environment = {{"XDG_CONFIG_HOME", "/nonexistent"}},
          .input = std::move(input)};
}

}  // namespace

TEST_CASE("screen: NO_COLOR shows no colour, and without it names have one", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const std::regex colour("\x1b\\[[0-9;]*[39][0-7]m");
  for (const bool colourless : {true, false}) {
    pane_setup setup;
    if (colourless) setup.environment = {{"NO_COLOR", "1"}};
    const tmux pane(setup);
    start_public(pane, server);
    red.say("有颜色吗");
    pane.await_text("[公] 小红: 有颜色吗");
    CHECK(std::regex_search(pane.coloured(), colour) == !colourless);
    pane.press({"C-c", "C-c"});
    pane.await_row("$");
  }
}

TEST_CASE("screen: what people send cannot reach the terminal's controls", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  red.say("先\x1b[2J后\x1b]0;x\x07\xE2\x80\xAE完");
  const picture seen = pane.await_text("完");
  CHECK(seen.has("小红: 先"));
  CHECK(seen.has("1. 公聊"));  // nothing was cleared
  CHECK(seen.text().find("\xE2\x80\xAE") == std::string::npos);
  CHECK(pane.value("#{pane_title}") == "(1) 公聊");
  CHECK(seen.current() == "公聊[小明]>");
}

TEST_CASE("screen: the terminal is as before after the end and after SIGTERM", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  const std::string title = pane.value("#{pane_title}");
  start_public(pane, server);
  CHECK(pane.value("#{pane_title}") == "公聊");
  pane.type("/0");
  pane.press({"Enter"});
  CHECK(pane.await_row("$").above() == "code=0");
  CHECK(pane.value("#{pane_title}") == title);
  check_terminal(pane);

  start_public(pane, server);
  ::kill(pane.running_program(), SIGTERM);
  const picture seen = pane.await_text("code=143");
  CHECK_FALSE(seen.has("公聊[小明]>"));
  CHECK(pane.value("#{pane_title}") == title);
  check_terminal(pane);
}

TEST_CASE("screen: Ctrl-Z gives the terminal back, and fg brings the draft again", "[screen]") {
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  const tmux pane;
  start_public(pane, server);
  pane.type("写到一半");
  pane.await_row("公聊[小明]> 写到一半");
  pane.press({"C-z"});
  pane.await_row("$");
  check_terminal(pane);
  pane.type("fg");
  pane.press({"Enter"});
  const picture back = pane.await_row("公聊[小明]> 写到一半");
  CHECK(back.count("公聊[小明]>") == 1);
  red.say("你回来了");
  CHECK(pane.await_text("小红: 你回来了").count("公聊[小明]>") == 1);
}

TEST_CASE("screen: stopped and continued by somebody else, it draws itself again", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.type("写到一半");
  pane.await_row("公聊[小明]> 写到一半");
  ::kill(pane.running_program(), SIGSTOP);
  pane.await_row("$");
  pane.type("fg");
  pane.press({"C-j"});  // nobody has put the modes back, so Enter would end no line
  pane.await_row("公聊[小明]> 写到一半");
  pane.type("了");
  // The footer that it was stopped with has stayed above the shell's lines, which nothing may erase.
  const picture seen = pane.await_row("公聊[小明]> 写到一半了");
  CHECK(seen.count("公聊[小明]>") == 2);
  CHECK(seen.has("Stopped"));
}

TEST_CASE("screen: a client to which nothing happens is never woken", "[screen]") {
  running_server server(patient_server());
  const tmux pane;
  start_public(pane, server);
  pane.type("草稿");
  pane.await_row("公聊[小明]> 草稿");
  const pid_t program = pane.running_program();
  // One that polls, however seldom, never has a quiet second; one that has only just drawn soon has.
  bool quiet = false;
  for (int attempt = 0; attempt < 10 && !quiet; ++attempt) {
    const long before = wakings_of(program);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    quiet = wakings_of(program) == before;
  }
  CHECK(quiet);
}

TEST_CASE("screen: --plain and TERM=dumb leave the terminal to itself", "[screen]") {
  running_server server(patient_server());
  for (const bool dumb : {false, true}) {
    pane_setup setup;
    const tmux pane(setup);
    if (dumb) {
      pane.type("TERM=dumb; export TERM");
      pane.press({"Enter"});
    }
    pane.type("$C --lang zh --name 小明 --port " + std::to_string(server.at().port) + (dumb ? "" : " --plain"));
    pane.press({"Enter"});
    pane.await("the prompt on a line of its own",
               [](const picture& seen) { return seen.y > 0 && seen.above() == "选择>" && seen.current().empty(); });
    pane.type("0");
    pane.press({"Enter"});
    pane.await_row("$");
  }
}

TEST_CASE("pipes: a script's lines are delivered, and nothing but text comes out", "[pipes]") {
  running_server server(patient_server());
  const std::string script = "1\n你好\nexit\n0\n";
  for (const bool posix : {false, true}) {
    peer red = joined(server);
    launch from_file = client(server, {}, script);
    if (posix) from_file.environment.emplace_back("LC_ALL", "POSIX");
    launch from_pipe = from_file;
    from_pipe.program = "sh";
    from_pipe.arguments = {"-c", "printf '1\\n你好\\nexit\\n0\\n' | \"$0\" --lang zh --port \"$1\"",
                           CONFAB_CLIENT_PROGRAM, std::to_string(server.at().port)};
    from_pipe.input.clear();
    for (const launch& each : {from_file, from_pipe}) {
      const outcome result = run(each);
      INFO(result.errors);
      CHECK(result.status == 0);
      CHECK(result.output.find("公聊") != std::string::npos);
      CHECK(result.output.find('\x1b') == std::string::npos);
      hear(red, "你好");
    }
  }
}

TEST_CASE("pipes: a closed input has ended, and a closed output fails", "[pipes]") {
  running_server server(patient_server());
  const auto shell = [&](const std::string& command) {
    launch what = client(server, {}, "");
    what.program = "sh";
    what.arguments = {"-c", command, CONFAB_CLIENT_PROGRAM, std::to_string(server.at().port)};
    return run(what);
  };
  CHECK(shell("exec \"$0\" --port \"$1\" --quiet <&-").status == 0);
  CHECK(shell("exec \"$0\" --port \"$1\" <&- 2>&-").status == 0);
  CHECK(shell("exec \"$0\" --port \"$1\" >&-").status == 1);
  CHECK(shell("exec \"$0\" --port \"$1\" <&- >&- 2>&-").status == 1);
  CHECK(shell("exec \"$0\" --port \"$1\" --once who >&-").status == 1);
  CHECK(shell("exec \"$0\" --port \"$1\" --once who >/dev/full").status == 1);
  CHECK(shell("exec \"$0\" --version >&-").status == 1);
}

TEST_CASE("pipes: no input, no server and a wrong option end with their codes", "[pipes]") {
  endpoint nowhere;
  {
    running_server server(patient_server());
    nowhere = server.at();
    launch empty = client(server, {}, "");
    empty.program = "sh";
    empty.arguments = {"-c", "exec \"$0\" --port \"$1\" </dev/null", CONFAB_CLIENT_PROGRAM,
                       std::to_string(server.at().port)};
    CHECK(run(empty).status == 0);
    const outcome wrong = run(client(server, {"--bad"}, ""));
    CHECK(wrong.status == 2);
    CHECK(wrong.errors.find("--bad") != std::string::npos);
  }
  const outcome lost = run(client(nowhere, {}, "1\n"));
  CHECK(lost.status == 69);
  CHECK(lost.errors.find("连不上") != std::string::npos);
  CHECK(lost.output.find('\x1b') == std::string::npos);
}

TEST_CASE("pipes: one refused line among many fails a script, wherever it stands", "[pipes]") {
  running_server server(patient_server());
  constexpr int lines = 8;
  for (int refused = 0; refused <= lines; ++refused) {
    std::string script = "1\n";
    for (int i = 0; i < lines; ++i) script += i == refused ? "/msg 不在 喂\n" : "大家好\n";
    for (int again = 0; again < 3; ++again) {
      const outcome result = run(client(server, {}, script));
      INFO("refused " << refused << ": " << result.errors);
      CHECK(result.status == (refused < lines ? 1 : 0));
    }
  }
}

TEST_CASE("pipes: what is needed to say a line is the line", "[pipes]") {
  running_server server(patient_server());
  peer red = joined(server);
  const outcome quiet = run(client(server, {"--quiet"}, "只有这一行\n"));
  INFO(quiet.errors);
  CHECK(quiet.status == 0);
  hear(red, "只有这一行");
  const outcome once = run(client(server, {"--name", "机器人", "--once", "构建通过"}, ""));
  INFO(once.errors);
  CHECK(once.status == 0);
  CHECK(hear(red, "构建通过").find("机器人") != std::string::npos);
  const outcome leaving = run(client(server, {}, "1\nquit\n退出\n完\n"));
  CHECK(leaving.status == 1);
  CHECK(leaving.errors.find("没有发送：quit") != std::string::npos);
  const std::vector<std::string> heard = red.heard();
  CHECK(std::ranges::none_of(heard, [](const std::string& each) { return each.ends_with(": quit"); }));
  CHECK(std::ranges::any_of(heard, [](const std::string& each) { return each.ends_with(": 完"); }));
}

TEST_CASE("pipes: the server is found by what it prints, in every usual way", "[pipes]") {
  running_server server({.ip = "::1", .language = "zh"});
  const std::string port = std::to_string(server.at().port);
  const std::string both = "[::1]:" + port;
  const std::vector<std::vector<std::string>> ways{
      {both}, {"::1", port}, {"-ip", both}, {"--ip=" + both}, {"-ip", "[::1]", "-port", port}};
  for (std::vector<std::string> way : ways) {
    way.insert(way.end(), {"--lang", "zh", "--once", "/count"});
    const outcome result =
        run({.program = CONFAB_CLIENT_PROGRAM, .arguments = way, .environment = {{"XDG_CONFIG_HOME", "/nonexistent"}}});
    INFO(way.front() << result.errors);
    CHECK(result.status == 0);
    CHECK(result.output == "在线 1 人\n");
  }
  const outcome wrong = run({.program = CONFAB_CLIENT_PROGRAM,
                             .arguments = {"::1", "port"},
                             .environment = {{"LANG", "zh_CN.UTF-8"}, {"XDG_CONFIG_HOME", "/nonexistent"}}});
  CHECK(wrong.status == 2);
  CHECK(wrong.errors == "confab: port 不是端口（1 到 65535）（见 --help）\n");
}

TEST_CASE("pipes: without a chosen language the client speaks that of the server", "[pipes]") {
  for (const char* language : {"en", "zh"}) {
    running_server server({.language = language});
    const outcome result = run({.program = CONFAB_CLIENT_PROGRAM,
                                .arguments = {"127.0.0.1", std::to_string(server.at().port)},
                                .environment = {{"LC_ALL", "C.UTF-8"}, {"XDG_CONFIG_HOME", "/nonexistent"}},
                                .input = "0\n"});
    INFO(result.errors);
    CHECK(result.status == 0);
    CHECK(result.output.find(std::string_view(language) == "en" ? "1. public chat" : "1. 公聊") != std::string::npos);
  }
}

#include "client/ui/menu.hpp"

#include <string>
#include <vector>

#include "client/ui/short_name.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/commands_in_disguise.hpp"

using namespace confab::client;
using confab::language;

namespace {

/// A menu in a room with 小红 and Bob, and everything it wanted, in words.
class room {
 public:
  explicit room(language lang = language::zh, bool learnt = true, typist who = typist::person)
      : menu_(lang, people_, bell_mode::mention, who) {
    people_.greet(welcome{.name = "小明", .online = 3});
    if (learnt) learn();
    menu_.start();
  }

  std::vector<std::string> type(std::string_view line) { return words(menu_.line(line)); }
  std::vector<std::string> type_all(std::initializer_list<std::string_view> lines) {
    std::vector<std::string> all;
    for (const auto line : lines) {
      for (auto& each : type(line)) all.push_back(std::move(each));
    }
    return all;
  }
  std::vector<std::string> answer(purpose why, event_body body) {
    people_.apply(body);
    return words(menu_.answered(why, event{.body = std::move(body)}));
  }
  std::vector<std::string> hear(event_body body) {
    people_.apply(body);
    return words(menu_.happened(event{.body = std::move(body)}));
  }
  std::vector<std::string> fail(purpose why) { return words(menu_.failed(why)); }
  void learn() { people_.apply(everybody()); }
  static users everybody() {
    return users{.people = {{.name = "小明"}, {.name = "小红"}, {.name = "Bob"}}, .online = 3};
  }

  menu& get() { return menu_; }

 private:
  std::vector<std::string> words(const menu_actions& actions) {
    std::vector<std::string> result;
    for (const auto& each : actions)
      result.push_back(std::visit([this](const auto& what) { return word(what); }, each));
    return result;
  }
  std::string word(const action::send& what) {
    return what.hold ? "hold for " + what.partner + ": " + what.text : "send " + what.command;
  }
  std::string word(const action::show& what) {
    return (what.kind == line_kind::error ? "error " : "show ") + what.text;
  }
  std::string word(const action::ask&) { return "ask " + menu_.prompt(); }
  std::string word(const action::set_bell& what) { return "bell " + std::string(bell_word(what.mode)); }
  std::string word(const action::remember& what) { return "remember " + what.text; }
  std::string word(const action::decide& what) {
    return what.send ? "deliver to " + what.to.name : "drop for " + what.name;
  }
  std::string word(const action::opened& what) { return "opened " + what.name; }
  std::string word(const action::show_ids& what) { return what.shown ? "ids on" : "ids off"; }
  std::string word(const action::clear&) { return "clear"; }
  std::string word(const action::quit& what) { return what.reason.empty() ? "quit" : "quit " + what.reason; }

  roster people_;
  menu menu_;
};

using words = std::vector<std::string>;
const std::string the_menu = "show   1. 公聊   2. 私聊   3. 改名   0. 退出";
const std::string choose = "ask 选择> ";
const std::string way_out = "show 每行都会发出；输入 exit 回到菜单";
const std::string complaint = "error 请输入 0-3（聊天按 1）";

}  // namespace

TEST_CASE("menu: offers the four ways and says so again after anything else", "[menu]") {
  room here;
  CHECK(here.type("9") == words{complaint, the_menu, choose});
  CHECK(here.type("exit") == words{complaint, the_menu, choose});
  CHECK(here.type("  ").empty());
  CHECK(here.type("0") == words{"quit"});
  CHECK(here.type("１") == words{way_out, "ask 公聊[小明]> "});  // a wide digit, as an input method types it
}

TEST_CASE("menu: a message that is typed in it is kept, and it says what is for talking", "[menu]") {
  room here;
  CHECK(here.type("hello") ==
        words{"remember hello", "error 请输入 0-3：聊天请先按 1；按上箭头可找回刚才的内容", the_menu, choose});
  room script(language::en, true, typist::script);
  CHECK(script.type("hello").at(0) == "error Please enter 0-3 (1 is for talking)");
}

TEST_CASE("menu: speaks English, too", "[menu]") {
  room here(language::en);
  CHECK(here.type("x") == words{"error Please enter 0-3 (1 is for talking)",
                                "show   1. public chat   2. private chat   3. rename   0. quit", "ask choose> "});
  CHECK(here.type("1") == words{"show Every line is sent; exit goes back to the menu", "ask public[小明]> "});
}

TEST_CASE("menu: a script that hides it is said from its first line on, unless that is a choice", "[menu]") {
  const auto first = [](std::string_view line) { return room(language::en, true, typist::quiet_script).type(line); };
  CHECK(first("hello") == words{"ask public[小明]> ", "send /say hello"});
  CHECK(first("10") == words{"ask public[小明]> ", "send /say 10"});
  CHECK(first("quit").back().starts_with("send") == false);
  CHECK(first("//x") == words{"ask public[小明]> ", "send /say /x"});
  CHECK(first("1") == words{"ask public[小明]> "});
  CHECK(first("0") == words{"quit"});
  CHECK(first("3").back() == "ask new name> ");
  room here(language::en, true, typist::quiet_script);
  here.type_all({"one", "exit"});
  CHECK(here.type("two").at(0).starts_with("error Please enter 0-3"));  // it has left the chat by itself
  room loud(language::en, true, typist::script);
  CHECK(loud.type("hello").at(0).starts_with("error Please enter 0-3"));
}

TEST_CASE("menu: public chat says what is typed", "[menu]") {
  room here;
  here.type("1");
  CHECK(here.type("你好") == words{"send /say 你好"});
  CHECK(here.type("who is there") == words{"send /say who is there"});
  CHECK(here.type("/say who") == words{"send /say who"});
  CHECK(here.type("/say to be or not to be") == words{"send /say to be or not to be"});
  CHECK(here.type("\u200B你好") == words{"send /say \u200B你好"});
  CHECK(here.type("1") == words{"send /say 1"});
  CHECK(here.type("//x y") == words{"send /say /x y"});
  CHECK(here.type("exit now") == words{"send /say exit now"});
  CHECK(here.type("").empty());
  CHECK(here.type("/say exit") == words{"send /say exit"});
  CHECK(here.type("/say").at(0).starts_with("error "));
  CHECK(here.type("  exit ") == words{the_menu, choose});
  here.type("1");
  CHECK(here.type("/exit") == words{the_menu, choose});
  CHECK(here.type("/exit") == words{"quit"});
}

TEST_CASE("menu: what the server takes for a command is one here, and is not said past it", "[menu]") {
  const auto lead_in = GENERATE(words{"1"}, words{"2", "小红"});
  room here;
  for (const auto& line : lead_in) here.type(line);
  CHECK(here.type("who") == words{"send /who"});
  CHECK(here.type("ＷＨＯ") == words{"send /who"});
  CHECK(here.type("\u200Bto Bob pw") == words{"opened Bob", "send /to Bob pw"});
  CHECK(here.type("／to\u2009Bob\u3000pw") == words{"opened Bob", "send /to Bob pw"});
  CHECK(here.type("\x1B[200~to Bob pw") == words{"opened Bob", "send /to Bob pw"});
  CHECK(here.type("to Bob").at(0).starts_with("error "));
  CHECK(here.type("／count") == words{"send ／count"});
  CHECK(here.type("\uFEFF/resume token 7") == words{"error /resume 由客户端自己处理"});
  CHECK(here.type("/TAG x who") == words{"error /tag 由客户端自己处理"});
  CHECK(here.type("rename").back() == "ask 新名字> ");
}

TEST_CASE("menu: what looks like a command is not said, and a way to say it is named", "[menu]") {
  room here(language::en);
  const std::string_view line = GENERATE("、to Bob pw", "\\to Bob pw", "/ to Bob pw", "t\u043E Bob pw",
                                         "／t\u043E Bob pw", "to\u200BBob pw", "help", "Help", "帮助");
  CAPTURE(line);
  here.type("1");
  const words refused = here.type(line);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].starts_with("error "));
  CHECK(refused[0].find("/say") != std::string::npos);
  // In private chat /say would tell it to all.
  here.type("/2 Bob");
  const words personal = here.type(line);
  REQUIRE(personal.size() == 1);
  CHECK(personal[0].starts_with("error "));
  CHECK((personal[0].find("/to Bob") != std::string::npos || line.starts_with('/')));
  CHECK((personal[0].find("/say") == std::string::npos || line.starts_with('/')));
}

TEST_CASE("menu: the sequence of a key, a title or a paste does not hide a command, and reaches nobody", "[menu]") {
  for (const std::string sequence :
       {"\x1B[200~", "\x1B[A", "\x1BOA", "\u009B1~", "\x1B]0;a title\x07", "\x1B]8;;x\x1B\\", "\x1BPq\x1B\\",
        "\x1B^p\u009C", "\u009D0;t\u009C", "\x01", "\x1B"}) {
    CAPTURE(sequence);
    room here(language::en);
    here.type("1");
    CHECK(here.type(sequence + "to Bob pw") == here.type("to Bob pw"));
    CHECK(here.type("t" + sequence + "o Bob pw") == here.type("to Bob pw"));
    CHECK(here.type(sequence + "/count") == here.type("/count"));
    CHECK(here.type("/" + sequence + "history 5") == here.type("/history 5"));
    CHECK(here.type(sequence + "/2 Bob") == here.type("/2 Bob"));
    here.type("/1");
    const words said = here.type(sequence + "hello");
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("send /say \uFFFD"));
    CHECK(said[0].ends_with("hello"));
    for (const char each : said[0]) CHECK(static_cast<unsigned char>(each) >= 0x20);
  }
}

TEST_CASE("menu: what looks like a password is not said to all", "[menu]") {
  room here;
  here.type("1");
  for (const std::string_view line :
       {"login alice secret", "Password old new", "ｒｅｇｉｓｔｅｒ secret", "\u200Bunregister secret"}) {
    CAPTURE(line);
    const words refused = here.type(line);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].starts_with("error "));
    CHECK(refused[0].find("/say") != std::string::npos);
  }
  here.type("/2 Bob");
  CHECK(here.type("login alice secret") == words{"send /to Bob login alice secret"});
}

TEST_CASE("menu: exit leaves a chat in any case and width", "[menu]") {
  const auto lead_in = GENERATE(words{"1"}, words{"2", "小红"}, words{"2"}, words{"3"});
  const std::string line = GENERATE("exit", "Exit", "EXIT", "ｅｘｉｔ", "\u200Bexit ", " exit");
  CAPTURE(line);
  room here;
  for (const auto& each : lead_in) here.type(each);
  CHECK(here.type(line) == words{the_menu, choose});
}

TEST_CASE("menu: no command of the table, however disguised, is said to all", "[menu]") {
  using namespace confab::disguise;
  room here;
  here.type("1");
  std::size_t tried = 0;
  const auto check = [&](const std::string& line) {
    for (const std::string& each : here.type(line)) {
      if (each.starts_with("send /say ")) FAIL_CHECK(line << " gives " << each);
    }
    ++tried;
    here.fail(purpose::rename);
    here.type("/1");
  };
  for (const std::string& line : commands_of_the_table()) {
    for (const std::string& each : ignorable()) check(each + line);
    for (const std::string& space : spaces()) {
      std::string parted;
      for (const char c : line) parted += c == ' ' ? space : std::string(1, c);
      check(space + parted);
    }
  }
  CHECK(tried > 10'000);
}

TEST_CASE("menu: a lone word that means leaving is asked about, and never said unasked", "[menu]") {
  for (const char* word : {"quit", "QUIT", "ｑｕｉｔ", "q", ":q", ":q!", ":wq", "0", "０", "退出", "离开", "exit()",
                           "quit.", "退出。", "logout", " quit "}) {
    INFO(word);
    const std::string bare(confab::utf8::trim(word));
    for (const bool personal : {false, true}) {
      room here;
      personal ? here.type("/2 Bob") : here.type("1");
      const std::string back = personal ? "ask 私聊→Bob> " : "ask 公聊[小明]> ";
      const words asked = here.type(word);
      REQUIRE(asked == words{"show “" + bare + "”：1 回到菜单，2 照原样发出，0 退出 confab", "ask 1、2 或 0> "});
      SECTION(std::string("back to the menu ") + word + (personal ? "*" : "")) {
        CHECK(here.type("1") == words{the_menu, choose});
      }
      SECTION(std::string("once more ") + word + (personal ? "*" : "")) {
        CHECK(here.type("exit") == words{the_menu, choose});
      }
      SECTION(std::string("out ") + word + (personal ? "*" : "")) {
        CHECK(here.type("0") == words{"quit"});
      }
      SECTION(std::string("said ") + word + (personal ? "*" : "")) {
        CHECK(here.type("2") == words{back, (personal ? "send /to Bob " : "send /say ") + bare});
      }
      SECTION(std::string("neither ") + word + (personal ? "*" : "")) {
        CHECK(here.type("") == words{back});
        CHECK(here.type("hi") == words{(personal ? "send /to Bob hi" : "send /say hi")});
      }
      SECTION(std::string("something else is kept ") + word + (personal ? "*" : "")) {
        CHECK(here.type("hello") == words{"remember hello", "error 没有发送：hello", back});
      }
    }
    room script(language::en, true, typist::script);
    script.type("1");
    CHECK(script.type(word) ==
          words{"error Not sent: " + bare + " (exit goes back to the menu, /quit leaves, /say says it)"});
  }
  room here;
  here.type("1");
  for (const char* speech : {"quit it", "let us exit", "00", "10", "x", "bye", "quiet", "退出吧", "q?", ":)"}) {
    INFO(speech);
    CHECK(here.type(speech) == words{std::string("send /say ") + speech});
  }
}

TEST_CASE("menu: private chat offers who is online by number, and asks for whom", "[menu]") {
  room here;
  const words list{"show   1. Bob   2. 小红   0. 返回（或直接回车）", "ask 对方> "};
  CHECK(here.type("2") == list);
  CHECK(here.type("小刚") == words{"opened 小刚", "error 没有叫 小刚 的人在线", "ask 对方> "});
  CHECK(here.type("BOB") == words{"opened Bob", way_out, "ask 私聊→Bob> "});
  CHECK(here.get().partner() == "Bob");
  CHECK(here.type("who are you") == words{"send /to Bob who are you"});
  CHECK(here.type("exit") == words{the_menu, choose});
  CHECK(here.get().partner().empty());
  for (const char* back : {"", "exit", "0", "０"}) {
    here.type("2");
    CHECK(here.type(back) == words{the_menu, choose});
  }
  here.type("2");
  CHECK(here.type("２") == words{"opened 小红", "ask 私聊→小红> "});
  here.type("/2");
  CHECK(here.type("3") == words{"opened 3", "error 没有叫 3 的人在线", "ask 对方> "});
}

TEST_CASE("menu: a number is who had it in the list, whatever has happened since", "[menu]") {
  room here;
  here.type("2");
  SECTION("another name") {
    here.hear(renamed{"Bob", "Zoe"});
    CHECK(here.type("1") == words{"opened Zoe", way_out, "ask 私聊→Zoe> "});
  }
  SECTION("gone, and the name taken by another") {
    here.hear(left{"Bob", "eof", 2});
    here.hear(joined{"1.2.3.4:5", 3, "", "1.2.3.4:5"});
    here.hear(renamed{"1.2.3.4:5", "Bob"});
    CHECK(here.type("1") ==
          words{"error 没有叫 Bob 的人在线", "show   1. Bob   2. 小红   0. 返回（或直接回车）", "ask 对方> "});
  }
}

TEST_CASE("menu: asks the server who is online before it offers names it does not know", "[menu]") {
  room here(language::zh, false);
  CHECK(here.type("2") == words{"send /who"});
  CHECK(here.get().busy());
  CHECK(here.answer(purpose::learn_names, room::everybody()) ==
        words{"show   1. Bob   2. 小红   0. 返回（或直接回车）", "ask 对方> "});
  CHECK_FALSE(here.get().busy());
}

TEST_CASE("menu: the name in /2 NAME is checked when the list is there", "[menu]") {
  room here(language::zh, false);
  here.type("1");
  CHECK(here.type("/2 bob") == words{"send /who"});
  CHECK(here.answer(purpose::learn_names, room::everybody()) == words{"opened Bob", "ask 私聊→Bob> "});
  CHECK(here.type("/2 nobody") == words{"opened nobody", "error 没有叫 nobody 的人在线", "ask 私聊→Bob> "});
}

TEST_CASE("menu: alone in the room there is nobody to list", "[menu]") {
  room here;
  here.hear(left{"小红", "eof", 2});
  here.hear(left{"Bob", "eof", 1});
  CHECK(here.type("2") == words{"show 没有别人在线", the_menu, choose});
  here.type("1");
  CHECK(here.type("/2") == words{"show 没有别人在线", "ask 公聊[小明]> "});
}

TEST_CASE("menu: a long list of names is cut, and no row is too wide", "[menu]") {
  room here;
  for (int i = 0; i < 60; ++i) here.hear(joined{"user" + std::to_string(100 + i), 0});
  const auto shown = here.type("2");
  REQUIRE(shown.size() > 5);
  std::string all;
  for (const std::string& row : shown) {
    CHECK(row.size() <= 76 + 12);
    all += row;
  }
  CHECK(all.find("2. user100") != std::string::npos);
  CHECK(all.find("user159") == std::string::npos);
  CHECK(all.find("另有 22 人") != std::string::npos);
}

TEST_CASE("menu: follows the private partner", "[menu]") {
  room here;
  here.type_all({"2", "小红"});
  CHECK(here.hear(renamed{"Bob", "Rob"}).empty());
  CHECK(here.hear(renamed{"小红", "大红"}) == words{"ask 私聊→大红> "});
  CHECK(here.type("在吗") == words{"send /to 大红 在吗"});
  CHECK(here.hear(left{"大红", "eof", 2}) == words{"show 大红 已离开，在这里写的不会发出"});
  CHECK(here.type("还在吗") == words{"remember 还在吗", "error 没有发送：大红 不在（还在吗）"});
}

TEST_CASE("menu: a new name holds when the server has said yes", "[menu]") {
  room here;
  CHECK(here.type("3") == words{"show 直接回车则沿用 小明", "ask 新名字> "});
  CHECK(here.type("大明") == words{"send /rename 大明"});
  CHECK(here.get().busy());
  SECTION("yes") {
    CHECK(here.answer(purpose::rename, renamed{"小明", "大明"}) == words{the_menu, choose});
    CHECK(here.type("1") == words{way_out, "ask 公聊[大明]> "});
  }
  SECTION("no: says why and asks again") {
    CHECK(here.answer(purpose::rename, error{"name-in-use", "taken", "name-in-use"}) ==
          words{"error 当前用户名已经被使用", "ask 新名字> "});
    CHECK(here.type("exit") == words{the_menu, choose});
    CHECK(here.type("1") == words{way_out, "ask 公聊[小明]> "});
  }
  SECTION("no answer: says so and asks again") {
    CHECK(here.fail(purpose::rename).size() == 2);
    CHECK_FALSE(here.get().busy());
    CHECK(here.type("") == words{the_menu, choose});
  }
}

TEST_CASE("menu: names against the rules are refused without asking the server", "[menu]") {
  room here(language::en);
  here.type("3");
  for (const char* wrong : {"a b", "-x", "1.2.3.4", "who", "a:b"}) {
    const auto said = here.type(wrong);
    INFO(wrong);
    REQUIRE(said.size() == 2);
    CHECK(said[0].starts_with("error "));
    CHECK(said[1] == "ask new name> ");
  }
}

TEST_CASE("menu: /3 NAME renames without leaving the chat", "[menu]") {
  room here;
  here.type("1");
  CHECK(here.type("/3 大明") == words{"send /rename 大明"});
  CHECK(here.answer(purpose::rename, renamed{"小明", "大明"}) == words{"ask 公聊[大明]> "});
}

TEST_CASE("menu: the prompt tells where public text goes", "[menu]") {
  room here;
  here.type("1");
  here.hear(room_changed{"tea", "Black"});
  CHECK(here.get().prompt() == "#tea[小明]> ");
  CHECK(here.get().title() == "#tea");
  here.hear(room_changed{});
  CHECK(here.get().prompt() == "公聊[小明]> ");
  here.hear(room_changed{"tea", ""});
  here.get().reconnected(true, std::nullopt);
  CHECK(here.get().prompt() == "#tea[小明]> ");
  here.get().reconnected(true, "milk");
  CHECK(here.get().prompt() == "#milk[小明]> ");
  here.get().reconnected(false, std::nullopt);
  CHECK(here.get().prompt() == "公聊[小明]> ");
}

TEST_CASE("menu: a long name leaves room in the prompt", "[menu]") {
  const auto wide = [](std::size_t characters) {
    std::string name;
    for (std::size_t i = 0; i < characters; ++i) name += "明";
    return name;
  };
  CHECK(short_name("bob") == "bob");
  CHECK(short_name(wide(8)) == wide(8));
  CHECK(short_name(wide(9)) == wide(7) + "…");
  CHECK(short_name(std::string(16, 'x')) == std::string(16, 'x'));
  CHECK(short_name(std::string(17, 'x')).ends_with("x…"));
  room here;
  here.hear(joined{wide(32), 4});
  here.type("/2 " + wide(32));
  CHECK(here.get().prompt() == "私聊→" + wide(7) + "…> ");
  CHECK(here.get().title() == "私聊→" + wide(7) + "…");
  CHECK(here.get().partner() == wide(32));
}

TEST_CASE("menu: a partner who leaves a room is still there", "[menu]") {
  room here;
  here.type_all({"2", "小红"});
  CHECK(here.hear(left{"小红", "", 1, "tea"}).empty());
  CHECK(here.type("/2 小红") == words{"opened 小红", "ask 私聊→小红> "});
}

TEST_CASE("menu: shortcuts work everywhere", "[menu]") {
  const auto lead_in = GENERATE(words{}, words{"1"}, words{"2"}, words{"2", "小红"}, words{"3"});
  room here;
  for (const auto& line : lead_in) here.type(line);
  CHECK(here.type("/who") == words{"send /who"});
  CHECK(here.type("/msg bob hi you") == words{"opened bob", "send /to Bob hi you"});
  CHECK(here.type("/msg eve hi") == words{"opened eve", "send /to eve hi"});
  CHECK(here.type("/msg bob").at(0).starts_with("error "));
  CHECK(here.type("/bell off") == words{"bell off", "show 响铃：off"});
  CHECK(here.type("/bell loud").at(0).starts_with("error "));
  CHECK(here.type("/bell") == words{"show 响铃：off"});
  CHECK(here.type("/clear") == words{"clear"});
  CHECK(here.type("/ids on") == words{"ids on"});
  CHECK(here.type("/ids").at(0).starts_with("error "));
  CHECK(here.type("/who tea") == words{"send /who tea"});
  CHECK(here.type("/help").size() > 8);
  CHECK(here.type("/json off").at(0).starts_with("error "));
  CHECK(here.type("/tag x who").at(0).starts_with("error "));
  CHECK(here.type("/heartbeat 5") == words{"error /heartbeat 由客户端自己处理"});
  CHECK(here.type("/resume token 7") == words{"error /resume 由客户端自己处理"});
  CHECK(here.type("/count") == words{"send /count"});  // the server's own
  CHECK(here.type("/1").back() == "ask 公聊[小明]> ");
  CHECK(here.type("/2 小红") == words{"opened 小红", "ask 私聊→小红> "});
  CHECK(here.type("/3").back() == "ask 新名字> ");
  CHECK(here.type("/nick 大明") == words{"send /rename 大明"});
  here.fail(purpose::rename);
  CHECK(here.type("/0") == words{"quit"});
  CHECK(here.type("/quit") == words{"quit"});
  CHECK(here.type("/quit see you") == words{"quit see you"});
  CHECK(here.type("/exit see you") == words{"quit see you"});
  CHECK(here.type("/help rooms") == words{"send /help rooms"});
  CHECK(here.type("/help /who") == words{"send /help who"});
  CHECK(here.type("/help nonsense") == words{"send /help nonsense"});
  CHECK(here.type("/help bell").size() > 8);  // no command of the server's
}

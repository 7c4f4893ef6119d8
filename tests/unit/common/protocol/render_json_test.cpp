#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/protocol/events.hpp"
#include "common/version.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/protocol/rendering.hpp"

using namespace std::string_literals;
using namespace confab;
using confab::test::for_every_event;
using confab::test::rendered;
using confab::test::said;
using confab::test::the_time;
using ordered = nlohmann::ordered_json;

namespace {

using strings = std::vector<std::string>;

strings keys(const ordered& object) {
  strings out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

/// The line as an object; it must be one, and end in the only LF.
ordered parse(const std::string& line) {
  REQUIRE(line.ends_with('\n'));
  REQUIRE(line.find('\n') == line.size() - 1);
  return ordered::parse(line);
}

template <class Event>
ordered object_of(const Event& what, language lang = language::en, std::string_view tag = {}) {
  return parse(rendered(wire_format::json, what, lang, tag));
}

/// Each event's object as in the protocol, in English, without tag and time.
const std::map<std::string, std::string, std::less<>> expected{
    {"welcome",
     R"({"type":"welcome","server":"confab","version":")"s + version +
         R"(","lang":"en","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3,"limits":{"line":4096,"name":32,"idle":300,"note":200,"tag":64,"history":200,"rooms":32,"recall":120,"resume":90},"tls":true})"},
    {"welcome, with a token",
     R"({"type":"welcome","server":"confab","version":")"s + version +
         R"(","lang":"en","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3,"limits":{"line":4096,"name":32,"idle":300,"note":200,"tag":64,"history":200,"rooms":32,"recall":120,"resume":90},"tls":true,)"
         R"("token":"secret"})"},
    {"welcome, with the message of the day",
     R"({"type":"welcome","server":"confab","version":")"s + version +
         R"(","lang":"en","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3,"limits":{"line":4096,"name":32,"idle":300,"note":200,"tag":64,"history":200,"rooms":32,"recall":120,"resume":90},"tls":true,)"
         R"("token":"secret","motd":["Be nice","","友善"]})"},
    {"welcome back",
     R"({"type":"welcome","server":"confab","version":")"s + version +
         R"(","lang":"en","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3,"limits":{"line":4096,"name":32,"idle":300,"note":200,"tag":64,"history":200,"rooms":32,"recall":120,"resume":90},"tls":true,)"
         R"("token":"secret","resumed":true,"complete":false,"rooms":[],"room":"lobby"})"},
    {"welcome back, with rooms",
     R"({"type":"welcome","server":"confab","version":")"s + version +
         R"(","lang":"en","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3,)"
         R"("limits":{"line":4096,"name":32,"idle":300,"note":200,"tag":64,"history":200,"rooms":32,"recall":120,"resume":90},"tls":true,"token":"secret","resumed":true,"complete":true,)"
         R"("rooms":["tea","咖啡"],"room":"咖啡"})"},
    {"joined", R"({"type":"joined","name":"安娜","addr":"127.0.0.1:5","user":8,"online":3})"},
    {"left",
     R"({"type":"left","name":"安娜","addr":"127.0.0.1:5","user":8,"online":2,"reason":"quit","text":"bye all"})"},
    {"left without words", R"({"type":"left","name":"安娜","addr":"127.0.0.1:5","user":8,"online":2,"reason":"eof"})"},
    {"crowd", R"({"type":"crowd","joined":10,"left":5,"online":100})"},
    {"room crowd", R"({"type":"room_crowd","room":"tea","joined":5,"left":2,"members":40})"},
    {"message", R"({"type":"message","id":6,"from":"安娜","addr":"127.0.0.1:5","user":8,"text":"hello"})"},
    {"message in a room",
     R"({"type":"message","id":6,"room":"tea","from":"安娜","addr":"127.0.0.1:5","user":8,"text":"hello"})"},
    {"message, past",
     R"({"type":"message","id":6,"room":"tea","from":"安娜","addr":"127.0.0.1:5","user":8,"text":"hello","past":true})"},
    {"message, repeated",
     R"({"type":"message","id":6,"from":"安娜","addr":"127.0.0.1:5","user":8,"text":"hello","repeated":true})"},
    {"message, past, own", R"({"type":"message","id":6,"from":"安娜","addr":"127.0.0.1:5","user":8,"text":"hello",)"
                           R"("past":true,"own_tag":"m1"})"},
    {"message, emote",
     R"({"type":"message","id":6,"from":"安娜","addr":"127.0.0.1:5","user":8,"kind":"emote","text":"waves"})"},
    {"message in a room, emote", R"({"type":"message","id":6,"room":"tea","from":"安娜","addr":"127.0.0.1:5","user":8,)"
                                 R"("kind":"emote","text":"waves"})"},
    {"message, past, emote", R"({"type":"message","id":6,"room":"tea","from":"安娜","addr":"127.0.0.1:5","user":8,)"
                             R"("kind":"emote","text":"waves","past":true})"},
    {"whisper, emote", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,"to":"[::1]:7",)"
                       R"("kind":"emote","text":"waves"})"},
    {"whispered, emote", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,"to":"[::1]:7",)"
                         R"("kind":"emote","text":"waves"})"},
    {"whispered, past, emote", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,)"
                               R"("to":"[::1]:7","kind":"emote","text":"waves","past":true})"},
    {"whisper", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,"to":"[::1]:7","text":"hi"})"},
    {"whisper, past",
     R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,"to":"[::1]:7","text":"hi","past":true})"},
    {"whispered",
     R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,"to":"[::1]:7","text":"hi"})"},
    {"whispered, repeated", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,)"
                            R"("to":"[::1]:7","to_user":9,"text":"hi","repeated":true})"},
    {"whispered, past, own", R"({"type":"private","id":7,"from":"安娜","addr":"127.0.0.1:5","user":8,)"
                             R"("to":"[::1]:7","text":"hi","past":true,"own_tag":"m1"})"},
    {"delivery, waiting", R"({"type":"delivery","id":6,"state":"waiting","name":"安娜","addr":"127.0.0.1:5",)"
                          R"("user":8,"messages":2,"seconds":120})"},
    {"delivery, delivered", R"({"type":"delivery","id":6,"state":"delivered","name":"安娜","addr":"127.0.0.1:5",)"
                            R"("user":8,"messages":2})"},
    {"delivery, one delivered", R"({"type":"delivery","id":6,"state":"delivered","name":"安娜",)"
                                R"("addr":"127.0.0.1:5","user":8,"messages":1})"},
    {"delivery, lost", R"({"type":"delivery","id":6,"state":"lost","name":"安娜","addr":"127.0.0.1:5",)"
                       R"("user":8,"messages":2})"},
    {"delivery, one lost", R"({"type":"delivery","id":6,"state":"lost","name":"安娜","addr":"127.0.0.1:5",)"
                           R"("user":8,"messages":1})"},
    {"renamed", R"({"type":"renamed","old":"old","name":"安娜","addr":"127.0.0.1:5","user":8})"},
    {"you renamed", R"({"type":"renamed","old":"old","name":"安娜","addr":"127.0.0.1:5","user":8})"},
    {"users",
     R"({"type":"users","users":[)"
     R"({"name":"安娜","addr":"127.0.0.1:5","user":8,"since":"2026-01-05T12:03:00.123Z","idle":0},)"
     R"({"name":"[::1]:7","addr":"[::1]:7","since":"2026-01-05T12:03:01.000Z","idle":42,"away":""},)"
     R"({"name":"安娜","addr":"127.0.0.1:5","user":8,"since":"2026-01-05T12:03:00.123Z","idle":1,"away":"tea","lost":true},)"
     R"({"name":"安娜","addr":"127.0.0.1:5","user":8,"since":"2026-01-05T12:03:00.123Z","idle":1,"lost":true}],)"
     R"("online":3,"end":true})"},
    {"users, none, more to come", R"({"type":"users","room":"tea","users":[],"online":2,"end":false})"},
    {"count", R"({"type":"count","online":3})"},
    {"whoami", R"({"type":"whoami","name":"安娜","addr":"127.0.0.1:5","user":8,"room":"tea","tls":true})"},
    {"whoami, in the lobby",
     R"({"type":"whoami","name":"安娜","addr":"127.0.0.1:5","user":8,"room":"lobby","tls":false})"},
    {"pong", R"({"type":"pong","token":"x y"})"},
    {"pong without a token", R"({"type":"pong","token":""})"},
    {"room joined", R"({"type":"joined","room":"tea","name":"安娜","addr":"127.0.0.1:5","user":8,"members":2})"},
    {"room left", R"({"type":"left","room":"tea","name":"安娜","addr":"127.0.0.1:5","user":8,"members":1})"},
    {"room changed", R"({"type":"room","room":"tea","topic":"green"})"},
    {"room changed, no topic", R"({"type":"room","room":"tea","topic":""})"},
    {"room changed, lobby", R"({"type":"room","room":"lobby","topic":""})"},
    {"topic", R"({"type":"topic","room":"tea","topic":"green","name":"安娜","addr":"127.0.0.1:5","user":8})"},
    {"topic, cleared", R"({"type":"topic","room":"tea","topic":"","name":"安娜","addr":"127.0.0.1:5","user":8})"},
    {"topic, shown", R"({"type":"topic","room":"tea","topic":"green"})"},
    {"topic, shown, none", R"({"type":"topic","room":"lobby","topic":""})"},
    {"rooms",
     R"({"type":"rooms","rooms":[{"room":"lobby","members":3,"topic":""},{"room":"tea","members":1,"topic":"green"}],"end":true})"},
    {"recalled", R"({"type":"recalled","id":6})"},
    {"recalled in a room", R"({"type":"recalled","id":6,"room":"tea"})"},
    {"found", R"({"type":"history","room":"tea","messages":2,"more":true})"},
    {"found, whispers", R"({"type":"history","user":8,"messages":2,"more":true})"},
    {"found, all", R"({"type":"search","messages":2,"more":false})"},
    {"found nothing", R"({"type":"search","messages":0,"more":false})"},
    {"away", R"({"type":"away","name":"安娜","addr":"127.0.0.1:5","user":8,"text":"tea"})"},
    {"away without words", R"({"type":"away","name":"安娜","addr":"127.0.0.1:5","user":8,"text":""})"},
    {"back", R"({"type":"back","name":"安娜","addr":"127.0.0.1:5","user":8})"},
    {"not keeping",
     R"({"type":"notice","text":"Messages are not kept at the moment; the chat goes on","keeping":false})"},
    {"keeping", R"({"type":"notice","text":"Messages are kept again","keeping":true})"},
    {"ok", R"({"type":"ok"})"},
    {"notice", R"({"type":"notice","text":"words"})"},
    {"help", R"({"type":"notice","text":"/me TEXT: says what you do","command":"me","usage":"/me TEXT",)"
             R"("en":"says what you do","zh":"表示动作"})"},
    {"help, for programs",
     R"({"type":"notice","text":"/json on|off: switches","command":"json","usage":"/json on|off",)"
     R"("en":"switches","zh":"切换","programs":true})"},
    {"idle warning",
     R"({"type":"notice","text":"You have been idle: send any line within 30 s to stay","idle_left":30})"},
    {"error without a detail", R"({"type":"error","code":"no-such-user","problem":"no-such-user",)"
                               R"("text":"There is no user with that name"})"},
    {"error", R"({"type":"error","code":"unknown-command","problem":"unknown-command","detail":"/x",)"
              R"("text":"There is no command /x: see /help, or start with // to say it"})"},
    {"bye, quit", R"({"type":"bye","reason":"quit"})"},
    {"bye, idle", R"({"type":"bye","reason":"idle"})"},
    {"bye, kicked", R"({"type":"bye","reason":"kicked"})"},
    {"bye, shutdown", R"({"type":"bye","reason":"shutdown"})"},
    {"bye, eof", R"({"type":"bye","reason":"eof"})"},
    {"bye, slow", R"({"type":"bye","reason":"slow"})"},
    {"bye, error", R"({"type":"bye","reason":"error"})"},
    {"bye, resumed", R"({"type":"bye","reason":"resumed"})"},
};

/// Those that never answer a command, and so have no tag.
bool never_answers(std::string_view name) {
  return name == "idle warning" || name == "keeping" || name == "not keeping";
}

}  // namespace

TEST_CASE("json: every event has its fields", "[render_json]") {
  std::size_t seen = 0;
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    const auto found = expected.find(name);
    REQUIRE(found != expected.end());
    ordered object = object_of(what);
    CHECK(object["time"] == the_time);
    object.erase("time");
    CHECK(nlohmann::json(object) == nlohmann::json::parse(found->second));
    ++seen;
  });
  CHECK(seen == expected.size());
}

TEST_CASE("json: type, time, id and tag come first and in that order", "[render_json]") {
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    const bool has_id = name.starts_with("message") || name.starts_with("whisper") || name.starts_with("recalled") ||
                        name.starts_with("delivery");
    const bool answers = !never_answers(name);
    strings head{"type", "time"};
    if (has_id) head.emplace_back("id");
    const strings untagged = keys(object_of(what));
    REQUIRE(untagged.size() >= head.size());
    CHECK(strings(untagged.begin(), untagged.begin() + std::ptrdiff_t(head.size())) == head);

    strings with_tag = untagged;
    if (answers) with_tag.insert(with_tag.begin() + std::ptrdiff_t(head.size()), "tag");
    const ordered tagged = object_of(what, language::en, "T \"1\"");
    CHECK(keys(tagged) == with_tag);
    if (answers) CHECK(tagged["tag"] == "T \"1\"");
  });
}

TEST_CASE("json: only what is for people to read depends on the language", "[render_json]") {
  for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    ordered en = object_of(what, language::en);
    ordered zh = object_of(what, language::zh);
    CHECK(keys(en) == keys(zh));
    if (name == "error without a detail") {
      CHECK(zh["text"] == "该用户不存在");
    } else if (name == "error") {
      CHECK(zh["text"] == explain(problem::unknown_command, language::zh, "/x"));
    } else if (name == "idle warning") {
      CHECK(zh["text"] == "您已空闲太久，30 秒后将断开连接：请发送任意一行");
    } else if (name.starts_with("help")) {
      CHECK(zh["text"] == zh["usage"].get<std::string>() + ": " + zh["zh"].get<std::string>());
      CHECK(en["text"] == en["usage"].get<std::string>() + ": " + en["en"].get<std::string>());
      CHECK(zh["zh"] == en["zh"]);
    } else if (name == "keeping") {
      CHECK(zh["text"] == "聊天记录已恢复保存");
    } else if (name == "not keeping") {
      CHECK(zh["text"] == "聊天记录暂时无法保存，聊天照常进行");
    } else {
      if (name.starts_with("welcome")) CHECK(std::exchange(zh["lang"], "en") == "zh");
      CHECK(en == zh);
    }
  });
}

TEST_CASE("json: every reason to leave has its word", "[render_json]") {
  const std::vector<std::pair<leave_reason, std::string>> reasons{
      {leave_reason::quit, "quit"},         {leave_reason::eof, "eof"},        {leave_reason::idle, "idle"},
      {leave_reason::slow, "slow"},         {leave_reason::error, "error"},    {leave_reason::kicked, "kicked"},
      {leave_reason::shutdown, "shutdown"}, {leave_reason::resumed, "resumed"}};
  for (const auto& [reason, word] : reasons) {
    CHECK(wire_word(reason) == word);
    CHECK(object_of(event::left{{"n", "a"}, reason, {}, 0})["reason"] == word);
    CHECK(object_of(event::bye{reason, {}})["reason"] == word);
  }
}

TEST_CASE("json: strings of any ASCII and beyond come out as they went in", "[render_json]") {
  std::string all;
  for (char c = 0; c < 0x7F; ++c) all.push_back(c);
  all.push_back(0x7F);
  all += "é你😀\uFFFD\uFFFF\U0010FFFF";
  event::message nasty = said(1, all, all);
  nasty.from = {all, all};
  const std::string line = rendered(wire_format::json, nasty, language::en, all);
  for (const char c : line.substr(0, line.size() - 1)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) FAIL("a bare control character " << int(c));
  }
  const ordered object = parse(line);
  CHECK(object["text"] == all);
  CHECK(object["from"] == all);
  CHECK(object["addr"] == all);
  CHECK(object["room"] == all);
  CHECK(object["tag"] == all);
  for (char c = 0; c < 0x7F; ++c) {
    const std::string alone(1, c);
    CHECK(object_of(event::notice{alone})["text"] == alone);
    CHECK(object_of(event::notice{alone + "x" + alone})["text"] == alone + "x" + alone);
  }
  CHECK(object_of(event::notice{""})["text"] == "");
}

TEST_CASE("json: numbers of any size are whole", "[render_json]") {
  const std::uint64_t most = ~std::uint64_t{0};
  CHECK(object_of(said(most, "t"))["id"] == most);
  CHECK(object_of(said(0, "t"))["id"] == 0);
  CHECK(object_of(event::count{10'000})["online"] == 10'000);
}

TEST_CASE("json: a list of users or rooms escapes what stands in it", "[render_json]") {
  const std::string quoted = "\"\\\t";
  const std::array<event::listed, 1> users{{{{quoted, quoted}, true, quoted, {}, {}}}};
  const ordered user = object_of(event::users{quoted, users, 1, true})["users"][0];
  CHECK(keys(user) == strings{"name", "addr", "since", "idle", "away"});
  CHECK(user["name"] == quoted);
  CHECK(user["addr"] == quoted);
  CHECK(user["away"] == quoted);
  CHECK(user["since"] == "1970-01-01T00:00:00.000Z");
  const std::array<event::listed_room, 1> rooms{{{quoted, 1, quoted}}};
  const ordered room = object_of(event::rooms{rooms, true})["rooms"][0];
  CHECK(keys(room) == strings{"room", "members", "topic"});
  CHECK(room["room"] == quoted);
  CHECK(room["topic"] == quoted);
}

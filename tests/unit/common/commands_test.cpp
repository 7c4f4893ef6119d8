#include "common/commands.hpp"

#include <set>
#include <string>
#include <string_view>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/meaning.hpp"

using namespace std::string_literals;
using namespace confab::meanings;
using confab::command;
using confab::parse_command;
using confab::problem;
using confab::verb;

TEST_CASE("commands: an empty line is nothing", "[commands]") {
  check({{"", nothing()}, {" ", nothing()}, {"\t\r", nothing()}, {"\u3000\u00A0", nothing()}});
}

TEST_CASE("commands: what is no command is said, trimmed", "[commands]") {
  check({
      {"hello", says("hello")},
      {"  hello  world \t", says("hello  world")},
      {"\u3000你好\u00A0", says("你好")},
      {"msg bob hi", says("msg bob hi")},
      {"say it", says("say it")},
      {"count me in", says("count me in")},
      {"help me", says("help me")},
      {"quit it", says("quit it")},
      {"exit here", says("exit here")},
      {"a/b", says("a/b")},
      {"1", says("1")},
  });
}

TEST_CASE("commands: the original's words are commands only as whole words", "[commands]") {
  check({
      {"who", wants(verb::who)},
      {"  who  ", wants(verb::who)},
      {"\u3000who\u3000", wants(verb::who)},
      {"rename bob", wants(verb::rename, "bob")},
      {"rename \t bob", wants(verb::rename, "bob")},
      {"rename two words", wants(verb::rename, "two words")},
      {"to bob hi", wants(verb::whisper, "hi", "bob")},
      {"to bob  hi  there", wants(verb::whisper, "hi  there", "bob")},
      {"to 127.0.0.1:5 hi", wants(verb::whisper, "hi", "127.0.0.1:5")},

      {"whois bob", says("whois bob")},
      {"who?", says("who?")},
      {"who is there", says("who is there")},
      {"who's that", says("who's that")},
      {"renamed it", says("renamed it")},
      {"rename,", says("rename,")},
      {"tomorrow is fine", says("tomorrow is fine")},
      {"to, or not to", says("to, or not to")},
      {"too bad", says("too bad")},
      {"who.", says("who.")},
      {"Who is there", says("Who is there")},
      {"Tomorrow is fine", says("Tomorrow is fine")},
      {"t", says("t")},
      {"w", says("w")},
      {"tag", says("tag")},
      {"say who", says("say who")},
  });
}

TEST_CASE("commands: wide spaces part words as well", "[commands]") {
  check({
      {"to\u3000bob\u3000你好", wants(verb::whisper, "你好", "bob")},
      {"to\u00A0bob\u00A0hi", wants(verb::whisper, "hi", "bob")},
      {"rename\u3000小明", wants(verb::rename, "小明")},
      {"/say\u3000你好\u3000世界", says("你好\u3000世界")},
      {"/tag\u3000t\u3000who", tagged("t", wants(verb::who))},
  });
}

TEST_CASE("commands: the slash commands", "[commands]") {
  check({
      {"/who", wants(verb::who)},
      {"/rename bob", wants(verb::rename, "bob")},
      {"/to bob hi", wants(verb::whisper, "hi", "bob")},
      {"/msg bob hi", wants(verb::whisper, "hi", "bob")},
      {"/say who", says("who")},
      {"/say /quit", says("/quit")},
      {"/say //x", says("//x")},
      {"/say  to be or not to be", says("to be or not to be")},
      {"/count", wants(verb::count)},
      {"/whoami", wants(verb::whoami)},
      {"/ping", wants(verb::ping)},
      {"/ping a b", wants(verb::ping, "a b")},
      {"/help", wants(verb::help)},
      {"/help who", wants(verb::help, "who")},
      {"/help /who", wants(verb::help, "/who")},
      {"/json on", wants(verb::json, "on")},
      {"/json off", wants(verb::json, "off")},
      {"/json  on ", wants(verb::json, "on")},
      {"/nick bob", wants(verb::rename, "bob")},
      {"/quit", wants(verb::quit)},
      {"/exit", wants(verb::quit)},
      {"/exit see you", wants(verb::quit, "see you")},
      {"/quit see you", wants(verb::quit, "see you")},
  });
}

TEST_CASE("commands: a command is one in any case and width", "[commands]") {
  check({
      {"Who", wants(verb::who)},
      {"WHO", wants(verb::who)},
      {"ｗｈｏ", wants(verb::who)},
      {"𝐰𝐡𝐨", wants(verb::who)},
      {"Rename x", wants(verb::rename, "x")},
      {"TO bob hi", wants(verb::whisper, "hi", "bob")},
      {"ｔｏ bob hi", wants(verb::whisper, "hi", "bob")},
      {"Ｔｏ　bob　hi", wants(verb::whisper, "hi", "bob")},
      {"/WHO", wants(verb::who)},
      {"/Msg bob hi", wants(verb::whisper, "hi", "bob")},
      {"／to bob hi", wants(verb::whisper, "hi", "bob")},
      {"／ｑｕｉｔ", wants(verb::quit)},
      {"/bac\u212A", wants(verb::back)},  // the kelvin sign
      {"/TAG t /WHO", tagged("t", wants(verb::who))},
      {"/TAG t ／Tag u who", tagged("t", refused(problem::tag_in_tag))},
      {"/／x", says("／x")},
      {"／／x", says("／x")},
  });
}

TEST_CASE("commands: rooms, history and presence", "[commands]") {
  check({
      {"/who tea", wants(verb::who, "tea")},
      {"/join tea", wants(verb::join, "tea")},
      {"/leave", wants(verb::leave)},
      {"/leave tea", wants(verb::leave, "tea")},
      {"/room lobby", wants(verb::room, "lobby")},
      {"/rooms", wants(verb::rooms)},
      {"/topic tea green, not black", wants(verb::topic, "green, not black", "tea")},
      {"/history", wants(verb::history)},
      {"/history 50 before 1234", wants(verb::history, "50 before 1234")},
      {"/search two words", wants(verb::search, "two words")},
      {"/recall 12", wants(verb::recall, "12")},
      {"/ids on", wants(verb::ids, "on")},
      {"/ids off", wants(verb::ids, "off")},
      {"/times on", wants(verb::times, "on")},
      {"/times off", wants(verb::times, "off")},
      {"/replay on", wants(verb::replay, "on")},
      {"/replay \u3000off ", wants(verb::replay, "off")},
      {"/topic tea", wants(verb::topic, {}, "tea")},
      {"/topic tea -", wants(verb::topic, "-", "tea")},
      {"/in tea  two  words", wants(verb::in, "two  words", "tea")},
      {"/in #tea /quit", wants(verb::in, "/quit", "#tea")},
      {"/away", wants(verb::away)},
      {"/away for tea", wants(verb::away, "for tea")},
      {"/back", wants(verb::back)},
      {"/heartbeat 10", wants(verb::heartbeat, "10")},
      {"/resume secret 12", wants(verb::resume, "12", "secret")},
      // None of them has a bare word.
      {"join tea", says("join tea")},
      {"topic tea green", says("topic tea green")},
      {"rooms", says("rooms")},
      {"in tea hello", says("in tea hello")},
      {"times on", says("times on")},
      {"replay off", says("replay off")},
      {"room tea", says("room tea")},
      {"recall 12", says("recall 12")},
      {"resume x 1", says("resume x 1")},
  });
}

TEST_CASE("commands: two slashes say one", "[commands]") {
  check({
      {"//who", says("/who")},
      {"//", says("/")},
      {"///", says("//")},
      {"// x", says("/ x")},
      {"//etc/passwd", says("/etc/passwd")},
      {" //x ", says("/x")},
  });
}

TEST_CASE("commands: an unknown slash word is an error that names it, never chat", "[commands]") {
  check({
      {"/dance", refused(problem::unknown_command, "/dance")},
      {"/dance with me", refused(problem::unknown_command, "/dance")},
      {"/", refused(problem::unknown_command, "/")},
      {"/ dance", refused(problem::unknown_command, "/")},
      {"／dance", refused(problem::unknown_command, "／dance")},
      {"/Dance", refused(problem::unknown_command, "/Dance")},
      {"/whoo", refused(problem::unknown_command, "/whoo")},
      {"/to,", refused(problem::unknown_command, "/to,")},
      {"/你好", refused(problem::unknown_command, "/你好")},
      {"/exit!", refused(problem::unknown_command, "/exit!")},
  });
}

TEST_CASE("commands: every missing or wrong argument has its own answer", "[commands]") {
  check({
      {"rename", refused(problem::missing_argument, "rename NAME")},
      {"/rename", refused(problem::missing_argument, "rename NAME")},
      {"rename \u3000", refused(problem::missing_argument, "rename NAME")},
      {"to", refused(problem::whisper_needs_name)},
      {"/to", refused(problem::whisper_needs_name)},
      {"/msg", refused(problem::whisper_needs_name)},
      {"to bob", refused(problem::whisper_needs_text)},
      {"/to bob \t", refused(problem::whisper_needs_text)},
      {"/msg bob", refused(problem::whisper_needs_text)},
      {"/say", refused(problem::missing_argument, "/say TEXT")},
      {"/say  ", refused(problem::missing_argument, "/say TEXT")},
      {"/json", refused(problem::missing_argument, "/json on|off")},
      {"/json ON", refused(problem::bad_argument, "/json on|off")},
      {"/json on off", refused(problem::bad_argument, "/json on|off")},
      {"/json maybe", refused(problem::bad_argument, "/json on|off")},
      {"/rooms tea", refused(problem::takes_nothing, "rooms")},
      {"/back now", refused(problem::takes_nothing, "back")},
      {"/join", refused(problem::missing_argument, "/join ROOM")},
      {"/room", refused(problem::missing_argument, "/room ROOM")},
      {"/topic", refused(problem::missing_argument, "/topic ROOM [TEXT]")},
      {"/in", refused(problem::missing_argument, "/in ROOM TEXT")},
      {"/in tea", refused(problem::missing_argument, "/in ROOM TEXT")},
      {"/times", refused(problem::missing_argument, "/times on|off")},
      {"/times On", refused(problem::bad_argument, "/times on|off")},
      {"/replay", refused(problem::missing_argument, "/replay on|off")},
      {"/replay no", refused(problem::bad_argument, "/replay on|off")},
      {"/search", refused(problem::missing_argument, "/search [before ID|TIME] WORDS")},
      {"/recall", refused(problem::missing_argument, "/recall ID")},
      {"/ids", refused(problem::missing_argument, "/ids on|off")},
      {"/ids yes", refused(problem::bad_argument, "/ids on|off")},
      {"/heartbeat", refused(problem::missing_argument, "/heartbeat SECONDS")},
      {"/resume", refused(problem::missing_argument, "/resume TOKEN LAST_ID")},
      {"/resume secret", refused(problem::missing_argument, "/resume TOKEN LAST_ID")},
      {"/whoami now", refused(problem::takes_nothing, "whoami")},
      {"/count 1", refused(problem::takes_nothing, "count")},
      {"/tag", refused(problem::missing_argument, "/tag TOKEN COMMAND")},
  });
}

TEST_CASE("commands: the table names every command once and explains it in both languages", "[commands]") {
  std::set<std::string_view> words;
  for (const confab::command_row& row : confab::command_table()) {
    CAPTURE(row.word);
    CHECK(words.insert(row.word).second);
    CHECK(confab::find_command(row.word) == &row);
    CHECK_FALSE(row.usage.empty());
    CHECK(row.usage.find(row.word) != std::string_view::npos);
    CHECK((row.usage.starts_with('/') != row.bare));
    for (const std::string_view text : {row.en, row.zh}) {
      CHECK_FALSE(text.empty());
      CHECK(confab::utf8::valid(text));
      CHECK(confab::is_safe(text));
    }
    CHECK(confab::utf8::length(row.en) == row.en.size());
    CHECK(confab::utf8::length(row.zh) < row.zh.size());
    // A row's word in a line is that row's verb, also when its arguments are missing.
    // (Bare, only the original's words are commands.)
    const command alone =
        parse_command(row.usage.starts_with('/') ? row.usage.substr(0, 1 + row.word.size()) : row.word);
    CHECK(alone.what == row.what);
    if (alone.is == command::kind::refused && row.what != verb::whisper) {
      CHECK(alone.trouble == problem::missing_argument);
      CHECK(alone.text == row.usage);
    }
  }
  CHECK(words == std::set<std::string_view>{"help",   "who",       "rename", "to",    "msg",   "say",     "me",
                                            "join",   "leave",     "room",   "rooms", "topic", "history", "search",
                                            "recall", "ids",       "away",   "back",  "count", "ping",    "json",
                                            "tag",    "heartbeat", "resume", "quit",  "in",    "times",   "replay",
                                            "nick",   "exit",      "whoami"});
  CHECK(confab::usage_of(verb::rename) == "rename NAME");
  CHECK(confab::usage_of(verb::quit) == "/quit [REASON]");
  CHECK(confab::find_command("dance") == nullptr);
  CHECK(confab::find_command("") == nullptr);
  CHECK(confab::find_command("/who") == nullptr);
}

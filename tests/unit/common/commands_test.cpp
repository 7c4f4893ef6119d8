#include "common/commands.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace std::string_literals;
using confab::command;
using confab::parse_command;
using confab::problem;
using confab::read_command;
using confab::verb;

namespace {

/// A command with words of its own, to compare with.
struct meaning {
  command::kind is;
  verb what = verb::say;
  problem trouble = problem::not_utf8;
  std::string tag{};
  std::string word{};
  std::string text{};

  friend bool operator==(const meaning&, const meaning&) = default;
  friend std::ostream& operator<<(std::ostream& out, const meaning& m) {
    return out << "kind " << int(m.is) << " verb " << int(m.what) << " problem " << int(m.trouble) << " tag(" << m.tag
               << ") word(" << m.word << ") text(" << m.text << ")";
  }
};

meaning nothing() {
  return {command::kind::nothing};
}
meaning wants(verb what, std::string text = {}, std::string word = {}) {
  return {command::kind::wanted, what, problem::not_utf8, {}, std::move(word), std::move(text)};
}
meaning says(std::string text) {
  return wants(verb::say, std::move(text));
}
meaning refused(problem trouble, std::string detail = {}) {
  return {command::kind::refused, verb::say, trouble, {}, {}, std::move(detail)};
}
meaning tagged(std::string tag, meaning what) {
  what.tag = std::move(tag);
  return what;
}

meaning read(std::string_view line) {
  std::string scratch;
  const command out = read_command(line, scratch);
  meaning seen{out.is, out.what, out.trouble, std::string(out.tag), std::string(out.word), std::string(out.text)};
  if (seen.is != command::kind::wanted) seen.what = verb::say;
  if (seen.is != command::kind::refused) seen.trouble = problem::not_utf8;
  return seen;
}

struct example {
  std::string line;
  meaning means;
};

void check(const std::vector<example>& examples) {
  for (const example& each : examples) {
    CAPTURE(each.line);
    CHECK(read(each.line) == each.means);
  }
}

}  // namespace

TEST_CASE("commands: an empty line is nothing", "[commands]") {
  check({{"", nothing()}, {" ", nothing()}, {"\t\r", nothing()}, {"\u3000\u00A0", nothing()}});
}

TEST_CASE("commands: what is no command is said, trimmed", "[commands]") {
  check({
      {"hello", says("hello")},
      {"  hello  world \t", says("hello  world")},
      {"\u3000你好\u00A0", says("你好")},
      {"help", says("help")},
      {"quit", says("quit")},
      {"msg bob hi", says("msg bob hi")},
      {"say it", says("say it")},
      {"count me in", says("count me in")},
      {"exit", says("exit")},
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
      {"Who", says("Who")},
      {"WHO", says("WHO")},
      {"To bob hi", says("To bob hi")},
      {"Rename bob", says("Rename bob")},
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
      {"/ping", wants(verb::ping)},
      {"/ping a b", wants(verb::ping, "a b")},
      {"/help", wants(verb::help)},
      {"/help who", wants(verb::help, "who")},
      {"/help /who", wants(verb::help, "/who")},
      {"/json on", wants(verb::json, "on")},
      {"/json off", wants(verb::json, "off")},
      {"/json  on ", wants(verb::json, "on")},
      {"/quit", wants(verb::quit)},
      {"/quit see you", wants(verb::quit, "see you")},
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
      {"/away", wants(verb::away)},
      {"/away for tea", wants(verb::away, "for tea")},
      {"/back", wants(verb::back)},
      {"/heartbeat 10", wants(verb::heartbeat, "10")},
      {"/resume secret 12", wants(verb::resume, "12", "secret")},
      // None of them has a bare word.
      {"join tea", says("join tea")},
      {"topic tea green", says("topic tea green")},
      {"rooms", says("rooms")},
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
      {"/ who", refused(problem::unknown_command, "/")},
      {"/WHO", refused(problem::unknown_command, "/WHO")},
      {"/whoo", refused(problem::unknown_command, "/whoo")},
      {"/to,", refused(problem::unknown_command, "/to,")},
      {"/你好", refused(problem::unknown_command, "/你好")},
      {"/exit", refused(problem::unknown_command, "/exit")},
  });
}

TEST_CASE("commands: every missing or wrong argument has its own answer", "[commands]") {
  check({
      {"rename", refused(problem::rename_needs_name)},        {"/rename", refused(problem::rename_needs_name)},
      {"rename \u3000", refused(problem::rename_needs_name)}, {"to", refused(problem::whisper_needs_name)},
      {"/to", refused(problem::whisper_needs_name)},          {"/msg", refused(problem::whisper_needs_name)},
      {"to bob", refused(problem::whisper_needs_text)},       {"/to bob \t", refused(problem::whisper_needs_text)},
      {"/msg bob", refused(problem::whisper_needs_text)},     {"/say", refused(problem::say_needs_text)},
      {"/say  ", refused(problem::say_needs_text)},           {"/json", refused(problem::json_needs_on_off)},
      {"/json ON", refused(problem::json_needs_on_off)},      {"/json on off", refused(problem::json_needs_on_off)},
      {"/json maybe", refused(problem::json_needs_on_off)},   {"/rooms tea", refused(problem::takes_nothing, "rooms")},
      {"/back now", refused(problem::takes_nothing, "back")}, {"/join", refused(problem::room_needs_name)},
      {"/room", refused(problem::room_needs_name)},           {"/topic", refused(problem::topic_needs_words)},
      {"/topic tea", refused(problem::topic_needs_words)},    {"/search", refused(problem::search_needs_words)},
      {"/recall", refused(problem::recall_needs_id)},         {"/ids", refused(problem::ids_need_on_off)},
      {"/ids yes", refused(problem::ids_need_on_off)},        {"/heartbeat", refused(problem::heartbeat_seconds)},
      {"/resume", refused(problem::resume_arguments)},        {"/resume secret", refused(problem::resume_arguments)},
      {"/count 1", refused(problem::takes_nothing, "count")}, {"/tag", refused(problem::tag_needs_token)},
      {"/tag t", refused(problem::tag_needs_command)},        {"/tag t \u3000", refused(problem::tag_needs_command)},
  });
}

TEST_CASE("commands: a tag goes with whatever it marks", "[commands]") {
  check({
      {"/tag t who", tagged("t", wants(verb::who))},
      {"/tag t hello there", tagged("t", says("hello there"))},
      {"/tag t  //x", tagged("t", says("/x"))},
      {"/tag 标记 /say who", tagged("标记", says("who"))},
      {"/tag t to bob  hi", tagged("t", wants(verb::whisper, "hi", "bob"))},
      {"/tag /who /who", tagged("/who", wants(verb::who))},
      {"/tag t /dance", tagged("t", refused(problem::unknown_command, "/dance"))},
      {"/tag t to", tagged("t", refused(problem::whisper_needs_name))},
      {"/tag t tag", tagged("t", says("tag"))},
      {"/tag t /tag", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u who", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u /tag v who", tagged("t", refused(problem::tag_in_tag))},
      {"/tag t /tag u /dance", tagged("t", refused(problem::tag_in_tag))},
  });
}

TEST_CASE("commands: a tag that is in order goes with a line that is not UTF-8", "[commands]") {
  check({
      {"/tag e caf\xE9", tagged("e", refused(problem::not_utf8))},
      {" \u3000/tag\u3000标记  \xE9", tagged("标记", refused(problem::not_utf8))},
      {"/tag a\x1Bz caf\xE9", tagged("a\uFFFDz", refused(problem::not_utf8))},
      {"/tag " + std::string(64, 't') + " \xE9", tagged(std::string(64, 't'), refused(problem::not_utf8))},
      {"/tag " + std::string(65, 't') + " \xE9", refused(problem::not_utf8)},
      {"/tag caf\xE9 hello", refused(problem::not_utf8)},
      {"/tag caf\xE9", refused(problem::not_utf8)},
      {"/say e caf\xE9", refused(problem::not_utf8)},
      {"/tag\xE9 e hello", refused(problem::not_utf8)},
      {"\xE9/tag e hello", refused(problem::not_utf8)},
  });
}

TEST_CASE("commands: a tag has up to 64 bytes", "[commands]") {
  CHECK(confab::max_tag == 64);
  for (const std::size_t size : {std::size_t{1}, std::size_t{63}, std::size_t{64}}) {
    const std::string tag(size, 't');
    CHECK(read("/tag " + tag + " who") == tagged(tag, wants(verb::who)));
  }
  CHECK(read("/tag " + std::string(65, 't') + " who") == refused(problem::tag_needs_token));
  CHECK(read("/tag " + std::string(4000, 't') + " who") == refused(problem::tag_needs_token));
  std::string wide;
  for (int i = 0; i < 21; ++i) wide += "标";
  CHECK(read("/tag " + wide + "t who") == tagged(wide + "t", wants(verb::who)));
  CHECK(read("/tag " + wide + "é who") == refused(problem::tag_needs_token));
}

TEST_CASE("commands: tags in tags as long as a line can be take no stack", "[commands]") {
  std::string line;
  while (line.size() < 60'000) line += "/tag t ";
  CHECK(read(line + "who") == tagged("t", refused(problem::tag_in_tag)));
}

TEST_CASE("commands: a line that is not UTF-8 is refused whole", "[commands]") {
  for (const std::string_view line : {"\xC4\xE3\xBA\xC3", "hello \xFF", "to bob \xFF", "who\xC0\x80", "\xED\xA0\x80"}) {
    CHECK(read(line) == refused(problem::not_utf8));
  }
}

TEST_CASE("commands: what others will see is made safe first", "[commands]") {
  check({
      {"\x1B[31mred", says("\uFFFD[31mred")},
      {"a\rb", says("a\uFFFDb")},
      {"to bob a\u202Eb", wants(verb::whisper, "a\uFFFDb", "bob")},
      {"rename a\u2028b", wants(verb::rename, "a\uFFFDb")},
      {"/da\x07nce", refused(problem::unknown_command, "/da\uFFFDnce")},
      {"/tag t\x01 who", tagged("t\uFFFD", wants(verb::who))},
      {"tab\tstays", says("tab\tstays")},
      {"nul\0"s, says("nul\uFFFD")},
      {"who\x1F", says("who\uFFFD")},
  });
}

TEST_CASE("commands: views point into the line, or into the scratch string where it was changed", "[commands]") {
  const std::string line = "  to bob hello there";
  std::string scratch;
  const command plain = read_command(line, scratch);
  CHECK(plain.text.data() == line.data() + line.find("hello"));
  CHECK(scratch.empty());

  const std::string unsafe = "to bob a\x01";
  const command changed = read_command(unsafe, scratch);
  CHECK(changed.text.data() == scratch.data() + scratch.find('a'));
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
    // A row's word in a line is that row's verb, or complains of the row's own arguments.
    const command alone =
        parse_command(row.usage.starts_with('/') ? row.usage.substr(0, 1 + row.word.size()) : row.word);
    if (alone.is == command::kind::wanted) CHECK(alone.what == row.what);
    if (alone.is == command::kind::refused) CHECK(alone.trouble == row.missing);
  }
  CHECK(words == std::set<std::string_view>{"help",   "who",    "rename", "to",        "msg",    "say",
                                            "join",   "leave",  "room",   "rooms",     "topic",  "history",
                                            "search", "recall", "ids",    "away",      "back",   "count",
                                            "ping",   "json",   "tag",    "heartbeat", "resume", "quit"});
  CHECK(confab::find_command("dance") == nullptr);
  CHECK(confab::find_command("") == nullptr);
  CHECK(confab::find_command("/who") == nullptr);
}

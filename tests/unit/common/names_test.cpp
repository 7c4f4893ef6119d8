#include "common/names.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace std::string_literals;
using confab::name;
using confab::name_error;
using confab::name_key;
using confab::parse_name;
using confab::test::repeat;

namespace {

/// What is shown of a name that must be allowed.
std::string shown(std::string_view text) {
  const auto parsed = parse_name(text);
  const auto* const good = std::get_if<name>(&parsed);
  return good == nullptr ? "(refused)" : good->shown;
}

std::string key(std::string_view text) {
  const auto parsed = parse_name(text);
  const auto* const good = std::get_if<name>(&parsed);
  return good == nullptr ? "(refused)" : good->key;
}

/// Why a name is refused, in words.
std::string refusal(std::string_view text) {
  const auto parsed = parse_name(text);
  const auto* const error = std::get_if<name_error>(&parsed);
  if (error == nullptr) return "(allowed)";
  switch (*error) {
    case name_error::empty: return "empty";
    case name_error::too_long: return "too long";
    case name_error::bad_character: return "bad character";
    case name_error::too_many_marks: return "too many marks";
    case name_error::bad_start: return "bad start";
    case name_error::like_an_address: return "like an address";
    case name_error::reserved: return "reserved";
  }
  return "?";
}

}  // namespace

TEST_CASE("names: letters, marks and digits of any script and three signs", "[names]") {
  for (const std::string_view text :
       {"bob",  "Bob2", "_",    "_x_",   "a-b", "a.b",   "b-",    "b.", "张三", "Ñandú", "Ελένη", "Иван",
        "山田", "カナ", "한국", "فاطمة", "שרה", "สมชาย", "अनिता", "٣٤", "5",    "2026",  "𠮷野"}) {
    CAPTURE(text);
    CHECK(shown(text) == text);
  }
}

TEST_CASE("names: anything else is a bad character", "[names]") {
  for (const std::string_view text :
       {"a b",  "a\tb",  "a\u00A0b", "a\u3000b", "a\"b",     "a'b",     "a`b",    "(a)",  "a[b", "a]b",
        "{a}",  "<a>",   "a:b",      "a,b",      "a@b",      "#a",      "a/b",    "a\\b", "a!",  "a?",
        "a*",   "a+b",   "a=b",      "a|b",      "a~b",      "a%b",     "a&b",    "a;b",  "a$b", "a^b",
        "\x01", "a\x7F", "a\u0085",  "a\uFFFD",  "a\u2028b", "\u202Ea", "😀",      "a™",   "“a”", "，",
        "a。b", "½",     "x²",       "Ⅳ",        "\u2800",   "\uE000",  "a\uFFFE"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "bad character");
  }
  CHECK(refusal("a\0b"s) == "bad character");
}

TEST_CASE("names: letters that show nothing are refused", "[names]") {
  for (const std::string_view text :
       {"\u200B",      "a\u200Bb",    "a\u200Db",    "\u200C",      "\u2060",      "\uFEFF",      "a\u00ADb",
        "\u115F",      "\u1160",      "\u3164",      "\uFFA0",      "a\u034Fb",    "a\uFE0F",     "\u17B4",
        "\u180Eb",     "a\U000E0100", "a\U000E0041", "\U00013441",  "a\U00013442", "a\U00013440", "\U00013455",
        "a\U00016FE4", "\u2D7F",      "a\u2D7Fb",    "a\U0001107F", "a\U0001BC9D"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "bad character");
  }
}

TEST_CASE("names: nothing, and what is no UTF-8, is empty", "[names]") {
  CHECK(refusal("") == "empty");
  CHECK(refusal("\xFF") == "empty");
  CHECK(refusal("a\xC3") == "empty");
}

TEST_CASE("names: are shown in NFC", "[names]") {
  CHECK(shown("Zoe\u0308") == "Zoë");
  CHECK(shown("한") == "한");
  CHECK(shown("\u1112\u1161\u11AB") == "한");
  CHECK(shown("A\u030A") == "Å");
  CHECK(shown("\u212B") == "Å");                     // the angstrom sign is a letter A with a ring
  CHECK(shown("q\u0307\u0323") == "q\u0323\u0307");  // marks in their canonical order
  CHECK(shown("ＡＢＣ") == "ＡＢＣ");                // compatibility forms stay as typed
  CHECK(shown("ﬁn") == "ﬁn");
}

TEST_CASE("names: have one key however they are spelt", "[names]") {
  const std::vector<std::vector<std::string_view>> same{
      {"Alice", "alice", "ALICE", "ａｌｉｃｅ", "Ａｌｉｃｅ", "𝐀𝐥𝐢𝐜𝐞"},
      {"Zoë", "zoe\u0308", "ZOË"},
      {"straße", "STRASSE", "Strasse", "STRAẞE"},
      {"Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"},
      {"fin", "ﬁn"},
      {"カナ", "ｶﾅ"},
      {"ИВАН", "иван"},
      {"user1", "user１", "USER1"},
  };
  for (const auto& spellings : same) {
    for (const std::string_view each : spellings) {
      CAPTURE(each);
      CHECK(key(each) == key(spellings.front()));
      CHECK(key(each) != "(refused)");
    }
  }
  CHECK(key("Alice") == "alice");
  CHECK(key("bob") != key("b0b"));
  CHECK(key("zoe") != key("zoë"));
}

TEST_CASE("names: a key is its own key, and that of what is shown", "[names]") {
  for (const std::string_view text :
       {"Alice", "STRAẞE", "ΣΊΣΥΦΟΣ", "ｶﾅ", "Zoe\u0308", "İstanbul", "ǅ", "\u0345x", "한", "a.b-c_d"}) {
    CAPTURE(text);
    const std::string folded = name_key(text);
    CHECK(name_key(folded) == folded);
    CHECK(name_key(shown(text) == "(refused)" ? std::string(text) : shown(text)) == folded);
  }
}

TEST_CASE("names: an address is its own key", "[names]") {
  for (const std::string_view addr : {"127.0.0.1:8888", "[::1]:50000", "[fe80::1ff:fe23:4567:890a]:1"}) {
    CHECK(confab::is_plain_key(addr));
    CHECK(name_key(addr) == addr);
  }
  CHECK(name_key("[FE80::1]:5") == "[fe80::1]:5");
}

TEST_CASE("names: a plain key is printable ASCII without capitals", "[names]") {
  for (const std::string_view text : {"", "a", "z0_-.", "!~", "1.2.3.4:5"}) CHECK(confab::is_plain_key(text));
  for (const std::string_view text : {"A", "aZ", "a b", "a\tb", "\x7F", "é", "你"}) {
    CHECK_FALSE(confab::is_plain_key(text));
  }
}

TEST_CASE("names: have up to 32 code points, counted in NFC", "[names]") {
  CHECK(confab::max_name_length == 32);
  for (const std::string_view letter : {"x", "你", "é", "𠮷"}) {
    CAPTURE(letter);
    CHECK(shown(repeat(letter, 31)) == repeat(letter, 31));
    CHECK(shown(repeat(letter, 32)) == repeat(letter, 32));
    CHECK(refusal(repeat(letter, 33)) == "too long");
  }
  CHECK(shown(repeat("e\u0301", 32)) == repeat("é", 32));
  CHECK(refusal(repeat("e\u0301", 33)) == "too long");
  CHECK(refusal("q" + repeat("\u0323", 31)) == "too many marks");  // these have no composed form
  CHECK(refusal(std::string(60'000, 'x')) == "too long");
}

TEST_CASE("names: are not looked at beyond the bytes that one can have", "[names]") {
  CHECK(confab::max_name_bytes == 512);
  CHECK(shown(repeat("\u1112\u1161\u11AB", 32)) == repeat("한", 32));  // the longest spelling
  for (const std::size_t bytes : {511U, 512U, 513U}) {
    CAPTURE(bytes);
    const std::string letters(3 + bytes % 3, 'x');
    const std::string text = letters + repeat("\u200B", (bytes - letters.size()) / 3);
    REQUIRE(text.size() == bytes);
    CHECK(name_key(text) == (bytes <= 512 ? letters : ""));
    CHECK(refusal(text) == "too long");
  }
  CHECK(name_key(std::string(513, 'x')).empty());
}

TEST_CASE("names: have at most 4 marks on a letter, however they are spelt", "[names]") {
  CHECK(confab::max_marks_on_a_letter == 4);
  for (const std::string_view mark : {"\u0323", "\u0301", "\u20DD", "\u05B0"}) {
    for (const std::string_view letter : {"q", "a", "ש", "한"}) {
      CAPTURE(mark, letter);
      for (const std::size_t marks : {3U, 4U}) CHECK(refusal(std::string(letter) + repeat(mark, marks)) == "(allowed)");
      CHECK(refusal(std::string(letter) + repeat(mark, 5)) == "too many marks");
      CHECK(refusal("x" + std::string(letter) + repeat(mark, 5) + "y") == "too many marks");
    }
  }
  CHECK(refusal("ế\u0323\u0330") == "(allowed)");  // it has two of its own
  CHECK(refusal("ế\u0323\u0330\u0331") == "too many marks");
  CHECK(refusal("a\u0301\u0301\u0301\u0301b\u0301\u0301\u0301\u0301") == "(allowed)");
  CHECK(refusal("क्षि") == "(allowed)");
  CHECK(refusal("q" + repeat("\u0301", 100) + repeat("\u0316", 100)) == "too many marks");
}

TEST_CASE("names: do not start with - or . or a mark", "[names]") {
  for (const std::string_view text : {"-", ".", "-a", ".a", "..", "-.", "\u0301a", "\u0301", "\u20DDa", "\u0903a"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "bad start");
  }
  CHECK(shown("_a") == "_a");
  CHECK(shown("a\u0323") == "ạ");
}

TEST_CASE("names: do not look like addresses", "[names]") {
  for (const std::string_view text :
       {"1.2.3.4", "127.0.0.1", "255.255.255.255", "999.999.999.999", "1.2.3.4.5", "127.0.0.1-8888", "127.0.0.1x",
        "127.0.0.1.", "１２７.０.０.１", "127.0.0.１", "١٢٧.٠.٠.١", "१२७.०.०.१", "𝟏.𝟐.𝟑.𝟒", "0000.0.0.1"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "like an address");
  }
  // Anything with a port or with colons has a bad character before it can look like an address.
  for (const std::string_view text :
       {"127.0.0.1:8888", "[::1]:1", "::1", "fe80::1", "１２７．０．０．１", "127。0。0。1"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "bad character");
  }
  for (const std::string_view text :
       {"5", "1.2", "1.2.3", "1.2.3.", "1.2.3.a", "a.1.2.3.4", "1-2-3-4", "v1.2.3.4", "1..2.3.4", "12345"}) {
    CAPTURE(text);
    CHECK(shown(text) == text);
  }
}

TEST_CASE("names: what is reserved is reserved in every spelling", "[names]") {
  for (const std::string_view word :
       {"system", "server", "admin", "root", "all", "everyone", "exit",   "me",     "you",
        "q",      "quit",   "lobby", "menu", "我",  "系统",     "服务器", "管理员", "所有人",
        "大家",   "大厅",   "退出",  "帮助", "0",   "1",        "2",      "3",      "4"}) {
    CAPTURE(word);
    CHECK(refusal(word) == "reserved");
    CHECK(shown(std::string(word) + "x") == std::string(word) + "x");
  }
  std::size_t words = 0;
  for (const std::string_view word : confab::reserved_names()) {
    CAPTURE(word);
    CHECK(refusal(word) == "reserved");
    CHECK(name_key(word) == word);
    ++words;
  }
  CHECK(words > 40);
  for (const std::string_view text : {"ADMIN", "Admin", "ａｄｍｉｎ", "ＡＤＭＩＮ", "sYsTeM",   "𝐫𝐨𝐨𝐭",       "ſerver",
                                      "Who",   "ＴＯ",  "Exit",       "ｅｘｉｔ",   "ＥＸＩＴ", "Me",         "ｍｅ",
                                      "Ｑ",    "０",    "４",         "𝟎",          "系统",     "ＬＯＢＢＹ", "nick"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "reserved");
  }
}

TEST_CASE("names: no command word is a name", "[names]") {
  std::size_t words = 0;
  for (const confab::command_row& row : confab::command_table()) {
    CAPTURE(row.word);
    CHECK(refusal(row.word) == "reserved");
    ++words;
  }
  CHECK(words >= 11);
}

TEST_CASE("names: what a person types in another language is kept apart from ASCII", "[names]") {
  CHECK(key("аlice") != key("alice"));  // the first letter is Cyrillic: another name, if not to the eye
  CHECK(shown("аlice") == "аlice");
}

TEST_CASE("names: unix, alone or with a number behind a dot, is like the address of a unix socket", "[names]") {
  for (const std::string_view key : {"unix", "unix.2", "unix.0", "unix.1234567890123456789012345"}) {
    CAPTURE(key);
    CHECK(is_like_local_address(key));
  }
  for (const std::string_view key :
       {"", "uni", "unix.", "unixx", "unix2", "unix.2a", "unix.a", "unix.2.2", "xunix", "Unix"}) {
    CAPTURE(key);
    CHECK_FALSE(is_like_local_address(key));
  }
}

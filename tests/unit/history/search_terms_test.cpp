#include "server/history/search_terms.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <utf8proc.h>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace confab::store;

namespace {

using terms = std::vector<std::string>;

std::string utf8_of(utf8proc_int32_t code_point) {
  std::string text;
  confab::utf8::append(text, static_cast<char32_t>(code_point));
  return text;
}

terms sorted(terms of) {
  std::sort(of.begin(), of.end());
  return of;
}

}  // namespace

TEST_CASE("search terms: words of spaced scripts are folded and kept whole", "[search_terms]") {
  CHECK(search_terms("Hello, World! hello") == terms{"hello", "world"});
  CHECK(search_terms("don't foo_bar a-b") == terms{"a", "b", "bar", "don", "foo", "t"});
  CHECK(search_terms("version2 2026") == terms{"2026", "version2"});
  CHECK(search_terms("ＡＢＣ") == terms{"abc"});
  CHECK(search_terms("Straße") == terms{"strasse"});
  CHECK(search_terms("ПРИВЕТ мир") == sorted({"привет", "мир"}));
  CHECK(search_terms("cafe\u0301") == terms{"café"});
}

TEST_CASE("search terms: scripts without spaces give characters and pairs", "[search_terms]") {
  CHECK(search_terms("你") == terms{"你"});
  CHECK(search_terms("你好") == sorted({"你", "好", "你好"}));
  CHECK(search_terms("你好吗") == sorted({"你", "好", "吗", "你好", "好吗"}));
  CHECK(search_terms("你好，世界") == sorted({"你", "好", "世", "界", "你好", "世界"}));
  CHECK(search_terms("カメラ") == sorted({"カ", "メ", "ラ", "カメ", "メラ"}));
  CHECK(search_terms("ｶﾒﾗ") == search_terms("カメラ"));
  CHECK(search_terms("한국") == sorted({"한", "국", "한국"}));
  CHECK(search_terms("𠮷野家") == sorted({"𠮷", "野", "家", "𠮷野", "野家"}));
}

TEST_CASE("search terms: scripts in one word are cut where they meet", "[search_terms]") {
  CHECK(search_terms("用Linux系统") == sorted({"用", "linux", "系", "统", "系统"}));
  CHECK(search_terms("ok👍👍") == sorted({"ok", "👍"}));
}

TEST_CASE("search terms: there are none in punctuation, controls and bytes that are not UTF-8", "[search_terms]") {
  CHECK(search_terms("").empty());
  CHECK(search_terms(" \t\n..., \"'()*:^#@ ，。！").empty());
  CHECK(search_terms("\xFF\xFE").empty());
  CHECK(search_terms("a\xFFz") == terms{"a", "z"});
  CHECK(search_terms(std::string("a\0b", 3)) == terms{"a", "b"});
}

TEST_CASE("search terms: a long word is cut at 64 bytes, between characters", "[search_terms]") {
  CHECK(search_terms(std::string(63, 'x')) == terms{std::string(63, 'x')});
  CHECK(search_terms(std::string(64, 'x')) == terms{std::string(64, 'x')});
  CHECK(search_terms(std::string(65, 'x')) == terms{std::string(64, 'x')});
  CHECK(search_terms(std::string(63, 'x') + "é") == terms{std::string(63, 'x')});
}

TEST_CASE("search words: their terms are among those of a text that holds them", "[search_terms]") {
  struct example {
    const char* typed;
    terms wanted;
  };
  const std::vector<example> examples{
      {"好", {"好"}},
      {"你好", {"你好"}},
      {"你好吗", {"你好", "好吗"}},
      {"Linux 系统", {"linux", "系统"}},
      {"\"a\" OR b* NEAR(c) -d ^e text:f", {"a", "b", "c", "d", "e", "f", "near", "or", "text"}},
      {"...", {}},
  };
  for (const example& each : examples) {
    INFO(each.typed);
    const search_words words(each.typed);
    CHECK(words.terms() == sorted(each.wanted));
    CHECK(words.empty() == each.wanted.empty());
    const terms all = search_terms(each.typed);
    CHECK(std::includes(all.begin(), all.end(), words.terms().begin(), words.terms().end()));
    CHECK(words.matches(each.typed));
  }
}

TEST_CASE("search words: a match needs every word, long dense ones as they are", "[search_terms]") {
  CHECK(search_words("world HELLO").matches("Hello, wide World"));
  CHECK_FALSE(search_words("hello moon").matches("Hello, wide World"));
  CHECK_FALSE(search_words("hell").matches("hello"));
  CHECK(search_words("小红帽").matches("从前有个小红帽。"));
  CHECK_FALSE(search_words("小红帽").matches("小红有顶红帽子"));  // both pairs, but not the word
  CHECK(search_words("帽").matches("从前有个小红帽。"));
  const std::string key(80, 'k');
  CHECK(search_words(key).matches("the key " + key));
  CHECK_FALSE(search_words(key).matches("the key " + key + "k"));  // the same term, but not the same word
}

TEST_CASE("search words: of very many at most 32 are looked up, and all must match", "[search_terms]") {
  for (const std::size_t count : {31U, 32U, 33U}) {
    std::string typed;
    for (std::size_t i = 0; i < count; ++i) typed += "w" + std::to_string(i) + " ";
    const search_words words(typed);
    CHECK(words.terms().size() == std::min<std::size_t>(count, 32));
    CHECK(words.matches("and " + typed));
    CHECK_FALSE(words.matches(typed.substr(3)));
  }
}

TEST_CASE("search words: what is typed with signs as one word is found as it is", "[search_terms]") {
  struct example {
    const char* typed;
    const char* found;
    const char* not_found;
  };
  const std::vector<example> examples{
      {"c++", "I write C++ daily", "c is not c+ +"},
      {"C++?", "in c++.", "vitamin c"},
      {"c++", "c++11 and c++", "abc++ and c"},
      {"C#", "c#: sharp", "a c and a #c"},
      {"f#", "(F#)", "f"},
      {".net", "for .NET 8", "the net is for"},
      {"node.js", "use Node.js here", "node and js"},
      {"node.js.", "use Node.js here", "node js"},
      {"--help", "try --help first", "help -h"},
      {"-j2", "make -j2", "make j2"},
      {"a/b", "x a/b y", "b/a a b"},
      {"AT&T", "at&t called", "at t"},
      {"don't", "I don\u2019t know", "don t"},
      {"don\u2019t", "I don't know", "t don"},
      {"e-mail", "my e\u2011mail", "email e mail"},
      {"ann@example.org", "to ann@example.org, please", "ann at example org"},
      {"50%", "50% off", "50 percent"},
      {"ｃ＋＋", "c++", "c"},
      {"报告+1", "请看报告+1。", "报告 1"},
      {"word 'quoted'", "quoted word", "quote word"},
      {"(one), \"two\"; three!", "three two one", "three two"},
      {"one,two", "two and one", "one"},
      {"end.", "the end is near", "ending"},
      {"++ c", "c", "d ++"},
  };
  for (const example& each : examples) {
    INFO(each.typed);
    const search_words words(each.typed);
    CHECK_FALSE(words.empty());
    CHECK(words.matches(each.found));
    CHECK_FALSE(words.matches(each.not_found));
  }
  for (const char* const none : {"++", "#", "?!", "-- ...", "，。", "\u2014", "'", ". ' +"}) {
    INFO(none);
    CHECK(search_words(none).empty());
  }
}

TEST_CASE("search words: letters that are one to people are one", "[search_terms]") {
  const std::vector<std::vector<const char*>> alike{
      {"istanbul", "İstanbul", "ISTANBUL", "ıstanbul", "i\u0307stanbul", "I\u0307STANBUL", "ｉｓｔａｎｂｕｌ"},
      {"straße", "STRASSE", "strasse", "Straẞe", "ſtraße"},
      {"find", "ﬁnd", "FIND"},
      {"ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς", "ὀδυσσεύσ"},
      {"café", "cafe\u0301", "CAFÉ", "CAFE\u0301"},
      {"Å", "Å", "A\u030A", "å"},
      {"k", "\u212A", "K", "ｋ"},
      {"①", "1", "１", "¹"},
      {"ガメラ", "ｶﾞﾒﾗ", "カ\u3099メラ"},
      {"ﬀ", "ff", "FF"},
      {"co\u00ADoperate", "cooperate"},
  };
  for (const auto& group : alike) {
    for (const char* const typed : group) {
      for (const char* const text : group) {
        INFO(typed << " in " << text);
        const search_words words(typed);
        CHECK(words.matches(std::string("so ") + text + " it is"));
        CHECK(words.terms() == search_words(text).terms());
        const terms held = search_terms(std::string("so ") + text + " it is");
        CHECK(std::includes(held.begin(), held.end(), words.terms().begin(), words.terms().end()));
      }
    }
  }
}

TEST_CASE("search words: every character finds itself, in any case and form", "[search_terms]") {
  std::size_t letters = 0;
  std::size_t wrong = 0;
  for (utf8proc_int32_t c = 1; c <= 0x10FFFF; ++c) {
    // Nothing is known of those that are not assigned; of tens of thousands without case one in a few will do.
    const auto category = utf8proc_category(c);
    if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CO)
      continue;
    if (category == UTF8PROC_CATEGORY_LO && c > 0x3400 && c % 16 != 0) continue;
    const std::string text = utf8_of(c);
    const search_words words(text);
    const terms held = search_terms("x " + text + " y");
    if (!std::includes(held.begin(), held.end(), words.terms().begin(), words.terms().end())) ++wrong;
    if (words.empty()) continue;
    ++letters;
    // A lone mark joins what stands before it; so it stands after a sign here.
    const bool same = words.matches("x -" + text + "- y") &&
                      words.matches("x -" + utf8_of(utf8proc_toupper(utf8proc_tolower(c))) + "- y") ==
                          search_words(utf8_of(utf8proc_toupper(utf8proc_tolower(c)))).matches("x -" + text + "- y");
    const bool lower = words.terms() == search_words(utf8_of(utf8proc_tolower(c))).terms();
    if (!same || !lower) {
      ++wrong;
      UNSCOPED_INFO(std::hex << c);
    }
  }
  CHECK(letters > 20'000);
  CHECK(wrong == 0);
}

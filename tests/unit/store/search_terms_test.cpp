#include "server/store/search_terms.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::store;

namespace {

using terms = std::vector<std::string>;

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

#include "common/cells.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

namespace confab::cells {
namespace {

struct cluster_case {
  const char* what;
  std::string_view text;  // one cluster
  std::size_t width;
};

const std::vector<cluster_case> single_clusters{
    {"a letter", "a", 1},
    {"a blank", " ", 1},
    {"a letter of two bytes", "é", 1},
    {"a letter and its accent", "e\u0301", 1},
    {"a letter and three marks", "a\u0300\u0323\u0332", 1},
    {"a Chinese character", "你", 2},
    {"a character of plane 2", "\U00020BB7", 2},
    {"a character of plane 3", "\U00031350", 2},
    {"a fullwidth letter", "Ａ", 2},
    {"the ideographic space", "\u3000", 2},
    {"a halfwidth katakana and its mark, which has a cell of its own", "ｶ\uFF9E", 2},
    {"a Korean syllable", "한", 2},
    {"a Korean syllable in parts", "\u1112\u1161\u11AB", 2},
    {"a Thai consonant and a tone", "ก\u0E49", 1},
    {"a Devanagari letter and its vowel sign", "\u0915\u093E", 1},
    {"an emoji", "😀", 2},
    {"an emoji and its skin tone", "👍🏽", 2},
    {"a family", "👨‍👩‍👧‍👦", 2},
    {"a profession with a skin tone", "👩🏽‍🚀", 2},
    {"a heart as text", "❤", 1},
    {"a heart as an emoji", "❤\uFE0F", 2},
    {"a heart on fire", "❤\uFE0F\u200D🔥", 2},
    {"an emoji made text", "☺\uFE0E", 1},
    {"a keycap", "1\uFE0F\u20E3", 2},
    {"a flag", "🇨🇳", 2},
    {"half a flag", "🇨", 1},
    {"a flag of a region in tags", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 2},
    {"an emoji of Unicode 15", "\U0001FAE8", 2},
    {"an emoji that is not assigned yet", "\U0001FAFF", 2},
    {"a line end", "\n", 1},
    {"a tab", "\t", 1},
    {"a zero width space", "\u200B", 0},
    {"a mark with no letter", "\u0301", 0},
    {"a byte that is no UTF-8", "\xff", 1},
};

}  // namespace

TEST_CASE("cells: every kind of cluster is one cluster of its width", "[cells]") {
  for (const cluster_case& each : single_clusters) {
    INFO(each.what);
    const cluster found = next_cluster(each.text);
    CHECK(found.size == each.text.size());
    CHECK(found.width == each.width);
    CHECK(found.least <= found.width);
    CHECK(found.width <= found.most);
    CHECK(width(each.text) == each.width);
  }
}

TEST_CASE("cells: a cluster ends where the next begins, whatever the two are", "[cells]") {
  for (const cluster_case& first : single_clusters) {
    for (const cluster_case& second : single_clusters) {
      // A mark joins what stands before it, two halves make a flag, and consonants a syllable.
      if (second.width == 0 && second.text != "\u200B") continue;
      if (std::string_view{first.what} == "half a flag" && second.text.starts_with("\U0001F1E8")) continue;
      INFO(first.what << ", then " << second.what);
      const std::string both = std::string{first.text} + std::string{second.text};
      CHECK(next_cluster(both).size == first.text.size());
      CHECK(next_boundary(both, 0) == first.text.size());
      CHECK(next_boundary(both, first.text.size()) == both.size());
      CHECK(previous_boundary(both, both.size()) == first.text.size());
      CHECK(previous_boundary(both, first.text.size()) == 0);
      CHECK(width(both) == first.width + second.width);
    }
  }
}

TEST_CASE("cells: boundaries hold at both ends and from inside a cluster", "[cells]") {
  const std::string text = "a🇨🇳b";
  CHECK(previous_boundary(text, 0) == 0);
  CHECK(next_boundary(text, text.size()) == text.size());
  CHECK(previous_boundary(text, 5) == 1);
  CHECK(next_boundary(text, 5) == 9);
  CHECK(previous_boundary("", 0) == 0);
  CHECK(next_boundary("", 0) == 0);
  CHECK(next_cluster("").size == 0);
  CHECK(previous_boundary("🇨🇳🇩🇪🇫", 20) == 16);
}

namespace {

// The slow way: from the start of the text.
std::vector<std::size_t> boundaries_of(std::string_view text) {
  std::vector<std::size_t> all{0};
  while (all.back() < text.size()) all.push_back(all.back() + next_cluster(text.substr(all.back())).size);
  return all;
}

std::string mixed_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kinds{"a",
                                              "b c",
                                              "你",
                                              "好吗",
                                              "\n",
                                              "\t",
                                              "\u0301",
                                              "e\u0301",
                                              "🇨",
                                              "🇨🇳",
                                              "👨‍👩‍👧‍👦",
                                              "\u200D",
                                              "👍",
                                              "🏽",
                                              "❤\uFE0F",
                                              "\u1112",
                                              "\u1161",
                                              "\u11AB",
                                              "한",
                                              "\u0915\u093E",
                                              "\u0600",
                                              "\xff",
                                              "\xe4\xbd",
                                              "\x80",
                                              "\u200B",
                                              "ｶ\uFF9E"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) text += kinds[random() % kinds.size()];
  return text;
}

}  // namespace

TEST_CASE("cells: what is found from near by is what is found from the start", "[cells]") {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const std::string text = mixed_text(random, 1 + random() % 30);
    const std::vector<std::size_t> all = boundaries_of(text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      const auto next = std::ranges::upper_bound(all, at);
      const auto here = std::ranges::lower_bound(all, at);
      const std::size_t expected_next = next == all.end() ? text.size() : *next;
      const std::size_t expected_previous = at == 0 ? 0 : *std::prev(here);
      const bool good = next_boundary(text, at) == expected_next && previous_boundary(text, at) == expected_previous &&
                        is_boundary(text, at) == (here != all.end() && *here == at);
      if (!good) FAIL("at " << at << " of '" << text << "'");
    }
    for (std::size_t cells = 0; cells < 30; ++cells) {
      std::size_t start = 0;
      while (most_width(std::string_view{text}.substr(all[start])) > cells) ++start;
      // Ends of no width at all may be longer or shorter.
      const std::size_t found = fitting_end(text, cells);
      if (most_width(std::string_view{text}.substr(found)) > cells || found > all[start])
        FAIL("the last " << cells << " cells of '" << text << "' from " << found << ", not " << all[start]);
      const std::size_t width = most_width(text);
      if (width <= cells ? most_width(text, cells) != width : most_width(text, cells) <= cells)
        FAIL("the width of '" << text << "' with " << cells << " enough");
    }
  }
}

TEST_CASE("cells: the bounds take in terminals that count otherwise", "[cells]") {
  CHECK(next_cluster("👨‍👩‍👧‍👦").most >= 8);
  CHECK(next_cluster("❤\uFE0F").least == 1);
  CHECK(next_cluster("\U0001FAFF").least == 1);
  CHECK(next_cluster("·").most == 2);
  CHECK(next_cluster("“").most == 2);
  CHECK(next_cluster("你").most == 2);
  CHECK(next_cluster("a").most == 1);
  CHECK(most_width("ab你") == 4);
}

TEST_CASE("cells: clip never cuts a cluster and never goes over", "[cells]") {
  CHECK(clip("你好吗", 3) == "你");
  CHECK(clip("你好吗", 4) == "你好");
  CHECK(clip("你好吗", 5) == "你好");
  CHECK(clip("你好吗", 6) == "你好吗");
  CHECK(clip("你好吗", 7) == "你好吗");
  CHECK(clip("abc", 0).empty());
  CHECK(clip("e\u0301x", 1) == "e\u0301");
  CHECK(clip("", 3).empty());
}

TEST_CASE("cells: wrapped rows are counted as a terminal wraps them", "[cells]") {
  CHECK(wrapped_rows("", 5) == 1);
  CHECK(wrapped_rows("abcd", 5) == 1);
  CHECK(wrapped_rows("abcde", 5) == 1);
  CHECK(wrapped_rows("abcdef", 5) == 2);
  CHECK(wrapped_rows("你好吗", 5) == 2);  // the third does not fit into the last cell
  CHECK(wrapped_rows("你好吗你好", 5) == 3);
  CHECK(wrapped_rows("abc", 1) == 3);
  CHECK(wrapped_rows("你好", 1) == 1);
  CHECK(wrapped_rows("❤\uFE0F❤\uFE0F", 3) == 1);
}

TEST_CASE("cells: line ends and tabs are one cell each", "[cells]") {
  CHECK(width("a\nb\tc") == 5);
}

}  // namespace confab::cells

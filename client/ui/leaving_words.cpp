#include "client/ui/leaving_words.hpp"

#include <algorithm>
#include <array>

#include "common/names.hpp"

namespace confab::client {

std::string folded_line(std::string_view text) {
  constexpr std::size_t longest = 40;  // bytes; no word that is looked for is nearly as long
  return text.size() > longest ? std::string() : name_key(text);
}

bool means_leaving(std::string_view text) {
  const std::string folded = folded_line(text);
  std::string_view word = folded;
  for (const std::string_view end : {"()", ".", ";", "!", "。"}) {
    if (word.size() > end.size() && word.ends_with(end)) word.remove_suffix(end.size());
  }
  constexpr std::array<std::string_view, 19> words{"exit", "quit", "q",     "0",     ":q",      ":q!",   ":qa",
                                                   ":wq",  ":x",   ":quit", ":exit", ".exit",   ".quit", "logout",
                                                   "退出", "离开", "返回",  "结束",  "退出聊天"};
  return std::ranges::find(words, word) != words.end();
}

}  // namespace confab::client

#include "client/ui/argument_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/commands.hpp"
#include "common/utf8.hpp"

namespace confab::client {
namespace {

bool is_literal(std::string_view word) noexcept {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// One alternative of a usage, like `off` or `#ROOM`.
void add(argument_words& out, std::string_view alternative, const std::vector<std::string>& rooms) {
  constexpr std::array<std::string_view, 3> of_people{"NAME", "TEXT", "WORDS"};
  if (is_literal(alternative)) out.words.emplace_back(alternative);
  if (std::ranges::find(of_people, alternative) != of_people.end()) out.names = true;
  if (alternative != "ROOM" && alternative != "#ROOM") return;
  const std::string_view sign = alternative == "ROOM" ? "" : "#";
  out.words.push_back(fmt::format("{}lobby", sign));
  for (const std::string& each : rooms) out.words.push_back(fmt::format("{}{}", sign, each));
}

/// A new name is none that somebody has.
bool wants_new_name(const command_row& row) noexcept {
  return row.what == verb::rename;
}

argument_words read_usage(const command_row& row, const std::vector<std::string>& rooms) {
  argument_words out{.command = fmt::format("/{}", row.word)};
  std::string usage(row.usage);
  std::ranges::replace_if(
      usage, [](char c) { return c == '[' || c == ']' || c == '|' || c == ','; }, ' ');
  for (auto left = utf8::split_word(usage); !left.word.empty(); left = utf8::split_word(left.rest)) {
    if (left.word != row.word) add(out, left.word, rooms);
  }
  if (wants_new_name(row)) out.names = false;
  return out;
}

}  // namespace

std::vector<argument_words> arguments_of_commands(const std::vector<std::string>& rooms) {
  std::vector<argument_words> all{{.command = "/bell", .words = {"off", "pm", "mention", "all"}}};
  for (const command_row& row : command_table()) {
    if (row.whom == audience::people) all.push_back(read_usage(row, rooms));
  }
  return all;
}

}  // namespace confab::client

#include "client/ui/bell_mode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace confab::client {
namespace {

constexpr std::array<std::pair<std::string_view, bell_mode>, 4> bell_words{
    {{"off", bell_mode::off}, {"pm", bell_mode::pm}, {"mention", bell_mode::mention}, {"all", bell_mode::all}}};

}  // namespace

std::optional<bell_mode> parse_bell(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(bell_words, word, &decltype(bell_words)::value_type::first);
  return found == bell_words.end() ? std::nullopt : std::optional(found->second);
}

std::string_view bell_word(bell_mode mode) noexcept {
  return std::ranges::find(bell_words, mode, &decltype(bell_words)::value_type::second)->first;
}

}  // namespace confab::client

#include "common/arguments.hpp"

#include <string_view>

namespace confab {
namespace {

bool single_dash_long(std::string_view argument) {
  if (argument.size() < 3 || argument[0] != '-') return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return letter(argument[1]) && letter(argument[2]);
}

bool has_empty_value(std::string_view argument) {
  return argument.size() > 3 && argument.starts_with("--") && argument.find('=') == argument.size() - 1;
}

}  // namespace

std::vector<std::string> normal_arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  bool options_ended = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") options_ended = true;
    const bool rewrite = !options_ended && single_dash_long(argument);
    arguments.emplace_back(argument);
    if (rewrite) arguments.back().insert(0, 1, '-');
    if (options_ended || !has_empty_value(arguments.back())) continue;
    arguments.back().pop_back();
    arguments.emplace_back();
  }
  return arguments;
}

}  // namespace confab

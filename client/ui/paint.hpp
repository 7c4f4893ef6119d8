#pragma once

#include <string>
#include <string_view>

namespace confab::client {

/// `--color`
enum class color_mode { automatic, always, never };

/// Which escape sequences lines may hold.
enum class sgr_level {
  none,        ///< nothing at all
  attributes,  ///< bold, dim and reverse, no colour (NO_COLOR)
  full,        ///< the 16 colours of the terminal's own theme, too
};

/// What the environment says about colours; null = not set.
struct color_environment {
  const char* no_color = nullptr;
  const char* clicolor_force = nullptr;
  const char* force_color = nullptr;
  const char* term = nullptr;
};

/// --color, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then whether the output is a terminal with colours.
sgr_level choose_sgr(color_mode mode, const color_environment& environment, bool output_is_terminal) noexcept;

/// Puts colours on pieces of a line. Whatever it colours is also said in words. A value; pure.
class paint {
 public:
  explicit paint(sgr_level level) noexcept : level_(level) {}

  /// Somebody's name, in a colour of their own: the same in every client and every run.
  std::string name(std::string_view text) const;
  /// Our own name: bold.
  std::string own(std::string_view text) const { return attribute("1", text); }
  /// Something that is not a message: dim.
  std::string dim(std::string_view text) const { return attribute("2", text); }
  /// Something that is about us: reversed.
  std::string mention(std::string_view text) const { return attribute("7", text); }

 private:
  std::string attribute(std::string_view code, std::string_view text) const;

  sgr_level level_;
};

}  // namespace confab::client

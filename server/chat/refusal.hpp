#pragma once

#include <string_view>

#include "common/problems.hpp"

namespace confab::chat {

/// Why a command is not done. The detail lives as long as the command.
struct refusal {
  problem why;
  std::string_view detail{};
};

}  // namespace confab::chat

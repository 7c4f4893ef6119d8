#pragma once

#include <string>
#include <vector>

namespace confab {

/// The command line as CLI11 wants it. The original programs took single-dash long options
/// (`-ip X`, `-port=8888`); these are rewritten to `--ip X`, `--port=8888`. One dash and one letter, a
/// lone `-`, negative numbers and all after `--` stay as they are. `--ip=` becomes `--ip` and an empty word, for CLI11
/// would take the next option as its value. The program's own name is left out.
std::vector<std::string> normal_arguments(int argc, const char* const* argv);

}  // namespace confab

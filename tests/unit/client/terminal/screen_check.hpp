#pragma once

#include <string>

#include "client/terminal/line_editor_view.hpp"
#include "tests/unit/client/terminal/model_screen.hpp"

namespace confab::terminal::testing {

/// What is wrong with the input row of `screen`, empty for nothing: it must show `view` up to what does not fit, with
/// the cursor on the caret, and nothing below.
std::string draft_problem(const model_screen& screen, const input_view& view);

}  // namespace confab::terminal::testing

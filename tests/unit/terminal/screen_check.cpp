#include "tests/unit/terminal/screen_check.hpp"

#include <algorithm>
#include <string_view>

#include "client/terminal/cells.hpp"

namespace confab::terminal::testing {
namespace {

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// Whether the caret has one column: it is between two clusters (a mark that starts the draft joins the prompt's blank),
// and what follows can be seen.
bool is_boundary(std::string_view text, std::size_t at) {
  if (at < text.size() && next_cluster(text.substr(at)).width == 0) return false;
  return at == 0 || at == text.size() || next_boundary(text, previous_boundary(text, at)) == at;
}

// Whether `row` is a beginning of `prompt` and then a tail of `before`; how much of the prompt must stand there is
// `least`.
bool is_prompt_and_tail(std::string_view row, std::string_view prompt, std::string_view before, std::size_t least) {
  const std::size_t most = std::min(prompt.size(), row.size());
  for (std::size_t size = least; size <= most; ++size) {
    if (row.substr(0, size) == prompt.substr(0, size) && before.ends_with(row.substr(size))) return true;
  }
  return false;
}

}  // namespace

std::string draft_problem(const model_screen& screen, const input_view& view) {
  const std::string before = shown(view.text.substr(0, view.caret));
  const std::string after = shown(view.text.substr(view.caret));
  const std::string left = screen.before_cursor();
  const std::string right = screen.after_cursor();
  const bool exact = is_boundary(view.prompt + before + after, view.prompt.size() + before.size());
  const std::string row =
      "the row is '" + left + "|" + right + "', the draft '" + view.prompt + before + "|" + after + "'";

  if (screen.last_row() > screen.cursor_row()) return "something stands under the input row; " + row;
  const std::size_t needed = most_width(view.prompt) + most_width(before) + most_width(after) + 2;
  if (needed <= screen.columns()) {
    if (trimmed(left + right) != trimmed(view.prompt + before + after)) return "not all of the draft; " + row;
    if (exact && left != view.prompt + before) return "the cursor is off; " + row;
    return {};
  }
  if (!exact) return {};  // the cluster around the caret may stand on either side of it
  const bool prompt_fits = screen.columns() >= 30 && most_width(view.prompt) < 18;
  if (!is_prompt_and_tail(left, view.prompt, before, prompt_fits ? view.prompt.size() : 0))
    return "left is wrong; " + row;
  if (!after.starts_with(right) && !trimmed(after).starts_with(right)) return "right is wrong; " + row;
  if (prompt_fits && !before.empty() && left == view.prompt) return "nothing left of the caret; " + row;
  return {};
}

}  // namespace confab::terminal::testing

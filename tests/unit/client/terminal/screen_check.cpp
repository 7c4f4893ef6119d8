#include "tests/unit/client/terminal/screen_check.hpp"

#include <algorithm>
#include <string_view>

#include "client/terminal/layout.hpp"
#include "common/cells.hpp"
#include "common/utf8.hpp"

namespace confab::terminal::testing {
namespace {

// Whether the caret has one column: it is between two clusters (a mark that starts the draft joins the prompt's blank),
// and what follows can be seen. The first code point counts alone, though it may begin a cluster: a terminal draws one
// without width, such as a sign in front of an Arabic number, onto what stands left of it.
bool is_boundary(std::string_view text, std::size_t at) {
  if (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (cells::next_cluster(rest.substr(0, utf8::decode(rest).size)).width == 0) return false;
  }
  return at == 0 || at == text.size() || cells::next_boundary(text, cells::previous_boundary(text, at)) == at;
}

// What is wrong with the part of the row left of the cursor: it must be a beginning of `prompt`, and then a tail of
// `before`, with a mark in front of it when it is not all of it. How much of the prompt must stand there is `least`.
std::string left_problem(std::string_view row, const input_view& view, std::string_view before, std::size_t least,
                         bool marked) {
  const std::size_t most = std::min(view.prompt.size(), row.size());
  for (std::size_t size = least; size <= most; ++size) {
    if (row.substr(0, size) != view.prompt.substr(0, size)) break;
    std::string_view tail = row.substr(size);
    if (tail == before) return {};
    const bool has_mark = tail.starts_with('<');
    if (has_mark) tail.remove_prefix(1);
    if ((has_mark || !marked) && tail.size() < before.size() && before.ends_with(tail)) return {};
  }
  return "left is wrong; ";
}

std::string right_problem(const std::string& row, std::string_view after, bool marked) {
  if (trimmed(std::string{after}) == row) return {};
  if (!marked && after.starts_with(row)) return {};
  if (!row.ends_with('>')) return "nothing says that it goes on; ";
  return after.starts_with(row.substr(0, row.size() - 1)) ? "" : "right is wrong; ";
}

}  // namespace

std::string draft_problem(const model_screen& screen, const input_view& view) {
  if (!view.narrower.empty()) {  // then nothing stands behind it
    input_view chosen{view.prompt, view.text, view.caret};
    for (const std::string& each : view.narrower) {
      if (cells::most_width(chosen.prompt) + 2 > screen.columns()) chosen.prompt = each;
    }
    return draft_problem(screen, chosen);
  }
  const std::string before = shown(view.text.substr(0, view.caret));
  const std::string after = shown(view.text.substr(view.caret));
  const std::string left = screen.before_cursor();
  const std::string right = screen.after_cursor();
  const bool exact = is_boundary(view.prompt + before + after, view.prompt.size() + before.size());
  const std::string row =
      "the row is '" + left + "|" + right + "', the draft '" + view.prompt + before + "|" + after + "'";

  if (screen.last_row() > screen.cursor_row()) return "something stands under the input row; " + row;
  const std::size_t needed = cells::most_width(view.prompt) + cells::most_width(before) + cells::most_width(after) + 2;
  if (needed <= screen.columns()) {
    if (trimmed(left + right) != trimmed(view.prompt + before + after)) return "not all of the draft; " + row;
    if (exact && left != view.prompt + before) return "the cursor is off; " + row;
    return {};
  }
  if (!exact) return {};  // the cluster around the caret may stand on either side of it
  const bool prompt_fits = screen.columns() >= 30 && cells::most_width(view.prompt) < 18;
  std::string problem = left_problem(left, view, before, prompt_fits ? view.prompt.size() : 0, prompt_fits);
  if (problem.empty()) problem = right_problem(right, after, prompt_fits);
  if (!problem.empty()) return problem + row;
  if (prompt_fits && !before.empty() && left == view.prompt) return "nothing left of the caret; " + row;
  return {};
}

}  // namespace confab::terminal::testing

#include "client/terminal/line_editor_texts.hpp"

namespace confab::terminal {

std::string search_prompt(language tongue, bool found) {
  if (tongue == language::zh) return found ? "查找> " : "没有找到> ";
  return found ? "search> " : "not found> ";
}

std::string confirm_prompt(language tongue, std::size_t lines) {
  const std::string count = std::to_string(lines);
  if (tongue == language::zh)
    return "y/j/n？粘贴了 " + count + " 行：y 分 " + count + " 条发送 / j 并成一条 / n 继续编辑 ";
  return "y/j/n? " + count + " lines pasted: y send " + count + " / j join into one / n keep editing ";
}

}  // namespace confab::terminal

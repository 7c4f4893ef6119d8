#include "client/terminal/line_editor_texts.hpp"

#include <fmt/format.h>

namespace confab::terminal {

std::string search_prompt(language lang, bool found) {
  if (lang == language::zh) return found ? "查找> " : "没有找到> ";
  return found ? "search> " : "not found> ";
}

question_words pasted_question(language lang, std::size_t lines, std::size_t messages) {
  if (lang == language::zh) {
    return {fmt::format("粘贴了 {} 行：y 分 {} 条发送 / j 并成一条 / n 继续编辑 ", lines, messages),
            fmt::format("{} 行：y 发 / j 并 / n 改 ", lines), fmt::format("{} 行 y/j/n？ ", lines)};
  }
  return {fmt::format("{} lines pasted: y send {} / j join into one / n keep editing ", lines, messages),
          fmt::format("{} lines: y send, j join, n edit ", lines), fmt::format("{} lines y/j/n? ", lines)};
}

question_words split_question(language lang, std::size_t size, std::size_t limit, std::size_t parts) {
  if (lang == language::zh) {
    return {fmt::format("{} 字节，一条最多 {}：y 分 {} 条发送 / n 继续编辑 ", size, limit, parts),
            fmt::format("太长：y 分 {} 条 / n 改 ", parts), fmt::format("分 {} 条 y/n？ ", parts)};
  }
  return {fmt::format("{} bytes, a message takes {}: y send {} parts / n keep editing ", size, limit, parts),
          fmt::format("Too long: y send {} parts, n edit ", parts), fmt::format("{} parts y/n? ", parts)};
}

std::string not_utf8_text(language lang) {
  if (lang == language::zh) return "没有采用刚才的输入：不是 UTF-8。请把终端的编码设为 UTF-8";
  return "Left out: what came from this terminal is not UTF-8. Set its encoding to UTF-8";
}

std::string left_out_text(language lang) {
  if (lang == language::zh) return "没有发送：这一行缺了不是 UTF-8 的部分；再按回车就照现在的样子发送";
  return "Not sent: the line lacks what was not UTF-8; Enter again sends it as it stands";
}

std::string paste_not_utf8_text(language lang) {
  if (lang == language::zh) return "没有粘贴：内容不是 UTF-8。请把终端的编码设为 UTF-8";
  return "Not pasted: it is not UTF-8. Set this terminal's encoding to UTF-8";
}

std::string paste_too_big_text(language lang, std::size_t size, std::size_t limit) {
  if (lang == language::zh) return fmt::format("没有粘贴：{} 字节放不下，输入行总共最多 {}", size, limit);
  return fmt::format("Not pasted: {} bytes do not fit, a draft holds {} in all", size, limit);
}

}  // namespace confab::terminal

#pragma once

#include <string>

#include "client/terminal/footer.hpp"
#include "tests/unit/client/terminal/model_screen.hpp"

namespace confab::terminal::testing {

/// A footer on a model screen.
struct desk {
  model_screen screen;
  footer foot;
  input_view input{"公聊[小明]> ", "", 0};
  std::string written;  // by the last update

  explicit desk(std::size_t columns = 60, std::size_t rows = 14, footer::style style = {},
                model_screen::widths counting = model_screen::widths::clusters)
      : screen(columns, rows, counting, style.reflows), foot(style) {
    foot.set_status("公聊 · 小明 · 在线 12");
  }
  window_size size() const { return {screen.columns(), screen.rows()}; }
  void update() {
    written = foot.update(input, size());
    screen.write(written);
  }
  void draft(const std::string& text) { draft(text, text.size()); }
  void draft(const std::string& text, std::size_t caret) {
    input.text = text;
    input.caret = caret;
    update();
  }
  void message(const std::string& text) {
    foot.print(text);
    update();
  }
  std::string input_row() const { return screen.row(screen.cursor_row()); }
};

}  // namespace confab::terminal::testing

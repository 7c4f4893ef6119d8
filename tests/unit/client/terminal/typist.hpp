#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/terminal/keys.hpp"
#include "client/terminal/line_editor.hpp"

namespace confab::terminal::testing {

/// Types bytes, as they come from a terminal, into a line editor.
class typist {
 public:
  explicit typist(line_editor& editor) : editor_(editor) {}

  /// Every event that is more than a change of the draft.
  std::vector<editor_event> type(std::string_view bytes) {
    std::vector<key_event> keys;
    decoder_.feed(bytes, keys);
    std::vector<editor_event> events;
    for (const key_event& key : keys) {
      editor_event event = editor_.handle(key);
      if (event.what != editor_event::kind::nothing && event.what != editor_event::kind::changed) {
        events.push_back(std::move(event));
      }
    }
    return events;
  }

  /// A lone Esc whose time has passed.
  editor_event escape() { return editor_.handle({key_code::escape}); }

 private:
  line_editor& editor_;
  key_decoder decoder_;
};

/// The draft with its caret as `|`.
inline std::string with_caret(const input_view& view) {
  return view.text.substr(0, view.caret) + '|' + view.text.substr(view.caret);
}

}  // namespace confab::terminal::testing

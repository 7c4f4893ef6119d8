#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/terminal/completion.hpp"
#include "client/terminal/history.hpp"
#include "client/terminal/keys.hpp"
#include "client/terminal/line_editor_buffer.hpp"
#include "client/terminal/line_editor_view.hpp"
#include "common/language.hpp"

namespace confab::terminal {

/// What a key led to, beyond the draft.
struct editor_event {
  enum class kind : std::uint8_t {
    nothing,    ///< the key means nothing here
    changed,    ///< the draft, the caret or the prompt changed: draw
    refused,    ///< the key could do nothing (no match, line full): a bell may ring, if the owner likes
    submit,     ///< `lines` are to be sent, one or more; the draft is empty now. One empty line: Enter on nothing
    list,       ///< `lines` are what Tab could complete to: to be shown above
    eof,        ///< Ctrl-D on an empty line: leave the mode
    interrupt,  ///< Ctrl-C on an empty line: the owner leaves when it comes twice
    clear,      ///< Ctrl-L
    suspend,    ///< Ctrl-Z
  };
  kind what = kind::nothing;
  std::vector<std::string> lines = {};
};

/// The line editor: keys in, events out, `view` to be drawn. Has no terminal, no clock and no loop, so that it can be
/// tested by tables. Owned by the screen, on the thread of its io_context.
///
/// A draft may hold several lines (from a paste). Enter on such a draft sends nothing but asks first;
/// while it asks, only y, j, n, Enter and Esc (and what leaves the line alone) do something.
class line_editor {
 public:
  /// The longest draft, in bytes: over what any server takes in one line, so that the server's refusal names its limit.
  static constexpr std::size_t default_max_bytes = 64 * 1024;

  explicit line_editor(language tongue, std::size_t max_bytes = default_max_bytes)
      : tongue_(tongue), buffer_(max_bytes) {}

  /// What stands in front of the draft. A running search or question keeps its own until it ends.
  void set_prompt(std::string_view prompt) { prompt_ = prompt; }

  /// Where sent lines are kept and found again; null for lines that are not to be kept (a menu's choice). Not owned;
  /// a line taken from the old one stays as the draft.
  void set_history(history* lines);

  /// Asked at each first Tab. Without it Tab does nothing.
  void set_completion(std::function<completion_words()> words) { words_ = std::move(words); }

  editor_event handle(const key_event& key);

  /// The draft, whatever the row shows at the moment.
  const std::string& text() const noexcept { return buffer_.text(); }

  /// Exchanges the draft, caret at the end; ends a search or a question.
  void set_text(std::string_view text);

  /// What the input row shows now.
  input_view view() const;

 private:
  struct recalled {  // a line of the history stands in the draft's place
    std::size_t place = 0;
    std::string prefix;
    std::string draft;
    std::size_t caret = 0;
  };
  struct search {
    search() noexcept : query(max_query_bytes) {}
    static constexpr std::size_t max_query_bytes = 256;
    editor_buffer query;
    std::optional<std::size_t> place;  // of the match that is in sight
    bool found = true;                 // the query as it is now fits something
  };

  editor_event edit(const key_event& key);
  editor_event submit(std::vector<std::string> lines);
  editor_event on_enter();
  editor_event on_confirm(const key_event& key);
  std::optional<editor_event> on_search(const key_event& key);
  void search_from(std::size_t place);
  void accept_search();
  editor_event complete(bool forward);
  editor_event recall(bool older);
  void forget_recalled();

  language tongue_;
  editor_buffer buffer_;
  std::string prompt_;
  history* history_ = nullptr;
  std::function<completion_words()> words_;
  completion completion_;
  std::optional<recalled> recalled_;
  std::optional<search> search_;
  std::vector<std::string> confirming_;  // the lines that are asked about; empty: no question
};

}  // namespace confab::terminal

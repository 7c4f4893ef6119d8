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
    remark,     ///< `lines` say why what was typed is not taken or sent: to be shown above
    eof,        ///< Ctrl-D on an empty line: leave the mode
    interrupt,  ///< Ctrl-C on an empty line: the owner leaves when it comes twice
    clear,      ///< Ctrl-L
    suspend,    ///< Ctrl-Z
  };
  kind what = kind::nothing;
  std::vector<std::string> lines = {};
  /// Of `submit`: for each line whether it is a part of a longer one, to be said whatever it looks like. Empty: none
  /// is.
  std::vector<bool> parts = {};
};

/// The line editor: keys in, events out, `view` to be drawn. Has no terminal, no clock and no loop, so that it can be
/// tested by tables. Owned by the screen, on the thread of its io_context.
///
/// A draft may hold several lines (from a paste), or one that is longer than a message may be. Enter on such a draft
/// sends nothing but asks first; while it asks, only y, j, n, Enter and Esc (and what leaves the line alone) do
/// something. What is not UTF-8 is left out and said; the next Enter then only says so.
class line_editor {
 public:
  /// The longest draft, in bytes. A paste that does not fit is refused whole.
  static constexpr std::size_t default_max_bytes = key_decoder::max_paste;

  explicit line_editor(language lang, std::size_t max_bytes = default_max_bytes) : lang_(lang), buffer_(max_bytes) {}

  /// What stands in front of the draft. A running search or question keeps its own until it ends.
  void set_prompt(std::string_view prompt) { prompt_ = prompt; }

  /// Where earlier lines are found, and with `keep` those that are sent are kept. Null: nowhere. Not owned; a line
  /// taken from the old one stays as the draft.
  void set_history(history* lines, bool keep = true);

  /// What one message may have, in bytes (at least 16): Enter offers to send a longer line in parts. 0: not known, or
  /// lines are no messages now.
  void set_limit(std::size_t bytes) noexcept { limit_ = bytes; }

  /// What language the editor's own words are in from now on, those on the screen included.
  void speak(language lang) noexcept { lang_ = lang; }

  /// Asked at each first Tab. Without it Tab does nothing.
  void set_completion(std::function<client::completion_words()> words) { words_ = std::move(words); }

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
  struct question {         // about a draft that is not sent as it stands
    std::size_t lines = 0;  // that it has; 1: it is too long
    std::vector<std::string> messages;
    std::vector<bool> parts;  // as in editor_event
  };

  editor_event edit(const key_event& key);
  editor_event submit(std::vector<std::string> lines, std::vector<bool> parts = {});
  editor_event on_enter();
  bool is_too_long(std::string_view line) const;
  editor_event ask(std::vector<std::string> lines);
  editor_event on_confirm(const key_event& key);
  editor_event join();
  editor_event paste(const key_event& key);
  editor_event leave_out();
  std::optional<editor_event> on_search(const key_event& key);
  void search_from(std::size_t place);
  void accept_search();
  editor_event complete(bool forward);
  editor_event recall(bool older);
  void forget_recalled();

  language lang_;
  editor_buffer buffer_;
  std::string prompt_;
  history* history_ = nullptr;
  bool keeps_ = true;  // what is sent, in the history
  std::function<client::completion_words()> words_;
  completion completion_;
  std::optional<recalled> recalled_;
  std::optional<search> search_;
  std::optional<question> question_;
  std::size_t limit_ = 0;
  bool left_out_ = false;  // the draft lacks what was not UTF-8, and nobody has been asked about it
  bool told_ = false;      // that the terminal is not UTF-8, since the last Enter
};

}  // namespace confab::terminal

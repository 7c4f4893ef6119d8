#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "client/ui/completion_words.hpp"

namespace confab::terminal {

/// Completes the word before the caret. A word that starts the line with `/` is a command, one that starts with `#` a
/// room; behind a command it is what that takes, everywhere else a name. All are found whatever their case or width. A
/// unique word is put in; of several the first Tab lists, and puts in what they have in common; each further Tab puts
/// in the next one and after the last the word as it was typed. Pure; part of a line editor.
class completion {
 public:
  /// Exchange `text[begin, end)` for `replacement`.
  struct edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string replacement;
  };

  struct outcome {
    bool found = false;  ///< false: nothing fits, `change` is empty
    edit change;
    std::vector<std::string> list;  ///< to be shown: more than one word fits
  };

  /// Tab: `text` with the caret at byte `caret`.
  outcome start(std::string_view text, std::size_t caret, const client::completion_words& words);

  /// Tab again (`forward`) or Shift-Tab. Only while `active`, and with the text just as the last outcome left it.
  outcome cycle(bool forward);

  /// Whether the last `start` found several words and the text is still as left behind.
  bool active() const noexcept { return !candidates_.empty(); }

  /// Any other key: the word stays as it stands.
  void stop() noexcept { candidates_.clear(); }

 private:
  std::vector<std::string> candidates_;  // complete with what follows them; the last is the word as typed
  std::size_t next_ = 0;                 // which one a Tab would put in
  std::size_t begin_ = 0;                // where the word stands now
  std::size_t end_ = 0;
};

}  // namespace confab::terminal

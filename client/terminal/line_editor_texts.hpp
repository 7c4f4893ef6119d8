#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/language.hpp"

/// The few words that the line editor itself says: in front of the input, or above it. Pure functions. Sizes in bytes.
namespace confab::terminal {

/// In front of what is searched for in the history.
std::string search_prompt(language lang, bool found);

/// A question in front of the input, in words for ever narrower windows.
using question_words = std::vector<std::string>;

/// Asks what to do with a draft of `lines` lines, which are sent as `messages`: `y`, `j` or `n`.
question_words pasted_question(language lang, std::size_t lines, std::size_t messages);

/// Asks whether a line of `size` is to be sent in `parts`, where one message has at most `limit`: `y` or `n`.
question_words split_question(language lang, std::size_t size, std::size_t limit, std::size_t parts);

/// Says that what came from the terminal is no UTF-8, and was left out.
std::string not_utf8_text(language lang);

/// Says that the line lacks what was left out of it, and is not sent before Enter comes again.
std::string left_out_text(language lang);

/// Say why a paste was refused whole.
std::string paste_not_utf8_text(language lang);
std::string paste_too_big_text(language lang, std::size_t size, std::size_t limit);

}  // namespace confab::terminal

#include "client/terminal/completion.hpp"

#include <algorithm>
#include <iterator>

#include "common/cells.hpp"
#include "common/names.hpp"
#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

// Where the run of non-blanks begins that ends at `caret`.
std::size_t word_begin(std::string_view text, std::size_t caret) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < caret;) {
    if (const std::size_t blank = utf8::leading_space(text.substr(at, caret - at)); blank > 0) {
      at += blank;
      begin = at;
    } else {
      at += utf8::decode(text.substr(at)).size;
    }
  }
  return begin;
}

std::vector<std::string> starting_with(const std::vector<std::string>& words, std::string_view start) {
  const std::string key = name_key(start);
  std::vector<std::string> found;
  if (key.empty() && !start.empty()) return found;  // longer than any name
  for (const std::string& word : words) {
    if (name_key(word).starts_with(key)) found.push_back(word);
  }
  return found;
}

// What all of `words` (at least one) start with, in whole clusters.
std::string common_start(const std::vector<std::string>& words) {
  const std::string& first = words.front();
  std::size_t shared = first.size();
  for (const std::string& word : words) {
    const auto differing = std::mismatch(first.begin(), first.end(), word.begin(), word.end());
    shared = std::min(shared, static_cast<std::size_t>(differing.first - first.begin()));
  }
  std::size_t whole = 0;
  for (;;) {
    const std::size_t next = cells::next_boundary(first, whole);
    if (next > shared || next == whole) return first.substr(0, whole);
    whole = next;
  }
}

// The first word of `text`, if it is a command and `before` is behind it.
std::string_view command_before(std::string_view text, std::size_t before) noexcept {
  const auto [word, rest] = utf8::split_word(text.substr(0, before));
  return word.starts_with('/') ? word : std::string_view();
}

// What may stand behind `command`, starting with `start`.
std::vector<std::string> arguments_starting_with(const client::completion_words& words, std::string_view command,
                                                 std::string_view start) {
  const std::string key = name_key(command);
  const auto known = std::ranges::find_if(
      words.arguments, [&](const client::argument_words& each) { return name_key(each.command) == key; });
  if (known == words.arguments.end()) return starting_with(words.names, start);
  std::vector<std::string> found = starting_with(known->words, start);
  if (!known->names) return found;
  std::vector<std::string> people = starting_with(words.names, start);
  found.insert(found.end(), std::make_move_iterator(people.begin()), std::make_move_iterator(people.end()));
  return found;
}

// What `start`, which begins at `begin` of `text`, may become.
std::vector<std::string> candidates(const client::completion_words& words, std::string_view text, std::size_t begin,
                                    std::string_view start) {
  const bool first = begin == utf8::leading_space(text);
  if (first && start.starts_with('/')) return starting_with(words.commands, start);
  if (start.starts_with('#')) return starting_with(words.rooms, start);
  const std::string_view command = first ? std::string_view() : command_before(text, begin);
  return command.empty() ? starting_with(words.names, start) : arguments_starting_with(words, command, start);
}

}  // namespace

completion::outcome completion::start(std::string_view text, std::size_t caret, const client::completion_words& words) {
  stop();
  begin_ = word_begin(text, caret);
  end_ = caret;
  const std::string typed{text.substr(begin_, end_ - begin_)};
  const bool first_word = begin_ == utf8::leading_space(text);
  const bool command = first_word && typed.starts_with('/');

  outcome result;
  result.list = candidates(words, text, begin_, typed);
  if (result.list.empty()) return result;
  result.found = true;

  std::string follows = first_word && !command && !typed.starts_with('#') ? words.after_first_name : " ";
  // In the middle of a line there may be a blank already.
  if (follows.ends_with(' ') && text.substr(caret).starts_with(' ')) follows.pop_back();
  result.change = {begin_, end_, typed};
  if (result.list.size() == 1) {
    result.change.replacement = result.list.front() + follows;
    result.list.clear();
    return result;
  }
  if (std::string common = common_start(result.list); common.size() > typed.size()) {
    result.change.replacement = std::move(common);
  }
  for (const std::string& word : result.list) candidates_.push_back(word + follows);
  candidates_.push_back(result.change.replacement);
  next_ = 0;
  end_ = begin_ + result.change.replacement.size();
  return result;
}

completion::outcome completion::cycle(bool forward) {
  // `next_` is one further than what stands in the text; backwards from there is two back.
  const std::size_t count = candidates_.size();
  const std::size_t chosen = forward ? next_ : (next_ + count - 2) % count;
  outcome result;
  result.found = true;
  result.change = {begin_, end_, candidates_[chosen]};
  end_ = begin_ + candidates_[chosen].size();
  next_ = (chosen + 1) % count;
  return result;
}

}  // namespace confab::terminal

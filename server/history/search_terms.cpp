#include "server/history/search_terms.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <utf8proc.h>

#include "common/utf8.hpp"
#include "server/history/text_runs.hpp"

namespace confab::store {
namespace {

// Of a longer word the index holds the beginning: nobody types more, and some people paste keys and hashes.
constexpr std::size_t max_term_bytes = 64;

// Parts words, and belongs to none: blanks, brackets, quotation marks, and what ends or divides sentences.
bool is_divider(char32_t c) {
  if (c < 0x80)
    return c <= 0x20 || c == 0x7F ||
           std::string_view(",;:!?\"()[]{}<>`").find(static_cast<char>(c)) != std::string_view::npos;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC: return true;
    default: return c == 0xFFFD;
  }
}

// The apostrophe and the hyphen have several forms each, which programs put in for people.
std::string with_plain_signs(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code_point, size] = utf8::decode(text.substr(at));
    if (code_point == 0x2018 || code_point == 0x2019) {
      out += '\'';
    } else if (code_point >= 0x2010 && code_point <= 0x2014) {
      out += '-';
    } else {
      out.append(text.substr(at, size));
    }
    at += size;
  }
  return out;
}

// Calls found(piece) for what stands between dividers, without points and apostrophes at the ends that are punctuation.
template <class Found>
void for_each_piece(std::string_view folded, Found found) {
  std::size_t start = 0;
  const auto end_piece = [&](std::size_t end) {
    std::string_view piece = folded.substr(start, end - start);
    while (piece.ends_with('.') || piece.ends_with('\'')) piece.remove_suffix(1);
    while (piece.starts_with('\'')) piece.remove_prefix(1);
    if (!piece.empty()) found(piece);
  };
  for (std::size_t at = 0; at < folded.size();) {
    const auto [code_point, size] = utf8::decode(folded.substr(at));
    if (is_divider(code_point)) {
      end_piece(at);
      start = at + size;
    }
    at += size;
  }
  end_piece(folded.size());
}

// Whether both letters and other signs are in `piece`.
bool is_mixed(std::string_view piece) {
  bool letters = false;
  bool signs = false;
  for (std::size_t at = 0; at < piece.size();) {
    const auto [code_point, size] = utf8::decode(piece.substr(at));
    run_kind kind{};
    (classify(code_point, kind) ? letters : signs) = true;
    at += size;
  }
  return letters && signs;
}

bool is_word_character(char32_t c) {
  run_kind kind{};
  return classify(c, kind) && kind == run_kind::word;
}

char32_t last_character(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
  return utf8::decode(text.substr(start)).code_point;
}

// Whether `piece` is in `text` and does not begin or end within a word.
bool holds(std::string_view text, std::string_view piece) {
  const bool word_first = is_word_character(utf8::decode(piece).code_point);
  const bool word_last = is_word_character(last_character(piece));
  for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1)) {
    const std::string_view before = text.substr(0, at);
    const std::string_view after = text.substr(at + piece.size());
    const bool begins = !word_first || before.empty() || !is_word_character(last_character(before));
    const bool ends = !word_last || after.empty() || !is_word_character(utf8::decode(after).code_point);
    if (begins && ends) return true;
  }
  return false;
}

std::string_view cut_word(std::string_view word) {
  if (word.size() <= max_term_bytes) return word;
  std::size_t size = max_term_bytes;
  while ((static_cast<unsigned char>(word[size]) & 0xC0U) == 0x80U) --size;
  return word.substr(0, size);
}

// Calls found(term) for the characters (if `singles`) and the pairs of a dense run.
template <class Found>
void for_each_pair(std::string_view run, bool singles, Found found) {
  std::size_t previous = 0;
  for (std::size_t at = 0; at < run.size();) {
    const std::size_t size = utf8::decode(run.substr(at)).size;
    if (singles) found(run.substr(at, size));
    if (at > 0) found(run.substr(previous, at + size - previous));
    previous = at;
    at += size;
  }
}

template <class Term>
void sort_out(std::vector<Term>& terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

// The terms are parts of `folded`.
std::vector<std::string_view> terms_of(std::string_view folded) {
  std::vector<std::string_view> terms;
  terms.reserve(folded.size() / 4);
  const auto add = [&terms](std::string_view term) { terms.push_back(term); };
  for_each_run(folded, [&](run_kind kind, std::string_view run) {
    if (kind == run_kind::dense) {
      for_each_pair(run, true, add);
    } else {
      add(cut_word(run));
    }
  });
  sort_out(terms);
  return terms;
}

}  // namespace

std::string search_terms_version() {
  constexpr int rules = 2;  // to be raised with every change of this file or of text_runs.cpp that changes a term
  return fmt::format("{}/{}/{}", rules, utf8proc_version(), utf8proc_unicode_version());
}

std::vector<std::string> search_terms(std::string_view text) {
  const std::string folded = fold(text);
  const std::vector<std::string_view> terms = terms_of(folded);
  return {terms.begin(), terms.end()};
}

void append_search_terms(std::string& line, std::string_view text) {
  const std::string folded = fold(text);
  for (const std::string_view term : terms_of(folded)) line.append(term).push_back(' ');
}

search_words::search_words(std::string_view typed) {
  const auto add = [this](std::string_view term) { terms_.emplace_back(term); };
  const std::string folded = fold(typed);
  for_each_run(folded, [&](run_kind kind, std::string_view found) {
    const bool dense = kind == run_kind::dense;
    runs_.push_back({dense, std::string(found)});
    const bool several = found.size() > utf8::decode(found).size;
    if (dense && several) {
      for_each_pair(found, false, add);
    } else {
      add(cut_word(found));
    }
  });
  for_each_piece(with_plain_signs(folded), [&](std::string_view piece) {
    if (is_mixed(piece)) pieces_.emplace_back(piece);
  });
  sort_out(runs_);
  sort_out(pieces_);
  sort_out(terms_);
  if (terms_.size() > max_terms) terms_.resize(max_terms);
}

bool search_words::matches(std::string_view text) const {
  const std::string folded = fold(text);
  std::vector<bool> seen(runs_.size());
  for_each_run(folded, [&](run_kind kind, std::string_view present) {
    const bool dense = kind == run_kind::dense;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (seen[i] || runs_[i].dense != dense) continue;
      seen[i] = dense ? present.find(runs_[i].text) != std::string_view::npos : present == runs_[i].text;
    }
  });
  return std::all_of(seen.begin(), seen.end(), [](bool found) { return found; }) && has_pieces(folded);
}

bool search_words::has_pieces(std::string_view folded) const {
  if (pieces_.empty()) return true;
  const std::string plain = with_plain_signs(folded);
  return std::all_of(pieces_.begin(), pieces_.end(), [&](const std::string& piece) { return holds(plain, piece); });
}

}  // namespace confab::store

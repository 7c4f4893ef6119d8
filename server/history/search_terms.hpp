#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// How text becomes what the search index holds. Pure functions; any thread.
///
/// Text is folded first (NFKC and case, so that ＡＢＣ, ABC and abc are one, and so are ß and ss, ς and σ; all of I, İ
/// and ı are i), then cut into runs. A run of letters, digits and marks is a word. Scripts written without spaces
/// (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) have no words that could be cut out without a dictionary; of
/// those the index holds each character and each pair of neighbours. So a word of one or two characters is found
/// directly, and a longer one as messages that hold all its pairs, which `matches` then looks at closely. Symbols and
/// emoji are a run each.
///
/// The index knows nothing of other signs. But what is typed as one with them, such as c++, C#, .net, node.js or
/// --help, is looked for as it is: `matches` sees to that. Signs that only part or end words, such as , ? " and
/// brackets, do not count, nor do points and apostrophes at the end.
namespace confab::store {

/// Changes whenever `search_terms` may cut the same text differently, so that an index made by another version of
/// this code, or of the Unicode tables that it uses, is made anew.
std::string search_terms_version();

/// The terms of `text`, without repetitions, sorted. No term holds an ASCII character other than a-z and 0-9.
std::vector<std::string> search_terms(std::string_view text);

/// Appends the same terms to `line`, each with a blank behind it.
void append_search_terms(std::string& line, std::string_view text);

/// What somebody looks for.
class search_words {
 public:
  explicit search_words(std::string_view typed);

  /// Nothing that could be looked for, e.g. only punctuation.
  bool empty() const noexcept { return runs_.empty(); }

  /// What the index must have for a message, at the least, so that it can match: some of `search_terms` of it.
  /// At most `max_terms`.
  const std::vector<std::string>& terms() const noexcept { return terms_; }

  /// Whether `text` holds all the words: those of spaced scripts as whole words, the others anywhere; and what was
  /// typed as one with signs as it was typed.
  bool matches(std::string_view text) const;

  /// At most this many terms of a query are looked up; `matches` sees to the rest.
  static constexpr std::size_t max_terms = 32;

 private:
  struct run {
    bool dense;  ///< of a script without spaces
    std::string text;
    auto operator<=>(const run&) const = default;
  };
  bool has_pieces(std::string_view folded) const;

  std::vector<run> runs_;
  std::vector<std::string> pieces_;  // words with signs, as they must be there
  std::vector<std::string> terms_;
};

}  // namespace confab::store

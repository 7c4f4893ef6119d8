#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/utf8.hpp"

/// How text is folded for the search, and cut into runs (see search_terms.hpp). Pure functions; any thread.
namespace confab::store {

enum class run_kind : std::uint8_t {
  word,    ///< of a script with spaces
  dense,   ///< of a script without
  symbol,  ///< one character
};

/// NFKC and case, without the dots of I and i. Any bytes: what is no UTF-8 becomes U+FFFD.
std::string fold(std::string_view text);

/// classify() of what is above ASCII.
bool classify_above_ascii(char32_t c, run_kind& kind);

/// Whether `c` belongs to a run, and of which kind.
inline bool classify(char32_t c, run_kind& kind) {
  // Told apart where it is asked for, as decode() does: every character that is kept comes here.
  if (c >= 0x80) return classify_above_ascii(c, kind);
  kind = run_kind::word;
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Calls found(kind, run) for each run of `folded`, in order.
template <class Found>
void for_each_run(std::string_view folded, Found found) {
  std::size_t start = 0;
  std::size_t at = 0;
  run_kind current = run_kind::word;
  const auto end_run = [&] {
    if (at > start) found(current, folded.substr(start, at - start));
    start = at;
  };
  while (at < folded.size()) {
    const auto [code_point, size] = utf8::decode(folded.substr(at));
    run_kind kind = current;
    const bool in_run = classify(code_point, kind);
    if (!in_run || kind != current || kind == run_kind::symbol) end_run();
    current = kind;
    at += size;
    if (!in_run) start = at;
  }
  end_run();
}

}  // namespace confab::store

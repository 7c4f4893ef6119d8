#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/history/message.hpp"
#include "server/history/search_terms.hpp"

/// What the search index holds for a message, and how it is asked. Pure functions; any thread.
///
/// Besides the terms of the text there are terms that say who may see a message. So the index itself skips what
/// somebody may not see, however often the word was said elsewhere.
namespace confab::store {

/// All terms of a message, each once, with a blank behind each and none in any: as the index is given them.
std::string index_line(const message& what);

/// The same, one by one.
std::vector<std::string> index_terms(const message& what);

/// The query, in FTS5's language, for messages that `wanted.who` may see, that are whispers with `wanted.with` if that
/// is given, and that have `words.terms()`. What the user typed is only ever within quotes. Some answers may be wrong
/// ones (see search_words, and keys are hashed): check them. Not for an empty view, nor for neither words nor `with`.
std::string index_query(const search_request& wanted, const search_words& words);

}  // namespace confab::store

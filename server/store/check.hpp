#pragma once

#include <string>
#include <vector>

#include "server/store/options.hpp"

namespace confab::store {

/// Looks whether the history `how.file` is whole: what SQLite can tell about the file, what must be true of the
/// tables, and that the search index holds exactly the messages that it should. One sentence for each thing that is
/// wrong; empty when all is well. Takes a while (about 20 s for a million messages) and changes nothing; a server may
/// be at work meanwhile, whose write-ahead log then grows. Any thread. Throws store_error when the database cannot be
/// read at all or is not of this version.
std::vector<std::string> check(const options& how);

}  // namespace confab::store

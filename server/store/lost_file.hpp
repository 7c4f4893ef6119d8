#pragma once

#include <filesystem>
#include <string>

/// A history that is not there any more although something of it is: it must not be replaced by a new one in silence.
/// Looks at files only; any thread.
namespace confab::store {

/// Throws store_error, which names the way out, if there is no database in `name`, which is missing or has 0 bytes,
/// and a log beside it has what only a database leaves there. SQLite would take that for a new database and delete the
/// log. Neither opens nor changes anything.
void refuse_lost(const std::filesystem::path& name);

/// What is strange about a history that is about to begin, for the log: that there is a file of 0 bytes, or none
/// though a server has been there before. Empty if nothing is. To be called before that server locks the folder.
std::string remains_of(const std::filesystem::path& file);

}  // namespace confab::store

#pragma once

#include <filesystem>
#include <string>

/// A history that is not there any more although something of it is: it must not be replaced by a new one in silence.
/// Opens no database; any thread.
namespace confab::store {

/// Throws store_error, which names the way out, if there is no database in `name`, which is missing or has 0 bytes,
/// and a log beside it has what only a database leaves there. SQLite would take that for a new database and delete the
/// log. Neither opens nor changes anything.
void refuse_lost(const std::filesystem::path& name);

/// What is strange about a history that is about to begin, for the log: that there is a file of 0 bytes, or none
/// though a server has been there before. Empty if nothing is. To be called before that server locks the folder.
std::string remains_of(const std::filesystem::path& file);

/// A log whose database is somewhere else now, or has been replaced: it gets another name, lest it be mixed with the
/// next one, and its index goes. Returns that name; empty if there was nothing in it. Throws store_error.
std::filesystem::path put_log_aside(const std::filesystem::path& log, const std::filesystem::path& index);

}  // namespace confab::store

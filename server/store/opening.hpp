#pragma once

#include <cstdint>
#include <string>

#include "server/store/database.hpp"
#include "server/store/options.hpp"

namespace confab::store {

/// How much to make sure of when a history is opened.
enum class care : std::uint8_t {
  none,  ///< it was in order not long ago
  look,  ///< look at all of the file, and mend what can be mended
  mend,  ///< it is damaged, though that need not show in the file: make anew what follows from what is kept
};

/// Opens (creates, migrates, mends) the history `how.file` for the one who writes to it. Puts into `remark` what is
/// remarkable about it, for the log; mostly nothing. Throws store_error; damage_error, which names the way out, if
/// messages or what else is kept are damaged.
database open_history(const options& how, care taken, std::string& remark);

/// Throws what open_history() would for the history `how.file`, which is there, as far as that can be known beforehand,
/// and store_error where open_history() would have to mend something. Changes nothing; beside a damaged file SQLite may
/// leave an empty log. Takes as long as open_history(). Nobody else may be at work on it.
void check_history(const options& how);

/// Likewise for a history that need not be there yet, and with the making of its folder and the locks of a folder_lock,
/// which are held meanwhile.
void check_opening(const options& how);

/// The highest id of a message; 0 when there is none. Throws damage_error if there are ids that nobody gave: they would
/// leave none to go on with, or be told as others than they are.
std::uint64_t last_sane_id(database& of);

}  // namespace confab::store

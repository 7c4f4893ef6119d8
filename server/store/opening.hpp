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

/// The highest id of a message; 0 when there is none. Throws damage_error if there are ids that nobody gave: they would
/// leave none to go on with, or be told as others than they are.
std::uint64_t last_sane_id(database& of);

}  // namespace confab::store

#pragma once

#include <cstdint>
#include <filesystem>

#include "server/history/message.hpp"
#include "server/store/options.hpp"

namespace confab::store {

/// What restore() has done.
struct restored {
  std::uint64_t messages = 0;
  std::filesystem::path aside;  ///< the folder with the history that was there; empty if there was none
};

/// Makes a copy of the history in the folder `from`, as back_up() leaves it, the history `how.file`, whose folder is
/// made if needed. Nothing is changed before the copy has been looked at as by check(). What was there goes to a folder
/// beside it that is called after `now`. Ids go on above those of both. Refuses while a server works on the history.
/// Files belong to the owner of the folder. Any thread. Throws store_error.
restored restore(const options& how, const std::filesystem::path& from, moment now);

}  // namespace confab::store

#pragma once

#include <cstdint>
#include <filesystem>

#include "common/unique_fd.hpp"

namespace confab::store {

/// Keeps a second confab away from a history, as long as this lives: a lock on the folder that the history is in, which
/// cannot be removed without the history, and one on a file beside it, which is all that older versions know. The file
/// stays; the locks end with the process at the latest. A network file system may refuse to lock a folder: there the
/// file has to do. Not to be used by two threads at once.
class folder_lock {
 public:
  enum class beside : std::uint8_t {
    none,            ///< locks the folder only, and makes no file
    lock_file,       ///< as described
    found_lock_file  ///< likewise, but a file that is not there is not made
  };

  /// Takes the locks for the history `file`, whose folder must exist. Throws store_error when one is held by somebody
  /// else or cannot be taken.
  explicit folder_lock(std::filesystem::path file, beside what = beside::lock_file);
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;

  /// Takes the locks on what is there now, where that is another folder or file than the one held. Throws store_error
  /// when that is not possible; what was held stays held then.
  void renew();

 private:
  const std::filesystem::path file_;
  const beside what_;
  unique_fd folder_;
  unique_fd lock_file_;
};

}  // namespace confab::store

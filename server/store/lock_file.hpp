#pragma once

#include <filesystem>

namespace confab::store {

/// Keeps a second confab away from a history: a lock on a file beside it, held as long as this lives. The file
/// stays, the lock ends with the process at the latest.
class lock_file {
 public:
  /// Takes the lock on `file`, which is created if needed. Throws store_error when it is held by somebody else or
  /// cannot be created.
  explicit lock_file(const std::filesystem::path& file);
  ~lock_file();
  lock_file(const lock_file&) = delete;
  lock_file& operator=(const lock_file&) = delete;

 private:
  int descriptor_;
};

}  // namespace confab::store

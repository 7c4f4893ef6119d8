#pragma once

#include <filesystem>
#include <string>

namespace confab::store {

/// A file in the making beside the one that it is to become: it gets that name when it is complete, in place of what
/// had it, and is removed if it never is. Only its owner can read it. One thread.
class new_file {
 public:
  /// Creates an empty one for `becomes`, under a name of its own. Throws store_error.
  explicit new_file(std::filesystem::path becomes);
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  const std::filesystem::path& name() const noexcept { return name_; }

  /// Flushes it to the disk, gives it its name and flushes that too. Throws store_error.
  void complete();

 private:
  std::filesystem::path becomes_;
  std::filesystem::path name_;  // empty: complete
};

/// Removes what those that were not ended well have left behind for `becomes`. Nobody may be making one.
void remove_unfinished(const std::filesystem::path& becomes);

/// Makes `folder` if it is not there, then for nobody else to look into. Throws store_error.
void make_private_folder(const std::filesystem::path& folder);

/// Throws store_error: `file` cannot be written because of `error`, a number of errno.
[[noreturn]] void cannot_write(const std::filesystem::path& file, int error);

}  // namespace confab::store

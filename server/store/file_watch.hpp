#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

namespace confab::store {

/// Notices when the files of a history are no longer where they were: who has them open writes on into files that
/// nobody will find again. One thread at a time.
class file_watch {
 public:
  /// Notes which files are there: to be made when the history has been opened and is in use.
  explicit file_watch(const std::filesystem::path& file);

  /// What has become of the folder, the database or the files beside it since; empty when they are where they were.
  std::string gone() const;

  /// Whether the database itself, behind any link, is where it was; and the write-ahead log beside it.
  bool has_database() const;
  bool has_log() const;
  /// Where that log is or was.
  const std::filesystem::path& log() const noexcept { return all_[2].name; }
  const std::filesystem::path& log_index() const noexcept { return all_[3].name; }

  /// Says so when the file system may only be read now; else empty.
  std::string read_only() const;

 private:
  struct identity {
    std::filesystem::path name;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  // 0: was not there
  };
  static bool is_at(const identity& which, const std::filesystem::path& name);
  std::array<identity, 4> all_;  // the folder, the database, its log, the log's index
  std::filesystem::path real_;   // the database behind any link
};

}  // namespace confab::store

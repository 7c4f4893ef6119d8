#include "server/store/folder_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "server/store/database.hpp"

namespace confab::store {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// Whether the descriptor is of what has this name now.
bool is_open(const unique_fd& descriptor, const std::filesystem::path& name) {
  struct stat held {};
  struct stat there {};
  return descriptor && ::fstat(descriptor.get(), &held) == 0 && ::stat(name.c_str(), &there) == 0 &&
         held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

// Locks what was opened as `name` and takes the place of `held`.
void take(unique_fd& held, int descriptor, const std::filesystem::path& name) {
  unique_fd opened(descriptor);
  if (!opened) {
    throw store_error(
        fmt::format("history: cannot open {}: {}", name.string(), std::generic_category().message(errno)));
  }
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0 && errno != EBADF && errno != ENOLCK && errno != EOPNOTSUPP) {
    const int why = errno;
    throw store_error(why == EWOULDBLOCK ? fmt::format("history: another confab uses {}", name.string())
                                         : fmt::format("history: cannot lock {}: {}", name.string(),
                                                       std::generic_category().message(why)));
  }
  held = std::move(opened);
}

}  // namespace

folder_lock::folder_lock(std::filesystem::path file, beside what) : file_(std::move(file)), what_(what) {
  renew();
}

void folder_lock::renew() {
  // By its own descriptor: a second one of the database, once closed, would end the locks that SQLite has on it.
  const std::filesystem::path folder = folder_of(file_);
  if (!is_open(folder_, folder)) take(folder_, ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder);
  if (what_ == beside::none) return;
  const std::filesystem::path name = std::filesystem::path(file_) += ".lock";
  struct stat there {};
  if (what_ == beside::found_lock_file && ::lstat(name.c_str(), &there) != 0 && errno == ENOENT) return;
  if (is_open(lock_file_, name)) return;
  const int create = what_ == beside::found_lock_file ? 0 : O_CREAT;  // not what a link leads to, either
  take(lock_file_, ::open(name.c_str(), O_RDWR | create | O_CLOEXEC, 0600), name);
}

}  // namespace confab::store

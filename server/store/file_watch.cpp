#include "server/store/file_watch.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>

#include <fmt/format.h>

namespace confab::store {
namespace {

std::filesystem::path beside(std::filesystem::path file, const char* ending) {
  file += ending;
  return file;
}

}  // namespace

file_watch::file_watch(const std::filesystem::path& file) {
  all_[0].name = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  all_[1].name = file;
  // Behind a link the log is beside the file itself.
  std::error_code none;
  real_ = std::filesystem::canonical(file, none);
  if (none) real_ = file;
  all_[2].name = beside(real_, "-wal");
  all_[3].name = beside(real_, "-shm");
  for (identity& each : all_) {
    struct stat there {};
    if (::stat(each.name.c_str(), &there) != 0) continue;
    each.device = there.st_dev;
    each.inode = there.st_ino;
  }
}

std::string file_watch::gone() const {
  for (const identity& each : all_) {
    struct stat there {};
    if (each.inode == 0) continue;
    if (::stat(each.name.c_str(), &there) != 0) {
      // What cannot be looked at now may be there all the same.
      if (errno != ENOENT && errno != ENOTDIR) continue;
      return fmt::format("history: {} was removed or moved", each.name.string());
    }
    if (there.st_dev != each.device || there.st_ino != each.inode) {
      return fmt::format("history: {} was replaced", each.name.string());
    }
  }
  return {};
}

bool file_watch::is_at(const identity& which, const std::filesystem::path& name) {
  struct stat there {};
  return which.inode != 0 && ::stat(name.c_str(), &there) == 0 && there.st_dev == which.device &&
         there.st_ino == which.inode;
}

bool file_watch::has_database() const {
  return is_at(all_[1], real_);
}

bool file_watch::has_log() const {
  return is_at(all_[2], all_[2].name);
}

std::string file_watch::read_only() const {
  struct statvfs system {};
  if (::statvfs(all_[0].name.c_str(), &system) == 0 && (system.f_flag & ST_RDONLY) != 0) {
    return fmt::format("history: {} is on a file system that is read-only now", all_[0].name.string());
  }
  return {};
}

}  // namespace confab::store

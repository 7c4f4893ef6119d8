#include "server/store/file_watch.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <sys/statvfs.h>

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
  all_[2].name = beside(file, "-wal");
  all_[3].name = beside(file, "-shm");
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

std::string file_watch::read_only() const {
  struct statvfs system {};
  if (::statvfs(all_[0].name.c_str(), &system) == 0 && (system.f_flag & ST_RDONLY) != 0) {
    return fmt::format("history: {} is on a file system that is read-only now", all_[0].name.string());
  }
  return {};
}

}  // namespace confab::store

#include "server/open_files.hpp"

#include <algorithm>
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace confab {
namespace {

// Standard streams, signals, a listener, the history's files, their spares, one epoll and its wake-up.
constexpr std::size_t besides_users = 30;
constexpr std::size_t each_further_thread = 4;

constexpr const char* own_files = "/proc/self/fd";

}  // namespace

std::size_t files_needed(std::size_t users, std::size_t threads, std::size_t listening) noexcept {
  const auto further = [](std::size_t count) { return std::max<std::size_t>(count, 1) - 1; };
  return users + besides_users + each_further_thread * further(threads) + further(listening);
}

std::size_t allow_open_files(std::size_t wanted) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t before = limit.rlim_cur;
  if (before >= wanted) return static_cast<std::size_t>(before);
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  const bool raised = ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
  return static_cast<std::size_t>(raised ? limit.rlim_cur : before);
}

std::size_t most_open_files() noexcept {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::size_t>(limit.rlim_cur) : 0;
}

std::size_t open_files() noexcept {
  struct stat folder {};
  const bool says_so = ::stat(own_files, &folder) == 0 && folder.st_size > 0;
  return says_so ? static_cast<std::size_t>(folder.st_size) : counted_open_files();
}

std::size_t counted_open_files() noexcept {
  DIR* const folder = ::opendir(own_files);
  if (folder == nullptr) return 0;
  std::size_t entries = 0;
  while (::readdir(folder) != nullptr) ++entries;
  ::closedir(folder);
  constexpr std::size_t others = 3;  // the folder itself as we read it, `.` and `..`
  return entries > others ? entries - others : 0;
}

}  // namespace confab

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/unique_fd.hpp"
#include "server/store/database.hpp"
#include "server/store/folder_lock.hpp"
#include "server/store/lost_file.hpp"
#include "server/store/message_store.hpp"
#include "server/store/new_file.hpp"
#include "server/store/opening.hpp"

namespace confab::store {
namespace {

namespace fs = std::filesystem;

// What a new history and its log take before anything is said.
constexpr std::size_t new_history_bytes = 256 * 1024;

[[noreturn]] void cannot_make(const fs::path& folder, int error) {
  throw store_error(fmt::format("cannot make {}: {}", folder.string(), std::generic_category().message(error)));
}

// Whether a name leads to something; a link that leads nowhere is in the way of a folder.
bool is_there(const fs::path& name, const fs::path& folder) {
  if (::access(name.c_str(), F_OK) == 0) return true;
  const int why = errno;
  std::error_code none;
  if (why == ENOENT && !fs::is_symlink(name, none)) return false;
  cannot_make(folder, why == ENOENT ? EEXIST : why);
}

// Makes a folder and takes it away again.
void try_making(const fs::path& into, const fs::path& file) {
  std::string name = (into / ".confab-check-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) cannot_write(file, errno);
  ::rmdir(name.c_str());
}

// Writes into a folder what nobody ever sees: a file without a name, which not every file system has.
void try_writing(const fs::path& into, const fs::path& file, std::size_t size) {
  const unique_fd nameless(::open(into.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!nameless) return try_making(into, file);
  const std::string bytes(size, '\0');
  const ssize_t count = ::write(nameless.get(), bytes.data(), bytes.size());
  if (count != static_cast<ssize_t>(bytes.size())) cannot_write(file, count < 0 ? errno : ENOSPC);
}

// The folder is not there: whether it can be made.
void check_making(const fs::path& folder, const fs::path& file) {
  fs::path above = fs::absolute(folder);
  while (!is_there(above, folder)) above = above.parent_path();
  if (!fs::is_directory(above)) cannot_make(folder, ENOTDIR);
  try_writing(above, file, new_history_bytes);
}

}  // namespace

void check_opening(const options& how) {
  const fs::path folder = how.file.parent_path();
  if (!is_there(folder, folder)) return check_making(folder, how.file);
  if (!fs::is_directory(folder)) cannot_make(folder, ENOTDIR);
  refuse_lost(how.file);
  const folder_lock alone(how.file, folder_lock::beside::found_lock_file);
  const bool is_new = !is_there(how.file, how.file);
  try_writing(folder, how.file, is_new ? new_history_bytes : message_store::probe_bytes);
  if (!is_new) check_history(how);
}

}  // namespace confab::store

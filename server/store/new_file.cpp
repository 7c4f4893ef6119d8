#include "server/store/new_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "server/store/database.hpp"

namespace confab::store {
namespace {

constexpr const char* unfinished = ".unfinished-";

void flush(const std::filesystem::path& name) {
  const int opened = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  const int result = opened < 0 ? -1 : ::fsync(opened);
  const int why = errno;
  if (opened >= 0) ::close(opened);
  // Some file systems do not flush folders.
  if (result != 0 && why != EINVAL) cannot_write(name, why);
}

}  // namespace

void cannot_write(const std::filesystem::path& file, int error) {
  throw store_error(fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error)));
}

void remove_unfinished(const std::filesystem::path& becomes) {
  const std::string start = becomes.filename().string() + unfinished;
  std::error_code ignored;
  for (const auto& each : std::filesystem::directory_iterator(becomes.parent_path(), ignored)) {
    if (each.path().filename().string().starts_with(start)) std::filesystem::remove(each.path(), ignored);
  }
}

void make_private_folder(const std::filesystem::path& folder) try {
  if (std::filesystem::create_directories(folder)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  }
} catch (const std::filesystem::filesystem_error& error) {
  throw store_error(fmt::format("cannot make {}: {}", folder.string(), error.code().message()));
}

new_file::new_file(std::filesystem::path becomes) : becomes_(std::move(becomes)) {
  std::string name = becomes_.string() + unfinished + "XXXXXX";
  const int created = ::mkstemp(name.data());  // for its owner only
  if (created < 0) cannot_write(becomes_, errno);
  ::close(created);
  name_ = name;
}

new_file::~new_file() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

void new_file::complete() {
  flush(name_);
  if (::rename(name_.c_str(), becomes_.c_str()) != 0) cannot_write(becomes_, errno);
  name_.clear();
  flush(becomes_.has_parent_path() ? becomes_.parent_path() : std::filesystem::path("."));
}

}  // namespace confab::store

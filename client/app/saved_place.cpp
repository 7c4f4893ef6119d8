#include "client/app/saved_place.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/names.hpp"
#include "common/parse_number.hpp"
#include "common/unique_fd.hpp"
#include "common/utf8.hpp"

namespace confab::client {
namespace {

constexpr std::string_view header = "confab place 1";
/// Older ones are worth nothing to any server.
constexpr std::time_t longest_age = std::time_t{24} * 3600;

struct contents {
  place where;
  std::string name;
};

/// The file, locked, if it is ours alone and no living client holds it. `flags`: beside those for reading and writing.
unique_fd lock(const std::string& path, int flags, struct stat& about) {
  unique_fd file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0600));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return {};
  struct stat named {};
  const bool same = ::fstat(file.get(), &about) == 0 && ::stat(path.c_str(), &named) == 0 &&
                    about.st_ino == named.st_ino && about.st_dev == named.st_dev;
  // Else somebody has just removed it, and another may hold what has its name now.
  if (!same || !S_ISREG(about.st_mode) || about.st_uid != ::geteuid()) return {};
  return file;
}

std::optional<contents> read(int file) {
  std::array<char, 1024> bytes{};
  const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
  if (size <= 0) return std::nullopt;
  std::string_view text(bytes.data(), static_cast<std::size_t>(size));
  const auto line = [&text] {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
  };
  if (line() != header) return std::nullopt;
  contents result;
  result.where.token = line();
  const auto id = parse_number<decltype(result.where.last_id)>(line());
  result.name = line();
  if (!id) return std::nullopt;
  result.where.last_id = *id;
  if (!link::good_token(result.where.token) || !utf8::valid(result.name)) return std::nullopt;
  return result;
}

}  // namespace

saved_place::saved_place(const std::string& folder, std::string_view server, std::string_view name) {
  if (folder.empty() || server.find('/') != std::string_view::npos || server.size() > 200) return;
  std::error_code failure;
  const std::filesystem::path path(folder);
  std::filesystem::create_directories(path.parent_path(), failure);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return;
  prefix_ = fmt::format("{}/place-{}-", folder, server);
  take_over(name);
  if (!file_) take_new();
}

std::string saved_place::path_of(int number) const {
  return fmt::format("{}{}", prefix_, number);
}

/// The latest of those that dead clients left; old ones are removed on the way.
void saved_place::take_over(std::string_view name) {
  const std::string key = name_key(name);
  std::time_t latest = 0;
  for (int number = 0; number < most; ++number) {
    const std::string path = path_of(number);
    struct stat about {};
    unique_fd file = lock(path, 0, about);
    if (!file) continue;
    if (std::time(nullptr) - about.st_mtime > longest_age) {
      ::unlink(path.c_str());
      continue;
    }
    const auto kept = read(file.get());
    if (!kept || (!key.empty() && name_key(kept->name) != key) || about.st_mtime < latest) continue;
    latest = about.st_mtime;
    file_ = std::move(file);
    path_ = path;
    found_ = kept->where;
  }
}

/// A file of our own; one that holds somebody else's place is left alone.
void saved_place::take_new() {
  for (int number = 0; number < most && !file_; ++number) {
    const std::string path = path_of(number);
    struct stat about {};
    unique_fd file = lock(path, O_CREAT, about);
    if (!file || read(file.get())) continue;
    file_ = std::move(file);
    path_ = path;
  }
}

void saved_place::note(const place& now, std::string_view name) {
  if (!file_ || now.token.empty()) return;
  const std::string text = fmt::format("{}\n{}\n{}\n{}\n", header, now.token, now.last_id, name);
  if (text == written_) return;
  [[maybe_unused]] const int mode = ::fchmod(file_.get(), 0600);
  const ssize_t size = ::pwrite(file_.get(), text.data(), text.size(), 0);  // at once, or not at all
  if (size == static_cast<ssize_t>(text.size()) && ::ftruncate(file_.get(), size) == 0) written_ = text;
}

void saved_place::forget() {
  if (!file_) return;
  ::unlink(path_.c_str());  // while it is locked, so that nobody takes it over
  file_.reset();
}

}  // namespace confab::client

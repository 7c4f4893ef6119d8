#include "client/app/saved_place.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
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
#include "common/utf8.hpp"

namespace confab::client {
namespace {

constexpr std::string_view header = "confab place 1";
/// Older ones are worth nothing to any server.
constexpr std::time_t longest_age = std::time_t{24} * 3600;

/// An open file, closed (and so unlocked) with this object unless it is handed on.
class open_file {
 public:
  explicit open_file(int file) noexcept : file_(file) {}
  ~open_file() {
    if (file_ >= 0) ::close(file_);
  }
  open_file(open_file&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  open_file& operator=(open_file&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  int get() const noexcept { return file_; }
  int release() noexcept { return std::exchange(file_, -1); }

 private:
  int file_;
};

struct contents {
  place where;
  std::string name;
};

/// The file, locked, if it is ours alone and no living client holds it. `flags`: beside those for reading and writing.
open_file lock(const std::string& path, int flags, struct stat& about) {
  open_file file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0600));
  if (file.get() < 0 || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return open_file(-1);
  struct stat named {};
  const bool same = ::fstat(file.get(), &about) == 0 && ::stat(path.c_str(), &named) == 0 &&
                    about.st_ino == named.st_ino && about.st_dev == named.st_dev;
  // Else somebody has just removed it, and another may hold what has its name now.
  if (!same || !S_ISREG(about.st_mode) || about.st_uid != ::geteuid()) return open_file(-1);
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
  const std::string_view id = line();
  const auto [stop, failure] = std::from_chars(id.data(), id.data() + id.size(), result.where.last_id);
  result.name = line();
  if (failure != std::errc() || stop != id.data() + id.size()) return std::nullopt;
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
  if (file_ < 0) take_new();
}

saved_place::~saved_place() {
  if (file_ >= 0) ::close(file_);
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
    open_file file = lock(path, 0, about);
    if (file.get() < 0) continue;
    if (std::time(nullptr) - about.st_mtime > longest_age) {
      ::unlink(path.c_str());
      continue;
    }
    const auto kept = read(file.get());
    if (!kept || (!key.empty() && name_key(kept->name) != key) || about.st_mtime < latest) continue;
    latest = about.st_mtime;
    if (file_ >= 0) ::close(file_);
    file_ = file.release();
    path_ = path;
    found_ = kept->where;
  }
}

/// A file of our own; one that holds somebody else's place is left alone.
void saved_place::take_new() {
  for (int number = 0; number < most && file_ < 0; ++number) {
    const std::string path = path_of(number);
    struct stat about {};
    open_file file = lock(path, O_CREAT, about);
    if (file.get() < 0 || read(file.get())) continue;
    file_ = file.release();
    path_ = path;
  }
}

void saved_place::note(const place& now, std::string_view name) {
  if (file_ < 0 || now.token.empty()) return;
  const std::string text = fmt::format("{}\n{}\n{}\n{}\n", header, now.token, now.last_id, name);
  if (text == written_) return;
  [[maybe_unused]] const int mode = ::fchmod(file_, 0600);
  const ssize_t size = ::pwrite(file_, text.data(), text.size(), 0);  // at once, or not at all
  if (size == static_cast<ssize_t>(text.size()) && ::ftruncate(file_, size) == 0) written_ = text;
}

void saved_place::forget() {
  if (file_ < 0) return;
  ::unlink(path_.c_str());  // while it is locked, so that nobody takes it over
  ::close(std::exchange(file_, -1));
}

}  // namespace confab::client

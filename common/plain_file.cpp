#include "common/plain_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/unique_fd.hpp"

namespace confab {
namespace {

file_fault failed(int error) {
  const bool none = error == ENOENT || error == ENOTDIR;
  return {none ? file_fault::kind::none_there : file_fault::kind::unreadable, error};
}

}  // namespace

std::variant<std::string, file_fault> read_plain_file(const std::string& name, std::size_t most) {
  const unique_fd opened(::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!opened) return failed(errno);
  struct stat about {};
  if (::fstat(opened.get(), &about) != 0) return failed(errno);
  if (!S_ISREG(about.st_mode)) return file_fault{file_fault::kind::not_plain};
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(opened.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > most) return file_fault{file_fault::kind::too_large};
  text.resize(size);
  return text;
}

}  // namespace confab

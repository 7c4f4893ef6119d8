#include "server/store/lock_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "server/store/database.hpp"

namespace confab::store {

lock_file::lock_file(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) {
    throw store_error(
        fmt::format("history: cannot create {}: {}", file.string(), std::generic_category().message(errno)));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(descriptor_);
    throw store_error(why == EWOULDBLOCK ? fmt::format("history: another confab uses {}", file.string())
                                         : fmt::format("history: cannot lock {}: {}", file.string(),
                                                       std::generic_category().message(why)));
  }
}

lock_file::~lock_file() {
  ::close(descriptor_);
}

}  // namespace confab::store

#include "server/store/spare_files.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace confab::store {

void spare_files::take() noexcept {
  for (int& each : held_) {
    if (each < 0) each = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
}

void spare_files::give_back() noexcept {
  for (int& each : held_) {
    if (each >= 0) ::close(each);
    each = -1;
  }
}

}  // namespace confab::store

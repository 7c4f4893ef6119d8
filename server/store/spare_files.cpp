#include "server/store/spare_files.hpp"

#include <fcntl.h>

namespace confab::store {

void spare_files::take() noexcept {
  for (unique_fd& each : held_) {
    if (!each) each = unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
}

void spare_files::give_back() noexcept {
  for (unique_fd& each : held_) each.reset();
}

}  // namespace confab::store

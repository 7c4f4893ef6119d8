#include "server/store/fd_reserve.hpp"

#include <fcntl.h>

namespace confab::store {

void fd_reserve::take() noexcept {
  for (unique_fd& each : held_) {
    if (!each) each = unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
}

void fd_reserve::give_back() noexcept {
  for (unique_fd& each : held_) each.reset();
}

}  // namespace confab::store

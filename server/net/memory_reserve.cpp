#include "server/net/memory_reserve.hpp"

#include <new>

namespace confab::net {
namespace {

std::atomic<memory_reserve*> the_reserve{nullptr};

}  // namespace

memory_reserve::memory_reserve(void* (*allocate)(std::size_t)) : allocate_(allocate), missing_(most_blocks) {
  if (!refill()) {
    while (give()) {
    }
    throw std::bad_alloc();
  }
  the_reserve = this;
  std::set_new_handler(help);
}

memory_reserve::~memory_reserve() {
  std::set_new_handler(nullptr);
  the_reserve = nullptr;
  while (give()) {
  }
}

bool memory_reserve::refill() noexcept {
  for (std::atomic<void*>& each : blocks_) {
    if (each.load() != nullptr) continue;
    void* const block = allocate_(block_size);
    if (block == nullptr) return false;
    each = block;
    --missing_;
  }
  return !touched();
}

// What `new` calls when there is no memory, on any thread, before it tries again.
void memory_reserve::help() {
  memory_reserve* const reserve = the_reserve;
  if (reserve == nullptr || !reserve->give()) throw std::bad_alloc();
}

// The last first: neighbours become one piece, for whoever needs a larger one.
bool memory_reserve::give() noexcept {
  for (std::size_t left = blocks_.size(); left > 0; --left) {
    void* const block = blocks_[left - 1].exchange(nullptr);
    if (block == nullptr) continue;
    ++missing_;
    std::free(block);  // NOLINT: see refill()
    return true;
  }
  return false;
}

}  // namespace confab::net

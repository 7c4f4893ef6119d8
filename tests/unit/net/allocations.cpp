#include "tests/unit/net/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

namespace {

std::atomic<std::size_t> count{0};
std::atomic<std::size_t> given_back{0};
std::atomic<std::size_t> fails_at{0};
std::atomic<bool> failed{false};
std::atomic<bool> is_any{true};

void give_back(void* memory) noexcept {
  if (memory != nullptr) ++given_back;
  std::free(memory);
}

}  // namespace

std::size_t confab::test::allocations() {
  return count;
}

std::size_t confab::test::living_allocations() {
  return count - given_back;
}

void confab::test::fail_allocation(std::size_t which) {
  failed = false;
  fails_at = which == 0 ? 0 : count + which;
}

bool confab::test::allocation_failed() {
  return failed;
}

void* confab::test::malloc_if_any(std::size_t size) {
  return is_any ? std::malloc(size) : nullptr;
}

void confab::test::set_memory(bool is) {
  is_any = is;
}

// All of them: the address sanitizer has those that are not replaced, and would not know what it is given back.
void* operator new(std::size_t size) {
  bool there_is_none = ++count == fails_at;
  for (;;) {
    void* const memory = std::exchange(there_is_none, false) ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory != nullptr) return memory;
    failed = true;
    const std::new_handler help = std::get_new_handler();
    if (help == nullptr) throw std::bad_alloc();
    help();
  }
}

void operator delete(void* memory) noexcept {
  give_back(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  give_back(memory);
}

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}

void operator delete[](void* memory) noexcept {
  give_back(memory);
}

void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  give_back(memory);
}

#pragma once

#include <cstddef>

namespace confab::test {

/// How often this program has asked for memory with new so far.
std::size_t allocations();

/// How many of those have not been given back.
std::size_t living_allocations();

/// Lets the `which`-th of the following ones (1: the next) find no memory, once; 0: none.
void fail_allocation(std::size_t which);
/// Whether that has come about.
bool allocation_failed();

/// std::malloc, while set_memory(true) was said last, or nothing was; else there is none.
void* malloc_if_any(std::size_t size);
void set_memory(bool is);

}  // namespace confab::test

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>

namespace confab::net {

/// Memory that is kept for when there is no more to be had: whatever asks for some then (by `new`) gets it from here
/// and goes on as if nothing were, so that no rule of the chat is left half done. touched() tells that it has come to
/// that, and then somebody must make room soon (see relief): when all of this is used up, too, `new` throws
/// std::bad_alloc, which ends the process.
///
/// Counts where memory is limited by number (ulimit -v, strict overcommit); where the system hands out more than it has
/// and kills for it later, this is asked for nothing. There may be one at a time, it is std::get_new_handler() for as
/// long as it lives. touched() may be called on any thread, the rest on the one that made it.
class memory_reserve {
 public:
  /// In blocks that come from where small things do: what is freed there later can be taken back.
  static constexpr std::size_t block_size = 64 * 1024;
  static constexpr std::size_t most_blocks = 256;
  static constexpr std::size_t size = block_size * most_blocks;

  /// Throws std::bad_alloc when there is not even this much. A test may have an `allocate` of its own, whose memory
  /// std::free() takes.
  explicit memory_reserve(void* (*allocate)(std::size_t) = std::malloc);
  ~memory_reserve();
  memory_reserve(const memory_reserve&) = delete;
  memory_reserve& operator=(const memory_reserve&) = delete;

  /// Whether some of it is gone.
  bool touched() const noexcept { return missing_.load(std::memory_order_relaxed) != 0; }

  /// Takes back what is to be had of what is gone. Whether it is whole now.
  bool refill() noexcept;

 private:
  static void help();
  bool give() noexcept;

  void* (*allocate_)(std::size_t);
  std::array<std::atomic<void*>, most_blocks> blocks_{};
  std::atomic<std::size_t> missing_{0};
};

}  // namespace confab::net

#pragma once

#include <array>
#include <cstddef>

#include "common/unique_fd.hpp"

namespace confab::store {

/// Descriptors kept in reserve, so that files can be opened when all others are taken: by connections, say. Belongs to
/// one thread at a time.
class fd_reserve {
 public:
  /// Enough to open a database with its write-ahead log twice.
  static constexpr std::size_t count = 8;

  fd_reserve() noexcept { take(); }
  fd_reserve(const fd_reserve&) = delete;
  fd_reserve& operator=(const fd_reserve&) = delete;

  /// Takes as many as are missing and can be had.
  void take() noexcept;
  /// Frees them, for what is opened next.
  void give_back() noexcept;

 private:
  std::array<unique_fd, count> held_;
};

}  // namespace confab::store

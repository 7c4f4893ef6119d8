#pragma once

#include <cstddef>

namespace confab {

/// How many files a server has open at most with so many users, threads and files to listen with, those that it keeps
/// in reserve included.
std::size_t files_needed(std::size_t users, std::size_t threads, std::size_t listening) noexcept;

/// Raises the limit on open files of this process to `wanted`, as far as the system lets it, and never lowers it.
/// Returns the limit that holds then.
std::size_t allow_open_files(std::size_t wanted) noexcept;

/// The limit on open files of this process.
std::size_t most_open_files() noexcept;

/// How many files this process has open; 0 where the system does not say. Before Linux 6.2 they are counted one by one,
/// which takes a millisecond for a thousand. Any thread.
std::size_t open_files() noexcept;
/// The same, counted in any case.
std::size_t counted_open_files() noexcept;

}  // namespace confab

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "server/net/tls_context.hpp"
#include "server/tls_options.hpp"

/// The files of a certificate and its key. All of it waits for the disk; any thread.
namespace confab {

/// What is different about a file when it has become another. A link is looked through.
struct file_stamp {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  std::int64_t size = -1;    ///< bytes; -1: it cannot be seen
  std::int64_t changed = 0;  ///< nanoseconds since 1970

  bool operator==(const file_stamp&) const = default;
};

/// Of both files.
struct tls_stamps {
  file_stamp certificate;
  file_stamp key;

  bool operator==(const tls_stamps&) const = default;
};
tls_stamps stamps_of(const tls_options& options);

/// What was read.
struct tls_files {
  std::shared_ptr<const net::tls_context> context;
  tls_stamps stamps;  ///< from before they were read
};

/// Why that cannot be.
struct tls_files_fault {
  bool of_key = false;  ///< of --tls-key, else of --tls-cert
  std::string why;      ///< `FILE: what is wrong`, safe to print
};

/// Reads and checks both. Dates are not looked at.
std::variant<tls_files, tls_files_fault> read_tls_files(const tls_options& options);

/// Why `fresh` is no good in the place of `now`: today it is not valid, and the other is. Empty: it may take that.
std::string why_not_instead(const net::tls_context& fresh, const net::tls_context& now,
                            std::chrono::system_clock::time_point today);

/// A day as people write it: 2026-11-27.
std::string day_of(std::chrono::system_clock::time_point when);

}  // namespace confab

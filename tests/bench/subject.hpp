#pragma once

#include <cstddef>
#include <optional>
#include <sched.h>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/bench/clock.hpp"
#include "tests/bench/crowd.hpp"

namespace confab::bench {

/// The CPU cores the programs run on. With one core there is nothing to pin, and the two share it.
struct cores {
  cpu_set_t server;  ///< the first core
  cpu_set_t driver;  ///< the last
  cpu_set_t all;

  /// Of those this process may use now.
  static cores available();
};

/// Binds this process, which is one thread, to `set`.
void pin_driver(const cpu_set_t& set);

/// What `program` prints for --help; throws `failure` when it cannot be started.
std::string help_of(const std::string& program);

/// A server that is being measured: a process of our own that ends with this object, or one somebody else runs.
class subject {
 public:
  /// Starts `command` (path and arguments) on `where` and waits until it says `listening on ADDRESS`, so many times.
  static subject start(const std::vector<std::string>& command, const cpu_set_t& where, std::size_t listeners = 1);

  /// A server that runs already. `pid`: its process, for the CPU and memory figures; 0 when it is not known.
  static subject running(const endpoint& where, pid_t pid);

  subject(subject&& other) noexcept;
  subject& operator=(subject&&) = delete;
  ~subject() { stop(); }

  /// Ends a process of our own at once: nothing is said to its users.
  void stop() noexcept;

  const endpoint& where() const noexcept { return where_; }
  /// The last place that it named.
  const endpoint& tls_where() const noexcept { return last_where_; }

  /// CPU time used so far, all threads, user and kernel.
  std::optional<nanoseconds> cpu() const;

  /// Resident memory in bytes, counted page by page.
  std::optional<std::size_t> memory() const;

  /// The most memory that was ever resident, in bytes.
  std::optional<std::size_t> peak_memory() const;

 private:
  subject() = default;

  endpoint where_;
  endpoint last_where_;
  pid_t pid_ = 0;
  int output_ = -1;  // the reading end of its standard output
  bool ours_ = false;
};

}  // namespace confab::bench

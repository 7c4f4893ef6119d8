#pragma once

#include <chrono>
#include <string_view>

#include "common/unique_fd.hpp"

namespace confab {

/// Writes whole lines to a descriptor that may take nothing for a long time. One thread, but for end().
class log_output {
 public:
  /// Writes to `descriptor`, which is open as long as this is; after end() it still waits for `at_the_end`, all lines
  /// together. Throws std::system_error when there is no file descriptor for its own use.
  log_output(int descriptor, std::chrono::milliseconds at_the_end);

  /// Whether `line`, which ends in LF, could be written. Waits until the descriptor takes it, after end() only a
  /// moment. What was cut off in the middle does not run into the next line.
  bool write(std::string_view line);

  /// From here on it hardly waits, if it is waiting now, too. Any thread.
  void end() noexcept;

 private:
  bool wait();

  const int descriptor_;
  const std::chrono::milliseconds at_the_end_;
  unique_fd ended_;   // readable from end() on
  bool cut_ = false;  // the last line is not whole
  bool ending_ = false;
  std::chrono::steady_clock::time_point deadline_{};
};

}  // namespace confab

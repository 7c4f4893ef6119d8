#pragma once

#include <string_view>

namespace confab::bench {

/// The line on standard error that tells what is being done. On a terminal it is written over itself; in a file or
/// a pipe every step is a line.
class progress {
 public:
  progress();
  ~progress() { clear(); }
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void show(std::string_view text);

  /// Leaves the line empty for what comes next.
  void clear();

 private:
  bool terminal_;
};

}  // namespace confab::bench

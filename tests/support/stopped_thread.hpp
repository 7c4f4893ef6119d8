#pragma once

#include <string>
#include <sys/types.h>

namespace confab::test {

/// Stops one thread of another process, as if it hung, and lets it go on at the end of the scope, whatever happens. By
/// ptrace(2), so the process must be a child's, and all of this is for one thread of ours.
class stopped_thread {
 public:
  /// Returns when the thread stands still. Throws when there is no such thread.
  explicit stopped_thread(pid_t thread);
  ~stopped_thread() { go_on(); }
  stopped_thread(const stopped_thread&) = delete;
  stopped_thread& operator=(const stopped_thread&) = delete;

  /// False where the system does not let us: then nothing has been stopped.
  bool is_permitted() const { return permitted_; }
  void go_on();

 private:
  pid_t thread_;
  bool permitted_ = false;
};

}  // namespace confab::test

#pragma once

#include <sys/types.h>

#include "tests/bench/crowd.hpp"

namespace confab::bench {

/// People who come in over TLS, so many a second, stay for a fifth of a second and go; in a process of their own that
/// gives way to this one. Ends with this object.
class tls_joiners {
 public:
  /// They begin at once. Throws `failure` when the system has no process for them.
  tls_joiners(const endpoint& server, std::size_t a_second);
  tls_joiners(const tls_joiners&) = delete;
  tls_joiners& operator=(const tls_joiners&) = delete;
  ~tls_joiners() { end(); }

  /// Ends them; how many came in a second. Throws `failure` when they could not.
  double stop();

 private:
  void end() noexcept;

  pid_t pid_ = -1;
  int line_ = -1;  // a socket to the process: a byte from here ends it, eight bytes from there are the rate
};

}  // namespace confab::bench

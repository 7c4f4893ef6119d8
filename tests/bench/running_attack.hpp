#pragma once

#include <sys/types.h>

#include "tests/bench/attack.hpp"
#include "tests/bench/crowd.hpp"

namespace confab::bench {

/// An attack on a server, in a process of its own that gives way to this one: what it costs the attacker must not delay
/// the innocent. Ends with this object.
class running_attack {
 public:
  /// Returns when the attack is prepared. Throws `failure` when that goes wrong.
  running_attack(const attack& what, const endpoint& server);
  running_attack(const running_attack&) = delete;
  running_attack& operator=(const running_attack&) = delete;
  ~running_attack() { end(); }

  /// The attack itself.
  void begin();

 private:
  void end() noexcept;

  pid_t pid_ = -1;
  int line_ = -1;  // a socket to the process: a byte from there says that it is ready, one from here that it may begin
};

}  // namespace confab::bench

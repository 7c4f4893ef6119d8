#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/unique_fd.hpp"

namespace confab {

/// Tells the program that started the server, mostly systemd, how the server is, in the way of sd_notify(3). It never
/// waits and never fails: where nobody listens, or who listens does not read, what is said is lost, but for the state
/// (ready, reloading, stopping), which is said again until it is taken. Main thread.
class notifier {
 public:
  /// A watchdog that is asked for less often is told so often all the same.
  static constexpr std::chrono::microseconds longest = std::chrono::hours(24);

  /// Tells nobody.
  notifier() = default;
  /// `address` is as NOTIFY_SOCKET has it: a path from / on, or @ and a name in the abstract name space; anything else
  /// is nobody. `watchdog`: how long it may hear no alive() until it takes the server for dead; 0: for ever.
  explicit notifier(std::string_view address, std::chrono::microseconds watchdog = {});

  /// As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say, which are gone from the environment then: another program
  /// that is started from here is not meant. Before there are threads.
  static notifier from_environment();

  /// Whether somebody is to be told.
  bool tells() const noexcept { return static_cast<bool>(socket_); }
  /// How often alive() must be said; 0: never. At least a microsecond.
  std::chrono::microseconds watchdog() const noexcept { return watchdog_; }

  /// All listeners are open, the history is there, and what was reloaded is in force.
  void ready() { become("READY=1"); }
  /// The configuration is being read again; ready() must follow.
  void reloading();
  /// The server ends.
  void stopping() { become("STOPPING=1"); }
  /// One line for people.
  void status(std::string_view text);
  /// All threads work. For a watchdog.
  void alive() { send("WATCHDOG=1"); }
  /// The start, the reload or the end may take so much longer from now on.
  void extend(std::chrono::microseconds by);
  /// Says again what was not taken. To be called now and then.
  void retry();

 private:
  void become(std::string state);
  bool send(std::string_view text) noexcept;

  unique_fd socket_;
  std::string address_;  // as the kernel takes it: in the abstract name space with a zero in front
  std::chrono::microseconds watchdog_{};
  std::string owed_;  // the state, while it has not been taken
};

}  // namespace confab

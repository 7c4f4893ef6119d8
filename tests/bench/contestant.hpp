#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/clock.hpp"
#include "tests/bench/crowd.hpp"
#include "tests/bench/options.hpp"
#include "tests/bench/subject.hpp"

namespace confab::bench {

/// One of the two that are measured: knows how it is started and what is said to it.
class contestant {
 public:
  /// The server of the options: a program, or one that runs already.
  static contestant server(const options& chosen);

  /// The floor.
  static contestant floor(const options& chosen);

  const std::string& name() const noexcept { return name_; }

  /// Whether it can be started with a number of I/O threads.
  bool has_threads() const noexcept { return has_threads_; }

  /// A fresh one for a fan-out; with `threads` I/O threads where that can be chosen.
  subject start(const cpu_set_t& where, std::size_t threads = 1) const;

  /// Starts the server so that it keeps what is said in `folder`.
  subject start_keeping(const cpu_set_t& where, const std::string& folder) const;
  bool has_history() const noexcept { return has_history_; }

  /// Starts the server so that it answers for its metrics at the unix socket `path`.
  subject start_with_admin(const cpu_set_t& where, const std::string& path) const;
  bool has_admin() const noexcept { return has_admin_; }

  /// The floor for TLS.
  static contestant tls_floor(const options& chosen);

  /// Starts it so that it speaks TLS, see subject::tls_where(), with these files.
  subject start_with_tls(const cpu_set_t& where, const std::string& certificate, const std::string& key) const;
  bool has_tls() const noexcept { return has_tls_; }

  /// Starts the server so that it is reached by WebSocket alone.
  subject start_web(const cpu_set_t& where) const;
  bool has_web() const noexcept { return has_web_; }

  /// A fresh one for whispers.
  subject start_for_whispers(const cpu_set_t& where) const;

  /// Whether it says a line to everyone who connects.
  bool greets() const noexcept { return greets_; }

  /// How long nothing may have come before all announcements are known to be over.
  nanoseconds quiet() const noexcept { return quiet_; }

  /// Prepares the users for whispering and returns the line each of them whispers.
  std::vector<std::string> pair_up(crowd& users, std::size_t bytes) const;

 private:
  std::string name_;
  std::vector<std::string> command_;  // empty: it runs already
  endpoint running_;
  int pid_ = 0;
  bool is_floor_ = false;
  bool has_threads_ = false;
  bool has_history_ = false;
  bool has_admin_ = false;
  bool has_tls_ = false;
  bool has_web_ = false;
  bool greets_ = true;
  nanoseconds quiet_{};
};

}  // namespace confab::bench

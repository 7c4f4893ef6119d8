#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::test {

/// What systemd is to a service: a socket to which it tells how it is. In a folder of its own, or in the abstract name
/// space.
class notify_socket {
 public:
  explicit notify_socket(bool abstract = false);

  /// For NOTIFY_SOCKET.
  const std::string& address() const { return address_; }

  /// Has so much told that no more fits until it is read.
  void fill() const;
  /// What was told next; throws when nothing is in time.
  std::string next(deadline until = deadline());
  /// All that was told and not read yet.
  std::vector<std::string> so_far();
  /// Reads until something told is `wanted`, and returns all that came before it; throws when it is not in time.
  std::vector<std::string> until(const std::function<bool(const std::string&)>& wanted, deadline until = deadline());
  std::vector<std::string> until(const std::string& wanted);

 private:
  std::optional<std::string> read();
  bool tell_myself() const;

  scratch_directory folder_;
  std::string address_;
  unique_fd socket_;
};

}  // namespace confab::test

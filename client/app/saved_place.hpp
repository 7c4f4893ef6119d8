#pragma once

#include <string>
#include <string_view>

#include "client/protocol/link.hpp"
#include "common/unique_fd.hpp"

namespace confab::client {

/// Where we are on a server, in a file of the state folder, so that a client that was killed takes its place back when
/// it is started again. Each living client holds one such file, locked; only what a dead one left is taken over.
/// Only its owner can read the file: the token in it is as good as being that user. Where nothing can be written,
/// nothing is kept, and that is no error.
class saved_place {
 public:
  /// `folder`: empty = keep nothing. `server`: `host:port`. `name`: takes over only a place under this name; empty =
  /// the latest under any.
  saved_place(const std::string& folder, std::string_view server, std::string_view name);

  /// What a dead client left; without a token if there was nothing.
  const place& found() const noexcept { return found_; }

  /// Writes down where we are and under which name; does nothing when that is known, or when there is no token.
  void note(const place& now, std::string_view name);
  /// We have said goodbye: there is nothing to take over.
  void forget();

  /// At most this many clients of one server keep their place; more keep none.
  static constexpr int most = 16;

 private:
  std::string path_of(int number) const;
  void take_over(std::string_view name);
  void take_new();

  std::string prefix_;  // of the paths
  std::string path_;    // of the file that we hold
  unique_fd file_;      // open, and locked as long as it is
  place found_;
  std::string written_;
};

}  // namespace confab::client

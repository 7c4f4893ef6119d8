#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/peer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/server_launch.hpp"

namespace confab::test {

/// How a test wants its server.
struct server_setup {
  std::vector<std::string> arguments{};  ///< after those for ip, port and language
  /// Newcomers are told one by one and shown nothing of the past, so that a test knows every line that is due. False
  /// leaves that to the server's own defaults.
  bool predictable = true;
  std::string ip = "127.0.0.1";
  std::string language = "en";  ///< empty: leave it to the environment
  std::vector<std::pair<std::string, std::string>> environment{};
  error_output errors = error_output::captured;
  std::size_t open_files = 0;  ///< as in `launch`, like the two below
  std::size_t address_space = 0;
  int mask = -1;
};

/// The real server program on a free port, with a history of its own that starts empty, ready when the constructor
/// returns. At the end of the scope it is asked to end with SIGTERM and a test fails when it does not answer that with
/// exit code 0, which is also how a sanitizer's complaint comes out. Declare it before the peers, so that they are gone
/// by then.
class running_server {
 public:
  explicit running_server(const server_setup& setup = {});
  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;
  ~running_server();

  const endpoint& at() const { return at_; }
  operator const endpoint&() const { return at_; }  // NOLINT: a peer connects to a server
  /// The line that said it is ready.
  const std::string& announcement() const { return announcement_; }
  process& program() { return program_; }

  /// SIGTERM and the exit code. After it the destructor checks nothing.
  int stop();
  /// The test has ended the server itself: the destructor checks nothing.
  void expect_ended() { ended_ = true; }

 private:
  scratch_directory state_;
  process program_;
  std::string announcement_;
  endpoint at_;
  bool ended_ = false;
};

/// The server program run to its end, for options that keep it from serving.
outcome run_server(const std::vector<std::string>& arguments);

}  // namespace confab::test

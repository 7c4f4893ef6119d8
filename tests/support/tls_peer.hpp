#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/tls_client.hpp"

namespace confab::test {

/// As `peer`, in TLS; it takes any certificate. Calls block, but never longer than `patience`, then they throw
/// std::runtime_error.
class tls_peer {
 public:
  /// Connects and shakes hands. `most` as for tls_client; `before` is said in the clear, with the first of the hands.
  explicit tls_peer(const endpoint& where, int most = 0, std::string before = {});

  const std::string& address() const { return address_; }

  void send(std::string_view bytes);
  void say(std::string_view line) { send(std::string(line) + '\n'); }
  /// The next line, without its LF. Throws at the end of the stream.
  std::string line();
  /// Up to the line that `is` says so of; that one.
  std::string line_where(const std::function<bool(std::string_view)>& is);
  /// The next line as JSON of that type; others are passed over.
  json event(std::string_view type);
  /// All bytes up to the end of the stream.
  std::string bytes_until_end();
  /// Says that nothing more comes; it still reads.
  void end();
  void close() { socket_.reset(); }

  /// For what no other call does. After it, flush() sends what that has to say.
  tls_client& tls() { return tls_; }
  void flush();

 private:
  bool read_more(const deadline& until);

  unique_fd socket_;
  std::string address_;
  tls_client tls_;
  std::string pending_;
  std::string unsent_;
  bool ended_ = false;
};

/// One that has read its own arrival.
tls_peer tls_joined(const endpoint& where);

}  // namespace confab::test

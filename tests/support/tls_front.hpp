#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <openssl/ssl.h>
#include <string>
#include <thread>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/authority.hpp"
#include "tests/support/peer.hpp"

namespace confab::test {

/// How the front behaves to its clients.
struct tls_manners {
  certificate own{};
  std::size_t cut_after = SIZE_MAX;  ///< bytes to the client, as they are on the wire: then the connection is cut
  bool byte_by_byte = false;         ///< to the client, each in a segment of its own
  bool says_goodbye = true;          ///< ends as TLS does
  int newest = TLS1_3_VERSION;       ///< of the protocol
  std::string instead{};             ///< says this in the clear, and nothing of TLS
  bool silent = false;               ///< takes the connection, and says nothing ever
};

/// TLS on 127.0.0.1 in front of a plain server, so that the client's side of it can be tested with any fault. Works on
/// a thread of its own; all calls may be made from any thread.
class tls_front {
 public:
  tls_front(endpoint server, tls_manners how);
  ~tls_front();
  tls_front(const tls_front&) = delete;
  tls_front& operator=(const tls_front&) = delete;

  const endpoint& at() const { return at_; }

  /// For connections that come from now on.
  void behave(tls_manners how);
  /// Cuts every connection that there is, without a word.
  void cut();

  /// Connections that have come, that have finished the handshake, and that ended with the client's goodbye.
  std::size_t accepted() const { return accepted_; }
  std::size_t handshakes() const { return handshakes_; }
  std::size_t goodbyes() const { return goodbyes_; }
  /// The host that the last client asked for by SNI; empty: for none.
  std::string asked_for() const;

 private:
  struct link;

  void run();
  void accept_one();
  bool serve(link& served);
  void shake_hands(link& with);
  void pass_up(link& from);
  static void pass_down(link& to);

  const endpoint server_;
  endpoint at_;
  mutable std::mutex guard_;  // of the two below
  tls_manners how_;
  std::string asked_for_;
  unique_fd listener_;
  unique_fd wake_;
  std::vector<std::unique_ptr<link>> links_;  // the thread's
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> handshakes_{0};
  std::atomic<std::size_t> goodbyes_{0};
  std::atomic<bool> cut_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace confab::test

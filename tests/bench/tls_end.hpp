#pragma once

#include <memory>
#include <string_view>
#include <sys/types.h>

struct ssl_st;

namespace confab::bench {

/// TLS over a connected socket of a driver's user; it takes any certificate. Calls do not wait.
class tls_end {
 public:
  explicit tls_end(int socket);

  /// Goes on with the handshake; whether it is done. Throws `failure` when it fails.
  bool shake();
  /// As recv() and send(): the bytes, 0 at the end, or -1 with EAGAIN when there are none now. Other errors throw
  /// `failure`.
  ssize_t read(char* into, std::size_t most);
  ssize_t write(std::string_view bytes);

 private:
  struct freed {
    void operator()(ssl_st* state) const;
  };
  std::unique_ptr<ssl_st, freed> state_;
};

}  // namespace confab::bench

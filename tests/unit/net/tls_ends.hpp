#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "server/net/transport.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/tls_client.hpp"
#include "tests/unit/net/desk.hpp"

namespace confab::test {

/// A context of a certificate that is the same in all tests: making one takes longer than most of them.
inline std::shared_ptr<const net::tls_context> shared_context(net::tls_version least = net::tls_version::tls12) {
  const auto made = [](net::tls_version version) {
    static const identity whose = make_identity();
    return std::get<0>(net::tls_context::make(whose.certificate, whose.key, version));
  };
  static const auto both = made(net::tls_version::tls12);
  static const auto new_only = made(net::tls_version::tls13);
  return least == net::tls_version::tls12 ? both : new_only;
}
inline const net::tls_context& some_context(net::tls_version least = net::tls_version::tls12) {
  return *shared_context(least);
}

/// The far end of a TLS connection: bytes travel when carry() is called, and no more than so many at a time.
class tls_far_end {
 public:
  explicit tls_far_end(unique_fd socket, int most = 0) : tls(most), end(std::move(socket)) {}

  /// What is to be sent goes, what has come is fed.
  void carry() {
    send_some(SIZE_MAX);
    tls.feed(end.read());
  }
  /// Sends what the client has to send, up to so many bytes; whether that was all.
  bool send_some(std::size_t most) {
    unsent += tls.take();
    end.send(std::string_view(unsent).substr(0, most));
    unsent.erase(0, most);
    return unsent.empty();
  }
  /// All that the server has said and that is whole.
  std::string read() {
    tls.feed(end.read());
    return tls.read();
  }
  void say(std::string_view text) {
    tls.write(text);
    send_some(SIZE_MAX);
  }

  tls_client tls;
  far_end end;
  std::string unsent;
};

/// The handshake of both; `step` bytes of the client at a time.
inline void shake_hands(net::tls_stream& near, tls_far_end& far, std::size_t step = SIZE_MAX) {
  bool is_near_done = false;
  for (int i = 0; i < 10'000; ++i) {
    const bool is_far_done = far.tls.shake();
    if (is_far_done && is_near_done) return;
    far.send_some(step);
    if (!is_near_done) {
      const auto now = near.handshake();
      if (now == net::tls_stream::progress::failed) throw std::runtime_error("handshake: " + near.why());
      is_near_done = now == net::tls_stream::progress::done;
    }
    far.tls.feed(far.end.read());
  }
  throw std::runtime_error("a handshake without end");
}

/// A transport over TLS whose handshake is done.
inline net::transport secured(unique_fd socket, tls_far_end& far) {
  auto stream = std::make_unique<net::tls_stream>(socket.get(), some_context());
  shake_hands(*stream, far);
  return net::transport(std::move(socket), std::move(stream));
}

/// That, and its far end.
struct tls_line {
  explicit tls_line(int most = 0, two_ends ends = roomy_pair())
      : far(std::move(ends.far), most), near(secured(std::move(ends.near), far)) {}

  tls_far_end far;
  net::transport near;
};

}  // namespace confab::test

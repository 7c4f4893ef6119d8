#pragma once

#include <memory>
#include <netinet/in.h>
#include <string>
#include <utility>

#include "server/net/entrance.hpp"
#include "server/net/tls_keys.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/tls_ends.hpp"

namespace confab::test {

/// A desk with a way in that speaks TLS.
class tls_porch : public desk {
 public:
  explicit tls_porch(net::connection_options how = options()) : desk(how) {}

  /// Somebody has connected, and sent nothing yet; one end, with what is on the far end of it.
  unique_fd knock(two_ends ends = roomy_pair()) {
    sockaddr_storage from{};
    reinterpret_cast<sockaddr_in*>(&from)->sin_family = AF_INET;
    reinterpret_cast<sockaddr_in*>(&from)->sin_port = htons(next_port_++);
    shard.arrive(std::move(ends.near), from, door);
    return std::move(ends.far);
  }
  /// The same, and it has shaken hands.
  tls_far_end come(int most = 0, two_ends ends = roomy_pair()) {
    tls_far_end out(knock(std::move(ends)), most);
    until(
        [&] {
          const bool done = out.tls.shake();
          out.carry();
          return done && shard.counted().arrivals.value() == 0;
        },
        "a handshake");
    return out;
  }
  /// The same, and is a user that hears what is said to all; forgotten in heard().
  tls_far_end user(script::who expected, int most = 0, two_ends ends = roomy_pair()) {
    tls_far_end out = come(most, std::move(ends));
    out.say("in\n");
    until([&] { return hub.heard.size() >= 2; }, "a user");
    heard();
    deliver(script().enter(expected));
    return out;
  }
  /// Runs until that has been heard at the far end.
  std::string wait_for(tls_far_end& at, std::string_view end) {
    std::string out;
    until([&] { return (out += at.read()).ends_with(end) || at.tls.was_closed() || at.end.ended(); }, "what is said");
    return out;
  }
  std::uint64_t ended(net::arrival_end how) const {
    return shard.counted().arrivals_ended[static_cast<std::size_t>(how)].value();
  }

  const std::shared_ptr<net::tls_keys> keys = std::make_shared<net::tls_keys>(shared_context());
  std::shared_ptr<const net::door> door = std::make_shared<const net::door>(net::door{{}, keys, false});

 private:
  std::uint16_t next_port_ = 4000;
};

}  // namespace confab::test

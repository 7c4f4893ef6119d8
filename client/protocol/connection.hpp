#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "client/protocol/backoff.hpp"
#include "client/protocol/link.hpp"
#include "client/protocol/tls_stream.hpp"

namespace confab::client {

/// Where to connect, and how stubborn to be.
struct connection_settings {
  std::string host{};  ///< address or name
  std::uint16_t port = 0;
  tls_settings tls{};                              ///< whether and how to hide what is said from the network
  std::string name{};                              ///< to take; empty = none
  std::string tag_prefix{};                        ///< see send_queue
  int attempts = 0;                                ///< to connect again after a failure; -1 = no end
  bool retry_first = false;                        ///< the attempts count for the first connection, too
  bool hold_for_name = false;                      ///< see link
  bool heartbeat = false;                          ///< see link::promise_heartbeat
  place known{};                                   ///< see link::take_up
  std::uint32_t seed = 0;                          ///< of the backoff's variation
  std::chrono::milliseconds first_wait{1000};      ///< before the first attempt to connect again
  std::chrono::milliseconds connect_time{10'000};  ///< for one attempt to connect, with the handshake of TLS
};

/// Why there is no connection.
struct outage {
  std::optional<tls_fault> tls{};     ///< TLS did not come about; else
  std::optional<link_fault> fault{};  ///< the link gave up; else
  std::error_code failure{};          ///< what the system says; none: the server closed
  bool connected = false;             ///< there was a connection
  bool secured = false;               ///< which had TLS
  bool known = false;                 ///< what is there has spoken our protocol before
};

/// Who hears of it. Called on the connection's thread; may call `send`, `retry_now` and `finish`.
class connection_listener {
 public:
  virtual ~connection_listener() = default;
  virtual void on_link(const link_event& what) = 0;
  /// All that has come in so far was handed on: what the link says of itself agrees with it now.
  virtual void on_settled() {}
  /// The next attempt (the `attempt`th of this outage) comes after `delay`.
  virtual void on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) = 0;
  /// No connection and no more attempts. Nothing follows.
  virtual void on_ended(const outage& why) = 0;
};

/// The connection to the server: resolves, connects, reads, writes, keeps time for its `link`, and connects again.
/// With TLS nothing is sent before the server's certificate has been judged. Lives on the one thread of its io_context,
/// which must be stopped before this object goes. Exactly one coroutine reads the socket, one writes it, and one
/// watches the clock; any of them ends a connection by closing the socket.
class connection {
 public:
  connection(asio::io_context& io, connection_settings settings, connection_listener& listener);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void start();

  /// See link::send.
  bool send(std::string command, purpose why, bool keep, std::string room = {}, std::string partner = {});
  /// See link::restore.
  void restore(request what, std::string command);
  /// See link::ask_on_return.
  void ask_on_return(std::vector<first_question> questions) { link_.ask_on_return(std::move(questions)); }
  /// See link::take_name.
  void take_name(std::string name);
  /// Does not wait for the next attempt; does nothing while connected.
  void retry_now();
  /// Says goodbye, with a `reason` for the others if there is one, and ends: `on_ended` follows within `goodbye_time`.
  void finish(std::string_view reason = {});

  /// Says goodbye on the way out without waiting for anything, so that the server does not hold our place open for us.
  void send_quit() noexcept;

  const link& state() const noexcept { return link_; }
  /// `host:port` for people.
  std::string where() const;
  /// How what is said is hidden from the network, as in `TLS 1.3`; empty: it is not.
  std::string secured() const;

  static constexpr std::chrono::milliseconds goodbye_time{1000};

 private:
  asio::awaitable<void> run();
  asio::awaitable<std::error_code> connect(outage& why);
  asio::awaitable<std::error_code> connect_to(asio::ip::tcp::resolver::results_type found);
  asio::awaitable<std::error_code> shake_hands(outage& why);
  asio::awaitable<std::error_code> read_until_lost();
  asio::awaitable<void> write_all();
  asio::awaitable<std::pair<std::error_code, std::size_t>> read();
  asio::awaitable<std::error_code> write(const std::string& bytes);
  asio::awaitable<void> watch_clock();
  void close() noexcept;
  void close_after(std::chrono::milliseconds delay);
  bool worth_retrying(const outage& why) const noexcept;
  void after_change();

  connection_settings settings_;
  connection_listener& listener_;
  link link_;
  backoff backoff_;
  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::socket socket_;
  tls_context tls_context_;
  std::shared_ptr<tls_stream> tls_;  // over the socket; shared with those who wait for it; null: plain
  asio::steady_timer output_ready_;  // never expires: cancelled when there is something to write
  asio::steady_timer clock_;         // the link's deadline
  asio::steady_timer retry_;         // the pause before the next attempt
  asio::steady_timer limit_;         // closes the socket when connecting or leaving takes too long
  bool up_ = false;                  // the socket is connected
  std::uint64_t connections_ = 0;    // how often it was
  bool finishing_ = false;
  bool telling_ = false;  // the listener is being told
  bool writing_ = false;  // a write is on its way: nothing may come between
  std::array<char, 64 * 1024> input_{};
};

}  // namespace confab::client

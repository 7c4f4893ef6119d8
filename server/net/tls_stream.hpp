#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <sys/uio.h>

#include "server/net/tls_context.hpp"
#include "server/net/tls_socket.hpp"

struct ssl_st;

namespace confab::net {

/// TLS over a connected socket that does not block: the server's end. First handshake() again and again, then the rest.
/// No call waits. Part of a transport, which owns the socket, and on its thread.
class tls_stream {
 public:
  /// What is written goes out in records of at most so many bytes.
  static constexpr std::size_t max_record = 16 * 1024;

  /// Throws std::bad_alloc.
  tls_stream(int socket, const tls_context& with);

  enum class progress : std::uint8_t { done, wants_input, wants_output, failed };
  /// As much of the handshake as can be done now. After `failed`, why() says what is wrong.
  progress handshake();
  const std::string& why() const noexcept { return why_; }

  /// These are as those of a transport.
  ssize_t read(std::span<char> into);
  ssize_t write(std::string_view bytes);
  ssize_t write(std::span<const iovec> pieces, std::span<char> scratch);
  int error() const noexcept { return error_; }
  bool unread() const noexcept;
  bool read_waits_for_output() const noexcept { return read_waits_; }
  bool write_waits_for_input() const noexcept { return write_waits_; }
  bool was_cut() const noexcept { return end_ == ending::cut; }
  void end_output() noexcept;
  std::size_t held_bytes() const noexcept;

 private:
  enum class ending : std::uint8_t { none, closed, cut, failed };
  struct freed {
    void operator()(ssl_st* state) const noexcept;
  };

  void take_failure(int outcome);
  bool read_record(std::span<char> into, std::size_t& count);
  bool write_record(std::string_view bytes, std::size_t& count);

  tls_socket socket_;
  std::unique_ptr<ssl_st, freed> state_;
  std::string why_;
  int failed_with_ = 0;  // an errno
  int error_ = 0;        // of the last call
  ending end_ = ending::none;
  bool end_told_ = false;  // by read()
  bool in_handshake_ = true;
  bool read_waits_ = false;
  bool write_waits_ = false;
  bool write_pends_ = false;  // a record that the socket has not taken whole
};

}  // namespace confab::net

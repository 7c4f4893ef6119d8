#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace confab::net {

/// What a proxy says of a connection that it makes to us.
struct proxy_header {
  /// Who the connection is for: an IPv4, IPv6 or unix address. AF_UNSPEC: the proxy itself (it checks our health), or
  /// it does not know.
  sockaddr_storage source{};
  /// Whether the way from there to the proxy was encrypted, as far as the proxy says.
  bool secure = false;

  bool names_source() const noexcept { return source.ss_family != AF_UNSPEC; }
};

/// Reads a header of the PROXY protocol, version 1 or 2, off the start of a stream that is cut anywhere. It takes
/// nothing of what follows. Knows no socket and no clock; one thread.
class proxy_header_reader {
 public:
  enum class state : std::uint8_t {
    more,      ///< so far it is the start of one
    complete,  ///< `header()` is it
    wrong,     ///< it is none, or one that is too long
  };

  static constexpr std::size_t longest_v1 = 107;        ///< bytes, with its CR LF
  static constexpr std::size_t longest_v2 = 16 + 2048;  ///< bytes: the fixed part and what it may announce

  /// The next piece of the stream; returns how many bytes of it belong to the header. Nothing when it is not `more`.
  std::size_t feed(std::string_view piece);

  state now() const noexcept { return state_; }
  /// Once complete.
  const proxy_header& header() const noexcept { return header_; }

 private:
  std::size_t wanted(std::string_view piece) const noexcept;
  state judge();
  state judge_v1();
  state judge_v2();
  bool read_v1(std::string_view line);
  bool read_v2(std::string_view body);

  std::string text_;  // the header so far
  proxy_header header_;
  state state_ = state::more;
};

}  // namespace confab::net

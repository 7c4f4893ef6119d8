#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/net/proxy_peers.hpp"
#include "server/net/unix_place.hpp"

/// `--listen KIND:ADDRESS:PORT` or `--listen KIND:unix:PATH`: a place to listen, as an operator writes it, and behind
/// commas how people are let in there. Pure; any thread.
namespace confab {

/// How many `--listen` there may be.
inline constexpr std::size_t max_listens = 64;

/// What is spoken there.
enum class listener_kind : std::uint8_t {
  line,   ///< lines of text or JSON, as they are
  tls,    ///< the same in TLS
  web,    ///< the same over WebSocket, and a page for browsers over HTTP
  webs,   ///< the same in TLS
  admin,  ///< metrics and health over HTTP, for whoever runs the server; no chat
};

/// Whether people come in there.
constexpr bool is_for_chat(listener_kind kind) noexcept {
  return kind != listener_kind::admin;
}

/// Whether it needs a certificate.
constexpr bool needs_tls(listener_kind kind) noexcept {
  return kind == listener_kind::tls || kind == listener_kind::webs;
}

/// Whether browsers come.
constexpr bool is_web(listener_kind kind) noexcept {
  return kind == listener_kind::web || kind == listener_kind::webs;
}

/// The kind with that name.
std::optional<listener_kind> find_listener_kind(std::string_view name) noexcept;

/// What stands in front of `listening on` where there is one of that kind: its name and a blank, but nothing for
/// lines, whether in TLS or not.
std::string title_of(listener_kind kind);

/// The names of all kinds, for a sentence: `line, …`.
std::string listener_kinds();

/// A place to listen: over TCP, or a unix socket.
struct listen_place {
  listener_kind kind = listener_kind::line;
  std::string ip;                         ///< numeric, without brackets; a link-local one with %INTERFACE
  std::uint16_t port = 0;                 ///< 0: the system picks one
  std::optional<net::unix_place> file{};  ///< instead of ip and port
  net::proxy_peers proxy{};               ///< who begins with a PROXY header
  bool secure = false;                    ///< the way to here is encrypted, see net::door
  bool optional = false;                  ///< where something else listens, the server does without

  bool operator==(const listen_place&) const = default;
};

/// Whether a connection has to show something there before it is a session.
bool asks_for_something(const listen_place& place) noexcept;

/// Reads `line:127.0.0.1:8888`, `line:[::1]:8888` or `line:unix:/run/chat.sock,mode=0660,group=chat`; behind each may
/// stand `,proxy=10.0.0.0/8+fd00::/8` (for a unix socket `,proxy=unix`) and `,secure`, behind a TCP place
/// `,optional`. What is no place is answered with a sentence that says how to write one, in English.
std::variant<listen_place, std::string> parse_listen(const std::string& text);

/// Whether only one of them can be listened on, whatever is spoken there. Of ports that the system picks there is
/// always another.
bool is_same_place(const listen_place& one, const listen_place& other) noexcept;

/// Whether they are one listener, with the same people at the other end; it may let them in otherwise.
bool is_same_listener(const listen_place& one, const listen_place& other) noexcept;

/// The place as parse_listen() reads it.
std::string to_string(const listen_place& place);

}  // namespace confab

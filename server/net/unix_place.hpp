#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <sys/un.h>
#include <variant>

namespace confab::net {

/// The longest path of a unix socket, in bytes: what the kernel's structure has room for, with the zero at its end.
inline constexpr std::size_t longest_socket_path = sizeof(sockaddr_un::sun_path) - 1;

/// A unix socket in the file system, as an operator wants it.
struct unix_place {
  std::string path;              ///< from / on, at most longest_socket_path bytes, printable
  std::optional<unsigned> mode;  ///< permissions, at most 0777; none: see mode_of()
  std::string group;             ///< by name or by number; empty: the server's own

  bool operator==(const unix_place&) const = default;
};

/// The permissions that it gets: those that were asked for, else 0600, with a group 0660.
unsigned mode_of(const unix_place& place) noexcept;

/// Reads `/run/chat.sock`, `/run/chat.sock,mode=0660` or `/run/chat.sock,mode=0660,group=chat`. What is none of those
/// is answered with a sentence about it, in English. Pure, any thread: whether there is such a folder or group shows
/// only when somebody listens there.
std::variant<unix_place, std::string> parse_unix_place(const std::string& text);

/// The place as parse_unix_place() reads it.
std::string to_string(const unix_place& place);

}  // namespace confab::net

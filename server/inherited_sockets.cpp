#include "server/inherited_sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/parse_number.hpp"
#include "common/safe_text.hpp"
#include "server/environment.hpp"

namespace confab {
namespace {

constexpr std::string_view default_name = "unknown";
constexpr std::string_view unit_end = ".socket";

int option_of(int socket, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_served(int socket) {
  const int family = option_of(socket, SO_DOMAIN);
  return (family == AF_INET || family == AF_INET6 || family == AF_UNIX) && option_of(socket, SO_TYPE) == SOCK_STREAM &&
         option_of(socket, SO_ACCEPTCONN) == 1;
}

bool add_flags(int file) {
  const int status = ::fcntl(file, F_GETFL);
  const int own = ::fcntl(file, F_GETFD);
  return status != -1 && own != -1 && ::fcntl(file, F_SETFL, status | O_NONBLOCK) == 0 &&
         ::fcntl(file, F_SETFD, own | FD_CLOEXEC) == 0;
}

std::vector<std::string> split(const std::string& names) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(':', begin), names.size());
    out.push_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::optional<listener_kind> kind_of(const std::string& name) {
  if (name == default_name || name.ends_with(unit_end)) return listener_kind::line;
  return find_listener_kind(name);
}

/// What the environment says.
struct handed_down {
  std::size_t count = 0;
  std::vector<std::string> names;  // as many; without any it is as if all were unknown
};

// A sentence if it makes no sense.
std::variant<handed_down, std::string> read_environment() {
  const auto process = take_variable("LISTEN_PID");
  const auto count = take_variable("LISTEN_FDS");
  const auto names = take_variable("LISTEN_FDNAMES");
  handed_down out;
  if (!process || !count || parse_number<std::int64_t>(*process) != std::int64_t{::getpid()}) return out;
  const auto number = parse_number<std::size_t>(*count);
  if (!number || *number > max_listens) {
    return fmt::format("LISTEN_FDS={}: must be a number from 0 to {}", make_safe(*count), max_listens);
  }
  out.count = *number;
  out.names = names ? split(*names) : std::vector<std::string>(out.count, std::string(default_name));
  if (out.count > 0 && out.names.size() != out.count) {
    return fmt::format("LISTEN_FDNAMES has {} names for {} sockets", out.names.size(), out.count);
  }
  return out;
}

}  // namespace

std::variant<std::vector<inherited_socket>, std::string> take_inherited_sockets(int first) {
  auto read = read_environment();
  if (auto* const wrong = std::get_if<std::string>(&read)) return std::move(*wrong);
  const auto& given = std::get<handed_down>(read);
  std::vector<inherited_socket> out;
  for (std::size_t i = 0; i < given.count; ++i) {
    const int file = first + static_cast<int>(i);
    if (!is_served(file) || !add_flags(file)) {
      return fmt::format("file {} of LISTEN_FDS is no socket that listens for streams over IPv4, IPv6 or unix", file);
    }
    const auto kind = kind_of(given.names[i]);
    if (!kind) {
      return fmt::format(
          "the name {} in LISTEN_FDNAMES (FileDescriptorName= in a unit) is no kind of listener; the "
          "kinds are: {}",
          make_safe(given.names[i]), listener_kinds());
    }
    out.push_back({*kind, unique_fd(file)});
  }
  return out;
}

}  // namespace confab

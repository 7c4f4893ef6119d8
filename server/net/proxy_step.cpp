#include "server/net/proxy_step.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <sys/socket.h>

#include "server/net/log_about.hpp"
#include "server/net/proxy_header.hpp"

namespace confab::net {
namespace {

using state = proxy_header_reader::state;

// What has been read so far, by a look: only what belongs to the header is taken out of the socket, so that the next
// step finds the rest there. False when nothing more can come.
bool take_header(int socket, proxy_header_reader& into) {
  std::array<char, 512> bytes;
  while (into.now() == state::more) {
    const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), MSG_PEEK);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    const std::size_t taken = into.feed({bytes.data(), static_cast<std::size_t>(count)});
    if (::recv(socket, bytes.data(), taken, 0) != static_cast<ssize_t>(taken)) return false;
  }
  return true;
}

void take_over(const proxy_header& header, arrival& into) {
  into.will_be().secure = into.will_be().secure || header.secure;
  if (header.names_source()) return into.comes_from(header.source);
  into.will_be().silent = true;  // a health check, mostly
}

}  // namespace

asio::awaitable<arrival_end> read_proxy_header(std::shared_ptr<arrival> who, std::chrono::milliseconds within,
                                               spdlog::logger& log) {
  proxy_header_reader reader;
  who->limit(within);
  while (reader.now() == state::more) {
    if (!co_await who->readable()) {
      if (who->late()) log_about(log, spdlog::level::info, who->will_be().addr, "sent no PROXY header in time");
      co_return who->late() ? arrival_end::late : arrival_end::gone;
    }
    if (!take_header(who->descriptor(), reader)) co_return arrival_end::gone;
  }
  if (reader.now() == state::wrong) {
    log_about(log, spdlog::level::warn, who->will_be().addr,
              "is a proxy by this listener's proxy=, and sent no PROXY header that can be read");
    co_return arrival_end::refused;
  }
  take_over(reader.header(), *who);
  co_return arrival_end::admitted;
}

}  // namespace confab::net

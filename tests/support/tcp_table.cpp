#include "tests/support/tcp_table.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>

namespace confab::test {
namespace {

struct row {
  std::size_t unsent = 0;  // or not acknowledged
  std::size_t unread = 0;
  std::string timer;
};

std::string hex_port(unsigned long port) {
  std::ostringstream out;
  out << std::hex << std::uppercase << port;
  const std::string text = out.str();
  return ':' + std::string(4 - text.size(), '0') + text;
}

std::optional<row> row_of(const std::string& near_port, const std::string& far_port) {
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    std::istringstream columns(line);
    std::string number, local, remote, state, queues, timer;
    columns >> number >> local >> remote >> state >> queues >> timer;
    if (!local.ends_with(near_port) || !remote.ends_with(far_port)) continue;
    return row{std::stoul(queues, nullptr, 16), std::stoul(queues.substr(queues.find(':') + 1), nullptr, 16), timer};
  }
  return std::nullopt;
}

std::string port_of(const std::string& address) {
  return hex_port(std::stoul(address.substr(address.rfind(':') + 1)));
}

}  // namespace

std::string tcp_timer_of_server(const endpoint& server, const std::string& peer_address) {
  const auto found = row_of(hex_port(server.port), port_of(peer_address));
  return found ? found->timer : std::string();
}

std::size_t tcp_queues_between(const endpoint& server, const std::string& peer_address) {
  const auto from = row_of(hex_port(server.port), port_of(peer_address));
  const auto to = row_of(port_of(peer_address), hex_port(server.port));
  return (from ? from->unsent : 0) + (to ? to->unread : 0);
}

}  // namespace confab::test

#include "tests/support/http.hpp"

#include <stdexcept>

namespace confab::test {

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: chat\r\nUser-Agent: test\r\n\r\n";
}

http_reply reply_on(peer& asking) {
  const std::string all = asking.bytes_until_end();
  if (all.empty()) return {};
  constexpr std::string_view start = "HTTP/1.1 ";
  const std::size_t end = all.find("\r\n\r\n");
  if (!all.starts_with(start) || end == std::string::npos) throw std::runtime_error("no answer over HTTP: " + all);
  return {std::stoi(all.substr(start.size(), 3)), all.substr(0, end + 2), all.substr(end + 4)};
}

http_reply ask_http(const endpoint& where, std::string_view path) {
  peer asking(where);
  asking.send(get(path));
  return reply_on(asking);
}

}  // namespace confab::test

#include "server/net/first_line.hpp"

#include <algorithm>

namespace confab::net {

// 0x16 is a control character that no keyboard line starts with, so the first byte alone decides.
bool is_tls_hello(std::string_view bytes) noexcept {
  return bytes.starts_with('\x16');
}

bool is_http_request(std::string_view line) noexcept {
  const std::size_t method = line.find(' ');
  const std::size_t version = line.rfind(' ');
  if (method == std::string_view::npos || method == 0 || method == version) return false;
  const std::string_view word = line.substr(0, method);
  const bool upper = std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
  return upper && line.substr(version + 1).starts_with("HTTP/");
}

std::string_view http_refusal() noexcept {
  return "HTTP/1.1 400 Bad Request\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n"
         "Content-Length: 63\r\n"
         "Connection: close\r\n"
         "\r\n"
         "This is a chat, not a web server: reach it with nc or telnet.\r\n";
}

}  // namespace confab::net

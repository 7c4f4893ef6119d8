#include "server/net/first_line.hpp"

#include <algorithm>

namespace confab::net {
namespace {

constexpr std::size_t shortest_method = 3;  // GET

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_http_version(std::string_view word) noexcept {
  return word.size() == 8 && word.starts_with("HTTP/") && is_digit(word[5]) && word[6] == '.' && is_digit(word[7]);
}

}  // namespace

// 0x16 is a control character that no keyboard line starts with, so the first byte alone decides.
bool is_tls_hello(std::string_view bytes) noexcept {
  return bytes.starts_with('\x16');
}

bool is_http_request(std::string_view line) noexcept {
  const std::size_t version = line.rfind(' ');
  return version != std::string_view::npos && is_http_version(line.substr(version + 1)) &&
         is_http_start(line.substr(0, version));
}

bool is_http_start(std::string_view start) noexcept {
  const std::size_t end = start.find(' ');
  if (end == std::string_view::npos || end < shortest_method) return false;
  const std::string_view method = start.substr(0, end);
  const std::string_view target = start.substr(end + 1);
  if (!std::all_of(method.begin(), method.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }))
    return false;
  if (method == "CONNECT") return !target.empty();
  return target.starts_with('/') || target.starts_with("http") || target.starts_with('*');
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

#include "server/net/first_line.hpp"

#include <algorithm>

namespace confab::net {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t shortest_method = 3;  // GET
constexpr std::string_view signature = "\r\n\r\n\0\r\nQUIT\n"sv;
static_assert(signature.size() == 12);

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// RTSP and SIP have HTTP's request line, and scanners try them too.
bool is_http_version(std::string_view word) noexcept {
  const std::size_t slash = word.find('/');
  const std::string_view protocol = word.substr(0, slash);
  if (protocol != "HTTP" && protocol != "RTSP" && protocol != "SIP") return false;
  const std::string_view number = word.substr(std::min(slash + 1, word.size()));
  return number.size() == 3 && is_digit(number[0]) && number[1] == '.' && is_digit(number[2]);
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
  return target.starts_with('/') || target.starts_with("http") || target.starts_with("rtsp:") ||
         target.starts_with("sip:") || target.starts_with('*');
}

bool is_proxy_header(std::string_view line) noexcept {
  return line.starts_with("PROXY TCP4 ") || line.starts_with("PROXY TCP6 ") || line == "PROXY UNKNOWN" ||
         line.starts_with("PROXY UNKNOWN ");
}

bool is_ssh_banner(std::string_view line) noexcept {
  return line.starts_with("SSH-") && line.size() > 7 && is_digit(line[4]) && line[5] == '.' && is_digit(line[6]);
}

proxy_signature::verdict proxy_signature::take(std::string_view piece) noexcept {
  const std::string_view wanted = signature.substr(agreed_, piece.size());
  known_ = piece.substr(0, wanted.size()) != wanted;
  if (known_) return verdict::other;
  agreed_ = static_cast<std::uint8_t>(agreed_ + wanted.size());
  known_ = agreed_ == signature.size();
  return known_ ? verdict::whole : verdict::open;
}

std::string_view proxy_signature::waits() const noexcept {
  return signature.substr(0, agreed_);
}

std::string_view http_refusal() noexcept {
  return "HTTP/1.1 400 Bad Request\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n"
         "Content-Length: 63\r\n"
         "Connection: close\r\n"
         "\r\n"
         "This is a chat, not a web server: reach it with nc or telnet.\r\n";
}

std::string_view tls_refusal(bool over_http) noexcept {
  if (!over_http) {
    return "This port speaks TLS: openssl s_client -quiet -connect HOST:PORT\n"
           "此端口使用 TLS：openssl s_client -quiet -connect 主机:端口\n";
  }
  return "HTTP/1.1 400 Bad Request\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n"
         "Content-Length: 23\r\n"
         "Connection: close\r\n"
         "\r\n"
         "This port speaks TLS.\r\n";
}

}  // namespace confab::net

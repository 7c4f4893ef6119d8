#include "server/net/http_answer.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace confab::net {

std::string_view words_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
  }
}

std::string_view extra_fields(int status) noexcept {
  switch (status) {
    case 405: return "Allow: GET, HEAD\r\n";
    case 426: return "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    default: return {};
  }
}

http_answer refusal_of(int status) {
  return {status, fmt::format("{} {}\n", status, words_of(status))};
}

std::string render(const http_answer& answer, bool head_only, std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::string out = fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n",
      answer.status, words_of(answer.status), utc, answer.type, answer.body.size());
  out += extra_fields(answer.status);
  out += "\r\n";
  if (!head_only) out += answer.body;
  return out;
}

}  // namespace confab::net

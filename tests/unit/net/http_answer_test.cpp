// What goes out over HTTP.

#include "server/net/http_answer.hpp"

#include <chrono>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::chrono_literals;

namespace {

const auto some_time = std::chrono::system_clock::time_point(784'111'777s);

}  // namespace

TEST_CASE("http_answer: a head that says all there is to know, and a body", "[http_answer]") {
  const std::string head =
      "HTTP/1.1 200 OK\r\n"
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Length: 3\r\n"
      "Cache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Connection: close\r\n"
      "\r\n";
  const net::http_answer answer{200, "ok\n"};
  CHECK(net::render(answer, false, some_time) == head + "ok\n");
  CHECK(net::render(answer, true, some_time) == head);
}

TEST_CASE("http_answer: a refusal says what it means, and 405 what is allowed", "[http_answer]") {
  const int status = GENERATE(400, 403, 404, 405, 426, 429, 431, 503, 505);
  const auto answer = net::refusal_of(status);
  CHECK(answer.status == status);
  CHECK(answer.body.starts_with(std::to_string(status) + ' '));
  CHECK(answer.body.find("Internal") == std::string::npos);
  const std::string bytes = net::render(answer, false, some_time);
  CHECK(bytes.starts_with("HTTP/1.1 " + answer.body.substr(0, answer.body.size() - 1) + "\r\n"));
  CHECK((bytes.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos) == (status == 405));
  CHECK((bytes.find("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos) ==
        (status == 426));
}

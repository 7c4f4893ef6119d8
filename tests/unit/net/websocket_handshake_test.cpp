// How an HTTP connection becomes one of WebSocket, and when it does not.

#include "server/net/websocket_handshake.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/asking_http.hpp"

using namespace confab;
using namespace confab::test;
using form = net::websocket_form;

namespace {

const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string version = "Sec-WebSocket-Version: 13\r\n";
const std::string upgrade = "Upgrade: websocket\r\n";
const std::string connection = "Connection: Upgrade\r\n";

std::variant<net::websocket_welcome, net::http_answer> ask(const std::string& fields,
                                                           const std::string& first = "GET /ws HTTP/1.1\r\n") {
  return net::welcome_websocket(asked(first + "Host: a\r\n" + fields + "\r\n"));
}

int status_of(const std::string& fields, const std::string& first = "GET /ws HTTP/1.1\r\n") {
  const auto got = ask(fields, first);
  const auto* const refused = std::get_if<net::http_answer>(&got);
  return refused == nullptr ? 101 : refused->status;
}

}  // namespace

TEST_CASE("websocket_handshake: the example of the RFC", "[websocket_handshake]") {
  CHECK(net::websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const auto got = std::get<net::websocket_welcome>(ask(key + version + upgrade + connection));
  CHECK(got.form == form::none);
  CHECK(got.answer ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST_CASE("websocket_handshake: the first subprotocol that we know is taken, or none", "[websocket_handshake]") {
  const auto agreed = [](const std::string& offers) {
    return std::get<net::websocket_welcome>(ask(key + version + upgrade + connection + offers));
  };
  const auto json = agreed("Sec-WebSocket-Protocol: chat, confab.json, confab.text\r\n");
  CHECK(json.form == form::json);
  CHECK(json.answer.find("\r\nSec-WebSocket-Protocol: confab.json\r\n") != std::string::npos);
  const auto text = agreed("Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: confab.text\r\n");
  CHECK(text.form == form::text);
  CHECK(text.answer.find("\r\nSec-WebSocket-Protocol: confab.text\r\n") != std::string::npos);
  for (const char* const other : {"chat", "confab.xml", "CONFAB.JSON", "confab.json2", ","}) {
    const auto none = agreed(std::string("Sec-WebSocket-Protocol: ") + other + "\r\n");
    CHECK(none.form == form::none);
    CHECK(none.answer.find("Sec-WebSocket-Protocol") == std::string::npos);
  }
}

TEST_CASE("websocket_handshake: fields may have more in them, in any case", "[websocket_handshake]") {
  CHECK(status_of(key + version + "Upgrade: WebSocket\r\nConnection: keep-alive, UPGRADE\r\n") == 101);
  CHECK(status_of(key + version + "Upgrade: h2c, websocket\r\nConnection: close\r\nConnection: upgrade\r\n") == 101);
}

TEST_CASE("websocket_handshake: who asks for no WebSocket, or another version, gets 426", "[websocket_handshake]") {
  CHECK(status_of("") == 426);
  CHECK(status_of(key + version + upgrade) == 426);
  CHECK(status_of(key + version + connection) == 426);
  CHECK(status_of(key + version + "Upgrade: h2c\r\n" + connection) == 426);
  CHECK(status_of(key + upgrade + connection) == 426);
  for (const char* const other : {"8", "12", "14", "013", "13, 8", ""})
    CHECK(status_of(key + upgrade + connection + std::string("Sec-WebSocket-Version: ") + other + "\r\n") == 426);
  CHECK(status_of(key + version + version + upgrade + connection) == 426);
  CHECK(status_of(key + version + upgrade + connection, "HEAD /ws HTTP/1.1\r\n") == 426);
  CHECK(status_of(key + version + upgrade + connection, "GET /ws HTTP/1.0\r\n") == 426);
}

TEST_CASE("websocket_handshake: without a sound key it is 400", "[websocket_handshake]") {
  CHECK(status_of(version + upgrade + connection) == 400);
  CHECK(status_of(key + key + version + upgrade + connection) == 400);
  for (const char* const wrong : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQ",
                                  "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZWU="}) {
    CAPTURE(wrong);
    CHECK(status_of("Sec-WebSocket-Key: " + std::string(wrong) + "\r\n" + version + upgrade + connection) == 400);
  }
}

#include "tests/support/websocket_peer.hpp"

#include <stdexcept>

namespace confab::test {
namespace {

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = (out << 8U) | static_cast<unsigned char>(c);
  return out;
}

}  // namespace

std::string upgrade_request(const endpoint& where, std::string_view protocol, std::string_view more) {
  std::string out = "GET /ws HTTP/1.1\r\nHost: " + where.text() + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!protocol.empty()) out.append("Sec-WebSocket-Protocol: ").append(protocol).append("\r\n");
  return out.append(more).append("\r\n");
}

unsigned frame::code() const {
  return payload.size() < 2 ? 1005 : static_cast<unsigned>(number_in(std::string_view(payload).substr(0, 2)));
}

websocket_peer::websocket_peer(const endpoint& where, std::string_view protocol, std::string_view more) : wire_(where) {
  wire_.send(upgrade_request(where, protocol, more));
  for (std::string line = wire_.line(); line != "\r"; line = wire_.line()) head_ += line + '\n';
  status_ = std::stoi(head_.substr(head_.find(' ')));
}

frame websocket_peer::next() {
  const std::string start = wire_.bytes(2);
  const auto first = static_cast<unsigned char>(start[0]);
  const auto second = static_cast<unsigned char>(start[1]);
  frame out;
  out.opcode = first & 0x0FU;
  const bool known = out.opcode == 1 || (out.opcode >= 8 && out.opcode <= 10);
  if ((first & 0xF0U) != 0x80 || second > 127 || !known) throw std::runtime_error("no frame of a server");
  std::uint64_t size = second;
  if (second == 126) size = number_in(wire_.bytes(2));
  if (second == 127) size = number_in(wire_.bytes(8));
  if (second >= 126 && size < (second == 126 ? 126U : 65536U)) throw std::runtime_error("not the shortest length");
  out.payload = wire_.bytes(size);
  return out;
}

std::string websocket_peer::line() {
  while (lines_.empty()) {
    const frame got = next();
    if (got.opcode == 9) {
      send(pong_frame(got.payload));
      continue;
    }
    if (!got.is_text()) throw std::runtime_error("a frame with opcode " + std::to_string(got.opcode) + " for a line");
    if (!got.payload.ends_with('\n')) throw std::runtime_error("a frame that ends within a line: " + got.payload);
    for (std::size_t at = 0; at < got.payload.size();) {
      const std::size_t end = got.payload.find('\n', at);
      lines_.push_back(got.payload.substr(at, end - at));
      at = end + 1;
    }
  }
  std::string out = std::move(lines_.front());
  lines_.pop_front();
  return out;
}

json websocket_peer::event(std::string_view type) {
  for (;;) {
    json got = json::parse(line());
    if (got.at("type") == "count" && type != "count") continue;
    if (!type.empty() && got.at("type") != type)
      throw std::runtime_error("not " + std::string(type) + ": " + got.dump());
    return got;
  }
}

unsigned websocket_peer::close_code() {
  frame got = next();
  while (got.is_text() || got.opcode == 9) got = next();
  if (!got.is_close()) throw std::runtime_error("no close frame");
  if (!wire_.bytes_until_end().empty()) throw std::runtime_error("something behind the close frame");
  return got.code();
}

}  // namespace confab::test

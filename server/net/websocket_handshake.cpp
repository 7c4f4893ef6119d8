#include "server/net/websocket_handshake.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace confab::net {
namespace {

// Of the RFC: another server would not answer with it by chance.
constexpr std::string_view salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

bool is_of_base64(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// Sixteen bytes in base64.
bool is_key(std::string_view text) noexcept {
  return text.size() == 24 && text.ends_with("==") && std::all_of(text.begin(), text.end() - 2, is_of_base64);
}

// Of those that the client offers, its first.
websocket_form form_of(const http_request& asked) noexcept {
  for (const auto& [name, value] : asked.fields) {
    if (name != "sec-websocket-protocol") continue;
    std::string_view list = value;
    while (const auto item = next_item(list)) {
      if (*item == "confab.json") return websocket_form::json;
      if (*item == "confab.text") return websocket_form::text;
    }
  }
  return websocket_form::none;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
  const std::string salted = std::string(key).append(salt);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(salted.data(), salted.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {text.begin(), text.begin() + length};
}

std::variant<websocket_welcome, http_answer> welcome_websocket(const http_request& asked) {
  const bool wants_it = asked.is_latest && !asked.head_only && asked.has_token("upgrade", "websocket") &&
                        asked.has_token("connection", "upgrade");
  const bool has_version = asked.count("sec-websocket-version") == 1 && asked.field("sec-websocket-version") == "13";
  if (!wants_it || !has_version) return refusal_of(426);
  if (asked.count("sec-websocket-key") != 1 || !is_key(asked.field("sec-websocket-key"))) return refusal_of(400);
  websocket_welcome out{form_of(asked),
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"};
  out.answer.append("Sec-WebSocket-Accept: ").append(websocket_accept(asked.field("sec-websocket-key"))).append("\r\n");
  if (out.form != websocket_form::none) {
    out.answer.append("Sec-WebSocket-Protocol: confab.");
    out.answer.append(out.form == websocket_form::json ? "json\r\n" : "text\r\n");
  }
  out.answer.append("\r\n");
  return out;
}

}  // namespace confab::net

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Frames as a client sends them, right ones and wrong ones.
namespace confab::test {

struct client_frame {
  std::uint8_t opcode = 1;
  std::string payload{};
  bool final = true;
  std::uint8_t reserved = 0;  ///< 0 to 7
  bool masked = true;
  std::array<char, 4> mask{'\x12', '\x00', '\xFE', '\x81'};
  int length_bytes = -1;              ///< 0, 2 or 8 behind the first; -1: as few as it takes
  std::uint64_t claims = UINT64_MAX;  ///< another length than the payload has

  std::string bytes() const {
    std::string out;
    out.push_back(static_cast<char>((final ? 0x80 : 0) | (reserved << 4) | opcode));
    const std::uint64_t size = claims == UINT64_MAX ? payload.size() : claims;
    const int width = length_bytes >= 0 ? length_bytes : size < 126 ? 0 : size < 65536 ? 2 : 8;
    const std::uint64_t first = width == 0 ? size : width == 2 ? 126 : 127;
    out.push_back(static_cast<char>((masked ? 0x80U : 0U) | first));
    for (int i = width - 1; i >= 0; --i) out.push_back(static_cast<char>(size >> (8 * static_cast<unsigned>(i))));
    if (masked) out.append(mask.data(), mask.size());
    for (std::size_t i = 0; i < payload.size(); ++i)
      out.push_back(static_cast<char>(payload[i] ^ (masked ? mask[i % 4] : 0)));
    return out;
  }
};

inline std::string text_frame(std::string payload, bool final = true) {
  return client_frame{1, std::move(payload), final}.bytes();
}
inline std::string more_frame(std::string payload, bool final = true) {
  return client_frame{0, std::move(payload), final}.bytes();
}
inline std::string ping_frame(std::string payload) {
  return client_frame{9, std::move(payload)}.bytes();
}
inline std::string pong_frame(std::string payload) {
  return client_frame{10, std::move(payload)}.bytes();
}
/// With a code, or as it is.
inline std::string close_frame(unsigned code, std::string_view why = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return client_frame{8, payload.append(why)}.bytes();
}

}  // namespace confab::test

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/line_decoder.hpp"

namespace confab::test {

/// What came out of a stream, in words: each line in brackets, and `too long`, `overrun`.
struct decoded {
  std::vector<std::string> events;
  std::string telnet_replies;

  friend bool operator==(const decoded&, const decoded&) = default;
};

/// Takes what a decoder has to say until it wants more.
inline void take_events(line_decoder& from, decoded& into) {
  for (;;) {
    switch (from.next()) {
      case line_decoder::event::need_more: into.telnet_replies += from.take_telnet_replies(); return;
      case line_decoder::event::line: into.events.push_back("[" + std::string(from.line()) + "]"); break;
      case line_decoder::event::too_long: into.events.emplace_back("too long"); break;
      case line_decoder::event::overrun: into.events.emplace_back("overrun"); break;
    }
  }
}

inline void take_end(line_decoder& from, decoded& into) {
  switch (from.finish()) {
    case line_decoder::event::need_more: break;
    case line_decoder::event::line: into.events.push_back("[" + std::string(from.line()) + "]"); break;
    case line_decoder::event::too_long: into.events.emplace_back("too long"); break;
    case line_decoder::event::overrun: into.events.emplace_back("overrun at the end"); break;
  }
}

/// Reads `pieces` one after the other, then the end. Each is a copy of its own size that is gone before the next comes,
/// so that a sanitizer sees any view that outlives it.
inline decoded decode(const std::vector<std::string_view>& pieces, std::size_t max_line) {
  line_decoder decoder(max_line);
  decoded out;
  for (const std::string_view piece : pieces) {
    const std::vector<char> copy(piece.begin(), piece.end());
    decoder.feed({copy.data(), copy.size()});
    take_events(decoder, out);
  }
  take_end(decoder, out);
  return out;
}

/// The stream in pieces of `size` bytes.
inline std::vector<std::string_view> cut(std::string_view stream, std::size_t size) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < stream.size(); at += size) pieces.push_back(stream.substr(at, size));
  return pieces;
}

}  // namespace confab::test

// However a client's stream is cut, the same messages, control frames and end come out of it; each message is UTF-8 and
// within the limit. Input: two bytes choose the limit and the cuts, the rest is the stream.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/utf8.hpp"
#include "server/net/websocket_codec.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::fuzz::expect;
using confab::net::websocket_reader;
using event = websocket_reader::event;

/// What came, whole messages only.
std::vector<std::pair<event, std::string>> read(std::string_view stream, std::size_t limit, unsigned cut) {
  websocket_reader reader(limit);
  std::vector<std::pair<event, std::string>> out;
  std::string message;
  bool over = false;
  while (!stream.empty()) {
    const std::size_t size = cut == 0 ? stream.size() : 1 + cut % 13;
    cut = cut == 0 ? 0 : cut * 5 + 1;
    // A copy of its own size, so that reading past its end is seen.
    std::string piece(stream.substr(0, size));
    stream.remove_prefix(piece.size());
    std::span<char> left(piece);
    for (auto what = reader.next(left); what.is != event::need_more; what = reader.next(left)) {
      const event is = what.is;
      expect(!over, "nothing comes after the end");
      const std::string payload(what.payload.data(), what.payload.size());
      if (is == event::text) {
        message += payload;
        expect(message.size() <= limit, "no message is over the limit");
        if (!what.ends_message) continue;
        expect(confab::utf8::valid(message), "a message is UTF-8");
        out.emplace_back(is, std::exchange(message, {}));
        continue;
      }
      over = is == event::close || is == event::fault;
      expect(payload.size() <= websocket_reader::max_control, "a control frame is short");
      out.emplace_back(is, over ? std::to_string(what.code) : payload);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t limit = data[0] * std::size_t{3};
  const unsigned cut = 1 + data[1];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  expect(read(stream, limit, 0) == read(stream, limit, cut), "cuts change nothing");
  return 0;
}

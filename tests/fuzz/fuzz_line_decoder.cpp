// However a stream is cut, the same lines come out of it, and the same answers to telnet.
// Input: two bytes choose the limit and the cuts, the rest is the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/line_decoder.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::line_decoder;
using confab::fuzz::expect;

struct decoded {
  std::vector<std::pair<line_decoder::event, std::string>> events;
  std::string telnet_replies;

  bool overrun() const { return !events.empty() && events.back().first == line_decoder::event::overrun; }
};

/// Reads `stream` in pieces of sizes that `cut` chooses (0: in one piece).
decoded decode(std::string_view stream, std::size_t max_line, unsigned cut) {
  decoded out;
  line_decoder decoder(max_line);
  const auto keep = [&](line_decoder::event event) {
    if (event == line_decoder::event::need_more) return false;
    const bool is_line = event == line_decoder::event::line;
    const std::string_view line = is_line ? decoder.line() : std::string_view();
    expect(line.size() <= max_line, "a line is within its limit");
    expect(line.find('\n') == std::string_view::npos, "a line holds no LF");
    out.events.emplace_back(event, line);
    return event != line_decoder::event::overrun;
  };
  while (!stream.empty()) {
    const std::size_t size = cut == 0 ? stream.size() : std::min<std::size_t>(stream.size(), 1 + cut % 11);
    cut = cut == 0 ? 0 : cut * 5 + 1;
    // A copy of its own size, so that reading past its end is seen.
    const std::string piece(stream.substr(0, size));
    decoder.feed(piece);
    while (keep(decoder.next())) {
    }
    out.telnet_replies += decoder.take_telnet_replies();
    if (out.overrun()) return out;
    stream.remove_prefix(size);
  }
  keep(decoder.finish());
  expect(!decoder.mid_line(), "nothing is left after the end");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t max_line = 1 + data[0] % 64;
  const unsigned cut = 1 + data[1];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const decoded whole = decode(stream, max_line, 0);
  const decoded pieces = decode(stream, max_line, cut);
  expect(whole.events == pieces.events, "cuts change no line");
  // Of very many answers some are left out, and how many depends on how often they are taken.
  constexpr std::size_t few = 500;
  if (!whole.overrun() && whole.telnet_replies.size() < few) {
    expect(whole.telnet_replies == pieces.telnet_replies, "cuts change no answer to telnet");
  }
  return 0;
}

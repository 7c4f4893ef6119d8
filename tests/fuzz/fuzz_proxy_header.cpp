// However a stream is cut, the same PROXY header comes out of it, and nothing of what follows is taken; what comes out
// is what the protocol says of those bytes. Input: two bytes choose the cuts, the rest is the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <string_view>

#include "server/net/proxy_header.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::fuzz::expect;
using confab::net::proxy_header;
using confab::net::proxy_header_reader;
using state = proxy_header_reader::state;

struct outcome {
  state is;
  std::size_t taken;
  proxy_header header;
};

/// Reads `stream` in pieces of sizes that `cut` chooses (0: in one piece).
outcome read(std::string_view stream, unsigned cut) {
  proxy_header_reader reader;
  std::size_t taken = 0;
  while (taken < stream.size() && reader.now() == state::more) {
    const std::size_t size = cut == 0 ? stream.size() : 1 + cut % 19;
    cut = cut == 0 ? 0 : cut * 5 + 1;
    // A copy of its own size, so that reading past its end is seen.
    const std::string piece(stream.substr(taken, size));
    const std::size_t count = reader.feed(piece);
    expect(count <= piece.size(), "no more is taken than there is");
    expect(reader.now() != state::more || count == piece.size(), "all is taken while more is wanted");
    taken += count;
  }
  expect(taken <= proxy_header_reader::longest_v2, "no more than the longest header is taken");
  return {reader.now(), taken, reader.header()};
}

bool same(const proxy_header& one, const proxy_header& other) {
  return one.secure == other.secure && std::memcmp(&one.source, &other.source, sizeof one.source) == 0;
}

/// What the header's bytes themselves say, told in another way than the reader does.
void check_against_bytes(std::string_view bytes, const proxy_header& header) {
  const int family = header.source.ss_family;
  expect(family == AF_UNSPEC || family == AF_INET || family == AF_INET6 || family == AF_UNIX, "a family");
  if (bytes.front() == 'P') {
    expect(bytes.size() <= proxy_header_reader::longest_v1, "a line is short");
    expect(bytes.ends_with("\r\n") && std::count(bytes.begin(), bytes.end(), '\n') == 1, "a line is one line");
    expect(!header.secure, "a line says nothing of encryption");
    expect(bytes.starts_with("PROXY TCP4 ") == (family == AF_INET), "TCP4 has an IPv4 address");
    expect(bytes.starts_with("PROXY TCP6 ") == (family == AF_INET6), "TCP6 has an IPv6 address");
    return;
  }
  const auto at = [&](std::size_t place) { return static_cast<std::uint8_t>(bytes[place]); };
  expect(bytes.size() == 16U + at(14) * 256U + at(15), "the size is what it says");
  if (at(12) == 0x20) return expect(family == AF_UNSPEC && !header.secure, "LOCAL says nothing");
  expect((at(13) == 0x11) == (family == AF_INET), "TCP over IPv4");
  expect((at(13) == 0x21) == (family == AF_INET6), "TCP over IPv6");
  if (family != AF_INET) return;
  sockaddr_in v4{};
  std::memcpy(&v4, &header.source, sizeof v4);
  expect(std::memcmp(&v4.sin_addr, bytes.data() + 16, 4) == 0, "the address is the first");
  expect(std::memcmp(&v4.sin_port, bytes.data() + 24, 2) == 0, "and so is the port");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned cut = 1 + data[0] + data[1] * 256U;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const outcome whole = read(stream, 0);
  const outcome pieces = read(stream, cut);
  expect(whole.is == pieces.is, "cuts change no outcome");
  if (whole.is != state::complete) return 0;
  expect(whole.taken == pieces.taken && same(whole.header, pieces.header), "cuts change no header");
  check_against_bytes(stream.substr(0, whole.taken), whole.header);
  expect(read(stream.substr(0, whole.taken), cut).is == state::complete, "what follows changes nothing");
  expect(read(stream.substr(0, whole.taken - 1), cut).is == state::more, "less is not enough");
  return 0;
}

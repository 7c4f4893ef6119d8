// What a proxy says of a connection, however it is cut.

#include "server/net/proxy_header.hpp"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/address.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/proxy_header_bytes.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::string_literals;
using net::proxy_header_reader;
using state = proxy_header_reader::state;

namespace {

/// What became of a stream: the state, how much was the header's, and what it said.
struct outcome {
  state is;
  std::size_t taken;
  std::string source;
  bool secure;
  bool operator==(const outcome&) const = default;
};

outcome outcome_of(const proxy_header_reader& reader, std::size_t taken) {
  const bool named = reader.now() == state::complete && reader.header().names_source();
  return {reader.now(), taken, named ? net::to_string(reader.header().source) : "", reader.header().secure};
}

/// Reads it in pieces: `first` bytes, and then `step` at a time.
outcome read(std::string_view stream, std::size_t first, std::size_t step) {
  proxy_header_reader reader;
  std::size_t taken = 0;
  for (std::size_t size = first; taken < stream.size() && reader.now() == state::more; size = step) {
    const std::string piece(stream.substr(taken, size));  // of its own size, so that reading past its end is seen
    const std::size_t count = reader.feed(piece);
    CHECK(count <= piece.size());
    if (reader.now() == state::more) REQUIRE(count == piece.size());
    taken += count;
  }
  if (reader.now() != state::more) CHECK(reader.feed("more") == 0);
  return outcome_of(reader, taken);
}

/// The same for every way to cut it in two, and byte by byte.
outcome read_every_way(const std::string& stream) {
  const outcome whole = read(stream, stream.size(), stream.size());
  const auto agrees = [&](const outcome& cut) {
    return whole.is == state::wrong ? cut.is == state::wrong && cut.taken <= whole.taken : cut == whole;
  };
  for (std::size_t first = 1; first < stream.size(); ++first) REQUIRE(agrees(read(stream, first, stream.size())));
  CHECK(agrees(read(stream, 1, 1)));
  return whole;
}

struct sample {
  std::string bytes;
  std::string source;
  bool secure = false;
};

const std::string four = addresses("203.0.113.7", 56324, "192.0.2.1", 8888);
const std::string six = addresses("2001:db8::7", 1, "2001:db8::1", 65535);
const std::string unix_addresses = "/run/x" + std::string(210, '\0');

const std::vector<sample>& samples() {
  static const std::vector<sample> all{
      {"PROXY TCP4 203.0.113.7 192.0.2.1 56324 8888\r\n", "203.0.113.7:56324"},
      {"PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0"},
      {"PROXY TCP6 2001:db8::7 ::1 1 2\r\n", "[2001:db8::7]:1"},
      {"PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n", "203.0.113.7:1"},
      {"PROXY UNKNOWN\r\n", ""},
      {"PROXY UNKNOWN whatever it is\r\n", ""},
      {header_v2(0x21, 0x11, four), "203.0.113.7:56324"},
      {header_v2(0x21, 0x21, six), "[2001:db8::7]:1"},
      {header_v2(0x21, 0x21, addresses("::ffff:203.0.113.7", 9, "::1", 9)), "203.0.113.7:9"},
      {header_v2(0x21, 0x31, unix_addresses), "unix"},
      {header_v2(0x21, 0x00, ""), ""},
      {header_v2(0x21, 0x00, ssl_tlv(true)), "", true},
      {header_v2(0x21, 0x12, four), ""},
      {header_v2(0x21, 0x22, six), ""},
      {header_v2(0x21, 0x32, unix_addresses), ""},
      {header_v2(0x20, 0x00, ""), ""},
      {header_v2(0x20, 0x11, four), ""},
      {header_v2(0x20, 0xFF, "anything"), ""},
      {header_v2(0x21, 0x11, four + tlv(0x04, "") + tlv(0xEA, "vpce-1")), "203.0.113.7:56324"},
      {header_v2(0x21, 0x11, four + tlv(0x05, "id") + ssl_tlv(true)), "203.0.113.7:56324", true},
      {header_v2(0x21, 0x11, four + ssl_tlv(false)), "203.0.113.7:56324"},
      {header_v2(0x21, 0x11, four + tlv(0x20, "")), "203.0.113.7:56324"},
      {header_v2(0x21, 0x11, four + tlv(0x20, "\x02")), "203.0.113.7:56324"},
      {header_v2(0x21, 0x11, four + tlv(0x05, "id").substr(0, 4) + ssl_tlv(true).substr(1)), "203.0.113.7:56324"},
      {header_v2(0x21, 0x11, four + "\x20\x00"s), "203.0.113.7:56324"},
      {header_v2(0x21, 0x21, six + ssl_tlv(true)), "[2001:db8::7]:1", true},
  };
  return all;
}

}  // namespace

TEST_CASE("PROXY header: says whose a connection is, however it is cut, and takes nothing that follows", "[proxy]") {
  REQUIRE_FALSE(samples().empty());
  for (const sample& each : samples()) {
    CAPTURE(each.bytes, each.source);
    const outcome expected{state::complete, each.bytes.size(), each.source, each.secure};
    CHECK(read_every_way(each.bytes) == expected);
    CHECK(read_every_way(each.bytes + "hello\n") == expected);
    CHECK(read_every_way(each.bytes + each.bytes) == expected);
  }
}

TEST_CASE("PROXY header: every beginning of one waits for more", "[proxy]") {
  REQUIRE_FALSE(samples().empty());
  for (const sample& each : samples()) {
    CAPTURE(each.bytes);
    for (std::size_t size = 1; size < each.bytes.size(); ++size) {
      CAPTURE(size);
      REQUIRE(read(each.bytes.substr(0, size), size, size).is == state::more);
    }
  }
}

TEST_CASE("PROXY header: what is none is known with the byte that makes it so", "[proxy]") {
  struct wrong {
    std::string bytes;
    std::size_t taken;  // with the byte that decides
  };
  const std::vector<wrong> all{
      {"\n", 1},
      {"GET / HTTP/1.1\r\n", 1},
      {"\x16\x03\x01", 1},
      {"proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", 1},
      {"\r\n\r\n\0\r\nQUIT\r"s, 12},
      {"\r\n\r\nhello\n", 5},
  };
  for (const wrong& each : all) {
    CAPTURE(each.bytes);
    CHECK(read(each.bytes, 1, 1) == outcome{state::wrong, each.taken, "", false});
    CHECK(read_every_way(each.bytes.substr(0, each.taken)).is == state::wrong);
  }
}

TEST_CASE("PROXY header: a line that says it wrongly is wrong at its end", "[proxy]") {
  const std::string line = GENERATE("PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
                                    "PROXY TCP4 1.1.1.1 1.1.1.1 1 \r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n",
                                    "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n", "PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n",
                                    "PROXY TCP4 1.1.1 1.1.1.1 1 1\r\n", "PROXY TCP4 1.1.1.1 ::1 1 1\r\n",
                                    "PROXY TCP4 ::1 ::1 1 1\r\n", "PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n",
                                    "PROXY TCP6 ::1 ::1%lo 1 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n",
                                    "PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n",
                                    "PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 -1 1\r\n",
                                    "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\r\n",
                                    "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n", "PROXY tcp4 1.1.1.1 1.1.1.1 1 1\r\n",
                                    "PROXY UNKNOWNS\r\n", "PROXY UNKNOWN\n", "PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n");
  CAPTURE(line);
  CHECK(read_every_way(line).is == state::wrong);
}

TEST_CASE("PROXY header: a NUL in a line is no end of an address", "[proxy]") {
  CHECK(read_every_way("PROXY TCP4 1.1.1.1\0x 1.1.1.1 1 1\r\n"s).is == state::wrong);
  CHECK(read_every_way("PROXY TCP4 1.1.1.1 1.1.1.1\0 1 1\r\n"s).is == state::wrong);
}

TEST_CASE("PROXY header: a line has at most 107 bytes", "[proxy]") {
  const auto line = [](std::size_t size) {
    const std::string start = "PROXY UNKNOWN ";
    return start + std::string(size - start.size() - 2, 'x') + "\r\n";
  };
  CHECK(read_every_way(line(106)).is == state::complete);
  CHECK(read_every_way(line(107)).is == state::complete);
  CHECK(read_every_way(line(108)) == outcome{state::wrong, 107, "", false});
  CHECK(read_every_way(std::string(line(200), 0, 150)).is == state::wrong);
}

TEST_CASE("PROXY header: version 2 has at most 2,048 bytes behind its fixed part", "[proxy]") {
  const auto header = [](std::size_t size) {
    return header_v2(0x21, 0x11, four + tlv(0x04, std::string(size - four.size() - 3, '\0')));
  };
  const auto whole = [](const std::string& bytes) { return read(bytes, bytes.size(), bytes.size()); };
  CHECK(whole(header(2047)).is == state::complete);
  CHECK(whole(header(2048)) == outcome{state::complete, 16 + 2048, "203.0.113.7:56324", false});
  CHECK(read(header(2048), 1, 1).is == state::complete);
  CHECK(whole(header(2049)) == outcome{state::wrong, 16, "", false});
  CHECK(whole(header_v2(0x20, 0, std::string(65535, 'x'))).is == state::wrong);
}

TEST_CASE("PROXY header: version 2 with a command, a family or a size that there is not is wrong", "[proxy]") {
  for (int command = 0; command < 256; ++command) {
    CAPTURE(command);
    const bool known = command == 0x20 || command == 0x21;
    const auto bytes = header_v2(static_cast<std::uint8_t>(command), 0x11, four);
    CHECK((read(bytes, bytes.size(), 1).is == state::complete) == known);
  }
  for (int family = 0; family < 256; ++family) {
    CAPTURE(family);
    const bool known = (family >> 4) <= 3 && (family & 15) <= 2 && ((family >> 4) == 0) == ((family & 15) == 0);
    const auto bytes = header_v2(0x21, static_cast<std::uint8_t>(family), unix_addresses);
    CHECK((read(bytes, bytes.size(), 1).is == state::complete) == known);
  }
  for (const auto& [family, all] :
       {std::pair{0x11, four}, {0x12, four}, {0x21, six}, {0x22, six}, {0x31, unix_addresses}}) {
    CAPTURE(family);
    const auto as = static_cast<std::uint8_t>(family);
    const auto state_of = [](const std::string& bytes) { return read(bytes, bytes.size(), 1).is; };
    CHECK(state_of(header_v2(0x21, as, std::string_view(all).substr(1))) == state::wrong);
    CHECK(state_of(header_v2(0x21, as, all)) == state::complete);
    CHECK(state_of(header_v2(0x21, as, all + "x")) == state::complete);
  }
}

TEST_CASE("PROXY header: what a proxy writes of any connection is read as that", "[proxy]") {
  std::mt19937 random(1);
  const auto number = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  for (int i = 0; i < 2000; ++i) {
    const bool v6 = number(2) == 1;
    const auto port = static_cast<std::uint16_t>(number(65536));
    std::string ip;
    for (int part = 0; part < (v6 ? 8 : 4); ++part) {
      const unsigned value = number(v6 ? 65536 : 256);
      char text[8];
      std::snprintf(text, sizeof text, v6 ? "%x" : "%u", value);
      ip += (part == 0 ? "" : v6 ? ":" : ".") + std::string(text);
    }
    sockaddr_storage binary{};
    const bool two = number(2) == 1;
    const char* const to = v6 ? "::1" : "127.0.0.1";
    const bool secure = two && number(2) == 1;
    const std::string bytes =
        two ? header_v2(0x21, v6 ? 0x21 : 0x11, addresses(ip.c_str(), port, to, 1) + (secure ? ssl_tlv(true) : ""))
            : std::string("PROXY ") + (v6 ? "TCP6 " : "TCP4 ") + ip + ' ' + to + ' ' + std::to_string(port) + " 1\r\n";
    // What inet_ntop says of what inet_pton reads.
    if (v6) {
      auto* const out = reinterpret_cast<sockaddr_in6*>(&binary);
      out->sin6_family = AF_INET6;
      out->sin6_port = htons(port);
      REQUIRE(::inet_pton(AF_INET6, ip.c_str(), &out->sin6_addr) == 1);
    } else {
      auto* const out = reinterpret_cast<sockaddr_in*>(&binary);
      out->sin_family = AF_INET;
      out->sin_port = htons(port);
      REQUIRE(::inet_pton(AF_INET, ip.c_str(), &out->sin_addr) == 1);
    }
    CAPTURE(bytes);
    REQUIRE(read(bytes + "x", 1 + number(40), 1 + number(40)) ==
            outcome{state::complete, bytes.size(), net::to_string(binary), secure});
  }
}

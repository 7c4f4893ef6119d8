// Frames that come, however they are cut, and the heads of those that go. A model reads whole streams, plainly.

#include "server/net/websocket_codec.hpp"

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/net/allocations.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::string_literals;
using event = net::websocket_reader::event;
using strings = std::vector<std::string>;
using opcodes = std::vector<std::uint8_t>;
using codes = std::vector<unsigned>;

namespace {

constexpr std::size_t limit = 300;

/// What came out of a stream: `text …`, `ping …`, `pong …`, `close CODE`, `fault CODE`; of a message that has not ended
/// `text… …`.
class transcript {
 public:
  explicit transcript(std::size_t max_message = limit) : reader_(max_message) {}

  void feed(std::string_view piece) {
    std::string own(piece);  // of its own size, so that reading past its end is seen
    std::span<char> left(own);
    for (auto what = reader_.next(left); what.is != event::need_more; what = reader_.next(left)) note(what);
    REQUIRE((left.empty() || over_));
  }
  strings said() const {
    strings out = said_;
    if (open_) out.push_back("text… " + message_);
    return out;
  }
  net::websocket_reader& reader() { return reader_; }

 private:
  void note(const net::websocket_reader::found& what) {
    const std::string payload(what.payload.data(), what.payload.size());
    over_ = what.is == event::close || what.is == event::fault;
    switch (what.is) {
      case event::text:
        message_ += payload;
        open_ = !what.ends_message;
        if (!open_) said_.push_back("text " + std::exchange(message_, ""));
        break;
      case event::ping: said_.push_back("ping " + payload); break;
      case event::pong: said_.push_back("pong " + payload); break;
      case event::close: said_.push_back("close " + std::to_string(what.code)); break;
      case event::fault: said_.push_back("fault " + std::to_string(what.code)); break;
      case event::need_more: break;
    }
  }

  net::websocket_reader reader_;
  strings said_;
  std::string message_;
  bool open_ = false;
  bool over_ = false;
};

/// Of a message that turns out to be wrong, how much was handed out before depends on the cuts.
strings without_rest(strings what) {
  if (!what.empty() && what.back().starts_with("text… ")) what.pop_back();
  return what;
}

strings read_pieces(std::string_view stream, const std::function<std::size_t()>& next_size,
                    std::size_t max_message = limit) {
  transcript out(max_message);
  while (!stream.empty()) {
    const std::size_t size = std::min(next_size(), stream.size());
    out.feed(stream.substr(0, size));
    stream.remove_prefix(size);
  }
  return out.said();
}

/// The same whichever way the stream is cut in two, and byte by byte.
strings read(const std::string& stream, std::size_t max_message = limit) {
  const strings whole = read_pieces(
      stream, [&] { return stream.size(); }, max_message);
  REQUIRE(without_rest(read_pieces(
              stream, [] { return std::size_t{1}; }, max_message)) == without_rest(whole));
  const std::size_t cuts = stream.size() <= 400 ? stream.size() : 20;
  for (std::size_t cut = 1; cut < cuts; ++cut) {
    bool first = true;
    CAPTURE(cut);
    REQUIRE(without_rest(read_pieces(
                stream, [&] { return std::exchange(first, false) ? cut : stream.size(); }, max_message)) ==
            without_rest(whole));
  }
  return whole;
}

std::string with(client_frame what, const std::function<void(client_frame&)>& change) {
  change(what);
  return what.bytes();
}

}  // namespace

TEST_CASE("websocket: messages are read, however they are cut", "[websocket]") {
  CHECK(read(text_frame("hello")) == strings{"text hello"});
  CHECK(read(text_frame("") + text_frame("a") + text_frame("小明 👍")) == strings{"text ", "text a", "text 小明 👍"});
  // Every length around the word that is unmasked at a time.
  std::string text;
  for (std::size_t size = 0; size < 20; ++size, text += static_cast<char>('a' + size)) {
    CAPTURE(size);
    CHECK(read(text_frame(text)) == strings{"text " + text});
  }
}

TEST_CASE("websocket: a message in fragments is one, with control frames in between", "[websocket]") {
  CHECK(read(text_frame("he", false) + more_frame("l", false) + more_frame("lo")) == strings{"text hello"});
  CHECK(read(text_frame("he", false) + ping_frame("1") + more_frame("", false) + pong_frame("2") + more_frame("llo") +
             text_frame("next")) == strings{"ping 1", "pong 2", "text hello", "text next"});
  CHECK(read(text_frame("", false) + more_frame("", false) + more_frame("")) == strings{"text "});
  CHECK(read(text_frame("\xE5\xB0", false) + more_frame("\x8F", false) + more_frame("\xE6\x98\x8E")) ==
        strings{"text 小明"});
  CHECK(read(text_frame("he", false)) == strings{"text… he"});
}

TEST_CASE("websocket: pings and pongs have what they have, to the longest", "[websocket]") {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 124U, 125U}) {
    CAPTURE(size);
    const std::string payload(size, '\xFF');
    CHECK(read(ping_frame(payload) + pong_frame(payload)) == strings{"ping " + payload, "pong " + payload});
  }
  for (const std::uint8_t opcode : opcodes{8, 9, 10}) {
    CHECK(read(client_frame{opcode, std::string(126, 'x')}.bytes()) == strings{"fault 1002"});
    CHECK(read(client_frame{opcode, "", false}.bytes()) == strings{"fault 1002"});
    CHECK(read(client_frame{opcode, std::string(70'000, 'x')}.bytes().substr(0, 20)) == strings{"fault 1002"});
  }
}

TEST_CASE("websocket: lengths, and what is not the shortest way to write one", "[websocket]") {
  constexpr std::size_t large = 70'000;
  for (const std::size_t size : {125U, 126U, 127U, 65535U, 65536U}) {
    CAPTURE(size);
    const std::string text(size, 'x');
    CHECK(read(text_frame(text), large) == strings{"text " + text});
  }
  CHECK(read(with({1, std::string(125, 'x')}, [](auto& it) { it.length_bytes = 2; }), large) == strings{"fault 1002"});
  CHECK(read(with({1, std::string(65535, 'x')}, [](auto& it) { it.length_bytes = 8; }), large) ==
        strings{"fault 1002"});
  CHECK(read(with({1, ""}, [](auto& it) { it.claims = std::uint64_t{1} << 63U; })) == strings{"fault 1002"});
  CHECK(read(with({1, ""}, [](auto& it) { it.claims = (std::uint64_t{1} << 63U) - 1; })) == strings{"fault 1009"});
}

TEST_CASE("websocket: a message over the limit is refused by its head, and over all its fragments", "[websocket]") {
  for (const std::size_t size : {limit - 1, limit}) {
    CHECK(read(text_frame(std::string(size, 'x'))) == strings{"text " + std::string(size, 'x')});
  }
  CHECK(read(text_frame(std::string(limit + 1, 'x')).substr(0, 8)) == strings{"fault 1009"});
  const std::string half(limit / 2, 'x');
  CHECK(read(text_frame(half, false) + more_frame(half)) == strings{"text " + half + half});
  CHECK(without_rest(read(text_frame(half, false) + more_frame(half + 'x'))) == strings{"fault 1009"});
  // The next message has the whole limit again.
  CHECK(read(text_frame(half, false) + more_frame(half) + text_frame(half + half)).size() == 2);
}

TEST_CASE("websocket: what breaks the rules is 1002, binary is 1003", "[websocket]") {
  const auto fault = [](const std::string& stream) { return without_rest(read(stream)); };
  const strings broken{"fault 1002"};
  CHECK(fault(with({1, "a"}, [](auto& it) { it.masked = false; })) == broken);
  for (const std::uint8_t bits : opcodes{1, 2, 4, 7})
    CHECK(fault(with({1, "a"}, [&](auto& it) { it.reserved = bits; })) == broken);
  for (const std::uint8_t opcode : opcodes{3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    CAPTURE(int{opcode});
    CHECK(fault(client_frame{opcode, "a"}.bytes()) == broken);
  }
  CHECK(fault(more_frame("a")) == broken);
  CHECK(fault(text_frame("a") + more_frame("a")) == strings{"text a", "fault 1002"});
  CHECK(fault(text_frame("a", false) + text_frame("b")) == broken);
  CHECK(fault(text_frame("a", false) + client_frame{2, "b"}.bytes()) == broken);
  CHECK(fault(client_frame{2, "a"}.bytes()) == strings{"fault 1003"});
  // Known from its first byte.
  CHECK(fault("\x82") == strings{"fault 1003"});
  CHECK(fault("\xC1") == broken);
  CHECK(fault("GET / HTTP/1.1\r\n\r\n") == broken);
}

TEST_CASE("websocket: after a fault or a close nothing more comes out", "[websocket]") {
  CHECK(read(client_frame{3, "a"}.bytes() + text_frame("b")) == strings{"fault 1002"});
  CHECK(read(close_frame(1000) + text_frame("b") + ping_frame("")) == strings{"close 1000"});
}

TEST_CASE("websocket: text that is not UTF-8 is 1007 at the first byte that cannot be", "[websocket]") {
  const std::string wrong = GENERATE("\xFF"s, "\xC0\x80"s, "\xC1"s, "\xE0\x80"s, "\xED\xA0"s, "\xF0\x80"s, "\xF4\x90"s,
                                     "\xF5"s, "\x80"s, "\xC3\x28"s, "\xE5\xB0\x28"s, "\xF0\x9F\x91\x28"s, "\xC3\xC3"s);
  CAPTURE(wrong);
  // Nothing of the frame is waited for.
  const std::string cut = with({1, "ok " + wrong}, [](auto& it) { it.claims = 200; });
  CHECK(without_rest(read(cut)) == strings{"fault 1007"});
  CHECK(without_rest(read(text_frame("ok ", false) + more_frame(wrong, false))) == strings{"fault 1007"});
  CHECK(without_rest(read(text_frame("long enough for a word, and " + wrong))) == strings{"fault 1007"});
}

TEST_CASE("websocket: a message that ends within a character is 1007", "[websocket]") {
  const std::string text = "a\xC3\xA9\xE5\xB0\x8F\xF0\x9F\x91\x8D";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    const std::string part = text.substr(0, size);
    const bool whole = utf8::valid(part);
    CHECK(without_rest(read(text_frame(part))) == (whole ? strings{"text " + part} : strings{"fault 1007"}));
    CHECK(read(text_frame(part, false) + more_frame(text.substr(size))) == strings{"text " + text});
  }
}

TEST_CASE("websocket: close frames, and what is wrong with them", "[websocket]") {
  CHECK(read(client_frame{8, ""}.bytes()) == strings{"close 1005"});
  CHECK(read(client_frame{8, "\x03"}.bytes()) == strings{"fault 1002"});
  for (const unsigned code :
       codes{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    CHECK(read(close_frame(code, "why 小")) == strings{"close " + std::to_string(code)});
  for (const unsigned code : codes{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    CHECK(read(close_frame(code, "why")) == strings{"fault 1002"});
  CHECK(read(close_frame(1000, "\xFF")) == strings{"fault 1007"});
  CHECK(read(close_frame(1000, "\xE5\xB0")) == strings{"fault 1007"});
  CHECK(read(close_frame(1000, std::string(123, 'x'))) == strings{"close 1000"});
  CHECK(without_rest(read(text_frame("a", false) + close_frame(1001))) == strings{"close 1001"});
}

TEST_CASE("websocket: between frames, and for whole ones, it takes no heap memory", "[websocket]") {
  net::websocket_reader reader(limit);
  const std::string frames = text_frame("hello", false) + ping_frame("x") + more_frame(std::string(100, 'x'));
  const std::size_t before = allocations();
  std::array<char, 200> buffer{};
  std::size_t events = 0;
  for (int i = 0; i < 100; ++i) {
    std::copy(frames.begin(), frames.end(), buffer.begin());
    std::span<char> piece = std::span(buffer).first(frames.size());
    while (reader.next(piece).is != event::need_more) ++events;
  }
  CHECK(events == 300);
  CHECK(allocations() == before);
}

TEST_CASE("websocket: it is in a message until that ends", "[websocket]") {
  transcript it;
  CHECK_FALSE(it.reader().mid_message());
  it.feed(text_frame("a", false));
  CHECK(it.reader().mid_message());
  it.feed(ping_frame("") + more_frame(""));
  CHECK_FALSE(it.reader().mid_message());
}

// ---- the model

namespace {

/// Whether something may follow that makes it UTF-8.
bool may_go_on(std::string_view text) {
  for (std::size_t tail = 0; tail <= std::min<std::size_t>(3, text.size()); ++tail) {
    if (!utf8::valid(text.substr(0, text.size() - tail))) continue;
    const std::string cut(text.substr(text.size() - tail));
    if (cut.empty()) return true;
    for (unsigned next = 0x80; next <= 0xBF; ++next) {
      std::string longer = cut;
      for (int i = 0; i < 3; ++i) {
        longer.push_back(static_cast<char>(i == 0 ? next : 0x80U));
        if (utf8::valid(longer)) return true;
      }
    }
  }
  return false;
}

/// Reads a stream of whole frames, as the RFC says it.
strings model(const std::vector<client_frame>& frames) {
  strings out;
  std::optional<std::string> message;
  for (const client_frame& each : frames) {
    const bool control = each.opcode >= 8;
    const std::uint64_t size = each.payload.size();
    const auto fault = [&](int code) {
      out.push_back("fault " + std::to_string(code));
      return out;
    };
    if (each.reserved != 0 || (each.opcode > 2 && !control) || each.opcode > 10) return fault(1002);
    if (control && !each.final) return fault(1002);
    if (each.opcode == 0 && !message) return fault(1002);
    if ((each.opcode == 1 || each.opcode == 2) && message) return fault(1002);
    if (each.opcode == 2) return fault(1003);
    if (!each.masked || (control && (size > 125 || each.length_bytes > 0))) return fault(1002);
    if (!control && each.length_bytes > 0 && size < (each.length_bytes == 2 ? 126U : 65536U)) return fault(1002);
    if (!control && message.value_or("").size() + size > limit) return fault(1009);
    if (each.opcode == 9) out.push_back("ping " + each.payload);
    if (each.opcode == 10) out.push_back("pong " + each.payload);
    if (each.opcode == 8) {
      if (size == 1) return fault(1002);
      const unsigned code =
          size == 0 ? 1005
                    : static_cast<unsigned char>(each.payload[0]) * 256U + static_cast<unsigned char>(each.payload[1]);
      const bool free = code >= 3000 && code < 5000;
      const bool known = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
      if (size > 0 && !free && !known) return fault(1002);
      if (size > 2 && !utf8::valid(std::string_view(each.payload).substr(2))) return fault(1007);
      out.push_back("close " + std::to_string(code));
      return out;
    }
    if (control) continue;
    message = message.value_or("") + each.payload;
    if (each.final ? !utf8::valid(*message) : !may_go_on(*message)) return fault(1007);
    if (each.final) {
      out.push_back("text " + *message);
      message.reset();
    }
  }
  return out;
}

class luck {
 public:
  explicit luck(unsigned seed) : engine_(seed) {}
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(engine_); }
  bool one_in(std::size_t n) { return pick(n) == 0; }

  client_frame frame(bool in_message) {
    client_frame out;
    out.opcode = in_message ? 0 : 1;
    if (one_in(4)) out.opcode = static_cast<std::uint8_t>(9 + pick(2));
    out.final = out.opcode >= 8 || one_in(2);
    for (char& each : out.mask) each = static_cast<char>(pick(256));
    out.payload = text();
    if (!one_in(12)) return out;
    switch (pick(9)) {
      case 0: out.reserved = static_cast<std::uint8_t>(pick(8)); break;
      case 1: out.opcode = static_cast<std::uint8_t>(pick(16)); break;
      case 2: out.masked = false; break;
      case 3: out.final = !out.final; break;
      case 4: out.payload.assign(limit - 3 + pick(6), 'y'); break;
      case 5: out.payload += static_cast<char>(0x80 + pick(128)); break;
      case 6: out.length_bytes = one_in(2) ? 2 : 8; break;
      case 7: out.payload.assign(pick(128), 'z'); break;
      default:
        out.opcode = 8;
        out.final = true;
        out.payload = one_in(4) ? std::string(pick(3), '\x03')
                                : std::string{static_cast<char>(pick(6) + 2), static_cast<char>(pick(256))} + text();
    }
    return out;
  }

 private:
  std::string text() {
    static const std::string pieces[] = {"a",    "hello ",  "\xC3\xA9", "\xE5\xB0\x8F", "\xF0\x9F\x91\x8D",
                                         "\xE5", "\xB0\x8F"};
    std::string out;
    for (std::size_t n = pick(5); n > 0; --n) out += pieces[one_in(15) ? 5 + pick(2) : pick(5)];
    return out;
  }

  std::mt19937 engine_;
};

}  // namespace

TEST_CASE("websocket: any frames in any pieces come out as the model says", "[websocket]") {
  std::size_t faults = 0;
  std::size_t messages = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    luck with(seed);
    std::vector<client_frame> frames;
    std::string stream;
    bool in_message = false;
    for (std::size_t n = 1 + with.pick(8); n > 0; --n) {
      frames.push_back(with.frame(in_message));
      if (frames.back().opcode < 8) in_message = !frames.back().final;
      stream += frames.back().bytes();
    }
    const strings expected = model(frames);
    REQUIRE(without_rest(read_pieces(stream, [&] { return stream.size(); })) == expected);
    REQUIRE(without_rest(read_pieces(stream, [&] { return 1 + with.pick(with.one_in(2) ? 3 : 60); })) == expected);
    for (const std::string& each : expected) {
      faults += each.starts_with("fault") ? 1U : 0U;
      messages += each.starts_with("text") ? 1U : 0U;
    }
  }
  CHECK(faults > 500);
  CHECK(messages > 2000);
}

// ---- what is sent

TEST_CASE("websocket: a frame's head has the shortest length", "[websocket]") {
  const auto head = [](std::size_t size) { return std::string(net::websocket_head::text(size).bytes()); };
  CHECK(head(0) == "\x81\x00"s);
  CHECK(head(125) == "\x81\x7D"s);
  CHECK(head(126) == "\x81\x7E\x00\x7E"s);
  CHECK(head(65535) == "\x81\x7E\xFF\xFF"s);
  CHECK(head(65536) == "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s);
  CHECK(head(0x123456789A) == "\x81\x7F\x00\x00\x00\x12\x34\x56\x78\x9A"s);
  CHECK(net::websocket_head::pong(125).bytes() == "\x8A\x7D"s);
  CHECK(net::websocket_ping == "\x89\x00"s);
}

TEST_CASE("websocket: a close frame has a code and as much of the reason as fits", "[websocket]") {
  CHECK(net::websocket_close(1001, "shutdown").bytes() == "\x88\x0A\x03\xE9shutdown"s);
  CHECK(net::websocket_close(1000, "").bytes() == "\x88\x02\x03\xE8"s);
  CHECK(net::websocket_close(1005, "left out").bytes() == "\x88\x00"s);
  for (const std::size_t size : {122U, 123U, 124U}) {
    const std::string bytes(net::websocket_close(1000, std::string(size, 'x')).bytes());
    CHECK(bytes.size() == 4 + std::min<std::size_t>(size, 123));
    CHECK(static_cast<unsigned char>(bytes[1]) == bytes.size() - 2);
  }
}

// TLS as a session uses it, with every byte of the far end in the test's hands.

#include "server/net/tls_stream.hpp"

#include <array>
#include <cerrno>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/kernel.hpp"
#include "tests/unit/net/tls_ends.hpp"
#include "tests/unit/net/tls_record.hpp"

using namespace confab;
using namespace confab::test;
using progress = net::tls_stream::progress;

namespace {

/// What one read brings; `-` and the error if nothing does.
std::string read_once(net::transport& from, std::size_t most = 64 * 1024) {
  std::string into(most, '\0');
  const ssize_t count = from.read(into);
  if (count == 0) return "end";
  if (count < 0) return "-" + std::to_string(from.error());
  into.resize(static_cast<std::size_t>(count));
  return into;
}

/// All that can be read now, as a session does it.
std::string read_all(net::transport& from, std::size_t most = 64 * 1024) {
  std::string out;
  do {
    const std::string now = read_once(from, most);
    if (now == "-0") break;
    out += now;
    if (now == "end" || now.starts_with('-')) break;
  } while (from.unread());
  return out;
}

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

}  // namespace

TEST_CASE("tls: shakes hands in both versions, and with bytes that come one by one", "[tls]") {
  const int version = GENERATE(from_range(std::begin(versions), std::end(versions)));
  const std::size_t step = GENERATE(SIZE_MAX, 1U);
  CAPTURE(version, step);
  two_ends ends = roomy_pair();
  net::tls_stream near(ends.near.get(), some_context());
  tls_far_end far(std::move(ends.far), version);
  CHECK(near.handshake() == progress::wants_input);
  shake_hands(near, far, step);
  CHECK(far.tls.version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
  CHECK(far.tls.peer_name() == "localhost");
  CHECK(far.read().empty());
  CHECK(far.tls.tickets() == 0);
}

TEST_CASE("tls: an old version is refused where only the new one is spoken", "[tls]") {
  two_ends ends = roomy_pair();
  net::tls_stream near(ends.near.get(), some_context(net::tls_version::tls13));
  tls_far_end far(std::move(ends.far), TLS1_2_VERSION);
  CHECK_THROWS_WITH(shake_hands(near, far), "handshake: unsupported protocol");
}

TEST_CASE("tls: a handshake with what is none fails, and says why", "[tls]") {
  two_ends ends = roomy_pair();
  net::tls_stream near(ends.near.get(), some_context());
  const far_end far(std::move(ends.far));
  far.send("hello, is anybody there?\n");
  CHECK(near.handshake() == progress::failed);
  CHECK(near.why() == "wrong version number");
  CHECK(near.handshake() == progress::failed);
}

TEST_CASE("tls: a peer that goes in the midst of the handshake fails it", "[tls]") {
  two_ends ends = tcp_pair();
  net::tls_stream near(ends.near.get(), some_context());
  tls_far_end far(std::move(ends.far));
  far.tls.shake();
  far.send_some(50);
  CHECK(near.handshake() == progress::wants_input);
  const bool politely = GENERATE(true, false);
  politely ? far.end.half_close() : far.end.reset();
  CHECK(near.handshake() == progress::failed);
  CHECK(near.why() == (politely ? "unexpected eof while reading" : "Connection reset by peer"));
}

TEST_CASE("tls: reads what has come, nothing yet, and the end", "[tls]") {
  tls_line one(GENERATE(from_range(std::begin(versions), std::end(versions))));
  CHECK(one.near.is_tls());
  CHECK(read_once(one.near) == "-0");
  CHECK_FALSE(one.near.unread());
  one.far.say("hello");
  CHECK(read_once(one.near, 3) == "hel");
  CHECK(one.near.unread());
  CHECK(one.near.held_bytes() > 0);
  CHECK(read_once(one.near) == "lo");
  CHECK_FALSE(one.near.unread());
  CHECK(one.near.held_bytes() == 0);
  one.far.say("bye");
  one.far.tls.end();
  one.far.carry();
  CHECK(read_once(one.near) == "bye");
  CHECK(one.near.unread());  // the end is to be told, and the socket has nothing more
  CHECK(read_once(one.near) == "end");
  CHECK_FALSE(one.near.unread());
  CHECK_FALSE(one.near.was_cut());
  CHECK(read_once(one.near) == "end");
}

TEST_CASE("tls: a record that is cut anywhere is read when its last byte is there", "[tls]") {
  tls_line one;
  one.far.tls.write("a line\n");
  const std::string record = one.far.tls.take();
  for (std::size_t at = 0; at < record.size(); ++at) {
    CHECK(read_once(one.near) == "-0");
    CHECK_FALSE(one.near.unread());
    CHECK((one.near.held_bytes() > 0) == (at > 0));
    one.far.end.send(record.substr(at, 1));
  }
  CHECK(read_once(one.near) == "a line\n");
}

TEST_CASE("tls: many small records are read together, but not without end", "[tls]") {
  tls_line one;
  std::string said;
  for (int i = 0; i < 130; ++i) {
    one.far.tls.write(std::string(1, static_cast<char>('a' + i % 26)));
    said += static_cast<char>('a' + i % 26);
  }
  one.far.carry();
  CHECK(read_once(one.near) == said.substr(0, 64));
  CHECK(one.near.unread());
  CHECK(read_once(one.near) == said.substr(64, 64));
  CHECK(one.near.unread());
  CHECK(read_once(one.near) == said.substr(128));
  CHECK_FALSE(one.near.unread());
}

TEST_CASE("tls: keys that are renewed again and again do not keep one read for ever", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  for (int i = 0; i < 1300; ++i) one.far.tls.update_keys(false);  // more than two buffers
  one.far.say("done");
  std::size_t reads = 1;
  while (read_once(one.near) == "-0" && reads < 100) ++reads;
  CHECK(reads >= 3);
  CHECK(reads < 100);
}

TEST_CASE("tls: both sides take new keys when one asks", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  one.far.tls.update_keys(true);
  one.far.say("asked");
  CHECK(read_all(one.near) == "asked");
  CHECK(one.near.write("yes") == 3);
  CHECK(one.far.read() == "yes");
  CHECK(one.far.tls.failure().empty());
}

TEST_CASE("tls: another handshake in the same connection is refused", "[tls]") {
  tls_line one(TLS1_2_VERSION);
  one.far.tls.ask_again();
  one.far.carry();
  CHECK(read_once(one.near) == "-0");
  CHECK(one.far.read().empty());
  CHECK(one.far.tls.failure() == "read: no renegotiation");
}

TEST_CASE("tls: the end of the stream without a word of it is told as cut", "[tls]") {
  tls_line one;
  one.far.say("half a li");
  one.far.end.half_close();
  CHECK(read_once(one.near) == "half a li");
  CHECK_FALSE(one.near.unread());  // the socket tells of it
  CHECK_FALSE(one.near.was_cut());
  CHECK(read_once(one.near) == "end");
  CHECK(one.near.was_cut());
}

TEST_CASE("tls: what is no record ends it with an error, after what came before", "[tls]") {
  tls_line one;
  one.far.say("before");
  std::string broken = [&] {
    one.far.tls.write("never");
    return one.far.tls.take();
  }();
  broken.back() = static_cast<char>(broken.back() ^ 1);
  one.far.end.send(broken);
  CHECK(read_all(one.near) == "before-" + std::to_string(EPROTO));
  CHECK(one.near.write("x") == -1);
  CHECK(one.near.error() == EPROTO);
}

TEST_CASE("tls: an error of the socket is told as what it is", "[tls]") {
  const int error = GENERATE(EAGAIN, EINTR, ECONNRESET, ENOBUFS);
  CAPTURE(error);
  tls_line one;
  kernel calls;
  calls.send = calls.recv = [error](std::size_t) -> ssize_t { return -error; };
  const bool passes = error == EAGAIN || error == EINTR;
  const std::string told = "-" + std::to_string(passes ? 0 : error);
  CHECK(read_once(one.near) == told);
  CHECK(one.near.write("x") == -1);
  CHECK(one.near.error() == (passes ? 0 : error));
}

TEST_CASE("tls: writes one piece or several, each as one record", "[tls]") {
  tls_line one;
  kernel calls;
  calls.send = [](std::size_t bytes) { return static_cast<ssize_t>(bytes); };
  CHECK(one.near.write("one ") == 4);
  CHECK(calls.calls.send == 1);
  std::string first = "two ";
  std::string second = "three";
  std::array<iovec, 3> pieces{iovec{first.data(), first.size()}, iovec{nullptr, 0},
                              iovec{second.data(), second.size()}};
  std::vector<char> scratch(net::tls_stream::max_record);
  CHECK(one.near.write(pieces, scratch) == 9);
  CHECK(calls.calls.send == 2);
  CHECK(one.near.write(std::span<iovec>(), scratch) == 0);
  CHECK(one.near.write("") == 0);
  CHECK(one.far.read() == "one two three");
}

TEST_CASE("tls: a record has at most 16 KiB, and pieces share them", "[tls]") {
  const std::size_t size = net::tls_stream::max_record + GENERATE(std::size_t{0} - 1, 0U, 1U);
  CAPTURE(size);
  const bool fits = size <= net::tls_stream::max_record;
  tls_line one;
  kernel calls;
  calls.send = [](std::size_t bytes) { return static_cast<ssize_t>(bytes); };
  std::vector<char> scratch(net::tls_stream::max_record);
  std::string all(size, 'x');
  SECTION("of one piece all is written") {
    CHECK(one.near.write(all) == static_cast<ssize_t>(size));
    CHECK(calls.calls.send == (fits ? 1 : 2));
    CHECK(one.far.read() == all);
  }
  SECTION("of several, one record's worth") {
    std::array<iovec, 2> pieces{iovec{all.data(), size - 1}, iovec{all.data() + size - 1, 1}};
    const std::size_t expected = fits ? size : size == net::tls_stream::max_record + 1 ? size - 1 : size;
    CHECK(one.near.write(pieces, scratch) == static_cast<ssize_t>(expected));
    CHECK(calls.calls.send == 1);
    CHECK(one.far.read() == all.substr(0, expected));
  }
}

TEST_CASE("tls: a record that the socket takes in parts is whole at the far end", "[tls]") {
  tls_line one;
  kernel calls;
  std::size_t room = 1;
  calls.send = [&](std::size_t bytes) -> ssize_t {
    const std::size_t now = std::min(bytes, std::exchange(room, 0));
    return now == 0 ? -EAGAIN : static_cast<ssize_t>(now);
  };
  CHECK(one.near.write("part") == -1);
  CHECK(one.near.error() == 0);
  CHECK(one.near.held_bytes() > 0);
  std::size_t tries = 0;
  do {
    ++tries;
    room = 1;
  } while (one.near.write("part and more") == -1 && tries < 100);
  CHECK(tries > 20);  // a byte each
  CHECK(one.near.held_bytes() == 0);
  room = SIZE_MAX;
  CHECK(one.near.write(" and more") == 9);
  CHECK(one.far.read() == "part and more and more");
}

TEST_CASE("tls: who asks for new keys and reads nothing is answered with the next that is written", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  {
    kernel calls;
    calls.send = [](std::size_t) -> ssize_t { return -EAGAIN; };
    one.far.tls.update_keys(true);
    one.far.say("behind it");
    CHECK(read_once(one.near) == "behind it");
    CHECK(one.near.write("new keys") == -1);
    CHECK(one.near.error() == 0);
    CHECK(one.near.write("new keys") == -1);
  }
  CHECK(one.near.write("new keys") == 8);
  CHECK(one.far.read() == "new keys");
}

TEST_CASE("tls: who asks for new keys again and again is not read until it takes the answers", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  {
    kernel calls;
    calls.send = [](std::size_t) -> ssize_t { return -EAGAIN; };
    for (int i = 0; i < 10; ++i) one.far.tls.update_keys(true);
    one.far.say("behind it");
    CHECK(read_once(one.near) == "-0");
    CHECK(one.near.read_waits_for_output());
    CHECK_FALSE(one.near.unread());
    CHECK(read_once(one.near) == "-0");
    CHECK(one.near.read_waits_for_output());
  }
  CHECK(read_all(one.near) == "behind it");
  CHECK_FALSE(one.near.read_waits_for_output());
  CHECK(one.near.write("new keys") == 8);
  CHECK(one.far.read() == "new keys");
}

TEST_CASE("tls: who sends half a message of a handshake is not written to until it sends the rest", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  const auto part = [&](unsigned char number, std::string_view bytes) {
    return tls_record(one.far.tls.traffic_secret(), number, 22, bytes);
  };
  // That new keys are taken: type 24, a length of 1 in three bytes, and 0.
  one.far.end.send(part(0, {"\x18\0\0\x01", 4}));
  CHECK(read_once(one.near) == "-0");
  CHECK(one.near.write("x") == -1);
  CHECK(one.near.error() == 0);
  CHECK(one.near.write_waits_for_input());
  one.far.end.send(part(1, {"\0", 1}));
  CHECK(read_once(one.near) == "-0");
  CHECK(one.near.write("x") == 1);
  CHECK_FALSE(one.near.write_waits_for_input());
  CHECK(one.far.read() == "x");
}

TEST_CASE("tls: records that have nothing in them are no data, and too many of them are an error", "[tls]") {
  tls_line one(TLS1_3_VERSION);
  const auto empty = [&](unsigned char number) { return tls_record(one.far.tls.traffic_secret(), number, 23, {}); };
  for (unsigned char i = 0; i < 32; ++i) one.far.end.send(empty(i));
  CHECK(read_all(one.near) == "");
  one.far.end.send(empty(32));
  CHECK(read_all(one.near) == "-" + std::to_string(EPROTO));
}

TEST_CASE("tls: after the end of output it still reads, and the far end knows that it was the end", "[tls]") {
  tls_line one;
  CHECK(one.near.write("bye") == 3);
  one.near.end_output();
  CHECK(one.far.read() == "bye");
  CHECK(one.far.tls.was_closed());
  CHECK(one.far.end.ended());
  one.far.say("late");
  CHECK(read_once(one.near) == "late");
}

TEST_CASE("tls: closed, the peer gets the rest and the word of the end; aborted, it is reset", "[tls]") {
  tls_line one(0, tcp_pair());
  CHECK(one.near.write("the last words") == 14);
  const bool abort = GENERATE(false, true);
  CAPTURE(abort);
  abort ? one.near.abort() : one.near.close();
  CHECK(one.near.descriptor() == -1);
  CHECK_FALSE(one.near.is_tls());
  const std::string heard = one.far.read();
  if (!abort) CHECK(heard == "the last words");
  CHECK(one.far.tls.was_closed() == !abort);
  CHECK(one.far.end.error() == (abort ? ECONNRESET : 0));
}

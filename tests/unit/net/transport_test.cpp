// What the kernel says of a socket, as a session is told. The kernel's answers are the test's.

#include "server/net/transport.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;

namespace {

/// A transport and the far end of its connection.
struct line {
  explicit line(two_ends ends = small_pair()) : near(std::move(ends.near)), far(std::move(ends.far)) {}

  net::transport near;
  far_end far;
};

ssize_t write_both(net::transport& to, std::string& first, std::string& second) {
  std::array<iovec, 2> pieces{iovec{first.data(), first.size()}, iovec{second.data(), second.size()}};
  return to.write(pieces, {});
}

}  // namespace

TEST_CASE("transport: reads what has come, nothing yet, and the end", "[transport]") {
  line one;
  std::array<char, 3> buffer{};
  CHECK(one.near.read(buffer) == -1);
  CHECK(one.near.error() == 0);
  one.far.send("hello");
  REQUIRE(one.near.read(buffer) == 3);
  CHECK(std::string(buffer.data(), 3) == "hel");
  REQUIRE(one.near.read(buffer) == 2);
  CHECK(std::string(buffer.data(), 2) == "lo");
  one.far.half_close();
  CHECK(one.near.read(buffer) == 0);
}

TEST_CASE("transport: writes one piece or several, as much as is taken", "[transport]") {
  kernel calls;
  ssize_t most = 100;
  calls.send = calls.sendmsg = [&](std::size_t) { return most; };
  line one;
  std::string first = "one ";
  std::string second = "two";
  CHECK(one.near.write(first) == 4);
  CHECK(write_both(one.near, first, second) == 7);
  CHECK(one.far.read() == "one one two");
  most = 1;
  CHECK(one.near.write(first) == 1);
  most = 5;
  CHECK(write_both(one.near, first, second) == 5);
  CHECK(one.far.read() == "oone t");
}

TEST_CASE("transport: what a signal broke off is no failure, and several pieces are tried again", "[transport]") {
  kernel calls;
  int left = 3;
  calls.send = calls.recv = [](std::size_t) -> ssize_t { return -EINTR; };
  calls.sendmsg = [&](std::size_t size) -> ssize_t { return left-- > 0 ? -EINTR : static_cast<ssize_t>(size); };
  line one;
  std::string first = "one ";
  std::string second = "two";
  std::array<char, 3> buffer{};
  CHECK(one.near.read(buffer) == -1);
  CHECK(one.near.error() == 0);
  CHECK(one.near.write(first) == -1);
  CHECK(one.near.error() == 0);
  CHECK(write_both(one.near, first, second) == 7);
  CHECK(calls.calls.sendmsg == 4);
}

TEST_CASE("transport: an error is told as what it is", "[transport]") {
  const int error = GENERATE(EAGAIN, ECONNRESET, EPIPE, ENOBUFS);
  CAPTURE(error);
  kernel calls;
  calls.send = calls.recv = calls.sendmsg = [error](std::size_t) -> ssize_t { return -error; };
  line one;
  std::string first = "one ";
  std::string second = "two";
  std::array<char, 3> buffer{};
  const int told = error == EAGAIN ? 0 : error;
  CHECK(one.near.read(buffer) == -1);
  CHECK(one.near.error() == told);
  CHECK(one.near.write(first) == -1);
  CHECK(one.near.error() == told);
  CHECK(write_both(one.near, first, second) == -1);
  CHECK(one.near.error() == told);
}

TEST_CASE("transport: knows what the peer has not confirmed, or that nobody knows", "[transport]") {
  kernel calls;
  int answer = 17;
  calls.on_the_way = [&] { return answer; };
  const line one;
  CHECK(one.near.unconfirmed() == 17);
  answer = -ENOTTY;
  CHECK(one.near.unconfirmed() == -1);
}

TEST_CASE("transport: after the end of output it still reads", "[transport]") {
  line one;
  CHECK(one.near.write("bye") == 3);
  one.near.end_output();
  CHECK(one.far.read() == "bye");
  CHECK(one.far.ended());
  one.far.send("late");
  std::array<char, 8> buffer{};
  CHECK(one.near.read(buffer) == 4);
}

TEST_CASE("transport: closed, the peer gets the rest; aborted, it is reset", "[transport]") {
  line one(tcp_pair());
  const int number = one.near.descriptor();
  CHECK(one.near.write("the last words") == 14);
  const bool abort = GENERATE(false, true);
  CAPTURE(abort);
  abort ? one.near.abort() : one.near.close();
  CHECK(one.near.descriptor() == -1);
  CHECK(::fcntl(number, F_GETFD) == -1);
  const std::string heard = one.far.read();
  if (!abort) CHECK(heard == "the last words");
  CHECK(one.far.ended() == !abort);
  CHECK(one.far.error() == (abort ? ECONNRESET : 0));
}

#include "server/net/handshake_turns.hpp"

#include <string>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "tests/support/catch.hpp"

using namespace confab;

namespace {

/// Takes a turn, and writes down that it has.
asio::awaitable<void> take_turn(net::handshake_turns& turns, std::vector<int>& order, int number) {
  co_await turns.enter();
  order.push_back(number);
}

/// Somebody who wants to go on all the time, as users do.
void go_on(asio::io_context& io, std::vector<int>& order, int left) {
  order.push_back(-1);
  if (left > 0) asio::post(io, [&io, &order, left] { go_on(io, order, left - 1); });
}

}  // namespace

TEST_CASE("handshake turns: so many at a time, and everybody else in between, in the order of arrival", "[tls]") {
  const int count = GENERATE(7, 8, 9, 16, 17, 100);
  CAPTURE(count);
  asio::io_context io;
  net::handshake_turns turns(io);
  std::vector<int> order;
  for (int i = 0; i < count; ++i) asio::co_spawn(io, take_turn(turns, order, i), asio::detached);
  go_on(io, order, 50);
  io.run();
  CHECK(turns.waiting() == 0);
  std::size_t in_a_row = 0;
  std::size_t most = 0;
  int next = 0;
  bool in_order = true;
  for (const int each : order) {
    in_a_row = each < 0 ? 0 : in_a_row + 1;
    most = std::max(most, in_a_row);
    if (each >= 0) in_order = in_order && each == next++;
  }
  CHECK(next == count);
  CHECK(in_order);
  CHECK(most == std::min<std::size_t>(static_cast<std::size_t>(count), net::handshake_turns::most));
}

TEST_CASE("handshake turns: who comes later has a turn at once when nobody is there", "[tls]") {
  asio::io_context io;
  net::handshake_turns turns(io);
  std::vector<int> order;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i) asio::co_spawn(io, take_turn(turns, order, i), asio::detached);
    io.restart();
    io.run();
    CHECK(order.size() == static_cast<std::size_t>(round + 1) * 8);
  }
}

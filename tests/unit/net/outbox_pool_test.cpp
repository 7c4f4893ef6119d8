#include "server/net/outbox_pool.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;

namespace {

// An outbox whose memory can be told from that of a new one.
std::unique_ptr<net::outbox> used(net::outbox_pool& pool, std::size_t pieces) {
  static const std::string piece(10, 'x');
  std::unique_ptr<net::outbox> box = pool.take();
  for (std::size_t i = 0; i < pieces; ++i) {
    box->add(piece);
    box->keep(nullptr);
  }
  return box;
}

}  // namespace

TEST_CASE("outbox pool: an outbox is used again, but not one that has grown large", "[outbox_pool]") {
  net::outbox_pool pool;
  const std::size_t pieces = GENERATE(as<std::size_t>{}, 10, 2000);
  CAPTURE(pieces);
  pool.give_back(used(pool, pieces));
  const std::unique_ptr<net::outbox> box = pool.take();
  CHECK(box->empty());
  CHECK((box->held_bytes() > 0) == (pieces == 10));
  CHECK(box->held_bytes() <= net::outbox_pool::largest);
}

TEST_CASE("outbox pool: at most so many are kept", "[outbox_pool]") {
  static constexpr std::size_t most = net::outbox_pool::most;
  const std::size_t given = GENERATE(as<std::size_t>{}, most - 1, most, most + 1);
  CAPTURE(given);
  net::outbox_pool pool;
  std::vector<std::unique_ptr<net::outbox>> boxes;
  for (std::size_t i = 0; i < given; ++i) boxes.push_back(used(pool, 10));
  for (auto& each : boxes) pool.give_back(std::move(each));
  std::size_t kept = 0;
  while (pool.take()->held_bytes() > 0) ++kept;
  CHECK(kept == std::min(given, most));
}

TEST_CASE("outbox pool: nothing given back is nothing kept", "[outbox_pool]") {
  net::outbox_pool pool;
  pool.give_back(nullptr);
  REQUIRE(pool.take() != nullptr);
  CHECK(pool.take()->held_bytes() == 0);
}

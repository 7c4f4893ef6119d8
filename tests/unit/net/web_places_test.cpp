// How many connections from one address ask over HTTP.

#include "server/net/web_places.hpp"

#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;
using net::web_places;

namespace {

net::ip_bytes address(std::uint8_t last) {
  net::ip_bytes out{};
  out[15] = last;
  out[10] = out[11] = 0xFF;
  return out;
}

}  // namespace

TEST_CASE("web_places: an address has sixteen, and gets one back when one goes", "[web_places]") {
  const auto all = std::make_shared<web_places>();
  std::vector<web_places::taken> taken;
  for (std::size_t i = 0; i < web_places::of_one_address; ++i) {
    taken.push_back(web_places::take(all, address(1)));
    CHECK(taken.back());
  }
  CHECK_FALSE(web_places::take(all, address(1)));
  CHECK(web_places::take(all, address(2)));
  taken.pop_back();
  web_places::taken again = web_places::take(all, address(1));
  CHECK(again);
  CHECK_FALSE(web_places::take(all, address(1)));
  again.give_back();
  again.give_back();  // once
  CHECK(web_places::take(all, address(1)));
}

TEST_CASE("web_places: who has no address is not counted", "[web_places]") {
  const auto all = std::make_shared<web_places>();
  std::vector<web_places::taken> taken;
  for (std::size_t i = 0; i < web_places::of_one_address + 1; ++i) {
    taken.push_back(web_places::take(all, {}));
    CHECK(taken.back());
  }
}

TEST_CASE("web_places: any thread takes and gives back", "[web_places]") {
  const auto all = std::make_shared<web_places>();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&all] {
      for (int n = 0; n < 500; ++n) web_places::take(all, address(static_cast<std::uint8_t>(n % 3)));
    });
  }
  for (std::thread& each : threads) each.join();
  std::vector<web_places::taken> taken;
  for (std::size_t i = 0; i < web_places::of_one_address; ++i) {
    taken.push_back(web_places::take(all, address(1)));
    CHECK(taken.back());
  }
}

#include "server/store/fair_queue.hpp"

#include <string>

#include "tests/support/catch.hpp"

using confab::store::fair_queue;

namespace {

std::string drain(fair_queue<char>& from) {
  std::string all;
  while (!from.empty()) all += from.pop();
  return all;
}

}  // namespace

TEST_CASE("fair queue: who wait are served in turn, each in order", "[fair_queue]") {
  fair_queue<char> queue;
  for (char c : {'a', 'b', 'c', 'd'}) queue.push(1, std::move(c));
  queue.push(2, 'X');
  queue.push(3, 'Y');
  queue.push(2, 'Z');
  CHECK(queue.size() == 7);
  CHECK(drain(queue) == "aXYbZcd");
  CHECK(queue.size() == 0);
}

TEST_CASE("fair queue: a newcomer waits for one thing of each", "[fair_queue]") {
  fair_queue<char> queue;
  for (int i = 0; i < 100; ++i) queue.push(1, 'a');
  CHECK(queue.pop() == 'a');
  queue.push(2, 'b');
  CHECK(queue.pop() == 'a');
  CHECK(queue.pop() == 'b');
  queue.push(2, 'c');
  CHECK(queue.pop() == 'a');
  CHECK(queue.pop() == 'c');
  CHECK(drain(queue) == std::string(97, 'a'));
}

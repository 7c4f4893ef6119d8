// Ten thousand users who say nothing: what a decoder keeps between lines counts ten thousand times. The program's own
// operators new and delete are replaced to see it.

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "common/line_decoder.hpp"
#include "tests/support/catch.hpp"

using confab::line_decoder;

namespace {

std::atomic<long> blocks{0};

void* allocate_or_null(std::size_t size) noexcept {
  void* const place = std::malloc(size == 0 ? 1 : size);
  if (place != nullptr) blocks.fetch_add(1, std::memory_order_relaxed);
  return place;
}

void* allocate(std::size_t size) {
  void* const place = allocate_or_null(size);
  if (place == nullptr) throw std::bad_alloc();
  return place;
}

void release(void* place) noexcept {
  if (place == nullptr) return;
  blocks.fetch_sub(1, std::memory_order_relaxed);
  std::free(place);
}

/// The most blocks, and those left, that reading `pieces` took.
struct use {
  long most = 0;
  long left = 0;
};
template <std::size_t count>
use use_of(line_decoder& decoder, const std::string_view (&pieces)[count]) {
  const long before = blocks.load();
  use out;
  for (const std::string_view piece : pieces) {
    decoder.feed(piece);
    line_decoder::event what{};
    do {
      what = decoder.next();
      out.most = std::max(out.most, blocks.load() - before);
    } while (what != line_decoder::event::need_more);
  }
  out.left = blocks.load() - before;
  return out;
}

constexpr std::string_view half = "half a line, too long for a string to hold inside itself ";

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate_or_null(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* place) noexcept {
  release(place);
}
void operator delete[](void* place) noexcept {
  release(place);
}
void operator delete(void* place, std::size_t /*size*/) noexcept {
  release(place);
}
void operator delete[](void* place, std::size_t /*size*/) noexcept {
  release(place);
}

TEST_CASE("line decoder: whole lines take no memory at all", "[line_decoder]") {
  line_decoder decoder(4096);
  const std::string_view pieces[] = {"one line\n", "and\r\nanother, one that is longer than a string holds inside\n"};
  const use used = use_of(decoder, pieces);
  CHECK(used.most == 0);
  CHECK(used.left == 0);
}

TEST_CASE("line decoder: half a line is held, and let go when the line is through", "[line_decoder]") {
  line_decoder decoder(4096);
  const std::string_view begun[] = {half};
  CHECK(use_of(decoder, begun).left == 1);
  const std::string_view ended[] = {half, "\n"};
  CHECK(use_of(decoder, ended).left == -1);
}

TEST_CASE("line decoder: a line over the limit is not held", "[line_decoder]") {
  line_decoder decoder(64);
  const std::string_view pieces[] = {half, half, half, half};
  const use used = use_of(decoder, pieces);
  CHECK(used.most == 1);
  CHECK(used.left == 0);
}

TEST_CASE("line decoder: of an overrun stream nothing is held", "[line_decoder]") {
  line_decoder decoder(line_decoder::max_unterminated - 1);
  const std::string flood(line_decoder::max_unterminated / 2, 'x');
  const std::string_view pieces[] = {flood, flood, flood};
  const use used = use_of(decoder, pieces);
  CHECK(used.most == 1);
  CHECK(used.left == 0);
}

TEST_CASE("line decoder: telnet takes one small block for as long as the stream lasts", "[line_decoder]") {
  line_decoder decoder(4096);
  const std::string_view pieces[] = {"\xFF\xF1one\n", "two lines, this one longer than a string holds inside\n"};
  CHECK(use_of(decoder, pieces).left == 1);
  CHECK(use_of(decoder, pieces).left == 0);
}

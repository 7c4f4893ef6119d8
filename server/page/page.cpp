#include "server/page/page.hpp"

#include <array>
#include <cstdint>
#include <string_view>

// The bytes are in page_bytes.S.
#define CONFAB_PAGE_FILE(path, name, type) \
  extern "C" const char page_##name[], page_##name##_end[], page_##name##_gz[], page_##name##_gz_end[];
#include "server/page/page_table.inc"
#undef CONFAB_PAGE_FILE

namespace confab::page {
namespace {

constexpr std::size_t mark_length = 16;

/// In hexadecimal digits; FNV-1a. Nobody gains anything by two files that have the same.
std::array<char, mark_length> mark_of(std::string_view bytes) noexcept {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const char each : bytes) sum = (sum ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
  std::array<char, mark_length> out{};
  for (char& digit : out) {
    digit = "0123456789abcdef"[sum & 15U];
    sum >>= 4U;
  }
  return out;
}

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// A mark for each file, in the order of the table.
const auto& marks() noexcept {
  static const std::array made{
#define CONFAB_PAGE_FILE(path, name, type) mark_of(between(page_##name, page_##name##_end)),
#include "server/page/page_table.inc"
#undef CONFAB_PAGE_FILE
  };
  return made;
}

auto make_files() noexcept {
  std::array made{
#define CONFAB_PAGE_FILE(path, name, type) \
  net::web_file{                           \
      path, type, between(page_##name, page_##name##_end), between(page_##name##_gz, page_##name##_gz_end), {}},
#include "server/page/page_table.inc"
#undef CONFAB_PAGE_FILE
  };
  for (std::size_t i = 0; i < made.size(); ++i) made[i].mark = {marks()[i].data(), mark_length};
  return made;
}

}  // namespace

std::span<const net::web_file> files() noexcept {
  static const auto made = make_files();
  return made;
}

}  // namespace confab::page

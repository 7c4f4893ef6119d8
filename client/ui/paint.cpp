#include "client/ui/paint.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "common/names.hpp"

namespace confab::client {
namespace {

/// The 16 colours without black, white and the two greys: readable on light and dark themes alike.
constexpr std::array<std::string_view, 12> palette{"31", "32", "33", "34", "35", "36",
                                                   "91", "92", "93", "94", "95", "96"};

/// FNV-1a, 32 bits.
std::uint32_t hash(std::string_view text) noexcept {
  std::uint32_t value = 2166136261U;
  for (const char byte : text) value = (value ^ static_cast<unsigned char>(byte)) * 16777619U;
  return value;
}

bool set(const char* value) noexcept {
  return value != nullptr && *value != '\0';
}
bool forced(const char* value) noexcept {
  return set(value) && std::string_view(value) != "0";
}

std::string wrap(std::string_view code, std::string_view text) {
  std::string result = "\x1b[";
  result.append(code).append("m").append(text).append("\x1b[0m");
  return result;
}

}  // namespace

sgr_level choose_sgr(color_mode mode, const color_environment& environment, bool output_is_terminal) noexcept {
  if (mode == color_mode::always) return sgr_level::full;
  if (mode == color_mode::never) return sgr_level::none;
  const bool capable = output_is_terminal && set(environment.term) && std::string_view(environment.term) != "dumb";
  if (set(environment.no_color)) return capable ? sgr_level::attributes : sgr_level::none;
  if (forced(environment.clicolor_force) || forced(environment.force_color)) return sgr_level::full;
  return capable ? sgr_level::full : sgr_level::none;
}

std::string paint::name(std::string_view text) const {
  if (level_ != sgr_level::full) return std::string(text);
  return wrap(palette[hash(name_key(text)) % palette.size()], text);
}

std::string paint::attribute(std::string_view code, std::string_view text) const {
  return level_ == sgr_level::none ? std::string(text) : wrap(code, text);
}

}  // namespace confab::client

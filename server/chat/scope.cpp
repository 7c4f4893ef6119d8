#include "server/chat/scope.hpp"

#include <fmt/format.h>

#include "common/parse_number.hpp"

namespace confab::chat {
namespace {

constexpr char separator = '-';
constexpr std::size_t digits = 16;

// The scope that stands at the end of a token, or 0.
std::uint64_t written_in(std::string_view token) noexcept {
  if (token.size() <= digits || token[token.size() - digits - 1] != separator) return 0;
  return parse_number<std::uint64_t>(token.substr(token.size() - digits), 16).value_or(0);
}

}  // namespace

// FNV-1a, which is the same on every machine and in every run.
std::uint64_t scope_of(std::string_view token) noexcept {
  if (const std::uint64_t written = written_in(token); written != 0) return written;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : token) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash == 0 ? 1 : hash;
}

std::string token_in_scope(std::string_view token, std::uint64_t scope) {
  return fmt::format("{}{}{:016x}", token, separator, scope);
}

}  // namespace confab::chat

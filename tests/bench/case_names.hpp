#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace confab::bench {

/// The names of the cases, as the tables and the JSON file show them.
namespace case_name {

inline std::string window(std::size_t messages) {
  return fmt::format("fan-out, window {}", messages);
}
inline std::string size(std::size_t bytes) {
  return fmt::format("fan-out, {} bytes", bytes);
}
inline std::string crowd(std::size_t users) {
  return fmt::format("fan-out, {} users", users);
}
inline std::string idle(std::size_t users) {
  return fmt::format("idle, {} users", users);
}
inline std::string joining(std::size_t users) {
  return fmt::format("joining, {} users", users);
}
inline std::string threads(std::size_t number) {
  return fmt::format("threads {}", number);
}
inline std::string history(bool on) {
  return fmt::format("history {}", on ? "on" : "off");
}
inline std::string whisper_latency(bool on) {
  return fmt::format("whisper, history {}", on ? "on" : "off");
}
inline std::string scraped(bool is, std::size_t window) {
  return fmt::format("{}, window {}", is ? "scraped" : "not scraped", window);
}
inline std::string over_tls(std::size_t window) {
  return fmt::format("over TLS, window {}", window);
}
inline const std::string idle_over_tls = "idle, over TLS";
inline const std::string joins_over_tls = "joining over TLS";
inline std::string by_web(bool is, std::size_t window) {
  return fmt::format("{}, window {}", is ? "WebSocket" : "lines", window);
}
inline const std::string idle_web = "idle by WebSocket";
inline const std::string whispers = "whispers";
inline const std::string kept_whispers = "whispers, history on";
inline const std::string slow = "slow readers";

}  // namespace case_name

/// The sizes that the targets are about.
inline constexpr std::size_t narrow_window = 1;
inline constexpr std::size_t wide_window = 64;

}  // namespace confab::bench

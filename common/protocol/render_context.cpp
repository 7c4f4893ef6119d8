#include "common/protocol/render_context.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace confab {

std::string format_time(std::chrono::system_clock::time_point time) {
  const auto since_epoch = time.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto part = std::chrono::floor<std::chrono::milliseconds>(since_epoch - whole);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(whole.count())), part.count());
}

std::string format_past(std::chrono::system_clock::time_point time) {
  // to_time_t would round what was before 1970 up.
  const auto whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return fmt::format("{:%F %R}", fmt::localtime(static_cast<std::time_t>(whole.count())));
}

std::string format_stamp(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%F %T} ", fmt::localtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace confab

#include "server/log_allowance.hpp"

#include <algorithm>
#include <utility>

namespace confab {

bool log_allowance::take(spdlog::level::level_enum level, clock::time_point now) noexcept {
  if (now >= ends_) {
    ends_ = now + span_;
    logged_ = {};
  }
  if (logged_[level] < most_) {
    ++logged_[level];
    return true;
  }
  if (!has_omitted()) {
    due_ = ends_;
    omitted_.level = level;
  }
  ++omitted_.lines;
  omitted_.level = std::max(omitted_.level, level);
  return false;
}

log_allowance::omission log_allowance::take_omitted() noexcept {
  return std::exchange(omitted_, {});
}

}  // namespace confab

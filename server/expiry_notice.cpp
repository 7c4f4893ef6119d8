#include "server/expiry_notice.hpp"

#include <fmt/format.h>

#include "server/tls_files.hpp"

namespace confab {
namespace {

using days = std::chrono::duration<long, std::ratio<24 * 60 * 60>>;
constexpr long first_after = 4;

}  // namespace

long expiry_notice::stage_of(time now, time expires) noexcept {
  if (now >= expires) return first_after + std::chrono::floor<days>(now - expires).count();
  const auto left = expires - now;
  if (left <= days(1)) return 3;
  if (left <= days(7)) return 2;
  return left <= days(14) ? 1 : 0;
}

std::string expiry_notice::look(time now, time expires) {
  const long stage = stage_of(now, expires);
  if (stage <= said_) return {};
  said_ = stage;
  if (stage >= first_after) return fmt::format("expired on {}: clients refuse it", day_of(expires));
  const long left = std::chrono::ceil<days>(expires - now).count();
  return fmt::format("expires in {} {}, on {}", left, left == 1 ? "day" : "days", day_of(expires));
}

}  // namespace confab

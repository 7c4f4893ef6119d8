#include "client/protocol/heartbeat.hpp"

#include <algorithm>

namespace confab::client {

void heartbeat::start(time_point now, std::chrono::seconds idle) {
  beat_ = usual_beat;
  if (idle.count() > 0) {
    constexpr std::chrono::milliseconds fastest{250};
    beat_ = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(idle) / 2, fastest, usual_beat);
  }
  next_ping_ = now + beat_;
  silent_until_.reset();
}

void heartbeat::stop() noexcept {
  next_ping_.reset();
  silent_until_.reset();
}

heartbeat::verdict heartbeat::tick(time_point now) {
  if (!next_ping_) return verdict::nothing;
  if (silent_until_ && now >= *silent_until_) {
    if (now - *silent_until_ <= overslept) return verdict::dead;
    silent_until_.reset();
    next_ping_ = now;
  }
  if (now < *next_ping_) return verdict::nothing;
  next_ping_ = now + beat_;
  if (!silent_until_) silent_until_ = now + patience;
  return verdict::ping;
}

std::optional<heartbeat::time_point> heartbeat::deadline() const noexcept {
  if (!next_ping_) return std::nullopt;
  return silent_until_ ? std::min(*next_ping_, *silent_until_) : *next_ping_;
}

}  // namespace confab::client

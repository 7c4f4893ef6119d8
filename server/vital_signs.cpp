#include "server/vital_signs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace confab {
namespace {

std::string users_online(std::size_t count) {
  return count == 1 ? "1 user online" : fmt::format("{} users online", count);
}

}  // namespace

vital_signs::vital_signs(notifier& to)
    : to_(to),
      silence_(std::min<clock::duration>(most_silence, clock::duration(to.watchdog()) / 2)),
      pause_(to.watchdog() / 3) {}

std::chrono::milliseconds vital_signs::beat() const noexcept {
  if (silence_ == clock::duration::zero()) return {};
  using std::chrono::milliseconds;
  return std::clamp(std::chrono::duration_cast<milliseconds>(silence_ / 4), milliseconds(1), milliseconds(1000));
}

void vital_signs::look(clock::time_point now, std::size_t users, clock::time_point last_turn,
                       std::span<const clock::time_point> threads) {
  to_.retry();
  std::string trouble = silence_ > clock::duration::zero() ? what_is_stuck(now, last_turn, threads) : "";
  const bool stuck = !trouble.empty();
  const bool changed = std::exchange(stuck_, stuck) != stuck;
  tell(now, stuck ? std::move(trouble) : users_online(users), changed);
  if (stuck || to_.watchdog().count() == 0 || now - pinged_ < pause_) return;
  pinged_ = now;
  to_.alive();
}

std::string vital_signs::what_is_stuck(clock::time_point now, clock::time_point last_turn,
                                       std::span<const clock::time_point> threads) const {
  const auto is_silent = [&](clock::time_point sign) { return now - sign >= silence_; };
  if (is_silent(last_turn)) return "the chat stands still";
  const auto silent = std::find_if(threads.begin(), threads.end(), is_silent);
  if (silent == threads.end()) return {};
  return fmt::format("thread {} of {} does not answer", silent - threads.begin() + 1, threads.size());
}

void vital_signs::tell(clock::time_point now, std::string status, bool at_once) {
  if (status == status_ || (!at_once && now - told_ < status_pause)) return;
  told_ = now;
  status_ = std::move(status);
  to_.status(status_);
}

}  // namespace confab

#include "tests/bench/innocent.hpp"

#include <algorithm>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds patience = seconds(60);

}  // namespace

innocent::innocent(const endpoint& server) : users_(server, true) {
  users_.join(listeners, listeners);
}

suffering innocent::ping_for(nanoseconds duration) {
  due_.clear();
  answered_ = 0;
  waits_ = {};
  worst_ = {};
  const nanoseconds start = now();
  const nanoseconds end = start + duration;
  for (nanoseconds next = start;;) {
    const nanoseconds time = now();
    if (next < end && time >= next) {
      due_.push_back(next);
      users_.say(0, "/ping innocent\n");
      next += interval;
    }
    if (next >= end && answered_ == due_.size()) break;
    if (time > end + patience) throw failure("a ping was not answered for a minute");
    users_.poll(*this, milliseconds(1));
  }
  return {waits_.percentile(0.5), waits_.percentile(0.99), static_cast<double>(worst_.count()), due_.size()};
}

void innocent::received(std::size_t user, std::string_view bytes, nanoseconds time) {
  if (user != 0) return;
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    if (unread_.empty()) {
      note(bytes.substr(0, end), time);
    } else {
      unread_.append(bytes.substr(0, end));
      note(unread_, time);
      unread_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  unread_.append(bytes);
}

void innocent::note(std::string_view line, nanoseconds time) {
  if (line != "pong innocent" || answered_ == due_.size()) return;
  const nanoseconds waited = time - due_[answered_++];
  waits_.add(static_cast<std::uint64_t>(waited.count()));
  worst_ = std::max(worst_, waited);
}

}  // namespace confab::bench

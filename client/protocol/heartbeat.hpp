#pragma once

#include <chrono>
#include <optional>

namespace confab::client {

/// Decides when to send a `/ping` and when a link counts as dead. The ping goes out at a steady beat, also on a busy
/// link: it is what keeps somebody who only reads from being shown out as idle. Time comes in as an argument.
class heartbeat {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict { nothing, ping, dead };

  /// The link is up; `idle` is the server's limit for silence (0 = none): the beat is twice as fast as that at least.
  void start(time_point now, std::chrono::seconds idle);
  void stop() noexcept;

  /// Bytes have come in: the link lives.
  void received() noexcept { silent_until_.reset(); }

  /// To be called at `deadline()`. `ping`: write one now. `dead`: nothing was received for `patience` after a ping.
  verdict tick(time_point now);

  /// When `tick` has something to do next; nothing while stopped.
  std::optional<time_point> deadline() const noexcept;

  /// With these a link that dies right after an answer is noticed 16 seconds later.
  static constexpr std::chrono::milliseconds usual_beat{8000};
  static constexpr std::chrono::milliseconds patience{8000};
  /// A tick later than this means that this machine slept or was stopped, not that the link is dead: ask again first.
  static constexpr std::chrono::milliseconds overslept{2000};

 private:
  std::chrono::milliseconds beat_ = usual_beat;
  std::optional<time_point> next_ping_;
  std::optional<time_point> silent_until_;  // set while a ping is unanswered
};

}  // namespace confab::client

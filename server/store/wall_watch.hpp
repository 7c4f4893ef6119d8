#pragma once

#include <chrono>
#include <optional>

#include "server/history/message.hpp"

namespace confab::store {

/// Says whether the wall clock can be trusted with removing things for their age: not when it has jumped, or may have
/// been wrong at the start, until it has gone steadily for a while. A clock that is sixty days ahead for five seconds
/// must not cost anybody a history. Belongs to one thread at a time.
class wall_watch {
 public:
  using steady_time = std::chrono::steady_clock::time_point;

  /// It must be steady for `patience`.
  explicit wall_watch(std::chrono::milliseconds patience) : patience_(patience) {}

  /// What both clocks showed at one moment.
  struct reading {
    moment wall;
    steady_time steady;
  };

  /// The first reading. `newest` is when the last message was said before, if there is one: a clock that is far from it
  /// may be right, after a long pause, but is not believed at once. Whether it is.
  bool begin(reading now, std::optional<moment> newest);

  /// A further reading. How far the wall clock has jumped since it was trusted, or since the last jump; nothing if it
  /// has not.
  std::optional<std::chrono::milliseconds> look(reading now);

  /// The time, if it can be trusted at the last reading.
  std::optional<moment> time() const;

  /// What is no jump: clocks are set right by seconds now and then.
  static constexpr std::chrono::seconds tolerance{60};
  /// A pause after which a clock is believed at once.
  static constexpr std::chrono::hours believable{24};

 private:
  std::chrono::milliseconds patience_;
  reading base_{};  // where the steady stretch began
  reading last_{};
  std::optional<steady_time> since_;  // of the doubt
};

}  // namespace confab::store

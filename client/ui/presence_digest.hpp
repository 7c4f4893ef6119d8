#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/language.hpp"

namespace confab::client {

/// Folds arrivals and departures in a row into one line. The first is due at once; what follows within `gap` waits and
/// comes out together, so that one line in a quiet hour is instant and a thousand after a restart are one.
/// Most who come take a name at once. Somebody who has none yet is held back for `naming`, so that the line says the
/// name and not the address; what others say does not wait for them.
/// Lines that were shown can't be taken back, so only what waits is folded. Time comes in as an argument.
class presence_digest {
 public:
  using time_point = std::chrono::sys_time<std::chrono::milliseconds>;
  static constexpr std::chrono::milliseconds gap{2000};
  static constexpr std::chrono::milliseconds naming{400};
  /// At most this many names are listed; the rest is a number.
  static constexpr std::size_t most_names = 6;
  /// At most this many are held back for their names; more are shown as they come.
  static constexpr std::size_t most_held = 64;

  /// `online` 0 = not known. `time`: when it happened, by the server's clock.
  void came(std::string_view name, std::uint64_t online, time_point time = {});
  /// Somebody came who is called by their address so far.
  void came_nameless(std::string_view addr, std::uint64_t online, time_point now, time_point time = {});
  /// They changed their name. True when their arrival still waits, under the new name from now on: nothing is left to
  /// tell.
  bool renamed(std::string_view old_name, std::string_view name, time_point time = {});
  /// They said or did something: their arrival goes before it.
  void spoke(std::string_view name);
  void went(std::string_view name, std::uint64_t online, time_point time = {});
  void many(std::uint64_t came, std::uint64_t went, std::uint64_t online, time_point time = {});

  /// When what waits should be shown; nothing when nothing waits.
  std::optional<time_point> due() const noexcept;
  /// The line for what waits, but not for those who are still held back; nothing if nothing waits.
  std::optional<std::string> take(language lang, time_point now);
  /// When the last of what the last such line tells of happened.
  time_point happened() const noexcept { return happened_; }

 private:
  struct group {
    std::vector<std::string> names;
    std::uint64_t unnamed = 0;
    bool empty() const noexcept { return names.empty() && unnamed == 0; }
    void add(std::string_view name);
  };

  /// When something happened, in which order, and how many were online then.
  struct moment {
    std::uint64_t order = 0;
    std::uint64_t online = 0;
    time_point time{};
  };
  struct nameless {
    std::string addr;
    time_point since;  // by our clock
    moment when;
  };
  moment next(std::uint64_t online, time_point time) noexcept { return {++order_, online, time}; }
  void tell(const moment& when) noexcept;
  /// No longer held back.
  void let_go(std::vector<nameless>::iterator who);

  std::vector<nameless> held_;  // the oldest first
  group came_;
  group went_;
  std::uint64_t order_ = 0;
  moment latest_;         // of all that was or will be told: its number is the one that still holds
  time_point waiting_{};  // the time of the last of what waits
  time_point happened_{};
  std::optional<time_point> shown_;  // the last line
};

}  // namespace confab::client

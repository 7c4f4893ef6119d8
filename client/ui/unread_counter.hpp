#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "client/ui/bell_mode.hpp"
#include "client/ui/transcript.hpp"

namespace confab::client {

/// What has come in that the person may not have seen: counts for the status row and the title, and when to ring.
/// Time comes in as an argument; no terminal in it.
class unread_counter {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds between_rings{2};

  explicit unread_counter(bell_mode bell) : bell_(bell) {}

  void set_bell(bell_mode bell) noexcept { bell_ = bell; }

  /// A line was shown. `from`: who said it; `partner`: whose private chat is open. True when the bell should ring.
  bool arrived(concern about, std::string_view from, std::string_view partner, time_point now);
  /// The person pressed Enter: all that is on the screen counts as seen.
  void typed() noexcept { since_typed_ = of_others_ = 0; }
  /// The person looks at what `name` said in private.
  void opened(std::string_view name);
  void renamed(std::string_view old_name, std::string_view name);
  /// `name` is no longer there: its private chat cannot be opened, so what it said is seen when the person types next.
  void left(std::string_view name);

  /// What is counted name by name is of at most so many people; of others it is seen when the person types next.
  static constexpr std::size_t most_names = 1000;

  /// Private messages of people whose private chat was not opened since.
  std::uint64_t unread_private() const;
  /// Messages since the person last pressed Enter.
  std::uint64_t since_typed() const noexcept { return since_typed_; }

 private:
  void count(std::string from);

  bell_mode bell_;
  std::optional<time_point> rang_;
  std::uint64_t since_typed_ = 0;
  std::map<std::string, std::uint64_t> unread_;  // by name_key of the sender
  std::uint64_t of_others_ = 0;                  // unread, of people who have left or are too many
};

}  // namespace confab::client

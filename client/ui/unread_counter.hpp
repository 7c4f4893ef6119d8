#pragma once

#include <chrono>
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
  void typed() noexcept { since_typed_ = 0; }
  /// The person looks at what `name` said in private.
  void opened(std::string_view name);
  void renamed(std::string_view old_name, std::string_view name);

  /// Private messages of people whose private chat was not opened since.
  std::uint64_t unread_private() const;
  /// Messages since the person last pressed Enter.
  std::uint64_t since_typed() const noexcept { return since_typed_; }

 private:
  bell_mode bell_;
  std::optional<time_point> rang_;
  std::uint64_t since_typed_ = 0;
  std::map<std::string, std::uint64_t> unread_;  // by name_key of the sender
};

}  // namespace confab::client

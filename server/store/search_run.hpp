#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "server/history/message.hpp"
#include "server/history/search_terms.hpp"

namespace confab::store {

/// A search under way. It looks at messages newest first, and can be left at any of them and gone on with later, so
/// that searches that take long can take turns. Belongs to one thread at a time.
class search_run {
 public:
  using clock = std::chrono::steady_clock;

  explicit search_run(search_request wanted);

  const search_request& wanted() const noexcept { return wanted_; }
  const search_words& words() const noexcept { return words_; }

  /// What is still to be looked at: messages with an id below this.
  std::uint64_t before() const noexcept { return before_; }
  /// Nothing is left to be looked at, or enough was found.
  bool over() const noexcept { return over_; }

  /// From here it goes on until `until`, or until `stop` is true.
  void resume(clock::time_point until, const std::atomic<bool>& stop) noexcept;
  /// Looks at `candidate`, which must be the next one. False when it must not go on now.
  bool consider(message candidate);
  /// There are no more candidates.
  void end() noexcept { over_ = true; }

  /// What was found, oldest first; incomplete when the search is not over. The run is worth nothing afterwards.
  page take();

 private:
  bool add(message found);

  search_request wanted_;
  search_words words_;
  std::uint64_t before_;
  bool over_;
  std::size_t bytes_ = 0;
  page found_;  // newest first
  clock::time_point until_;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace confab::store

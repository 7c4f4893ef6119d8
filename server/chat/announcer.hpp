#pragma once

#include <cstddef>

namespace confab::chat {

/// Decides which arrivals and departures, of the chat or of one room, are told one by one: at most `limit` a second.
/// The rest is counted and told as one crowd at the end of the second, because everyone hearing of everyone is n²
/// lines. On the hub's thread.
class announcer {
 public:
  explicit announcer(std::size_t limit) noexcept : limit_(limit) {}

  /// Somebody came (or left): whether to say so now. If not, it is counted for the crowd.
  bool admit_arrival() noexcept { return admit(joined_); }
  bool admit_departure() noexcept { return admit(left_); }

  /// From here on, also in this second.
  void set_limit(std::size_t limit) noexcept { limit_ = limit; }

  /// What was counted and not told.
  struct crowd {
    std::size_t joined = 0;
    std::size_t left = 0;
    bool empty() const noexcept { return joined == 0 && left == 0; }
  };

  /// A second is over: the crowd to tell of, if any. Counting starts anew.
  crowd next_second() noexcept {
    const crowd counted{joined_, left_};
    told_ = joined_ = left_ = 0;
    return counted;
  }

 private:
  bool admit(std::size_t& counter) noexcept {
    if (told_ < limit_) {
      ++told_;
      return true;
    }
    ++counter;
    return false;
  }

  std::size_t limit_;
  std::size_t told_ = 0;
  std::size_t joined_ = 0;
  std::size_t left_ = 0;
};

}  // namespace confab::chat

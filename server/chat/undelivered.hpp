#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace confab::chat {

/// Whispers to users whose connection is broken, until it is known what became of them. Users are known by their
/// numbers (user::user_id). Bounded for each receiver and in all; of what is beyond, nobody is told later. With the
/// hub, on its thread.
class undelivered {
 public:
  static constexpr std::size_t most_for_one = 1000;
  static constexpr std::size_t most_in_all = 100'000;

  struct whisper {
    std::uint64_t sender;
    std::uint64_t id;
  };
  /// What one sender is told of.
  struct share {
    std::uint64_t sender;
    std::size_t messages;
    std::uint64_t last;  ///< id
  };

  /// The whisper `id`, above all others, waits for `receiver`. Returns how many of that sender's wait there now.
  std::size_t add(std::uint64_t receiver, std::uint64_t sender, std::uint64_t id);
  /// It was taken back: there is nothing to wait for any more.
  void forget(std::uint64_t receiver, std::uint64_t id);
  bool any_for(std::uint64_t receiver) const noexcept { return by_receiver_.count(receiver) != 0; }
  /// Takes out those for `receiver` with ids above `after` up to `until`: a share a sender, in the order of their first
  /// whisper.
  std::vector<share> take(std::uint64_t receiver, std::uint64_t after = 0, std::uint64_t until = UINT64_MAX);

  void clear() noexcept {
    by_receiver_.clear();
    size_ = 0;
  }

  std::size_t size() const noexcept { return size_; }

 private:
  std::unordered_map<std::uint64_t, std::vector<whisper>> by_receiver_;
  std::size_t size_ = 0;
};

}  // namespace confab::chat

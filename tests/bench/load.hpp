#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/crowd.hpp"
#include "tests/bench/histogram.hpp"
#include "tests/bench/line_tally.hpp"

namespace confab::bench {

/// A text of `bytes` bytes (at least 8) that ends in `line_mark` and is chat to every server, never a command.
std::string message_text(std::size_t bytes);

/// Users who talk with a window: so many messages are on the way, and the next is sent when one is done.
///
/// Latency: the times of sending are kept by order of sending, and the k-th line a user receives is taken for the
/// k-th sent. A server may exchange two messages of different speakers that were on the way together; then their
/// two times are exchanged too, which leaves the mean as it is.
class load : public sink {
 public:
  load(crowd& users, std::size_t window);

  /// Sends what the window allows.
  void pump();

  /// Whether every message sent has reached everyone it was for.
  bool drained() const noexcept { return sent_ == done_; }

  /// Called when the load has ended and is drained: throws `failure` when somebody got less than he should.
  virtual void verify() {}

  /// Lines received so far by everyone they were for.
  virtual std::uint64_t deliveries() const noexcept = 0;

  /// From here on deliveries count in `latency()`.
  void start_latency() noexcept { recording_ = true; }
  const histogram& latency() const noexcept { return latency_; }

 protected:
  virtual void send_next() = 0;

  crowd& users() noexcept { return users_; }
  std::uint64_t sent() const noexcept { return sent_; }
  std::size_t slot(std::uint64_t number) const noexcept { return static_cast<std::size_t>(number) & mask_; }
  std::size_t slots() const noexcept { return mask_ + 1; }
  void one_done() noexcept { ++done_; }
  void note_delivery(std::uint64_t number, nanoseconds time) noexcept {
    if (recording_) latency_.add(static_cast<std::uint64_t>((time - sent_at_[slot(number)]).count()));
  }

 private:
  crowd& users_;
  std::size_t window_;
  std::size_t mask_;  // one less than a power of two that the window fits into
  std::vector<nanoseconds> sent_at_;
  std::uint64_t sent_ = 0;
  std::uint64_t done_ = 0;
  bool recording_ = false;
  histogram latency_;
};

/// A few speakers, everybody hears: a message is done when the last listener has it.
class fan_out : public load {
 public:
  /// `listeners`: whose lines count; whoever is missing must not be read by the crowd.
  fan_out(crowd& users, std::vector<std::size_t> listeners, std::size_t speakers, std::size_t bytes,
          std::size_t window);

  void received(std::size_t user, std::string_view bytes, nanoseconds time) override;
  std::uint64_t deliveries() const noexcept override { return deliveries_; }

 protected:
  void send_next() override;

 private:
  std::size_t listeners_;
  std::size_t speakers_;
  std::string line_;
  std::vector<line_tally> tallies_;      // a user
  std::vector<std::uint64_t> received_;  // lines a user
  std::vector<std::size_t> reached_;     // of a message on the way: how many have it
  std::uint64_t deliveries_ = 0;
};

/// Everybody whispers to his partner (0 with 1, 2 with 3, …), in turn.
class whispers : public load {
 public:
  /// `lines`: what each user says, with its LF.
  whispers(crowd& users, std::vector<std::string> lines, std::size_t window);

  void received(std::size_t user, std::string_view bytes, nanoseconds time) override;
  std::uint64_t deliveries() const noexcept override { return deliveries_; }

 protected:
  void send_next() override;

 private:
  std::vector<std::string> lines_;
  std::vector<line_tally> tallies_;
  std::uint64_t deliveries_ = 0;
};

/// A fan-out that costs this program next to nothing: one user in `stride` counts lines, what the others get is
/// thrown away in the kernel now and then, and its bytes are compared at the end. For servers that shall have
/// both cores to themselves.
class cheap_fan_out : public fan_out {
 public:
  static constexpr std::size_t stride = 16;

  /// Takes all users but one in `stride` out of the crowd's reading, for good.
  cheap_fan_out(crowd& users, std::size_t speakers, std::size_t bytes, std::size_t window);

  void received(std::size_t user, std::string_view bytes, nanoseconds time) override;
  std::uint64_t deliveries() const noexcept override;
  void verify() override;

 private:
  void sweep();

  std::vector<std::uint64_t> bytes_;  // received, a user
  nanoseconds swept_{};
};

}  // namespace confab::bench

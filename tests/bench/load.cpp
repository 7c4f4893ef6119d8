#include "tests/bench/load.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds sweep_interval = milliseconds(50);
constexpr nanoseconds sweep_patience = seconds(5);

std::vector<std::size_t> every(std::size_t stride, std::size_t users) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < users; i += stride) chosen.push_back(i);
  return chosen;
}

}  // namespace

std::string message_text(std::size_t bytes) {
  constexpr std::string_view words = "everything that is said here is heard by everybody else, ";
  std::string text;
  while (text.size() + line_mark.size() < bytes) text += words.substr(0, bytes - line_mark.size() - text.size());
  text += line_mark;
  return text;
}

load::load(crowd& users, std::size_t window)
    : users_(users), window_(window), mask_(std::bit_ceil(window) - 1), sent_at_(mask_ + 1) {}

void load::pump() {
  while (sent_ - done_ < window_) {
    sent_at_[slot(sent_)] = now();
    send_next();
    ++sent_;
  }
}

fan_out::fan_out(crowd& users, std::vector<std::size_t> listeners, std::size_t speakers, std::size_t bytes,
                 std::size_t window)
    : load(users, window),
      listeners_(listeners.size()),
      speakers_(std::min(speakers, users.size())),
      line_(message_text(bytes) + '\n'),
      tallies_(users.size()),
      received_(users.size()),
      reached_(slots()) {}

void fan_out::send_next() {
  const std::size_t speaker = static_cast<std::size_t>(sent() % speakers_);
  users().say(speaker * (users().size() / speakers_), line_);  // they sit evenly among the users
}

void fan_out::received(std::size_t user, std::string_view bytes, nanoseconds time) {
  const std::size_t lines = tallies_[user].add(bytes);
  for (std::size_t i = 0; i < lines; ++i) {
    const std::uint64_t number = received_[user]++;
    note_delivery(number, time);
    std::size_t& reached = reached_[slot(number)];
    if (++reached == listeners_) {
      reached = 0;
      one_done();
    }
  }
  deliveries_ += lines;
}

whispers::whispers(crowd& users, std::vector<std::string> lines, std::size_t window)
    : load(users, window), lines_(std::move(lines)), tallies_(lines_.size()) {}

void whispers::send_next() {
  const std::size_t speaker = static_cast<std::size_t>(sent() % lines_.size());
  users().say(speaker, lines_[speaker]);
}

void whispers::received(std::size_t user, std::string_view bytes, nanoseconds time) {
  for (std::size_t lines = tallies_[user].add(bytes); lines != 0; --lines) {
    note_delivery(deliveries_++, time);
    one_done();
  }
}

cheap_fan_out::cheap_fan_out(crowd& users, std::size_t speakers, std::size_t bytes, std::size_t window)
    : fan_out(users, every(stride, users.size()), speakers, bytes, window), bytes_(users.size()), swept_(now()) {
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (i % stride != 0) users.stop_reading(i);
  }
}

void cheap_fan_out::received(std::size_t user, std::string_view bytes, nanoseconds time) {
  bytes_[user] += bytes.size();
  fan_out::received(user, bytes, time);
  if (time - swept_ >= sweep_interval) sweep();
}

std::uint64_t cheap_fan_out::deliveries() const noexcept {
  const std::size_t counted = (bytes_.size() + stride - 1) / stride;
  return fan_out::deliveries() * bytes_.size() / counted;
}

void cheap_fan_out::sweep() {
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (i % stride != 0) bytes_[i] += users().discard(i);
  }
  swept_ = now();
}

void cheap_fan_out::verify() {
  const auto all_got_the_same = [this] {
    return std::all_of(bytes_.begin(), bytes_.end(), [this](std::uint64_t bytes) { return bytes == bytes_.front(); });
  };
  for (const nanoseconds start = now(); now() - start < sweep_patience;) {
    sweep();
    if (all_got_the_same()) return;
  }
  throw failure("not everybody got the same bytes");
}

}  // namespace confab::bench

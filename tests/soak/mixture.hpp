#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace confab::test {

/// Makes up what users send: talk in several scripts, every command of the table with right and wrong arguments, and
/// bytes that no honest client sends. The same seed makes the same sequence, as long as the same is noted in between.
/// One thread.
class mixture {
 public:
  explicit mixture(std::uint32_t seed) : random_(seed) {}

  /// A number below `limit`, which is above 0.
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  /// True once in `times`.
  bool one_in(std::size_t times) { return below(times) == 0; }

  /// The next thing to send: a line, several of them, a part of one, or rubbish.
  std::string next();
  /// What a connection may send first: now and then another protocol.
  std::string first();

  /// What was heard and is worth sending back: ids of messages, tokens for /resume. The newest are remembered.
  void note_id(std::uint64_t id) { remember(ids_, std::to_string(id)); }
  void note_token(std::string token) { remember(tokens_, std::move(token)); }

 private:
  static void remember(std::deque<std::string>& where, std::string what);
  std::string_view pick(const std::vector<std::string_view>& from) { return from[below(from.size())]; }
  std::string pick(const std::deque<std::string>& from, std::string_view otherwise);

  std::string talk();
  std::string name();
  std::string room();
  std::string moment();
  std::string argument();
  std::string command();
  std::string tagged();
  std::string hostile_line();
  std::string hostile_bytes();
  std::string rubbish(std::size_t bytes);

  std::mt19937 random_;
  std::deque<std::string> ids_;
  std::deque<std::string> tokens_;
};

}  // namespace confab::test

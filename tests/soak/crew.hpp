#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/soak/mixture.hpp"
#include "tests/support/crowd.hpp"
#include "tests/support/peer.hpp"

namespace confab::test {

/// What came of a run, for the report.
struct soak_figures {
  std::size_t rounds = 0;
  std::size_t connections = 0;
  std::size_t sent_pieces = 0;
  std::size_t lines_heard = 0;
  std::size_t kept_lines = 0;  ///< of the innocents, each heard by all of them
  std::chrono::milliseconds slowest_round{0};
};

/// Many connections that send whatever the mixture makes up, come, go, stop reading and come back; and a few innocent
/// users beside them, who take turns to say numbered lines. After each round all of these must have heard every line of
/// each other so far, once and in order, and have an answer to a ping; what anybody hears must be well-formed and safe
/// to print. A failure throws std::runtime_error. One thread.
class crew {
 public:
  crew(const endpoint& server, std::uint32_t seed, std::size_t connections);

  /// A round of random actions, and what the innocents say about it.
  void round();
  const soak_figures& figures() const noexcept { return figures_; }

 private:
  static constexpr std::size_t innocents = 4;  ///< the first members of the crowd; the odd ones speak JSON

  struct actor {
    std::size_t member = 0;
    bool deaf = false;
  };

  void heard(std::size_t member, std::string_view line);
  void heard_by_innocent(std::size_t number, std::string_view line);
  void learn_id(std::string_view line);
  void learn(std::string_view line);
  void act(actor& who);
  void connect(actor& who);
  bool all_is_told() const;

  mixture random_;
  crowd people_;
  std::vector<actor> actors_;
  std::vector<std::size_t> counted_;  ///< by listener × speaker: how many of the speaker's lines were heard
  std::vector<std::size_t> said_;     ///< by speaker
  std::vector<std::size_t> ponged_;   ///< by innocent: the number of the last answered ping
  soak_figures figures_;
};

}  // namespace confab::test

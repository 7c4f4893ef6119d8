#pragma once

#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "tests/bench/case_names.hpp"
#include "tests/bench/contestant.hpp"
#include "tests/bench/crowd.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/subject.hpp"

namespace confab::bench {

/// The first users pay for what a server loads and reserves once; they are not in the figures a user.
inline constexpr std::size_t first_users = 20;
inline constexpr std::size_t idle_users = 1000;
/// Bytes of what is said, where that is not what is measured.
inline constexpr std::size_t usual_bytes = 100;

inline std::vector<std::size_t> everybody(const crowd& users) {
  std::vector<std::size_t> all(users.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// A server with its users.
struct stage {
  stage(subject started, bool greets, const socket_choice& choice = {}, wire how = wire::lines)
      : server(std::move(started)),
        users(how == wire::tls ? server.tls_where() : server.where(), greets, choice, how) {}
  ~stage() { server.stop(); }  // before its users hang up, or it would announce every one of them

  subject server;
  crowd users;
};

/// The bytes each user after the first took, as a figure of the case `name`.
inline void add_memory(figures& results, const std::string& name, const contestant& whose, std::size_t users,
                       std::optional<std::size_t> before, std::optional<std::size_t> after) {
  if (!before || !after) return;
  const double bytes = static_cast<double>(*after) - static_cast<double>(*before);
  results.add(name, whose.name(), figure::memory, bytes / static_cast<double>(users - first_users));
}

}  // namespace confab::bench

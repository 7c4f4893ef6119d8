#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support/crowd.hpp"

namespace confab::bench {

/// The connections of an attack. They read what comes unless told not to. Lives in a process of its own.
class attackers {
 public:
  explicit attackers(const test::endpoint& server);

  test::crowd people;
  std::vector<std::string> tokens;       ///< for /resume, by number of the connection; empty: none yet
  std::vector<std::uint32_t> pongs;      ///< answered pings, by number
  std::vector<std::size_t> connections;  ///< whatever the attack wants to remember
  std::size_t step = 0;                  ///< turns of the attack so far

  /// Brings in `count` more, each saying `first`.
  void add(std::size_t count, const std::string& first = {});
  /// Reads and writes for some milliseconds.
  void pump(int milliseconds);
  /// Pings each connection from `first` on and waits until all are answered.
  void wait_for_pongs(std::size_t first = 0);
  /// Those that have ended, or that `wanted` are not there, are replaced; each says `first`.
  void keep(std::size_t wanted, const std::string& first = {});

 private:
  void heard(std::size_t number, std::string_view line);
};

/// One way to harm the others. What it does is done again and again until it is stopped.
struct attack {
  const char* name;
  void (*prepare)(attackers& all);  ///< not measured; null: nothing
  void (*go_on)(attackers& all);    ///< a turn of the attack, of about 10 ms
  double memory;                    ///< MiB that it may make the server take: the bounds of all that it fills
  bool limited = true;              ///< false: nothing bounds it yet, so its figures have no targets
};

/// All of them.
std::span<const attack> attacks();

}  // namespace confab::bench

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/peer.hpp"

namespace confab::test {

/// A TCP proxy on 127.0.0.1 that breaks connections at random bytes, as bad networks do: with an orderly end or a reset
/// on either side, or so that the client sees the end while the server sees a connection that hangs.
///
/// Works on a thread of its own; all calls may be made from any thread. Until start_cutting it only passes on.
class cutting_proxy {
 public:
  /// In front of `server`. The same seed makes the same choices.
  cutting_proxy(endpoint server, std::uint32_t seed);
  ~cutting_proxy();
  cutting_proxy(const cutting_proxy&) = delete;
  cutting_proxy& operator=(const cutting_proxy&) = delete;

  const endpoint& at() const { return at_; }

  /// Cuts connections, those that are there and those that come, `count` times in all. Then it only passes on.
  void start_cutting(std::size_t count);

  /// Connections cut so far.
  std::size_t cuts() const { return cuts_; }

 private:
  struct way;
  struct link;

  void run();
  void accept_one();
  bool serve(link& served);
  bool pass(link& on, way& along);
  void cut(link& which);
  std::size_t random_budget();
  std::size_t random_below(std::size_t limit);

  const endpoint server_;
  endpoint at_;
  std::mt19937 random_;  // the thread's
  unique_fd listener_;
  unique_fd wake_;
  std::vector<std::unique_ptr<link>> links_;  // the thread's
  std::atomic<std::size_t> to_cut_{0};
  std::atomic<std::size_t> cuts_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace confab::test

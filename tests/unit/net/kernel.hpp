#pragma once

#include <cstddef>
#include <functional>
#include <sys/types.h>
#include <vector>

namespace confab::test {

/// What the kernel answers to the system calls of server/net, which this test program sees first: as much or as little
/// as a test wants, and any error. There is one; each test starts with a fresh one, which changes nothing. Set it up
/// before there are threads. A hook left empty is the real call.
class kernel {
 public:
  /// How many of `bytes` the call may pass on; less than 0: it fails with that errno.
  using limit = std::function<ssize_t(std::size_t bytes)>;

  kernel();
  ~kernel();
  kernel(const kernel&) = delete;
  kernel& operator=(const kernel&) = delete;

  limit send;                                   ///< of one piece
  limit sendmsg;                                ///< of all the pieces together
  limit recv;                                   ///< asked with the size of the buffer
  std::function<int()> accept;                  ///< 0, or less: it fails with that errno
  std::function<int(int operation)> epoll_ctl;  ///< 0, or less: it fails with that errno
  std::function<int()> on_the_way;              ///< of SIOCOUTQ; less than 0: it fails with that errno
  std::function<void()> bound;                  ///< called after each bind
  std::function<void()> connected;              ///< called after each connect, whatever came of it

  /// How often each was called.
  struct count {
    std::size_t send = 0;
    std::size_t sendmsg = 0;
    std::size_t recv = 0;
    std::size_t accept = 0;
    std::size_t epoll_ctl = 0;
    std::size_t on_the_way = 0;
  } calls;
  std::vector<int> accepted;  ///< sockets that came out of accept4
};

}  // namespace confab::test

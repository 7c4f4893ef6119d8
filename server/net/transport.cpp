#include "server/net/transport.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace confab::net {

int transport::unconfirmed() const noexcept {
  int bytes = 0;
  return ::ioctl(descriptor(), SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

void transport::abort() noexcept {
  const ::linger at_once{1, 0};
  ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

}  // namespace confab::net

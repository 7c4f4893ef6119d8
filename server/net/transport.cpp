#include "server/net/transport.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace confab::net {

int transport::unconfirmed() const noexcept {
  int bytes = 0;
  return ::ioctl(descriptor(), SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

void transport::end_output() noexcept {
  if (tls_ != nullptr) tls_->end_output();
  ::shutdown(descriptor(), SHUT_WR);
}

void transport::close() noexcept {
  if (tls_ != nullptr) tls_->end_output();
  drop();
}

void transport::abort() noexcept {
  const ::linger at_once{1, 0};
  ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  drop();
}

void transport::drop() noexcept {
  tls_.reset();
  socket_.reset();
}

}  // namespace confab::net

#include "server/net/listening_socket.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "server/net/address.hpp"

namespace confab::net {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Connections inherit it. Without it somebody could send us a descriptor whose end the kernel has to wait for, on the
// thread that reads (unix(7), SCM_RIGHTS; socket(7), SO_LINGER). Linux 6.16 and later know it.
void take_no_descriptors(int socket) noexcept {
#ifdef SO_PASSRIGHTS
  constexpr int pass_rights = SO_PASSRIGHTS;
#else
  constexpr int pass_rights = 83;  // asm-generic/socket.h
#endif
  const int no = 0;
  ::setsockopt(socket, SOL_SOCKET, pass_rights, &no, sizeof no);
}

unique_fd open_socket(int family) {
  unique_fd out(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!out) fail("socket");
  if (family == AF_UNIX) take_no_descriptors(out.get());
  return out;
}

}  // namespace

listening_socket::listening_socket(const asio::ip::tcp::endpoint& where)
    : socket_(open_socket(where.protocol().family())) {
  const int yes = 1;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket_.get(), where.data(), static_cast<socklen_t>(where.size())) != 0) fail("bind");
  if (::listen(socket_.get(), backlog) != 0) fail("listen");
  where_ = name_of(socket_.get());
}

listening_socket::listening_socket(const unix_place& where)
    : socket_(open_socket(AF_UNIX)),
      file_(socket_.get(), where, backlog),
      where_("unix:" + where.path),
      is_unix_(true) {}

listening_socket::listening_socket(unique_fd listens)
    : socket_(std::move(listens)), where_(name_of(socket_.get())), is_unix_(where_.starts_with("unix:")) {
  if (is_unix_) take_no_descriptors(socket_.get());
}

void listening_socket::close() noexcept {
  if (!socket_) return;
  file_.remove();
  socket_.reset();
}

}  // namespace confab::net

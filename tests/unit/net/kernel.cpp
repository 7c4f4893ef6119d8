#include "tests/unit/net/kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <dlfcn.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace confab::test {
namespace {

kernel* now = nullptr;

/// The function behind ours: libc's, or a sanitizer's, which must see the call, too.
template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// Whether the call fails as the test wants; else `bytes` is what it may pass on.
bool fails(const kernel::limit& hook, std::size_t& bytes) {
  if (!hook) return false;
  const ssize_t allowed = hook(bytes);
  if (allowed < 0) {
    errno = static_cast<int>(-allowed);
    return true;
  }
  bytes = std::min(bytes, static_cast<std::size_t>(allowed));
  return false;
}

/// What a call has answered, when a hook has had its moment. By value: it may take itself away.
int after(int answer, std::function<void()> hook) {
  const int error = errno;
  if (hook) hook();
  errno = error;
  return answer;
}

bool fails(int answer) {
  if (answer < 0) errno = -answer;
  return answer < 0;
}

}  // namespace

kernel::kernel() {
  now = this;
}

kernel::~kernel() {
  now = nullptr;
}

}  // namespace confab::test

using confab::test::after;
using confab::test::fails;
using confab::test::next;
using confab::test::now;

extern "C" {

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  static auto* const real = next<decltype(::send)>("send");
  if (now != nullptr && now->send) {
    ++now->calls.send;
    if (fails(now->send, size)) return -1;
  }
  return real(fd, bytes, size, flags);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static auto* const real = next<decltype(::sendmsg)>("sendmsg");
  if (now == nullptr || !now->sendmsg) return real(fd, message, flags);
  ++now->calls.sendmsg;
  std::vector<iovec> pieces(message->msg_iov, message->msg_iov + message->msg_iovlen);
  std::size_t size = 0;
  for (const iovec& each : pieces) size += each.iov_len;
  if (fails(now->sendmsg, size)) return -1;
  for (iovec& each : pieces) {
    each.iov_len = std::min(each.iov_len, size);
    size -= each.iov_len;
  }
  msghdr shorter = *message;
  shorter.msg_iov = pieces.data();
  return real(fd, &shorter, flags);
}

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  static auto* const real = next<decltype(::recv)>("recv");
  if (now != nullptr && now->recv) {
    ++now->calls.recv;
    if (fails(now->recv, size)) return -1;
  }
  return real(fd, buffer, size, flags);
}

int accept4(int fd, sockaddr* from, socklen_t* size, int flags) {
  static auto* const real = next<decltype(::accept4)>("accept4");
  if (now == nullptr) return real(fd, from, size, flags);
  ++now->calls.accept;
  if (now->accept && fails(now->accept())) return -1;
  const int socket = real(fd, from, size, flags);
  if (socket >= 0) now->accepted.push_back(socket);
  return socket;
}

int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
  static auto* const real = next<decltype(::bind)>("bind");
  const int answer = real(fd, address, size);
  return after(answer, now == nullptr ? nullptr : now->bound);
}

int connect(int fd, const sockaddr* address, socklen_t size) {
  static auto* const real = next<decltype(::connect)>("connect");
  const int answer = real(fd, address, size);
  return after(answer, now == nullptr ? nullptr : now->connected);
}

int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  static auto* const real = next<decltype(::epoll_ctl)>("epoll_ctl");
  if (now != nullptr && now->epoll_ctl) {
    ++now->calls.epoll_ctl;
    if (fails(now->epoll_ctl(operation))) return -1;
  }
  return real(epoll, operation, fd, event);
}

int ioctl(int fd, unsigned long request, ...) noexcept {
  static auto* const real = next<decltype(::ioctl)>("ioctl");
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (now == nullptr || request != SIOCOUTQ || !now->on_the_way) return real(fd, request, argument);
  ++now->calls.on_the_way;
  const int answer = now->on_the_way();
  if (fails(answer)) return -1;
  *static_cast<int*>(argument) = answer;
  return 0;
}

}  // extern "C"

#include "server/net/tls_socket.hpp"

#include <cerrno>
#include <memory>
#include <new>
#include <openssl/bio.h>
#include <sys/socket.h>

namespace confab::net {
namespace {

tls_socket& socket_of(BIO* bio) {
  return *static_cast<tls_socket*>(BIO_get_data(bio));
}

int read_bio(BIO* bio, char* into, std::size_t most, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  const long got = socket_of(bio).read(into, most);
  if (got > 0) *count = static_cast<std::size_t>(got);
  if (got < 0 && socket_of(bio).can_try_again()) BIO_set_retry_read(bio);
  return got > 0 ? 1 : 0;
}

int write_bio(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  const long put = socket_of(bio).write(from, size);
  if (put > 0) *count = static_cast<std::size_t>(put);
  if (put < 0 && socket_of(bio).can_try_again()) BIO_set_retry_write(bio);
  return put > 0 ? 1 : 0;
}

long control_bio(BIO* bio, int what, long, void*) {
  switch (what) {
    case BIO_CTRL_FLUSH: return 1;  // nothing is kept back
    case BIO_CTRL_EOF: return socket_of(bio).has_ended() ? 1 : 0;
    default: return 0;
  }
}

struct freed {
  void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

const BIO_METHOD* method() {
  static const std::unique_ptr<BIO_METHOD, freed> made = [] {
    std::unique_ptr<BIO_METHOD, freed> out(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"));
    if (out == nullptr || BIO_meth_set_read_ex(out.get(), read_bio) != 1 ||
        BIO_meth_set_write_ex(out.get(), write_bio) != 1 || BIO_meth_set_ctrl(out.get(), control_bio) != 1) {
      throw std::bad_alloc();
    }
    return out;
  }();
  return made.get();
}

}  // namespace

bio_st* tls_socket::make_bio() {
  BIO* const out = BIO_new(method());
  if (out == nullptr) throw std::bad_alloc();
  BIO_set_data(out, this);
  BIO_set_init(out, 1);
  return out;
}

long tls_socket::outcome(long count) noexcept {
  const bool nothing_now = count < 0 && (errno == EAGAIN || errno == EINTR);
  error_ = count < 0 && !nothing_now ? errno : 0;
  return count;
}

long tls_socket::read(char* into, std::size_t most) noexcept {
  const long got = outcome(::recv(descriptor_, into, most, 0));
  ended_ = got == 0;
  found_nothing_ = got < 0 && error_ == 0;
  return got;
}

long tls_socket::write(const char* from, std::size_t size) noexcept {
  return outcome(::send(descriptor_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace confab::net

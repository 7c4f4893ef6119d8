#include "tests/bench/tls_end.hpp"

#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

SSL_CTX* context() {
  static SSL_CTX* const made = [] {
    SSL_CTX* const out = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(out, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(out, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(out, 1);
    return out;
  }();
  return made;
}

}  // namespace

void tls_end::freed::operator()(ssl_st* state) const {
  SSL_free(state);
}

tls_end::tls_end(int socket) : state_(SSL_new(context())) {
  SSL_set_fd(state_.get(), socket);
  SSL_set_connect_state(state_.get());
}

bool tls_end::shake() {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(state_.get());
  if (outcome == 1) return true;
  const int what = SSL_get_error(state_.get(), outcome);
  // Before it is connected, the socket refuses what is written.
  if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE || (what == SSL_ERROR_SYSCALL && errno == ENOTCONN)) {
    return false;
  }
  throw failure("a TLS handshake failed");
}

ssize_t tls_end::read(char* into, std::size_t most) {
  ERR_clear_error();
  const int count = SSL_read(state_.get(), into, static_cast<int>(most));
  if (count > 0) return count;
  const int what = SSL_get_error(state_.get(), count);
  if (what == SSL_ERROR_ZERO_RETURN) return 0;
  if (what != SSL_ERROR_WANT_READ) throw failure("a TLS connection broke");
  errno = EAGAIN;
  return -1;
}

ssize_t tls_end::write(std::string_view bytes) {
  ERR_clear_error();
  const int count = SSL_write(state_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (count <= 0) throw failure("a TLS connection takes nothing");
  return count;
}

}  // namespace confab::bench

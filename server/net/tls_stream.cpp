#include "server/net/tls_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace confab::net {
namespace {

// Records that one read takes: whoever sends a byte in each, or none, is not read for long in one go.
constexpr std::size_t max_records = 64;

// What OpenSSL takes for a buffer that has something in it, about.
constexpr std::size_t buffer_bytes = tls_stream::max_record + 512;

}  // namespace

void tls_stream::freed::operator()(ssl_st* state) const noexcept {
  SSL_free(state);
}

tls_stream::tls_stream(int socket, const tls_context& with) : socket_(socket), state_(SSL_new(with.get())) {
  if (state_ == nullptr) throw std::bad_alloc();
  BIO* const bio = socket_.make_bio();
  SSL_set_bio(state_.get(), bio, bio);
  SSL_set_accept_state(state_.get());
}

tls_stream::progress tls_stream::handshake() {
  ERR_clear_error();
  socket_.look_again();
  const int outcome = SSL_do_handshake(state_.get());
  if (outcome == 1) {
    in_handshake_ = false;
    return progress::done;
  }
  switch (SSL_get_error(state_.get(), outcome)) {
    case SSL_ERROR_WANT_READ: return progress::wants_input;
    case SSL_ERROR_WANT_WRITE: return progress::wants_output;
    default: break;
  }
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  if (reason != nullptr) {
    why_ = reason;
  } else {
    why_ = socket_.error() == 0 ? "the peer went" : std::strerror(socket_.error());
  }
  take_failure(outcome);
  return progress::failed;
}

// What has ended, by what the last call of OpenSSL came to.
void tls_stream::take_failure(int outcome) {
  switch (SSL_get_error(state_.get(), outcome)) {
    case SSL_ERROR_ZERO_RETURN: end_ = ending::closed; break;
    case SSL_ERROR_SYSCALL:
      end_ = ending::failed;
      failed_with_ = socket_.error() == 0 ? ECONNRESET : socket_.error();
      break;
    default:
      end_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? ending::cut : ending::failed;
      failed_with_ = EPROTO;
  }
  ERR_clear_error();
}

// False when there is no more to be had now.
bool tls_stream::read_record(std::span<char> into, std::size_t& count) {
  std::size_t got = 0;
  const int outcome = SSL_read_ex(state_.get(), into.data(), into.size(), &got);
  if (outcome == 1) {
    count += got;
  } else {
    const int what = SSL_get_error(state_.get(), outcome);
    if (what == SSL_ERROR_WANT_WRITE) {
      read_waits_ = true;
    } else if (what != SSL_ERROR_WANT_READ) {
      take_failure(outcome);
    }
  }
  return end_ == ending::none && unread();
}

ssize_t tls_stream::read(std::span<char> into) {
  error_ = 0;
  read_waits_ = false;
  ERR_clear_error();
  std::size_t count = 0;
  if (end_ == ending::none) {
    socket_.look_again();
    std::size_t records = 0;
    while (read_record(into.subspan(count), count) && count < into.size() && ++records < max_records) {
    }
  }
  if (count > 0) return static_cast<ssize_t>(count);
  if (end_ == ending::none) return -1;
  end_told_ = true;
  if (end_ != ending::failed) return 0;
  error_ = failed_with_;
  return -1;
}

bool tls_stream::unread() const noexcept {
  if (end_ != ending::none) return !end_told_;
  return !read_waits_ && !socket_.found_nothing() && SSL_has_pending(state_.get()) == 1;
}

// False when it can be written no further now. The same bytes must be tried again then, before any others.
bool tls_stream::write_record(std::string_view bytes, std::size_t& count) {
  std::size_t put = 0;
  const int outcome = SSL_write_ex(state_.get(), bytes.data(), bytes.size(), &put);
  write_pends_ = outcome != 1;
  if (outcome == 1) {
    count += put;
    return true;
  }
  const int what = SSL_get_error(state_.get(), outcome);
  if (what == SSL_ERROR_WANT_READ) {
    write_waits_ = true;
  } else if (what != SSL_ERROR_WANT_WRITE) {
    take_failure(outcome);
  }
  return false;
}

ssize_t tls_stream::write(std::string_view bytes) {
  error_ = 0;
  write_waits_ = false;
  ERR_clear_error();
  std::size_t count = 0;
  while (count < bytes.size() && end_ != ending::failed && write_record(bytes.substr(count, max_record), count)) {
  }
  if (count > 0 || bytes.empty()) return static_cast<ssize_t>(count);
  if (end_ == ending::failed) error_ = failed_with_;
  return -1;
}

ssize_t tls_stream::write(std::span<const iovec> pieces, std::span<char> scratch) {
  if (pieces.empty()) return 0;
  const std::string_view first(static_cast<const char*>(pieces.front().iov_base), pieces.front().iov_len);
  if (pieces.size() == 1 || first.size() >= max_record) return write(first);
  const std::size_t room = std::min(scratch.size(), max_record);
  std::size_t size = 0;
  for (const iovec& each : pieces) {
    if (each.iov_len == 0) continue;  // it may point nowhere
    const std::size_t count = std::min(each.iov_len, room - size);
    std::memcpy(scratch.data() + size, each.iov_base, count);
    size += count;
    if (size == room) break;
  }
  return write({scratch.data(), size});
}

void tls_stream::end_output() noexcept {
  if (in_handshake_ || end_ == ending::failed) return;
  ERR_clear_error();
  SSL_shutdown(state_.get());  // what the socket does not take of it is no loss: the end of the stream follows
  ERR_clear_error();
}

std::size_t tls_stream::held_bytes() const noexcept {
  const bool in_record = std::string_view(SSL_rstate_string(state_.get())) == "RB";  // its header is there, no more
  const bool reads = in_record || SSL_has_pending(state_.get()) == 1;
  return (reads ? buffer_bytes : 0) + (write_pends_ ? buffer_bytes : 0);
}

}  // namespace confab::net

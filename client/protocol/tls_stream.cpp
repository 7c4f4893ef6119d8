#include "client/protocol/tls_stream.hpp"

#include <openssl/err.h>

#include <asio/error.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

namespace confab::client {
namespace {

/// Errors come back as values: the first of the tuple that is awaited.
constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

bool has_to_wait(int why) {
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

}  // namespace

tls_stream::tls_stream(asio::ip::tcp::socket& socket, const tls_context& by)
    : socket_(socket), session_(by.begin(fault_)) {
  std::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  SSL_set_fd(session_.get(), socket_.native_handle());
}

asio::awaitable<std::error_code> tls_stream::shake_hands() {
  while (!ended_) {
    ERR_clear_error();
    const int done = SSL_do_handshake(session_.get());
    open_ = done == 1;
    if (open_) co_return std::error_code();
    const int why = SSL_get_error(session_.get(), done);
    if (!has_to_wait(why)) {
      explain_handshake();
      co_return give_up(why);
    }
    if (const std::error_code failure = co_await wait(why)) co_return failure;
  }
  co_return make_error_code(asio::error::operation_aborted);
}

std::string tls_stream::version() const {
  const std::string name = SSL_get_version(session_.get());  // as in TLSv1.3
  return name.starts_with("TLSv") ? "TLS " + name.substr(4) : name;
}

asio::awaitable<std::pair<std::error_code, std::size_t>> tls_stream::read_some(std::span<char> into) {
  std::pair<std::error_code, std::size_t> result{make_error_code(asio::error::operation_aborted), 0};
  while (!ended_) {
    ERR_clear_error();
    const int done = SSL_read_ex(session_.get(), into.data(), into.size(), &result.second);
    if (done == 1) {
      result.first.clear();
      break;
    }
    const int why = SSL_get_error(session_.get(), done);
    if (!has_to_wait(why)) {
      result.first = give_up(why);
      break;
    }
    if (const std::error_code failure = co_await wait(why)) {
      result.first = failure;
      break;
    }
  }
  co_return result;
}

asio::awaitable<std::error_code> tls_stream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (ended_) co_return make_error_code(asio::error::operation_aborted);
    ERR_clear_error();
    std::size_t count = 0;
    const int done = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count);
    if (done == 1) {
      bytes.remove_prefix(count);
      continue;
    }
    const int why = SSL_get_error(session_.get(), done);
    if (!has_to_wait(why)) co_return give_up(why);
    if (const std::error_code failure = co_await wait(why)) co_return failure;
  }
  co_return std::error_code();
}

void tls_stream::write_now(std::string_view bytes) noexcept {
  if (ended_ || !open_) return;
  ERR_clear_error();
  std::size_t ignored = 0;
  SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &ignored);
}

void tls_stream::end() noexcept {
  if (ended_) return;
  ended_ = true;
  ERR_clear_error();
  if (open_) SSL_shutdown(session_.get());
}

asio::awaitable<std::error_code> tls_stream::wait(int why) {
  const auto what = why == SSL_ERROR_WANT_READ ? asio::ip::tcp::socket::wait_read : asio::ip::tcp::socket::wait_write;
  const auto [failure] = co_await socket_.async_wait(what, as_result);
  co_return failure;
}

/// After an error that is no wait OpenSSL wants to be asked nothing more; after the server's goodbye we may say ours.
std::error_code tls_stream::give_up(int why) {
  if (why == SSL_ERROR_ZERO_RETURN) return asio::error::eof;
  ended_ = true;
  return asio::error::connection_reset;
}

/// What we have not said ourselves of a handshake that failed.
void tls_stream::explain_handshake() {
  if (fault_) return;
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  const bool cut = error == 0 || ERR_SYSTEM_ERROR(error) || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  if (cut && BIO_number_read(SSL_get_rbio(session_.get())) > 0) return;  // the network's fault, or it is shutting down
  if (cut || reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG) {
    fault_ = tls_fault{.what = tls_trouble::not_tls};
    return;
  }
  const char* const words = ERR_reason_error_string(error);
  fault_ = tls_fault{.what = tls_trouble::failed, .detail = words == nullptr ? "" : words};
}

}  // namespace confab::client

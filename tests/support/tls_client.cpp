#include "tests/support/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdexcept>

namespace confab::test {
namespace {

std::runtime_error failed(const char* what) {
  const char* const why = ERR_reason_error_string(ERR_peek_error());
  return std::runtime_error(std::string(what) + ": " + (why == nullptr ? "no reason" : why));
}

}  // namespace

void tls_client::freed::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}
void tls_client::freed::operator()(ssl_st* state) const {
  SSL_free(state);
}

tls_client::tls_client(int most, int least) : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_max_proto_version(context_.get(), most);
  SSL_CTX_set_min_proto_version(context_.get(), least);
  SSL_CTX_set_app_data(context_.get(), learnt_.get());
  SSL_CTX_set_ciphersuites(context_.get(), "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_keylog_callback(context_.get(), [](const SSL* state, const char* line) {
    constexpr std::string_view start = "CLIENT_TRAFFIC_SECRET_0 ";
    const std::string_view said(line);
    if (!said.starts_with(start)) return;
    auto* const into = static_cast<learnt*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(state)));
    into->traffic_secret = said.substr(said.rfind(' ') + 1);
  });
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* state, SSL_SESSION*) {
    ++static_cast<learnt*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(state)))->tickets;
    return 0;
  });
  state_.reset(SSL_new(context_.get()));
  SSL_set_bio(state_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(state_.get());
}

void tls_client::feed(std::string_view bytes) {
  if (!bytes.empty()) BIO_write(SSL_get_rbio(state_.get()), bytes.data(), static_cast<int>(bytes.size()));
}

std::string tls_client::take() {
  std::string out(BIO_ctrl_pending(SSL_get_wbio(state_.get())), '\0');
  if (!out.empty()) BIO_read(SSL_get_wbio(state_.get()), out.data(), static_cast<int>(out.size()));
  return out;
}

bool tls_client::shake() {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(state_.get());
  if (outcome == 1) return true;
  if (SSL_get_error(state_.get(), outcome) != SSL_ERROR_WANT_READ) throw failed("handshake");
  return false;
}

void tls_client::write(std::string_view bytes) {
  ERR_clear_error();
  if (SSL_write(state_.get(), bytes.data(), static_cast<int>(bytes.size())) != static_cast<int>(bytes.size())) {
    throw failed("write");
  }
}

std::string tls_client::read() {
  std::string out;
  char bytes[16 * 1024];
  ERR_clear_error();
  for (;;) {
    const int count = SSL_read(state_.get(), bytes, sizeof bytes);
    if (count > 0) {
      out.append(bytes, static_cast<std::size_t>(count));
      continue;
    }
    const int what = SSL_get_error(state_.get(), count);
    if (what == SSL_ERROR_ZERO_RETURN) closed_ = true;
    if (what != SSL_ERROR_ZERO_RETURN && what != SSL_ERROR_WANT_READ) failure_ = failed("read").what();
    return out;
  }
}

void tls_client::update_keys(bool both) {
  SSL_key_update(state_.get(), both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
  SSL_do_handshake(state_.get());
}

void tls_client::ask_again() {
  SSL_renegotiate(state_.get());
  SSL_do_handshake(state_.get());
}

void tls_client::end() {
  SSL_shutdown(state_.get());
}

std::string tls_client::version() const {
  return SSL_get_version(state_.get());
}

std::string tls_client::peer_name() const {
  X509* const theirs = SSL_get0_peer_certificate(state_.get());
  char name[256] = {};
  if (theirs != nullptr) X509_NAME_get_text_by_NID(X509_get_subject_name(theirs), NID_commonName, name, sizeof name);
  return name;
}

}  // namespace confab::test

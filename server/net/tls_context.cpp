#include "server/net/tls_context.hpp"

#include <algorithm>
#include <ctime>
#include <new>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace confab::net {
namespace {

struct freed {
  void operator()(BIO* each) const noexcept { BIO_free(each); }
  void operator()(X509* each) const noexcept { X509_free(each); }
  void operator()(EVP_PKEY* each) const noexcept { EVP_PKEY_free(each); }
};
template <class T>
using owned = std::unique_ptr<T, freed>;
using chain_list = std::vector<owned<X509>>;

// Forward secrecy and authenticated encryption only. Those of TLS 1.3 are all of that kind.
constexpr const char* old_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

constexpr std::string_view certificate_mark = "-----BEGIN CERTIFICATE-----";

owned<BIO> reader_of(std::string_view text) {
  owned<BIO> out(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (out == nullptr) throw std::bad_alloc();
  return out;
}

// Takes what OpenSSL has against it from its queue.
std::string last_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason is known" : reason;
}

// For OpenSSL, which would ask for the password at the terminal.
int refuse_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return 0;
}

std::variant<chain_list, tls_fault> read_chain(std::string_view text) {
  if (text.find(certificate_mark) == std::string_view::npos) {
    const bool is_key = text.find("PRIVATE KEY-----") != std::string_view::npos;
    return tls_fault{false, is_key ? "it has a key and no certificate: that is for --tls-key"
                                   : fmt::format("it has no certificate, which begins with {}", certificate_mark)};
  }
  const owned<BIO> from = reader_of(text);
  chain_list out;
  while (owned<X509> next{PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)}) out.push_back(std::move(next));
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = last_reason();
  if (at_end && !out.empty()) return out;
  return tls_fault{
      false, fmt::format("its certificate {} is damaged, or only half of it is there ({})", out.size() + 1, reason)};
}

std::variant<owned<EVP_PKEY>, tls_fault> read_key(std::string_view text) {
  bool asked = false;
  const owned<BIO> from = reader_of(text);
  owned<EVP_PKEY> out(PEM_read_bio_PrivateKey(from.get(), nullptr, refuse_password, &asked));
  const std::string reason = last_reason();
  if (out != nullptr) return out;
  if (asked) {
    return tls_fault{true,
                     "the key is encrypted, and nobody is there to ask for its password: "
                     "openssl pkey -in FILE -out NEW makes one that is not"};
  }
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return tls_fault{true, fmt::format("its key is damaged, or only half of it is there ({})", reason)};
  }
  return tls_fault{true, "it has no key, which begins with -----BEGIN PRIVATE KEY-----"};
}

bool fits(const owned<X509>& certificate, const owned<EVP_PKEY>& key) {
  const bool out = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return out;
}

// Whether key and chain belong together.
std::variant<std::monostate, tls_fault> check(const chain_list& chain, const owned<EVP_PKEY>& key) {
  if (!fits(chain.front(), key)) {
    const bool later = std::any_of(chain.begin(), chain.end(), [&](const auto& each) { return fits(each, key); });
    if (!later) return tls_fault{true, "this is not the key of the certificate; have both files been replaced?"};
    return tls_fault{false, "the certificate of the key must be the first in it, and then that of whoever issued it"};
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (X509_check_issued(chain[i].get(), chain[i - 1].get()) == X509_V_OK) continue;
    return tls_fault{false,
                     fmt::format("its certificate {} is not that of the issuer of certificate {}: the one of the "
                                 "server comes first, then that of whoever issued it, and so on",
                                 i + 1, i)};
  }
  return std::monostate();
}

tls_context::time time_of(const ASN1_TIME* when) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(when, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

// What a server sets for all of its connections.
void set_up(SSL_CTX* context, tls_version least) {
  SSL_CTX_set_min_proto_version(context, least == tls_version::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, old_ciphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A read ends with each record: so whoever sends records that have nothing in them does not keep us in one read.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context, 1);  // a record is one system call, and not two
}

}  // namespace

void tls_context::freed::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

std::variant<std::shared_ptr<const tls_context>, tls_fault> tls_context::make(std::string_view chain,
                                                                              std::string_view key, tls_version least) {
  ERR_clear_error();
  auto certificates = read_chain(chain);
  if (auto* const wrong = std::get_if<tls_fault>(&certificates)) return std::move(*wrong);
  auto secret = read_key(key);
  if (auto* const wrong = std::get_if<tls_fault>(&secret)) return std::move(*wrong);
  const auto& all = std::get<chain_list>(certificates);
  auto checked = check(all, std::get<owned<EVP_PKEY>>(secret));
  if (auto* const wrong = std::get_if<tls_fault>(&checked)) return std::move(*wrong);

  owner context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) throw std::bad_alloc();
  set_up(context.get(), least);
  if (SSL_CTX_use_certificate(context.get(), all.front().get()) != 1) return tls_fault{false, last_reason()};
  if (SSL_CTX_use_PrivateKey(context.get(), std::get<owned<EVP_PKEY>>(secret).get()) != 1) {
    return tls_fault{true, last_reason()};
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), all[i].get()) != 1) return tls_fault{false, last_reason()};
  }
  time begins = time::min();
  time expires = time::max();
  for (const auto& each : all) {
    begins = std::max(begins, time_of(X509_get0_notBefore(each.get())));
    expires = std::min(expires, time_of(X509_get0_notAfter(each.get())));
  }
  return std::shared_ptr<const tls_context>(new tls_context(std::move(context), begins, expires));
}

}  // namespace confab::net

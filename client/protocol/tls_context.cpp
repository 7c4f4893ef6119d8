#include "client/protocol/tls_context.hpp"

#include <algorithm>
#include <new>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <system_error>
#include <utility>

#include <asio/ip/address.hpp>

#include "client/protocol/pin.hpp"
#include "client/protocol/tls_certificate.hpp"

namespace confab::client {
namespace {

/// As certificates have it: an address without its interface, a name without the dot of the root.
std::string without_extras(std::string host) {
  if (host.find(':') != std::string::npos) host.resize(std::min(host.find('%'), host.size()));
  if (host.ends_with('.')) host.pop_back();
  return host;
}

bool is_address(const std::string& host) {
  std::error_code no_address;
  asio::ip::make_address(host, no_address);
  return !no_address;
}

/// The last one only says that there was one.
std::string reason_of_first_error() {
  const unsigned long error = ERR_peek_error();
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
  const char* const reason = ERR_reason_error_string(error);
  return reason == nullptr ? std::string() : reason;
}

tls_fault fault_of(int error, const X509* certificate) {
  const std::string fingerprint = certificate == nullptr ? std::string() : show_pin(fingerprint_of(certificate));
  const auto fault = [&](tls_trouble what, std::string detail = {}) {
    return tls_fault{what, std::move(detail), fingerprint};
  };
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return fault(tls_trouble::expired, day_of(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fault(tls_trouble::not_yet_valid, day_of(X509_get0_notBefore(certificate)));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return fault(tls_trouble::wrong_host, hosts_of(certificate));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED: return fault(tls_trouble::untrusted);
    default: return fault(tls_trouble::failed, X509_verify_cert_error_string(error));
  }
}

}  // namespace

tls_context::tls_context(tls_settings wanted, std::string host)
    : wanted_(std::move(wanted)), host_(without_extras(std::move(host))), context_(nullptr, SSL_CTX_free) {}

std::optional<tls_fault> tls_context::load() {
  if (context_ != nullptr) return std::nullopt;
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> fresh(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (fresh == nullptr) throw std::bad_alloc();
  SSL_CTX* const context = fresh.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &tls_context::ask, this);
  if (!wanted_.pin.empty()) {
    // Nobody need vouch for it.
  } else if (wanted_.ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);  // where there is none, nobody is trusted
  } else if (SSL_CTX_load_verify_file(context, wanted_.ca.c_str()) != 1) {
    return tls_fault{.what = tls_trouble::bad_ca, .detail = reason_of_first_error(), .file = wanted_.ca};
  }
  context_ = std::move(fresh);
  return std::nullopt;
}

tls_session tls_context::begin(std::optional<tls_fault>& verdict) const {
  tls_session session(SSL_new(context_.get()), SSL_free);
  if (session == nullptr) throw std::bad_alloc();
  SSL_set_ex_data(session.get(), 0, &verdict);  // 0: for the application
  SSL_set_connect_state(session.get());
  ask_for_host(session.get());
  return session;
}

void tls_context::ask_for_host(SSL* session) const {
  X509_VERIFY_PARAM* const asked = SSL_get0_param(session);
  // Whoever trusts a certificate itself, and not somebody who vouches for it, names it in the file, too.
  X509_VERIFY_PARAM_set_flags(asked, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_hostflags(asked, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(asked, host_.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(asked, host_.c_str(), host_.size());
    // What SSL_set_tlsext_host_name() is, without its cast.
    SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host_.c_str()));
  }
}

int tls_context::ask(X509_STORE_CTX* chain, void* context) {
  const void* const session = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
  auto* const verdict = static_cast<std::optional<tls_fault>*>(SSL_get_ex_data(static_cast<const SSL*>(session), 0));
  return static_cast<const tls_context*>(context)->judge(chain, *verdict);
}

int tls_context::judge(X509_STORE_CTX* chain, std::optional<tls_fault>& verdict) const {
  const X509* const certificate = X509_STORE_CTX_get0_cert(chain);
  if (!wanted_.pin.empty()) {
    const std::string fingerprint = certificate == nullptr ? std::string() : fingerprint_of(certificate);
    if (fingerprint == wanted_.pin) return 1;
    verdict = tls_fault{.what = tls_trouble::wrong_pin, .fingerprint = show_pin(fingerprint)};
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  if (X509_verify_cert(chain) == 1) return 1;
  // Somebody who vouches may have expired as well: then it is that one's day that counts.
  const X509* const faulty = X509_STORE_CTX_get_current_cert(chain);
  const int error = X509_STORE_CTX_get_error(chain);
  verdict = fault_of(error, certificate);
  const bool of_another = faulty != nullptr && certificate != nullptr && X509_cmp(faulty, certificate) != 0;
  if (of_another && verdict->what == tls_trouble::expired) verdict->detail = day_of(X509_get0_notAfter(faulty));
  if (of_another && verdict->what == tls_trouble::not_yet_valid) verdict->detail = day_of(X509_get0_notBefore(faulty));
  return 0;
}

}  // namespace confab::client

#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <optional>
#include <string>

#include "client/protocol/tls_fault.hpp"

namespace confab::client {

using tls_session = std::unique_ptr<SSL, void (*)(SSL*)>;

/// How the client judges the server's certificate: by its host and those who vouch for it, or by its pin alone. TLS 1.2
/// and 1.3. One thread.
class tls_context {
 public:
  /// `host`: name or address that the person has asked for.
  tls_context(tls_settings wanted, std::string host);
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  /// Reads those who may vouch, once. Nothing: it can be used.
  std::optional<tls_fault> load();

  /// The client's side of a new connection, not begun yet. What is wrong with the certificate is written to `verdict`,
  /// which must live as long. Throws std::bad_alloc. After load().
  tls_session begin(std::optional<tls_fault>& verdict) const;

 private:
  static int ask(X509_STORE_CTX* chain, void* context);
  int judge(X509_STORE_CTX* chain, std::optional<tls_fault>& verdict) const;
  void ask_for_host(SSL* session) const;

  const tls_settings wanted_;
  const std::string host_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
};

}  // namespace confab::client

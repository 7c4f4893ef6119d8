#pragma once

#include <chrono>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <vector>

namespace confab::test {

/// A certificate and its key, both as PEM.
struct certificate {
  std::string chain{};  ///< the certificate, and behind it those that link it to its authority
  std::string key{};
  std::string fingerprint{};  ///< SHA-256, capitals with colons
};

/// What a certificate is to say.
struct certificate_terms {
  std::vector<std::string> hosts{"localhost", "127.0.0.1"};  ///< names and addresses
  std::chrono::hours from{-24};                              ///< of its validity, from now
  std::chrono::hours until{24 * 30};
};

/// Makes certificates, each with a fresh key: those of an authority that nobody knows but the test, or such that vouch
/// for themselves. Throws std::runtime_error when OpenSSL refuses. One thread.
class authority {
 public:
  explicit authority(const std::string& name = "confab's test authority", const certificate_terms& terms = {});

  /// Its own certificate.
  const std::string& pem() const { return pem_; }

  certificate issue(const certificate_terms& terms = {}) const;
  static certificate self_signed(const certificate_terms& terms = {});

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> own_;
  std::string pem_;
};

}  // namespace confab::test

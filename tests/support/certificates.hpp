#pragma once

#include <chrono>
#include <string>

/// Certificates that a test makes itself, so that none of them ever expires. A key is P-256, made in a millisecond.
namespace confab::test {

/// A certificate and its key, as PEM.
struct identity {
  std::string certificate;
  std::string key;
};

/// What stands in a certificate.
struct identity_wish {
  std::string name = "localhost";                   ///< also of 127.0.0.1 and ::1
  std::chrono::seconds begins{-3600};               ///< from now
  std::chrono::seconds expires{90 * 24 * 60 * 60};  ///< likewise
  bool is_authority = false;                        ///< it may issue others
  const identity* issuer = nullptr;                 ///< null: itself
  unsigned rsa_bits = 0;                            ///< 0: the key is P-256
};

/// Throws std::runtime_error.
identity make_identity(const identity_wish& wish = {});

/// The key of `whose`, behind a password.
std::string encrypted_key(const identity& whose);

/// Writes `text` into the file `path` in one go: whoever reads it finds all of it, or what was there before.
void write_file(const std::string& path, const std::string& text);

}  // namespace confab::test

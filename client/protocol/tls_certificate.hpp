#pragma once

#include <openssl/x509.h>
#include <string>

/// What a certificate says of itself. Any thread, as far as OpenSSL allows it for one certificate.
namespace confab::client {

/// Its SHA-256, as parse_pin() gives it.
std::string fingerprint_of(const X509* certificate);

/// The hosts that it is for, the first few of them; from whoever made it, so not safe to print.
std::string hosts_of(const X509* certificate);

/// A day, as in 2026-11-27 (UTC); empty when it is none.
std::string day_of(const ASN1_TIME* when);

}  // namespace confab::client

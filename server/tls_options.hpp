#pragma once

#include <string>

#include "server/net/tls_context.hpp"

namespace confab {

/// What --tls-cert and the like say. Plain data.
struct tls_options {
  std::string certificate;  ///< file with the certificate and those of its issuers, PEM; empty: there is no TLS
  std::string key;          ///< file with its key, PEM
  net::tls_version least = net::tls_version::tls12;

  bool any() const noexcept { return !certificate.empty(); }
  bool operator==(const tls_options&) const = default;
};

}  // namespace confab

#pragma once

#include <string>

/// What the client wants of TLS, and why it did not come about. Plain data; any thread.
namespace confab::client {

struct tls_settings {
  bool wanted = false;
  std::string ca{};   ///< file (PEM) of those who may vouch for the server; empty: whom the system trusts
  std::string pin{};  ///< the only certificate that will do, as parse_pin() gives it; empty: any that is vouched for
};

enum class tls_trouble {
  bad_ca,         ///< the `file` of those who may vouch cannot be used; `detail`: why
  not_tls,        ///< something else is spoken there, or the connection was closed instead
  untrusted,      ///< nobody whom we trust vouches for the certificate
  expired,        ///< `detail`: the day on which it did
  not_yet_valid,  ///< `detail`: the day from which on it is
  wrong_host,     ///< `detail`: the names that it is for; may be empty
  wrong_pin,      ///< it is not the pinned one
  failed,         ///< `detail`: OpenSSL's words
};

struct tls_fault {
  tls_trouble what{};
  std::string detail{};       ///< from the network: not safe to print
  std::string fingerprint{};  ///< of the certificate, as show_pin() writes it; empty: none was seen
  std::string file{};
};

}  // namespace confab::client

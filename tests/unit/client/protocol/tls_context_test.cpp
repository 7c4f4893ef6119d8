#include "client/protocol/tls_context.hpp"

#include <openssl/x509v3.h>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;

namespace {

/// What is asked of a server that the person calls `host`.
struct asked {
  explicit asked(const std::string& host) {
    tls_context context({.wanted = true}, host);
    CHECK_FALSE(context.load());
    std::optional<tls_fault> verdict;
    const tls_session session = context.begin(verdict);
    const char* const said = SSL_get_servername(session.get(), TLSEXT_NAMETYPE_host_name);
    sni = said == nullptr ? "" : said;
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(session.get());
    const char* const host_wanted = X509_VERIFY_PARAM_get0_host(wanted, 0);
    name = host_wanted == nullptr ? "" : host_wanted;
    char* const address_wanted = X509_VERIFY_PARAM_get1_ip_asc(wanted);
    address = address_wanted == nullptr ? "" : address_wanted;
    OPENSSL_free(address_wanted);
    flags = X509_VERIFY_PARAM_get_hostflags(wanted);
  }

  std::string sni;
  std::string name;
  std::string address;
  unsigned flags = 0;
};

}  // namespace

TEST_CASE("TLS context: a certificate must be for the name or address that was asked for", "[tls]") {
  const asked by_name("chat.example.org");
  CHECK(by_name.sni == "chat.example.org");
  CHECK(by_name.name == "chat.example.org");
  CHECK(by_name.address.empty());
  CHECK((by_name.flags & X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) != 0);  // a star is a whole label
  for (const auto& [host, address] :
       {std::pair{"192.0.2.7", "192.0.2.7"}, {"::1", "0:0:0:0:0:0:0:1"}, {"fe80::1%eth0", "FE80:0:0:0:0:0:0:1"}}) {
    CAPTURE(host);
    const asked by_address(host);
    CHECK(by_address.sni.empty());
    CHECK(by_address.name.empty());
    CHECK(by_address.address == address);
  }
}

TEST_CASE("TLS context: a name may have the dot of the root, which no certificate has", "[tls]") {
  const asked rooted("chat.example.org.");
  CHECK(rooted.sni == "chat.example.org");
  CHECK(rooted.name == "chat.example.org");
}

#include "server/net/tls_context.hpp"

#include <chrono>
#include <openssl/ssl.h>
#include <string>
#include <variant>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

using made = std::variant<std::shared_ptr<const net::tls_context>, net::tls_fault>;

made make(const std::string& chain, const std::string& key) {
  return net::tls_context::make(chain, key, net::tls_version::tls12);
}

std::shared_ptr<const net::tls_context> context_of(const made& from) {
  const auto* const wrong = std::get_if<net::tls_fault>(&from);
  INFO((wrong == nullptr ? "" : wrong->why));
  REQUIRE(wrong == nullptr);
  return std::get<0>(from);
}

net::tls_fault fault_of(const made& from) {
  REQUIRE(std::holds_alternative<net::tls_fault>(from));
  return std::get<net::tls_fault>(from);
}

/// A root that is not sent, an authority in between, and a server.
struct chain {
  identity root = make_identity({.name = "root", .is_authority = true});
  identity middle = make_identity({.name = "middle", .expires = 24h, .is_authority = true, .issuer = &root});
  identity server = make_identity({.name = "chat.example", .issuer = &middle});
};

}  // namespace

TEST_CASE("tls context: a certificate with its key, alone or with those of its issuers", "[tls]") {
  const chain all;
  const auto now = std::chrono::system_clock::now();
  const auto alone = context_of(make(all.server.certificate, all.server.key));
  CHECK(alone->begins() < now - 59min);
  CHECK(alone->begins() > now - 61min);
  CHECK(alone->expires() > now + 89 * 24h);
  CHECK(alone->expires() < now + 91 * 24h);
  SECTION("as long as all of them are valid") {
    const auto whole = context_of(make(all.server.certificate + all.middle.certificate, all.server.key));
    CHECK(whole->expires() > now + 23h);
    CHECK(whole->expires() < now + 25h);
  }
  SECTION("text around them is none of them, and both may be in one file") {
    context_of(make("Bag Attributes\n" + all.server.certificate + "subject=middle\n" + all.middle.certificate + "\n",
                    "\n" + all.server.key));
    const std::string both = all.server.key + all.server.certificate;
    context_of(make(both, both));
  }
}

TEST_CASE("tls context: what is no certificate is refused, and said why", "[tls]") {
  const chain all;
  const std::string& right = all.server.certificate;
  const auto why = [&](const std::string& chain_text) {
    const auto fault = fault_of(make(chain_text, all.server.key));
    CHECK_FALSE(fault.of_key);
    return fault.why;
  };
  CHECK(why("") == "it has no certificate, which begins with -----BEGIN CERTIFICATE-----");
  CHECK(why("garbage\n") == "it has no certificate, which begins with -----BEGIN CERTIFICATE-----");
  CHECK(why(all.server.key) == "it has a key and no certificate: that is for --tls-key");
  CHECK_THAT(why(right.substr(0, right.size() / 2)),
             Catch::StartsWith("its certificate 1 is damaged, or only half of it is there ("));
  CHECK_THAT(why(right + all.middle.certificate.substr(0, 100)),
             Catch::StartsWith("its certificate 2 is damaged, or only half of it is there ("));
  std::string changed = right;
  changed[right.size() / 2] = '*';
  CHECK_THAT(why(changed), Catch::StartsWith("its certificate 1 is damaged"));
}

TEST_CASE("tls context: a file that is cut anywhere is refused", "[tls]") {
  const identity whole = make_identity();
  const auto begin = whole.certificate.find("-----END");
  for (std::size_t size = 0; size < whole.certificate.find_last_of('-'); ++size) {
    CAPTURE(size);
    CHECK(std::holds_alternative<net::tls_fault>(make(whole.certificate.substr(0, size), whole.key)));
  }
  CHECK(begin != std::string::npos);
  for (std::size_t size = 0; size < whole.key.find_last_of('-'); ++size) {
    CAPTURE(size);
    const auto fault = fault_of(make(whole.certificate, whole.key.substr(0, size)));
    CHECK(fault.of_key);
  }
}

TEST_CASE("tls context: a key that does not do is refused, and said why", "[tls]") {
  const identity one = make_identity();
  const auto why = [&](const std::string& key) {
    const auto fault = fault_of(make(one.certificate, key));
    CHECK(fault.of_key);
    return fault.why;
  };
  CHECK(why("") == "it has no key, which begins with -----BEGIN PRIVATE KEY-----");
  CHECK(why(one.certificate) == "it has no key, which begins with -----BEGIN PRIVATE KEY-----");
  CHECK_THAT(why(one.key.substr(0, one.key.size() / 2)),
             Catch::StartsWith("its key is damaged, or only half of it is there ("));
  CHECK(why(encrypted_key(one)) ==
        "the key is encrypted, and nobody is there to ask for its password: "
        "openssl pkey -in FILE -out NEW makes one that is not");
  CHECK(why(make_identity().key) == "this is not the key of the certificate; have both files been replaced?");
}

TEST_CASE("tls context: a chain in the wrong order is refused", "[tls]") {
  const chain all;
  const auto first = fault_of(make(all.middle.certificate + all.server.certificate, all.server.key));
  CHECK_FALSE(first.of_key);
  CHECK(first.why == "the certificate of the key must be the first in it, and then that of whoever issued it");
  const auto second =
      fault_of(make(all.server.certificate + all.root.certificate + all.middle.certificate, all.server.key));
  CHECK_FALSE(second.of_key);
  CHECK(second.why ==
        "its certificate 2 is not that of the issuer of certificate 1: the one of the server comes first, then that of "
        "whoever issued it, and so on");
}

TEST_CASE("tls context: dates are told, and nothing is refused for them", "[tls]") {
  const auto now = std::chrono::system_clock::now();
  const identity old = make_identity({.begins = -48h, .expires = -24h});
  CHECK(context_of(make(old.certificate, old.key))->expires() < now);
  const identity early = make_identity({.begins = 24h, .expires = 48h});
  CHECK(context_of(make(early.certificate, early.key))->begins() > now);
}

TEST_CASE("tls context: a key that is too weak is refused", "[tls]") {
  const auto weak = make_identity({.rsa_bits = 1024});
  const auto fault = fault_of(make(weak.certificate, weak.key));
  CHECK_FALSE(fault.of_key);
  CHECK_THAT(fault.why, Catch::Contains("key too small"));
}

#include "client/protocol/tls_certificate.hpp"

#include <memory>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <string>

#include "client/protocol/pin.hpp"
#include "tests/support/authority.hpp"
#include "tests/support/catch.hpp"

using namespace confab::client;
using confab::test::authority;
using confab::test::certificate;

namespace {

std::shared_ptr<X509> read(const certificate& from) {
  const std::unique_ptr<BIO, int (*)(BIO*)> text(BIO_new_mem_buf(from.chain.c_str(), -1), BIO_free);
  return {PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free};
}

std::string hosts_with(const std::vector<std::string>& hosts) {
  return hosts_of(read(authority::self_signed({.hosts = hosts})).get());
}

}  // namespace

TEST_CASE("certificate: its fingerprint is that of all of it", "[tls]") {
  const certificate one = authority::self_signed();
  const certificate other = authority::self_signed();
  CHECK(show_pin(fingerprint_of(read(one).get())) == one.fingerprint);
  CHECK(parse_pin(one.fingerprint) == fingerprint_of(read(one).get()));
  CHECK(one.fingerprint != other.fingerprint);
}

TEST_CASE("certificate: names the first three of its hosts, and how many more there are", "[tls]") {
  CHECK(hosts_with({}).empty());
  CHECK(hosts_with({"chat.example.org"}) == "chat.example.org");
  CHECK(hosts_with({"*.example.org", "192.0.2.7", "2001:db8::1"}) == "*.example.org, 192.0.2.7, 2001:db8::1");
  CHECK(hosts_with({"a", "b", "c", "d"}) == "a, b, c (+1)");
  CHECK(hosts_with({"a", "b", "c", "d", "e"}) == "a, b, c (+2)");
}

TEST_CASE("certificate: a day is written so that nobody mistakes it", "[tls]") {
  const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> when(ASN1_TIME_new(), ASN1_TIME_free);
  REQUIRE(ASN1_TIME_set_string(when.get(), "261127235959Z") == 1);
  CHECK(day_of(when.get()) == "2026-11-27");
  REQUIRE(ASN1_TIME_set_string(when.get(), "20510203000000Z") == 1);
  CHECK(day_of(when.get()) == "2051-02-03");
  CHECK(day_of(nullptr).empty());
}

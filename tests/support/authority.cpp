#include "tests/support/authority.hpp"

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace confab::test {
namespace {

using key_ptr = std::shared_ptr<EVP_PKEY>;
using x509_ptr = std::shared_ptr<X509>;

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refuses to make a certificate");
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
  must(memory != nullptr && write(memory.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

key_ptr make_key() {
  key_ptr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  must(key != nullptr);
  return key;
}

void add_extension(X509* to, X509* issuer, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
  must(extension != nullptr && X509_add_ext(to, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& each : hosts) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const bool is_address = ::inet_pton(AF_INET, each.c_str(), address.data()) == 1 ||
                            ::inet_pton(AF_INET6, each.c_str(), address.data()) == 1;
    names += (names.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + each;
  }
  return names;
}

/// Not signed yet.
x509_ptr make(const std::string& name, EVP_PKEY* key, const certificate_terms& terms) {
  static std::atomic<long> serials{1};
  x509_ptr made(X509_new(), X509_free);
  must(made != nullptr && X509_set_version(made.get(), 2) == 1 && X509_set_pubkey(made.get(), key) == 1);
  must(ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serials) == 1);
  const auto seconds = [](std::chrono::hours time) { return static_cast<long>(time.count() * 3600); };
  must(X509_gmtime_adj(X509_getm_notBefore(made.get()), seconds(terms.from)) != nullptr);
  must(X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds(terms.until)) != nullptr);
  const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
  must(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
  return made;
}

void sign(X509* what, const X509* by, EVP_PKEY* key) {
  must(X509_set_issuer_name(what, X509_get_subject_name(by)) == 1 && X509_sign(what, key, EVP_sha256()) > 0);
}

std::string pem_of(X509* what) {
  return to_pem([what](BIO* to) { return PEM_write_bio_X509(to, what); });
}

certificate finished(X509* what, EVP_PKEY* key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  must(X509_digest(what, EVP_sha256(), digest.data(), &size) == 1);
  std::string fingerprint;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (i > 0) fingerprint += ':';
    fingerprint += digits[digest.at(i) / 16];
    fingerprint += digits[digest.at(i) % 16];
  }
  return {pem_of(what),
          to_pem([key](BIO* to) { return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); }),
          fingerprint};
}

/// Of a server.
x509_ptr make_leaf(EVP_PKEY* key, const certificate_terms& terms) {
  const x509_ptr leaf = make("confab's test server", key, terms);
  if (!terms.hosts.empty()) add_extension(leaf.get(), leaf.get(), NID_subject_alt_name, alternative_names(terms.hosts));
  return leaf;
}

}  // namespace

authority::authority(const std::string& name, const certificate_terms& terms)
    : key_(make_key()), own_(make(name, key_.get(), terms)) {
  add_extension(own_.get(), own_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own_.get(), own_.get(), NID_key_usage, "critical,keyCertSign");
  add_extension(own_.get(), own_.get(), NID_subject_key_identifier, "hash");
  sign(own_.get(), own_.get(), key_.get());
  pem_ = pem_of(own_.get());
}

certificate authority::issue(const certificate_terms& terms) const {
  const key_ptr key = make_key();
  const x509_ptr leaf = make_leaf(key.get(), terms);
  add_extension(leaf.get(), own_.get(), NID_authority_key_identifier, "keyid");
  sign(leaf.get(), own_.get(), key_.get());
  return finished(leaf.get(), key.get());
}

certificate authority::self_signed(const certificate_terms& terms) {
  const key_ptr key = make_key();
  const x509_ptr leaf = make_leaf(key.get(), terms);
  sign(leaf.get(), leaf.get(), key.get());
  return finished(leaf.get(), key.get());
}

}  // namespace confab::test

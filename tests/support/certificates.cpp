#include "tests/support/certificates.hpp"

#include <cstdio>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string_view>

namespace confab::test {
namespace {

struct freed {
  void operator()(BIO* each) const { BIO_free(each); }
  void operator()(EVP_PKEY* each) const { EVP_PKEY_free(each); }
  void operator()(X509* each) const { X509_free(each); }
  void operator()(X509_EXTENSION* each) const { X509_EXTENSION_free(each); }
};
template <class T>
using owned = std::unique_ptr<T, freed>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

std::string text_of(BIO* from) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(from, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

owned<BIO> reading(const std::string& text) {
  return owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

owned<EVP_PKEY> key_of(const identity& whose) {
  owned<EVP_PKEY> out(PEM_read_bio_PrivateKey(reading(whose.key).get(), nullptr, nullptr, nullptr));
  require(out != nullptr, "reading a key");
  return out;
}

void add(X509* to, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  const owned<X509_EXTENSION> made(X509V3_EXT_nconf_nid(nullptr, &context, what, value));
  require(made != nullptr && X509_add_ext(to, made.get(), -1) == 1, value);
}

void set_serial(X509* to) {
  std::uint64_t number = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "random numbers");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(to), number >> 1U);
}

}  // namespace

identity make_identity(const identity_wish& wish) {
  const owned<EVP_PKEY> key(wish.rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(wish.rsa_bits));
  const owned<X509> fresh(X509_new());
  require(key != nullptr && fresh != nullptr, "a key");
  X509_set_version(fresh.get(), X509_VERSION_3);
  set_serial(fresh.get());
  X509_gmtime_adj(X509_getm_notBefore(fresh.get()), wish.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(fresh.get()), wish.expires.count());
  X509_set_pubkey(fresh.get(), key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(fresh.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);

  owned<X509> issuer;
  owned<EVP_PKEY> issuing;
  if (wish.issuer != nullptr) {
    issuer.reset(PEM_read_bio_X509(reading(wish.issuer->certificate).get(), nullptr, nullptr, nullptr));
    issuing = key_of(*wish.issuer);
    require(issuer != nullptr, "the issuer");
  }
  X509* const from = issuer == nullptr ? fresh.get() : issuer.get();
  X509_set_issuer_name(fresh.get(), X509_get_subject_name(from));
  add(fresh.get(), from, NID_basic_constraints, wish.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  add(fresh.get(), from, NID_subject_key_identifier, "hash");
  if (!wish.is_authority) {
    const std::string names = "DNS:" + wish.name + ",IP:127.0.0.1,IP:::1";
    add(fresh.get(), from, NID_subject_alt_name, names.c_str());
  }
  require(X509_sign(fresh.get(), issuing == nullptr ? key.get() : issuing.get(), EVP_sha256()) > 0, "signing");

  const owned<BIO> certificate(BIO_new(BIO_s_mem()));
  const owned<BIO> secret(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(certificate.get(), fresh.get()) == 1 &&
              PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "writing");
  return {text_of(certificate.get()), text_of(secret.get())};
}

std::string encrypted_key(const identity& whose) {
  const owned<BIO> out(BIO_new(BIO_s_mem()));
  char password[] = "password";
  require(PEM_write_bio_PKCS8PrivateKey(out.get(), key_of(whose).get(), EVP_aes_128_cbc(), password,
                                        static_cast<int>(sizeof password - 1), nullptr, nullptr) == 1,
          "encrypting a key");
  return text_of(out.get());
}

void write_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  std::ofstream(fresh, std::ios::binary) << text;
  if (std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

}  // namespace confab::test

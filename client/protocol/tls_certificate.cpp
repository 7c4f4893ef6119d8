#include "client/protocol/tls_certificate.hpp"

#include <arpa/inet.h>
#include <array>
#include <ctime>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string_view>

#include <fmt/format.h>

namespace confab::client {
namespace {

constexpr int most_hosts = 3;
constexpr std::size_t longest_host = 255;

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// A host name or an address; empty for anything else that a certificate may be for.
std::string host_of(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) return std::string(bytes_of(name->d.dNSName).substr(0, longest_host));
  if (name->type != GEN_IPADD) return {};
  const std::string_view address = bytes_of(name->d.iPAddress);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.size() == 4) ::inet_ntop(AF_INET, address.data(), text.data(), text.size());
  if (address.size() == 16) ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

}  // namespace

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::string digits;
  for (unsigned i = 0; i < size; ++i) digits += fmt::format("{:02x}", digest.at(i));
  return digits;
}

std::string hosts_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  std::string hosts;
  int listed = 0;
  int more = 0;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string host = host_of(sk_GENERAL_NAME_value(names.get(), i));
    if (host.empty()) continue;
    if (listed == most_hosts) {
      ++more;
      continue;
    }
    if (listed++ > 0) hosts += ", ";
    hosts += host;
  }
  return more > 0 ? fmt::format("{} (+{})", hosts, more) : hosts;
}

std::string day_of(const ASN1_TIME* when) {
  std::tm day{};
  if (when == nullptr || ASN1_TIME_to_tm(when, &day) != 1) return {};
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

}  // namespace confab::client

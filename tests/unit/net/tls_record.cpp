#include "tests/unit/net/tls_record.hpp"

#include <memory>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace confab::test {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t iv_bytes = 12;
constexpr std::size_t mark_bytes = 16;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string from_hex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return out;
}

// HKDF-Expand-Label of RFC 8446, section 7.1, without a context, for no more than one block.
std::string expand(const std::string& secret, std::string_view label, std::size_t bytes) {
  std::string info{'\0', static_cast<char>(bytes)};
  const std::string whole = "tls13 " + std::string(label);
  info += static_cast<char>(whole.size());
  info += whole + '\0' + '\x01';
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(info), info.size(),
       reinterpret_cast<unsigned char*>(out.data()), &size);
  return out.substr(0, bytes);
}

}  // namespace

std::string tls_record(const std::string& secret, unsigned char number, unsigned char type, std::string_view content) {
  const std::string from = from_hex(secret);
  const std::string key = expand(from, "key", key_bytes);
  std::string iv = expand(from, "iv", iv_bytes);
  iv.back() = static_cast<char>(iv.back() ^ number);
  const std::string plain = std::string(content) + static_cast<char>(type);
  const std::size_t size = plain.size() + mark_bytes;
  const std::string head{'\x17', '\x03', '\x03', static_cast<char>(size >> 8U), static_cast<char>(size & 0xFFU)};

  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> with(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string sealed(size, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int count = 0;
  const bool made =
      EVP_EncryptInit_ex(with.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(iv)) == 1 &&
      EVP_EncryptUpdate(with.get(), nullptr, &count, bytes_of(head), static_cast<int>(head.size())) == 1 &&
      EVP_EncryptUpdate(with.get(), out, &count, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(with.get(), out + plain.size(), &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(with.get(), EVP_CTRL_GCM_GET_TAG, mark_bytes, out + plain.size()) == 1;
  if (!made) throw std::runtime_error("OpenSSL: a record");
  return head + sealed;
}

}  // namespace confab::test

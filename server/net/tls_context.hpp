#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

struct ssl_ctx_st;

namespace confab::net {

/// The oldest version of TLS that is spoken.
enum class tls_version : std::uint8_t { tls12, tls13 };

/// Why a certificate and a key make no context.
struct tls_fault {
  bool of_key = false;  ///< of the key, else of the certificate
  std::string why;      ///< what is wrong and what to do, to be read behind the name of the file
};

/// A certificate with those of its issuers and its key: what a handshake takes. Never changes, and any thread may use
/// it; connections that were made with it keep it. What it allows is in docs/decisions/0056.
class tls_context {
 public:
  using time = std::chrono::system_clock::time_point;

  /// Of `chain`, the certificate of the server and then of whoever issued the one before, and `key`, both as PEM. Dates
  /// are not looked at. Throws std::bad_alloc.
  static std::variant<std::shared_ptr<const tls_context>, tls_fault> make(std::string_view chain, std::string_view key,
                                                                          tls_version least);

  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  /// For SSL_new(), which shares it.
  ssl_ctx_st* get() const noexcept { return context_.get(); }

  /// From when until when all of its certificates are valid.
  time begins() const noexcept { return begins_; }
  time expires() const noexcept { return expires_; }

 private:
  struct freed {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  using owner = std::unique_ptr<ssl_ctx_st, freed>;
  tls_context(owner context, time begins, time expires) noexcept
      : context_(std::move(context)), begins_(begins), expires_(expires) {}

  owner context_;
  time begins_;
  time expires_;
};

}  // namespace confab::net

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace confab::test {

/// The client's end of TLS, without a socket: a test carries the bytes, and may cut, hold or change them. It takes any
/// certificate, and writes each piece as a record of its own.
class tls_client {
 public:
  /// Of what it speaks; 0 leaves it to OpenSSL. `most`: TLS1_2_VERSION and the like.
  explicit tls_client(int most = 0, int least = 0);
  tls_client(tls_client&&) noexcept = default;
  tls_client& operator=(tls_client&&) = delete;
  ~tls_client() = default;

  /// What came from the server.
  void feed(std::string_view bytes);
  /// What is to go to the server now.
  std::string take();

  /// Goes on with the handshake; whether it is done. Throws std::runtime_error when it fails.
  bool shake();
  /// One record of up to 16 KiB.
  void write(std::string_view bytes);
  /// All that has come and is whole.
  std::string read();
  /// Whether the server has said that nothing more comes.
  bool was_closed() const { return closed_; }
  /// What has gone wrong in read(); empty: nothing.
  const std::string& failure() const { return failure_; }

  /// Takes new keys, and asks for the server's, or not. TLS 1.3.
  void update_keys(bool both);
  /// Asks for another handshake. TLS 1.2.
  void ask_again();
  /// Says that nothing more comes.
  void end();
  /// As people call it: TLSv1.3.
  std::string version() const;
  /// The name in the certificate of the server.
  std::string peer_name() const;
  /// Tickets that the server has given.
  std::size_t tickets() const { return learnt_->tickets; }
  /// Of TLS 1.3, with the handshake done: what its own records are encrypted with, in hexadecimal. It speaks
  /// TLS_AES_128_GCM_SHA256 there.
  const std::string& traffic_secret() const { return learnt_->traffic_secret; }

 private:
  struct learnt {  // by OpenSSL's callbacks
    std::size_t tickets = 0;
    std::string traffic_secret{};
  };
  struct freed {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* state) const;
  };
  std::unique_ptr<ssl_ctx_st, freed> context_;
  std::unique_ptr<ssl_st, freed> state_;
  std::string failure_;
  std::unique_ptr<learnt> learnt_ = std::make_unique<learnt>();
  bool closed_ = false;
};

}  // namespace confab::test

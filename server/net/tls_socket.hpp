#pragma once

#include <cstddef>

struct bio_st;

namespace confab::net {

/// A socket as OpenSSL reads and writes it, and what came of that. Not OpenSSL's own, which says neither whether the
/// kernel had nothing more, and may raise SIGPIPE.
///
/// Owned by its tls_stream; must stay where it is. No call waits.
class tls_socket {
 public:
  /// `descriptor` does not block, and is not owned.
  explicit tls_socket(int descriptor) noexcept : descriptor_(descriptor) {}
  tls_socket(const tls_socket&) = delete;
  tls_socket& operator=(const tls_socket&) = delete;

  /// A BIO over it, which must not outlive it; whoever gets it frees it. Throws std::bad_alloc.
  bio_st* make_bio();

  /// Whether the last read found nothing in the socket.
  bool found_nothing() const noexcept { return found_nothing_; }
  /// A read begins, which may find something.
  void look_again() noexcept { found_nothing_ = false; }
  /// The errno of the last call that failed; 0: none did.
  int error() const noexcept { return error_; }

  // ---- for the BIO: less than 0 is an error, or nothing now; see can_try_again()
  long read(char* into, std::size_t most) noexcept;
  long write(const char* from, std::size_t size) noexcept;
  bool can_try_again() const noexcept { return error_ == 0; }
  bool has_ended() const noexcept { return ended_; }

 private:
  long outcome(long count) noexcept;

  int descriptor_;
  int error_ = 0;
  bool found_nothing_ = false;
  bool ended_ = false;
};

}  // namespace confab::net

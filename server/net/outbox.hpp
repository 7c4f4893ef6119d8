#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <sys/uio.h>
#include <vector>

#include "server/chat/dispatch.hpp"

namespace confab::net {

/// The writer channel of a user: what was said to it and is not written yet, in order. A user who keeps up has none.
/// Pieces of a broadcast are references to it, shared with all who hear it. Owned by the session, on its
/// shard's thread.
class outbox {
 public:
  /// How many pieces one gathered write takes.
  static constexpr std::size_t max_gather = 64;

  /// A piece that must stay valid until keep() or until it is consumed. A piece that follows the last one in memory is
  /// joined with it.
  void add(std::string_view piece);

  /// What is added from here on up to end_frame() goes behind a head that is known only then. Not within a frame.
  void begin_frame();
  bool in_frame() const noexcept { return frame_ != 0; }
  /// Bytes that were added since begin_frame().
  std::size_t frame_bytes() const noexcept { return bytes_ - before_frame_; }
  /// `head` must stay valid as what is added.
  void end_frame(std::string_view head);

  bool empty() const noexcept { return bytes_ == 0; }
  std::size_t bytes() const noexcept { return bytes_; }
  /// Bytes of memory that it holds, about; what several outboxes share counts for each.
  std::size_t held_bytes() const noexcept { return bytes_ + pieces_.capacity() * sizeof(piece); }

  /// Fills `into` with the first pieces; returns how many.
  std::size_t gather(std::span<iovec> into) const noexcept;

  /// `count` bytes have been written.
  void consume(std::size_t count) noexcept;

  /// The turn is over: makes what is left independent of it. Pieces that are an eighth of `broadcast` or more
  /// hold on to it, others are copied.
  void keep(const std::shared_ptr<const chat::broadcast>& broadcast);

  /// When something was last written or has reached the peer (or the first piece was added).
  std::chrono::steady_clock::time_point progress;
  /// Bytes that the kernel had and the peer had not confirmed when that was looked at last; 0 before.
  int on_the_way = 0;

  /// What was allowed when its session began to lag, see connection_options: that session may go on with it until it
  /// has read everything, though less is allowed by now.
  std::size_t allowed_bytes = 0;
  std::chrono::seconds allowed_time{0};

  /// Empties it and keeps its memory for the next user.
  void clear() noexcept;

 private:
  struct piece {
    std::string_view bytes;
    std::shared_ptr<const void> owner;  // null: belongs to the turn
  };

  std::vector<piece> pieces_;
  std::size_t first_ = 0;  // pieces before it are written
  std::size_t kept_ = 0;   // pieces before it have been through keep()
  std::size_t bytes_ = 0;
  std::size_t frame_ = 0;         // 1 more than the piece that is the head of the frame; 0: there is none
  std::size_t before_frame_ = 0;  // bytes when it began
};

}  // namespace confab::net

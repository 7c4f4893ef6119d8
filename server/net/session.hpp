#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "common/protocol/leave_reason.hpp"
#include "server/chat/delivery.hpp"
#include "server/net/admission.hpp"
#include "server/net/line_framing.hpp"
#include "server/net/outbox.hpp"
#include "server/net/task.hpp"
#include "server/net/transport.hpp"
#include "server/net/websocket.hpp"

namespace confab::net {

class shard;

/// One connection, from accept to close: a reader coroutine turns its bytes into commands for the hub; a writer
/// coroutine, there only while the peer lags, empties its outbox. It knows no other session and no rule. How its bytes
/// travel is its transport's affair, what they mean its framing's; both are members, so that a delivery costs no more
/// than the system call (docs/decisions/0038).
///
/// Owned by its shard and lives on the shard's thread. Whatever happens, it ends through stop(), which is idempotent;
/// the object itself is freed at the end of the turn, so that nobody holds a dangling session in the middle of a loop.
class session {
 public:
  /// The address comes from outside: the kernel may know only the last proxy before us.
  session(shard& home, std::uint32_t slot, std::uint32_t generation, admission who);
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Starts the reader. False when the kernel has no room for the descriptor.
  bool start();

  /// What had been read of it before it was a session: after start(), once. It may be changed.
  void take_early(std::span<char> bytes);

  /// The descriptor has become ready for `events` (of epoll).
  void ready(std::uint32_t events);
  /// Reads on what the transport has already: see shard::read_on().
  void read_on();

  /// Becomes a user, if it is not one yet: it `speaks`, or has kept silent long enough to be a person.
  void greet(bool speaks);
  /// Ends, if it is not a user yet.
  void give_up();

  /// The next piece that this session is to get; valid until flush(), which must follow in the same turn.
  void say(std::string_view piece);
  /// All that this session is to get this turn, when nothing else was said: tried at once, without an outbox.
  void say_only(std::string_view piece, const std::shared_ptr<const chat::broadcast>& broadcast);
  /// Writes what can be written; the rest waits for the writer.
  void flush(const std::shared_ptr<const chat::broadcast>& broadcast);

  /// Stops (or goes on) reading: a peer that floods while it is owed a long list waits in its own kernel.
  void hold(bool held);
  /// Tells the hub when all is written.
  void report_when_written();
  /// Ends the connection when all is written.
  void close_when_written(chat::farewell why = chat::farewell::bye);
  /// Asks a peer that came by WebSocket whether it is there. False: it is not to be asked again.
  bool ping();
  /// Ends the connection now; the hub is told why unless it has let go of the session already.
  void stop(leave_reason reason);

  /// Called again and again while `watched()`: ends what has lasted too long.
  void sweep(std::chrono::steady_clock::time_point now);
  /// Whether it waits for the peer: to take what was written, or to close.
  bool watched() const noexcept { return stage_ != stage::dead && (writing_ || stage_ == stage::lingering); }

  /// How much memory waits here, for the peer to read or to finish its line; 0 when it has ended.
  std::size_t held_bytes() const noexcept;

  bool has_outbox() const noexcept { return outbox_ != nullptr; }
  /// Bytes that were said to it and are not written yet.
  std::size_t waiting_bytes() const noexcept { return outbox_ == nullptr ? 0 : outbox_->bytes(); }
  std::uint32_t slot() const noexcept { return slot_; }
  std::uint32_t generation() const noexcept { return generation_; }

  /// Its place in the broadcast of the turn (see chat::deliver).
  chat::turn_cursor cursor;
  /// Whether the shard has it on the list of those to sweep. The shard's to set.
  bool listed = false;
  /// Whether it is on the list of those who have more to read. The shard's to set.
  bool has_more = false;

 private:
  enum class stage : std::uint8_t {
    newcomer,   ///< connected, not yet known to the hub
    user,       ///< known to the hub
    leaving,    ///< let go by the hub: closed when all is written
    lingering,  ///< all is written and our side is shut; waits for the peer's end
    dead,       ///< closed; freed at the end of the turn
  };

  task read();
  task write();
  bool read_some();
  void after_tls();
  void take(std::span<char> bytes);
  void take_lines(std::string_view bytes);
  void take_frames(std::span<char> bytes);
  void take_message(std::string_view part, bool ends);
  void take_events();
  void take_line(std::string_view line, bool unfinished);
  void give_up_stream();
  void end_of_stream();
  void refuse(line_framing::stranger who);
  void say_rest(std::string_view piece, ssize_t taken, const std::shared_ptr<const chat::broadcast>& broadcast);
  void say_framed(std::string_view piece, const std::shared_ptr<const chat::broadcast>& broadcast);
  void send_now(std::string_view bytes);
  void send_frame(std::string_view head, std::string_view payload);
  void end_frames(chat::farewell why);
  void leave_frames(std::uint16_t code, leave_reason reason);
  void refuse_frames(websocket_code why);
  void write_some();
  void written();
  void fail(int error);
  void fail_by(const std::exception& what);
  void watch();

  // Small ones side by side: there may be many thousand idle sessions.
  stage stage_ = stage::newcomer;
  std::uint8_t interest_ = 0;    // of epoll, as registered: EPOLLIN, EPOLLOUT
  bool discarding_ : 1 = false;  // what still comes is read and thrown away
  bool held_ : 1 = false;
  bool ended_ : 1 = false;  // the peer will send nothing more
  bool writing_ : 1 = false;
  bool report_ : 1 = false;
  bool secure_ : 1;  // nobody on the way can read it
  shard& home_;
  transport transport_;
  std::uint32_t slot_;
  std::uint32_t generation_;
  wake_up readable_;
  wake_up writable_;
  std::string addr_;
  std::unique_ptr<outbox> outbox_;        // only while something waits
  std::unique_ptr<websocket> websocket_;  // null: bytes are lines
  line_framing framing_;
  std::chrono::steady_clock::time_point linger_until_;
};

}  // namespace confab::net

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "server/history/message.hpp"
#include "server/metrics/histogram.hpp"
#include "server/metrics/number.hpp"
#include "server/store/fd_reserve.hpp"
#include "server/store/file_watch.hpp"
#include "server/store/folder_lock.hpp"
#include "server/store/message_store.hpp"
#include "server/store/options.hpp"
#include "server/store/wall_watch.hpp"

namespace confab::store {

/// What became of the operations numbered `first` to `last`.
struct verdict {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool kept = false;   ///< true: committed. False: not in the history, now or later
  std::string reason;  ///< why not, for the log
};

/// Keeps messages: a thread that alone writes to the history.
///
/// Whatever has come since the last commit goes into the next one (at most `max_commit` operations, so that a burst
/// is told in slices). Every operation gets exactly one verdict, in order. When writing fails, the verdict is that
/// it was not kept, and so it is at once for all that comes, while the thread tries every `options::retry_pause`
/// whether writing works again. When more than `options::max_queue_bytes` wait, all that comes until the thread has
/// taken what waits is not kept either. So nobody ever waits for the disk and the memory is bounded; what to do
/// with a message that was not kept is up to the caller.
///
/// A recall or the end of a room that is not kept is still owed: what is to be gone must not come back because the disk
/// was full. The thread remembers at most `options::max_owed` of them and writes them, in their order, before anything
/// else once writing works again, at its end at the latest. Their verdict stays what it was; a crash meanwhile forgets
/// them.
///
/// Every `options::watch_interval` it looks whether the files are still there. When they were removed, moved or
/// replaced, that is a failure like any other; trying again then means to make the folder, lock it and begin a new
/// history, or to go on with the one that was put there, if none of its ids is above those used here.
///
/// Damage to what follows from the messages, such as the search index, is mended as soon as it shows, and what was to
/// be written then is. Where the messages themselves are damaged, nothing is kept and the reason names the way out.
///
/// In between is maintenance: the thread indexes new messages for the search, merges the pieces of the index and
/// removes what is too old or too many, in steps of about 2 ms: when nothing was committed for a moment with all of its
/// time, or else with a fiftieth (half of it when it is far behind), since whoever talks waits meanwhile. Nothing is
/// removed for its age while the wall clock cannot be trusted (see wall_watch).
class writer {
 public:
  /// Called on the writer's thread; must return soon and not throw, unless there is no memory, and may call append and
  /// recall_message.
  struct events {
    std::function<void(const verdict&)> settled;
    /// Whether writing works changed; `reason` says why not, or what is new about it. Called after the verdict that it
    /// is about. The first call, if any, says false. Called once more when it does not work for another reason now.
    std::function<void(bool works, const std::string& reason)> health;
    /// The files that were open are gone: whoever reads should close them and wait for health(true). Called again and
    /// again before they are opened anew, until it says that all are closed. May be missing when nobody reads.
    std::function<bool()> make_way;
    /// Something that whoever runs the server should know, for the log. Also called by the constructor. May be missing.
    std::function<void(const std::string&)> note;
  };

  /// Since the start.
  struct counters {
    std::uint64_t kept = 0;           ///< operations committed
    std::uint64_t lost = 0;           ///< operations not kept
    std::uint64_t waiting_bytes = 0;  ///< now
    bool works = true;                ///< now
  };

  static constexpr std::size_t max_commit = 2000;
  static constexpr std::array<std::chrono::nanoseconds, 11> commit_bounds{
      std::chrono::microseconds(100), std::chrono::microseconds(300), std::chrono::milliseconds(1),
      std::chrono::milliseconds(3),   std::chrono::milliseconds(10),  std::chrono::milliseconds(30),
      std::chrono::milliseconds(100), std::chrono::milliseconds(300), std::chrono::seconds(1),
      std::chrono::seconds(3),        std::chrono::seconds(10)};

  /// Opens the history, creating or migrating it, and starts the thread. Throws store_error when that is not
  /// possible, when the history is from a newer confab, or when another writer has it.
  writer(const options& how, events tell);

  /// Commits what waits, calls back for all of it, and ends the thread.
  ~writer();
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  /// The highest id used before this writer came: ids must go on above it. After a crash it may be somewhat too
  /// high, never too low, unless more than half of message_store::id_reserve messages in a row were not kept just
  /// before the crash (or before an end at which writing did not work either).
  std::uint64_t highest_id() const noexcept { return highest_at_start_; }

  /// Queues messages to be kept, at least one, and returns the number of the last; numbers start at 1 and rise by 1
  /// for each operation. Never waits for the disk. Any thread, but ids must rise from message to message and be
  /// above highest_id(): throws std::logic_error (and queues nothing) when they do not.
  std::uint64_t append(std::vector<message> batch);

  /// Queues a recall (see above: it may be owed), and returns its number. Ownership and time limits are the caller's to
  /// check. Any thread.
  std::uint64_t recall_message(recall what);

  /// Queues the end of a room, and returns its number. Any thread.
  std::uint64_t end_room(room_end what);

  /// The search index was found damaged by somebody who reads: it is made anew in the background. Not more often than
  /// every `options::mend_pause`. Any thread.
  void make_index_anew();

  /// From the next commit on messages are kept as `how` says (see options::change_to). Any thread.
  void change(const options& how);

  /// Waits for nobody. Any thread.
  counters count() const noexcept;
  /// How long commits took, of what was written and of what was not. Any thread.
  const metrics::histogram& commits() const noexcept { return commits_; }

 private:
  using clock = std::chrono::steady_clock;

  enum class maintenance : std::uint8_t { prune, index, merge };
  static constexpr int maintenance_count = 3;

  // What the thread takes at once: operations to do and, after them, some that found no room.
  struct batch {
    std::vector<operation> todo;
    std::vector<operation> owed;  // of those that found no room
    std::uint64_t refused = 0;
    std::uint64_t highest = 0;  // id so far
  };

  std::uint64_t push_one(operation what);
  void push(operation what);

  // On the thread.
  void run();
  bool take(batch& into);
  void settle(batch& what);
  void commit(std::span<operation> what);
  void owe(std::span<operation> left);
  void pay_owed();
  void settle_owed();
  void report(std::uint64_t operations, std::size_t bytes, bool kept, const std::string& reason);
  void get_over(batch& what, std::uint64_t end);
  void give_up(const std::string& reason);
  void renounce_spoiled();
  bool mend(const std::string& damage);
  bool mend_index(const std::string& damage);
  bool mend_all(const std::string& damage);
  void note(const std::string& text) const;
  void note_doubts() const;
  wall_watch::reading clocks() const;
  std::optional<moment> trusted_time();
  bool somebody_found_damage();
  void take_change();
  void look_around();
  void leave(const std::string& reason);
  void try_again();
  bool made_way();
  std::unique_ptr<message_store> open_again();
  void tell_health();
  bool maintenance_due() const;
  clock::time_point next_maintenance() const;
  void do_maintenance();
  void maintenance_step(clock::time_point start);
  void do_next_maintenance(clock::time_point until);
  void finish();

  options options_;  // what may change of it is the thread's, once that runs
  const events tell_;
  const std::string remains_;             // see remains_of: before it is locked
  folder_lock lock_;                      // the thread's, once it runs
  std::unique_ptr<message_store> store_;  // the thread's; none while writing does not work
  std::unique_ptr<message_store> left_;   // the thread's; of files that are gone, until nobody reads them any more
  file_watch watch_;                      // the thread's; of what store_ has open, or had
  fd_reserve reserve_;                    // the thread's; for opening the store again
  std::uint64_t highest_at_start_;

  // The thread's alone.
  std::uint64_t settled_ = 0;    // operations with a verdict
  std::uint64_t highest_ = 0;    // id seen
  std::vector<operation> owed_;  // not messages: to be written as soon as that works
  std::string trouble_;          // why there is no store
  bool damaged_ = false;         // because the file is damaged
  int mends_ = 0;                // one soon after the other
  bool told_works_ = true;       // what was told last
  std::string told_;             // and why not
  std::string news_;             // what is new about the present one
  clock::time_point last_commit_;
  clock::time_point next_try_;
  clock::time_point next_step_;    // of maintenance, while there is traffic
  clock::time_point next_look_;    // at the files
  clock::time_point next_mend_{};  // not before, if it was mended already
  wall_watch wall_;
  clock::time_point next_prune_;  // look for what is to be pruned
  bool pruning_ = false;          // something is to be pruned
  clock::time_point pruning_since_;
  maintenance last_ = maintenance::merge;  // what was done last

  mutable std::mutex mutex_;  // guards the following
  std::condition_variable come_;
  std::vector<operation> queue_;
  std::vector<operation> owed_refused_;  // of what found no room
  std::uint64_t refused_ = 0;            // after what is in queue_
  std::uint64_t accepted_ = 0;           // numbers given
  std::uint64_t highest_queued_ = 0;     // id
  std::size_t waiting_bytes_ = 0;        // in queue_
  std::size_t doing_bytes_ = 0;          // taken by the thread
  bool index_damaged_ = false;           // somebody says so
  std::optional<options> change_;        // what options are to be
  bool stop_ = false;

  // Read by whoever watches, and written by one thread at a time.
  alignas(metrics::cache_line) metrics::number kept_;
  metrics::number lost_;
  metrics::number queue_bytes_;  // waiting_bytes_ and doing_bytes_
  std::atomic<bool> works_{true};
  metrics::histogram commits_{commit_bounds};

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace confab::store

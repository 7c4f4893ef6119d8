#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/history/message.hpp"
#include "server/store/database.hpp"
#include "server/store/message_rows.hpp"
#include "server/store/opening.hpp"
#include "server/store/operation.hpp"
#include "server/store/options.hpp"
#include "server/store/pruning.hpp"
#include "server/store/search_rows.hpp"

namespace confab::store {

/// The writing side of the history: its tables, on a connection of its own. Belongs to one thread at a time, and
/// nothing else may write to the database. Every function that changes something but probe() does it in one transaction
/// and throws store_error if that fails; then nothing has changed, and this should be replaced by a new one.
class message_store {
 public:
  using deadline = std::chrono::steady_clock::time_point;

  /// Opens (creates, migrates) `how.file`. Throws store_error; damage_error, which names the way out, if messages or
  /// what else is kept are damaged.
  explicit message_store(const options& how, care taken = care::look);
  message_store(const message_store&) = delete;
  message_store& operator=(const message_store&) = delete;

  /// What is remarkable about the history as it was opened, for the log: that it was mended, or is larger than may be
  /// and yet left as it is. Mostly empty.
  const std::string& remark() const noexcept { return remark_; }

  /// From here on messages are kept as `how` says (see options::change_to), and remark() is about that. Throws
  /// store_error, as what writes does.
  void change(const options& how);

  /// When the last message was said, as it says.
  std::optional<moment> last_time();

  /// Does away with the search index; a new one is made from the beginning as with index_some().
  void make_index_anew();

  /// The highest id that may ever have been used: after a crash up to `id_reserve` too high, and too low only when
  /// more than half of `id_reserve` was used after the last commit or probe.
  std::uint64_t highest_id() const noexcept { return highest_; }
  static constexpr std::uint64_t id_reserve = 10'000;

  /// The highest id of a message in the history; 0 when there is none.
  std::uint64_t last_id() const noexcept { return last_; }

  /// How long to wait from now on for another program that has the database locked.
  void wait_at_most(std::chrono::milliseconds time) noexcept { database_.wait_at_most(time); }

  /// Moves all that is in the write-ahead log into the database: for when the log is lost. False: not all, because
  /// somebody reads what was there before, or because of an error. Does not wait.
  bool save_log() noexcept;

  /// Writes `what` in its order. `highest` is the highest id used by now, also of messages that were not kept.
  /// Message ids must not be in the history yet. Recalls of what is not in the history only leave their audit row.
  void commit(std::span<const operation> what, std::uint64_t highest);

  /// Whether something that writes has found that somebody else has written to the history: ids may have been used
  /// twice, and the index holds what nobody knows. The next one makes the index anew.
  bool spoiled() const noexcept { return spoiled_; }

  /// Whether something waits to be indexed.
  bool index_due() const noexcept { return indexed_ < last_; }
  /// How far the index is behind, in ids.
  std::uint64_t index_lag() const noexcept { return last_ - std::min(indexed_, last_); }
  /// Indexes what is next, until `until` or the end, at least one message.
  void index_some(deadline until);

  /// Whether the index is in more pieces than it should be.
  bool merge_due() const noexcept { return merge_due_; }
  /// Merges some of them, until `until` or nothing is left to do, at least a few pages.
  void merge_some(deadline until);

  /// Whether something is older or more than the options allow, at `now`; without `now`, which says that the time is
  /// not known well enough to remove anything for its age, whether there is more.
  bool prune_due(std::optional<moment> now);
  /// Whether there is more than `options::keep_bytes` allows: as found by prune_due().
  bool too_large() const noexcept { return pruning_.too_large(); }
  /// Removes such messages, until `until` or the end, at least one: those that are too old by their own time, then the
  /// oldest by id.
  void prune_some(std::optional<moment> now, deadline until);

  /// What probe() wants room for.
  static constexpr std::size_t probe_bytes = 64 * 1024;
  /// Notes `highest`, which must be exact, and then sees whether there is room for writing `probe_bytes`. Throws
  /// store_error if not; `highest` may be noted all the same.
  void probe(std::uint64_t highest);

  /// For an orderly end: makes `highest` exact for the next start.
  void note_highest(std::uint64_t highest);

 private:
  std::uint64_t reserve_above(std::uint64_t highest) const;
  bool remove(std::uint64_t id);
  bool others_wrote();
  void look_for_others();

  std::string remark_;  // written while the database is opened
  database database_;
  std::uint64_t highest_ = 0;
  std::uint64_t reserved_ = 0;  // as in meta
  std::uint64_t indexed_ = 0;   // as in meta
  std::uint64_t last_ = 0;      // id of the last message written
  std::int64_t version_ = 0;    // of the database, as SQLite counts what others write
  bool spoiled_ = false;
  bool merge_due_ = true;

  message_rows messages_;
  search_rows search_;
  pruning pruning_;
  statement data_version_;
  statement audit_;
  statement set_meta_;
};

}  // namespace confab::store

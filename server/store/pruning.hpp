#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "server/history/message.hpp"
#include "server/store/database.hpp"
#include "server/store/message_rows.hpp"
#include "server/store/options.hpp"

namespace confab::store {

/// What is too old or too much, by the limits of the options, and its removal, for the one who writes. Belongs to one
/// thread at a time. Throws store_error.
class pruning {
 public:
  using deadline = std::chrono::steady_clock::time_point;
  /// Removes a message and all that belongs to it; whether it was there.
  using remover = std::function<bool(std::uint64_t id)>;

  pruning(database& in, const options& how);

  /// From here on the limits are those of `how`. remark() may be another then.
  void change(const options& how);

  /// What whoever runs the server should know: that the history is larger than may be and yet left as it is.
  const std::string& remark() const noexcept { return remark_; }

  /// Messages have come, and others have gone; to be called when that is committed.
  void count(std::uint64_t come, std::uint64_t gone) noexcept;

  /// Whether something is older or more than may be, at `now`; without `now`, which says that the time is not known
  /// well enough to remove anything for its age, whether there is more. `index_settles` says that the search index will
  /// become smaller by itself.
  bool due(std::optional<moment> now, bool index_settles);
  /// Whether there is more than `options::keep_bytes` allows: as found by due().
  bool too_large() const noexcept { return excess_ > 0; }

  /// Removes such messages, in the transaction that is under way, until `until` or the end, at least one: those that
  /// are too old by their own time, then the oldest by id. Returns how many.
  std::uint64_t remove_some(std::optional<moment> now, deadline until, message_rows& from, const remover& remove);

 private:
  bool too_many(std::uint64_t removed) const noexcept;
  void decide_on_quota();
  std::uint64_t used_bytes();
  void measure(bool index_settles);
  std::optional<std::int64_t> old_span(moment before);
  std::uint64_t remove_old(moment before, deadline until, const remover& remove);
  std::uint64_t remove_from_span(std::int64_t span, moment before, deadline until, const remover& remove);

  database* database_;
  options options_;
  std::string remark_;
  std::uint64_t count_;       // of messages
  std::uint64_t excess_ = 0;  // how many of them are to go for the sake of their bytes
  std::uint64_t quota_ = 0;   // bytes; 0: any number
  std::uint64_t cut_at_ = 0;  // how many bytes there were when it was last found too large

  statement pages_;
  statement free_pages_;
  statement old_span_;
  statement old_in_span_;
  statement settle_span_;
  statement drop_span_;
  statement drop_spans_below_;
};

}  // namespace confab::store

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/history/message.hpp"
#include "server/store/database.hpp"
#include "server/store/options.hpp"
#include "server/store/search_run.hpp"

namespace confab::store {

/// The reading side of the history, on a connection of its own. Belongs to one thread at a time. Everything throws
/// store_error when the database cannot be read.
class queries {
 public:
  /// Opens `how.file`, which a writer has made.
  explicit queries(const options& how);

  page read_page(const page_request& wanted);

  /// Goes on with a search until it is over, or `until`, or `stop` becomes true.
  void go_on(search_run& run, search_run::clock::time_point until, const std::atomic<bool>& stop);

  /// A whole search, of at most options::search_time.
  page search(const search_request& wanted, const std::atomic<bool>& stop);

  /// Whether the search index was found damaged. Then searches look at all messages, newest first.
  bool index_broken() const noexcept { return index_broken_; }

  room_list rooms();

  page tagged(const tagged_request& wanted);

 private:
  // Ids from `first` to before `end`.
  struct id_range {
    std::uint64_t first;
    std::uint64_t end;
  };
  std::vector<id_range> ranges_before(moment time, std::uint64_t end);
  bool read_range(const page_request& wanted, std::int64_t room, id_range ids, page& into);
  bool look_at_all(search_run& run, id_range ids);
  bool search_index(search_run& run, id_range ids);
  std::optional<std::int64_t> next_match(const search_run& run, id_range ids, bool first);

  options options_;
  database database_;
  bool index_broken_ = false;

  statement spans_;
  statement room_before_;
  statement room_before_time_;
  statement message_;
  statement indexed_;
  statement recent_;
  std::optional<statement> matching_;  // prepared when it is needed: that reads the index
  statement room_;
  statement rooms_;
};

}  // namespace confab::store

#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "server/store/database.hpp"
#include "server/store/message.hpp"
#include "server/store/options.hpp"
#include "server/store/search_terms.hpp"

namespace confab::store {

/// The reading side of the history, on a connection of its own. Belongs to one thread at a time. Everything throws
/// store_error when the database cannot be read.
class queries {
 public:
  /// Opens `how.file`, which a writer has made.
  explicit queries(const options& how);

  page read_page(const page_request& wanted);

  /// Ends early, with `complete` false, when `stop` becomes true.
  page search(const search_request& wanted, const std::atomic<bool>& stop);

  room_list rooms();

 private:
  struct search_run;

  std::uint64_t first_since(moment time);
  void collect(statement& source, std::string_view key, std::uint64_t bound, std::size_t limit);
  void search_recent(search_run& run);
  void search_index(search_run& run);

  options options_;
  database database_;
  std::vector<std::uint64_t> ids_;  // of the page that is being made

  statement begin_of_time_;
  statement room_before_;
  statement from_before_;
  statement to_before_;
  statement message_;
  statement indexed_;
  statement recent_;
  statement matching_;
  statement next_room_;
};

}  // namespace confab::store

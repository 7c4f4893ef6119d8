#pragma once

#include <cstdint>

#include "server/history/message.hpp"
#include "server/store/database.hpp"

namespace confab::store {

/// What the search index holds, for the one who writes. Belongs to one thread at a time; everything happens in the
/// transaction that is under way, and throws store_error.
class search_rows {
 public:
  explicit search_rows(database& in);

  void add(const message& what);
  /// Takes out a message that is in it. It has no copy of its own: it must be told what it was given.
  void remove(const message& what);

  /// Goes to the messages with an id above `id`, for add_next().
  void start_after(std::uint64_t id);
  /// Adds the next message, and returns its id; 0 when there is none.
  std::uint64_t add_next();
  void stop() noexcept { next_.reset(); }

  /// Merges a few pages of its pieces; false when there was nothing to do.
  bool merge();

 private:
  database* database_;
  statement add_;
  statement remove_;
  statement merge_;
  statement next_;
};

}  // namespace confab::store

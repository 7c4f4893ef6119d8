#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "server/store/database.hpp"

namespace confab::store {

/// The numbers by which messages name people, for the one who writes: a message takes a byte or two for each of its
/// people instead of a key. A person has a row as long as one of the last messages said or heard may be there. Belongs
/// to one thread at a time; everything happens in the transaction that is under way, and throws store_error.
class people {
 public:
  explicit people(database& in);

  /// The number of the person with `key`, who says or hears the message `id`; a new one if there is none yet. Ids must
  /// rise from call to call.
  std::int64_t number_of(const std::string& key, std::uint64_t id);

  /// Removes those whose messages all have ids below `oldest`, until `until` or all are gone, at least some.
  void forget_before(std::uint64_t oldest, std::chrono::steady_clock::time_point until);

  /// The transaction is undone, or somebody else has written: nothing is known any more.
  void undone() noexcept { known_.clear(); }

  /// At most this many are known without looking them up, each with about 100 bytes.
  static constexpr std::size_t max_known = 4096;
  std::size_t known() const noexcept { return known_.size(); }

 private:
  struct person {
    std::int64_t number = 0;
    std::int64_t last_span = 0;  // see schema.hpp; as in the table
  };
  person find_or_add(const std::string& key, std::int64_t span);

  database* database_;
  std::unordered_map<std::string, person> known_;
  statement find_;
  statement add_;
  statement raise_;
  statement forget_;
};

}  // namespace confab::store

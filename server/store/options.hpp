#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "server/history/message.hpp"

namespace confab::store {

/// When a message counts as kept.
enum class sync_mode : std::uint8_t {
  normal,  ///< written: survives a crash of confab; a power cut may take the last moments
  full,    ///< also flushed to the disk at each commit
};

/// How the history is kept.
struct options {
  std::filesystem::path file;  ///< the database; its folder must exist. Not an option of its own: see --data-dir
  sync_mode sync = sync_mode::normal;

  std::chrono::hours keep_for{0};   ///< older messages are removed; 0 = keep for ever
  std::uint64_t keep_messages = 0;  ///< at most this many, the newest, are kept; 0 = any number
  /// At most this many bytes are on the disk: beyond them the oldest are removed. At least a MiB; 0 = any number.
  std::uint64_t keep_bytes = std::uint64_t{4} << 30U;
  /// Whether somebody asked for keep_bytes. If not, a history that is larger already is left as it is.
  bool keep_bytes_asked = false;

  /// To look at a file of this size (bytes) or more takes long enough that the log says so first.
  std::uintmax_t large_file = std::uintmax_t{256} << 20U;

  /// At most this many bytes wait to be committed. What comes beyond them is not kept (see writer).
  std::size_t max_queue_bytes = std::size_t{64} << 20U;
  /// Recalls and ends of rooms that may wait until writing works again.
  std::size_t max_owed = 100'000;
  std::size_t max_requests = 10'000;   ///< queries that may wait for an answer of each of the reader's threads
  std::size_t max_requests_each = 64;  ///< of them, those of one asker
  /// How long to wait for another program that has the database locked: when it is opened, and by those who only read.
  std::chrono::milliseconds busy_timeout{2000};
  std::chrono::milliseconds commit_wait{100};      ///< the same for the server at work, for whom a chat waits
  std::chrono::milliseconds retry_pause{1000};     ///< after a failure: from one try to the next
  std::chrono::milliseconds mend_pause{60'000};    ///< the same after damage, which is mended first
  std::chrono::milliseconds watch_interval{1000};  ///< from one look whether the files are still there to the next
  /// The wall clock, for what is removed for its age. Empty: the system's.
  std::function<moment()> wall_clock;
  /// How long the wall clock must be steady after a jump until something is removed for its age again.
  std::chrono::milliseconds clock_patience{3'600'000};
  std::chrono::milliseconds prune_interval{1000};  ///< from one look for what is too old or too many to the next
  /// When a search gives up, from when it was asked, and answers what it has.
  std::chrono::milliseconds search_time{1000};
  /// How long a search goes on before it lets others go first; each further time is twice as long.
  std::chrono::milliseconds search_slice{20};

  /// Takes over what may change while a history is open: `sync` and what is kept. The rest is for its opening.
  void change_to(const options& other) {
    sync = other.sync;
    keep_for = other.keep_for;
    keep_messages = other.keep_messages;
    keep_bytes = other.keep_bytes;
    keep_bytes_asked = other.keep_bytes_asked;
  }
};

}  // namespace confab::store

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <spdlog/logger.h>

#include "server/chat/hub.hpp"
#include "server/store/options.hpp"
#include "server/store/reader.hpp"
#include "server/store/writer.hpp"

namespace confab {

/// Carries the hub's requests to the store's threads and their answers back to the hub's home. Lives on the home
/// thread, which must run its io_context no longer when this is destroyed.
class store_bridge {
 public:
  /// How the home hears of answers; all called on the home thread.
  struct handlers {
    std::function<void(std::uint64_t number)> settled;
    std::function<void(const chat::query&, const store::page&)> answer;
    std::function<void(bool works)> keeping;  ///< each change: what is said is kept, or not
  };

  /// Opens the history. Throws store::store_error.
  store_bridge(asio::io_context& home, const store::options& how, std::shared_ptr<spdlog::logger> log, handlers tell);

  ~store_bridge();

  /// Tells the hub what is known from before: ids and the last `replay` messages of each room. Of more rooms than the
  /// hub has space for, those with the newest messages are told, and the others end. Waits for the disk: before the
  /// start only. Throws store::store_error.
  void restore(chat::hub& into, std::size_t replay);

  /// The messages since `since` that were said with a tag, oldest first; of very many the newest (see
  /// store::tagged_request). Waits for the disk: before the start only. Throws store::store_error.
  std::vector<store::message> tagged_since(store::moment since);

  /// Starts what the hub wants, and empties it. Returns the number that handlers::settled must reach before the hub's
  /// turn may be told; 0 when nothing is to be kept, or nothing can be kept at present. Never throws because of the
  /// history: what it does not take is not kept.
  std::uint64_t carry_out(chat::store_requests& wanted);

  /// For whoever only wants to know how it does.
  const store::writer& writer() const noexcept { return writer_; }

  /// From now on what is said is kept as `how` says (see store::options::change_to).
  void change(const store::options& how) { writer_.change(how); }

  /// Asks for the rooms that something is kept of; `done` is called on the home thread.
  void list_rooms(std::function<void(const std::vector<store::room_ref>&)> done);

 private:
  void on_verdict(const store::verdict& what);
  void on_health(bool works, const std::string& reason);
  void report_keeping(bool works);
  void log_keeping(bool works, const std::string& reason);
  std::uint64_t append(std::vector<store::message> batch, std::uint64_t before);
  void ask(chat::query asked);
  std::vector<store::room_ref> end_surplus(std::vector<store::room_ref> rooms, std::size_t most);
  store::page read_now(const store::room_ref& room, std::size_t limit);

  asio::io_context& home_;
  std::shared_ptr<spdlog::logger> log_;
  handlers handlers_;
  std::uint64_t last_number_ = 0;  // of what was given to the writer
  std::uint64_t settled_ = 0;
  bool works_ = true;           // what the writer said last about writing
  bool keeping_ = true;         // what the hub was told last
  bool logged_keeping_ = true;  // what the log was told last
  std::chrono::steady_clock::time_point last_lost_;
  std::deque<std::pair<std::uint64_t, chat::query>> waiting_;  // queries that must wait until that number is settled
  std::mutex reading_;                     // who makes or ends the reader, or asks it from another thread
  std::unique_ptr<store::reader> reader_;  // reset before the writer ends, whose thread looks at it until then
  store::writer writer_;
};

}  // namespace confab

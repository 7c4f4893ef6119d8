#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include "server/history/message.hpp"
#include "server/store/options.hpp"
#include "server/store/reader.hpp"
#include "server/store/writer.hpp"
#include "tests/support/scratch_directory.hpp"

/// Helpers for the tests of the history.
namespace confab::store::testing {

/// Deadlines that are long past, and never reached.
inline const auto at_once = std::chrono::steady_clock::time_point::min();
inline const auto no_hurry = std::chrono::steady_clock::time_point::max();

/// A folder for one test, removed at its end.
class scratch {
 public:
  std::filesystem::path folder() const { return directory_.path(); }
  /// Options for a history in the folder, with short pauses.
  options history() const;

 private:
  test::scratch_directory directory_;
};

/// Takes every descriptor that this process may still have, out of a few more than it has now, while it lives.
class no_files {
 public:
  no_files();
  ~no_files();
  no_files(const no_files&) = delete;
  no_files& operator=(const no_files&) = delete;

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

/// No file of this process can grow beyond `size` bytes while this lives: writes fail as on a disk that is full.
class small_disk {
 public:
  explicit small_disk(std::uintmax_t size);
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

/// `text` said in `room` by Ann, a second after 2026-01-01 for each id.
message said(std::uint64_t id, std::string_view room, std::string_view text);
/// `text` whispered; the keys are the names in lower case.
message whispered(std::uint64_t id, std::string_view from, std::string_view to, std::string_view text);
moment time_of(std::uint64_t id);

/// Remembers what a writer says, for the thread of the test to wait for. Must outlive the writer.
class witness {
 public:
  writer::events events();
  /// Waits until operation `number` has its verdict; false if that takes more than 20 s.
  bool settled(std::uint64_t number);
  /// Waits until writing works, or does not; false if that takes more than 20 s.
  bool health(bool works);
  std::vector<verdict> verdicts() const;
  std::vector<bool> health_changes() const;
  std::string reason() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable come_;
  std::vector<verdict> verdicts_;
  std::vector<bool> changes_;
  std::string reason_;
};

/// Makes a history with `messages`, all indexed, as an orderly run of the server would leave it.
void keep(const options& how, const std::vector<message>& messages);

/// Asks and waits for the answer (20 s at most, then the answer is an error).
page ask(reader& whom, const page_request& wanted);
page ask(reader& whom, const search_request& wanted);
room_list ask_rooms(reader& whom);

std::vector<std::uint64_t> ids(const page& of);

}  // namespace confab::store::testing

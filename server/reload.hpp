#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <spdlog/logger.h>

#include "server/reload_input.hpp"
#include "server/reload_request.hpp"

namespace confab {

/// What a reload has come to.
struct reload_news {
  std::string text;                   ///< a line: what has become another
  std::vector<std::string> warnings;  ///< lines: what was wanted and takes a restart
};

/// How often the options were read again, and with what success. Written on the home thread; any may read.
struct reload_counts {
  std::atomic<std::uint64_t> succeeded{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::int64_t> last_success{0};  ///< seconds since 1970; at first that of the start
};

/// Waits for SIGHUP, prepares a reload on a thread of its own, so that nobody waits for the disk, and hands it over on
/// the home thread. One round at a time: SIGHUPs meanwhile make one more round, however many they are, as what is read
/// before the last of them may be old. Whoever asked by ask_to_reload() is answered at the end of the round that began
/// after that. Lives on the home thread.
///
/// SIGHUP must be blocked on all threads (see block_hangups()), and stays so: it never does anything but this. One that
/// came before the making of this is not lost.
class reload {
 public:
  /// Puts what was read in force; throws std::runtime_error, with a sentence, when that cannot be: then nothing has
  /// changed. On the home thread.
  using apply = std::function<reload_news(reload_input)>;
  /// What the server is now. On the home thread.
  using describe = std::function<reload_base()>;
  /// What is told around each round, whatever comes of it; no more after end(). On the home thread.
  struct events {
    std::function<void()> begins;
    std::function<void()> ends;
  };

  /// How many of those who ask are answered; the others ask again.
  static constexpr std::size_t most_askers = 64;

  /// Throws std::system_error when the system has no more files.
  reload(asio::io_context& home, std::shared_ptr<spdlog::logger> log, describe base, apply to_apply, events tell = {});
  ~reload();
  reload(const reload&) = delete;
  reload& operator=(const reload&) = delete;

  /// Begins to wait.
  void start() { wait(); }
  /// Takes nothing over any more, whatever comes.
  void end() noexcept { ended_ = true; }
  /// After it home runs out of work. Waits for a round that reads, which takes as long as the disk does.
  void stop();

  const reload_counts& counts() const noexcept { return counts_; }

 private:
  using result = std::variant<reload_input, std::string>;

  void wait();
  void take_hangups();
  void request();
  void begin();
  void prepare(const reload_base& base);
  void done(result found);
  void take(result found);
  void succeed(const reload_news& news);
  void fail(const std::string& why);

  asio::io_context& home_;
  std::shared_ptr<spdlog::logger> log_;
  describe base_;
  apply apply_;
  events tell_;
  asio::posix::stream_descriptor hangups_;  // a signalfd
  reload_counts counts_;
  std::vector<reload_asker> askers_;     // of the next round
  std::vector<reload_asker> answering_;  // of this one
  bool busy_ = false;                    // a round is under way
  bool again_ = false;                   // and another is wanted after it
  bool ended_ = false;
  bool stopped_ = false;
  std::thread reader_;
};

/// From here on SIGHUP waits, for this thread and those that it starts, until somebody takes it; or no more.
void block_hangups();
void unblock_hangups();

/// Whether SIGHUP is ignored, as nohup has it.
bool hangups_ignored();

}  // namespace confab

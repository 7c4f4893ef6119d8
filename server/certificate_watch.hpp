#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "server/expiry_notice.hpp"
#include "server/net/tls_keys.hpp"
#include "server/tls_files.hpp"
#include "server/tls_options.hpp"

namespace confab {

/// The certificate in use: looks now and then whether its files have become others, on a thread of its own so that
/// nobody waits for the disk, takes what is new if it is in order, and warns before the end of it. What is not in order
/// is said once, and the old one stays. On the home thread.
class certificate_watch {
 public:
  using clock = std::chrono::system_clock;
  static constexpr std::chrono::milliseconds usual_period = std::chrono::minutes(10);

  /// `first` was read with these options. In `expires` stands when the certificate in use expires, in seconds since
  /// 1970; 0: none is in use. It must live as long.
  certificate_watch(asio::io_context& home, std::shared_ptr<spdlog::logger> log, tls_options options, tls_files first,
                    std::atomic<std::int64_t>& expires, std::chrono::milliseconds period = usual_period);
  ~certificate_watch();
  certificate_watch(const certificate_watch&) = delete;
  certificate_watch& operator=(const certificate_watch&) = delete;

  /// What handshakes take: for doors.
  const std::shared_ptr<net::tls_keys>& keys() const noexcept { return keys_; }

  /// Says how long the certificate is valid, and begins to look; again after rest().
  void start();
  /// No certificate is wanted any more: until start() it does not look.
  void rest();
  /// After home runs out of work. Waits for a look that is under way, which takes as long as the disk does.
  void stop();

  /// A reload has read these with those options. Whether they are others.
  bool take(tls_options options, tls_files fresh);

 private:
  using found = std::variant<std::monostate, tls_files, tls_files_fault>;

  void wait();
  void look();
  void done(std::uint64_t round, const tls_stamps& stamps, found what);
  void use(tls_files fresh);
  void warn();

  asio::io_context& home_;
  std::shared_ptr<spdlog::logger> log_;
  tls_options options_;
  std::shared_ptr<net::tls_keys> keys_;
  tls_stamps used_;  // of what is in use
  tls_stamps seen_;  // of what was tried last
  expiry_notice notice_;
  std::atomic<std::int64_t>& expires_;
  std::chrono::milliseconds period_;
  asio::steady_timer timer_;
  std::thread reader_;
  std::uint64_t round_ = 0;  // of options; what was read with those from before is worth nothing
  bool looking_ = false;     // a look is under way
  bool resting_ = true;
  bool stopped_ = false;
};

}  // namespace confab

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace confab::bench {

/// Asks for a server's metrics now and every second, on a thread of its own, until the end of the scope.
class scraper {
 public:
  /// `path`: the server's unix socket for that.
  explicit scraper(std::string path);
  ~scraper() { stop(); }
  scraper(const scraper&) = delete;
  scraper& operator=(const scraper&) = delete;

  /// Ends it. Throws `failure` when one of them had no proper answer.
  void verify();

 private:
  void run();
  void stop();

  std::string path_;
  std::atomic<std::size_t> failed_{0};
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace confab::bench

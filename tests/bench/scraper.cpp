#include "tests/bench/scraper.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/failure.hpp"
#include "tests/support/http.hpp"

namespace confab::bench {
namespace {

bool has_answer(const std::string& path) {
  try {
    const test::http_reply reply = test::ask_http({.path = path}, "/metrics");
    return reply.status == 200 && reply.body.find("\nconfab_deliveries_total ") != std::string::npos;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

scraper::scraper(std::string path) : path_(std::move(path)), thread_([this] { run(); }) {}

void scraper::run() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    if (!has_answer(path_)) ++failed_;
    lock.lock();
    end_.wait_for(lock, std::chrono::seconds(1), [this] { return ended_; });
  }
}

void scraper::stop() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void scraper::verify() {
  stop();
  if (failed_ > 0) throw failure(fmt::format("{} times the metrics were not answered", failed_.load()));
}

}  // namespace confab::bench

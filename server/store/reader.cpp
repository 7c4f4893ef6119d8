#include "server/store/reader.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "server/store/queries.hpp"

namespace confab::store {

// A thread that answers one question after the other.
class reader::lane {
 public:
  explicit lane(const options& how) : options_(how), connection_(open(how)), thread_([this] { run(); }) {}

  ~lane() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    come_.notify_one();
    thread_.join();
  }
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  // Asks the thread to close what it has open; whether it has.
  bool make_way() {
    const std::lock_guard lock(mutex_);
    paused_ = true;
    come_.notify_one();
    return !open_;
  }

  void go_on() {
    const std::lock_guard lock(mutex_);
    paused_ = false;
  }

  // Queues ask(queries, stop) -> Answer, whose result or failure goes to `done`.
  template <class Answer, class Ask>
  bool enqueue(Ask ask, std::function<void(Answer)> done) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= options_.max_requests) return false;
      waiting_.push_back([this, ask = std::move(ask), done = std::move(done)] { done(answer<Answer>(ask)); });
    }
    come_.notify_one();
    return true;
  }

 private:
  // What cannot be opened now is tried again with the first question, which is told why if it fails once more.
  static std::optional<queries> open(const options& how) try {
    return std::optional<queries>(std::in_place, how);
  } catch (const std::exception&) {
    return std::nullopt;
  }

  void run() {
    for (;;) {
      std::function<void()> next;
      {
        std::unique_lock lock(mutex_);
        come_.wait(lock, [this] { return stop_ || !waiting_.empty() || (paused_ && open_); });
        if (paused_) connection_.reset();
        open_ = connection_.has_value();
        if (waiting_.empty()) {
          if (stop_) return;
          continue;
        }
        // Told before the connection may come to be, so that nobody finds it closed who has not seen it open.
        open_ = !paused_;
        next = std::move(waiting_.front());
        waiting_.pop_front();
      }
      next();
    }
  }

  template <class Answer, class Ask>
  Answer answer(const Ask& ask) {
    Answer result;
    try {
      if (stop_) throw store_error("history: the server stops");
      if (paused_) throw store_error("history: its files are gone");
      if (!connection_) connection_.emplace(options_);
      return ask(*connection_, stop_);
    } catch (const std::exception& error) {
      connection_.reset();
      result.error = error.what();
    }
    return result;
  }

  const options options_;
  std::optional<queries> connection_;  // the thread's
  std::mutex mutex_;
  std::condition_variable come_;
  std::deque<std::function<void()>> waiting_;
  std::atomic<bool> stop_{false};        // set under the mutex, read anywhere
  std::atomic<bool> paused_{false};      // likewise
  bool open_ = connection_.has_value();  // under the mutex: the thread has a connection, or may make one
  std::thread thread_;                   // last: it uses all of the above
};

reader::reader(const options& how) : pages_(std::make_unique<lane>(how)), searches_(std::make_unique<lane>(how)) {}

reader::~reader() = default;

bool reader::make_way() {
  const bool pages = pages_->make_way();
  return searches_->make_way() && pages;
}

void reader::go_on() {
  pages_->go_on();
  searches_->go_on();
}

bool reader::read_page(page_request wanted, page_handler done) {
  return pages_->enqueue<page>(
      [wanted = std::move(wanted)](queries& from, const std::atomic<bool>&) { return from.read_page(wanted); },
      std::move(done));
}

bool reader::search(search_request wanted, page_handler done) {
  return searches_->enqueue<page>(
      [wanted = std::move(wanted)](queries& from, const std::atomic<bool>& stop) { return from.search(wanted, stop); },
      std::move(done));
}

bool reader::rooms(rooms_handler done) {
  return pages_->enqueue<room_list>([](queries& from, const std::atomic<bool>&) { return from.rooms(); },
                                    std::move(done));
}

}  // namespace confab::store

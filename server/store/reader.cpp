#include "server/store/reader.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "server/store/fair_queue.hpp"
#include "server/store/queries.hpp"

namespace confab::store {
namespace {

using clock = std::chrono::steady_clock;

// After so long there may be memory again.
constexpr std::chrono::milliseconds no_memory_pause{10};

// A query that is being answered, in one go or several.
class job {
 public:
  job() = default;
  virtual ~job() = default;
  job(const job&) = delete;
  job& operator=(const job&) = delete;

  /// Goes on, for about `slice` at most. True when that was all: then it may be answered.
  virtual bool go_on(queries& from, clock::duration slice, const std::atomic<bool>& stop) = 0;
  virtual void answer() = 0;
  virtual void fail(const std::string& why) = 0;
};

// A query that takes one go.
template <class Answer, class Ask>
class short_job : public job {
 public:
  short_job(Ask ask, std::function<void(Answer)> done) : ask_(std::move(ask)), done_(std::move(done)) {}

  bool go_on(queries& from, clock::duration /*slice*/, const std::atomic<bool>& /*stop*/) override {
    answer_ = ask_(from);
    return true;
  }
  void answer() override { done_(std::move(answer_)); }
  void fail(const std::string& why) override {
    Answer failed;
    failed.error = why;
    done_(std::move(failed));
  }

 private:
  Ask ask_;
  std::function<void(Answer)> done_;
  Answer answer_;
};

class search_job : public job {
 public:
  search_job(search_request wanted, reader::page_handler done, clock::time_point until)
      : run_(std::move(wanted)), done_(std::move(done)), until_(until) {}

  bool go_on(queries& from, clock::duration slice, const std::atomic<bool>& stop) override {
    const clock::time_point now = clock::now();
    if (now < until_) from.go_on(run_, std::min(now + slice, until_), stop);
    return run_.over() || stop || clock::now() >= until_;
  }
  void answer() override { done_(run_.take()); }
  void fail(const std::string& why) override {
    page failed;
    failed.error = why;
    done_(std::move(failed));
  }

 private:
  search_run run_;
  reader::page_handler done_;
  clock::time_point until_;
};

}  // namespace

// A thread that answers queries.
class reader::worker {
 public:
  worker(const options& how, std::function<void()> index_broken)
      : options_(how), index_broken_(std::move(index_broken)), connection_(open(how)), thread_([this] { run(); }) {}

  ~worker() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    come_.notify_one();
    thread_.join();
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

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

  bool enqueue(asker whose, std::unique_ptr<job> what) {
    {
      const std::lock_guard lock(mutex_);
      std::size_t& mine = of_asker_[whose];
      if (waiting_ >= options_.max_requests || (whose != server && mine >= options_.max_requests_each)) {
        if (mine == 0) of_asker_.erase(whose);
        return false;
      }
      levels_[0].push(whose, {whose, 0, std::move(what)});
      ++mine;
      ++waiting_;
    }
    come_.notify_one();
    return true;
  }

 private:
  // Something that waits, and how many slices it had. Who had fewer goes first.
  struct entry {
    asker whose = server;
    std::size_t level = 0;
    std::unique_ptr<job> what;
  };

  // What cannot be opened now is tried again with the first query, which is told why if it fails once more.
  static std::optional<queries> open(const options& how) try {
    return std::optional<queries>(std::in_place, how);
  } catch (const std::exception&) {
    return std::nullopt;
  }

  void run() {
    for (;;) {
      entry next;
      try {
        if (!wait_for(next)) return;
        if (next.what != nullptr && !run_job(next)) requeue(next);
      } catch (const std::exception&) {
        report_failure(next);
      }
    }
  }

  // What is to be done next, or nothing if only the files were to be closed. False when it is time to end.
  bool wait_for(entry& next) {
    std::unique_lock lock(mutex_);
    come_.wait(lock, [this] { return stop_ || waiting_ > 0 || (paused_ && open_); });
    if (paused_) connection_.reset();
    open_ = connection_.has_value();
    if (waiting_ == 0) return !stop_;
    // Told before the connection may come to be, so that nobody finds it closed who has not seen it open.
    open_ = !paused_;
    next = take();
    return true;
  }

  // For its next slice.
  void requeue(entry& next) {
    const std::lock_guard lock(mutex_);
    next.level = std::min(next.level + 1, levels_.size() - 1);
    std::size_t& mine = of_asker_[next.whose];
    levels_[next.level].push(next.whose, std::move(next));
    ++mine;
    ++waiting_;
  }

  // There was not even the memory to answer: whoever waits must not wait for ever.
  void report_failure(entry& next) {
    do {
      std::this_thread::sleep_for(no_memory_pause);
      try {
        if (next.what != nullptr) next.what->fail("history: no memory");
        return;
      } catch (const std::exception&) {
        // Nor now.
      }
    } while (!stop_);
  }

  // The mutex is held, and something waits.
  entry take() {
    const auto level = std::find_if(levels_.begin(), levels_.end(), [](const auto& each) { return !each.empty(); });
    entry next = level->pop();
    --waiting_;
    const auto mine = of_asker_.find(next.whose);
    if (--mine->second == 0) of_asker_.erase(mine);
    return next;
  }

  // Whether `what` has been answered.
  bool run_job(entry& next) {
    bool over = true;
    try {
      if (stop_) throw store_error("history: the server stops");
      if (paused_) throw store_error("history: its files are gone");
      if (!connection_) connection_.emplace(options_);
      over = next.what->go_on(*connection_, options_.search_slice * (1U << next.level), stop_);
      if (connection_->index_broken()) {
        // The next one finds the new index, once it is there.
        connection_.reset();
        if (index_broken_) index_broken_();
      }
    } catch (const std::exception& error) {
      connection_.reset();
      next.what->fail(error.what());
      return true;
    }
    if (over) next.what->answer();
    return over;
  }

  const options options_;
  const std::function<void()> index_broken_;
  std::optional<queries> connection_;  // the thread's
  std::mutex mutex_;                   // guards what follows
  std::condition_variable come_;
  std::array<fair_queue<entry>, 6> levels_;
  std::size_t waiting_ = 0;                          // in all of them
  std::unordered_map<asker, std::size_t> of_asker_;  // and whose; none is 0
  std::atomic<bool> stop_{false};                    // set under the mutex, read anywhere
  std::atomic<bool> paused_{false};                  // likewise
  bool open_ = connection_.has_value();              // under the mutex: the thread has a connection, or may make one
  std::thread thread_;                               // last: it uses all of the above
};

reader::reader(const options& how, std::function<void()> index_broken)
    : search_time_(how.search_time),
      pages_(std::make_unique<worker>(how, nullptr)),
      searches_(std::make_unique<worker>(how, std::move(index_broken))) {}

reader::~reader() = default;

bool reader::make_way() {
  const bool pages = pages_->make_way();
  return searches_->make_way() && pages;
}

void reader::go_on() {
  pages_->go_on();
  searches_->go_on();
}

bool reader::read_page(page_request wanted, page_handler done, asker whose) {
  auto ask = [wanted = std::move(wanted)](queries& from) { return from.read_page(wanted); };
  return pages_->enqueue(whose, std::make_unique<short_job<page, decltype(ask)>>(std::move(ask), std::move(done)));
}

bool reader::search(search_request wanted, page_handler done, asker whose) {
  return searches_->enqueue(
      whose, std::make_unique<search_job>(std::move(wanted), std::move(done), clock::now() + search_time_));
}

bool reader::tagged(tagged_request wanted, page_handler done, asker whose) {
  auto ask = [wanted](queries& from) { return from.tagged(wanted); };
  return pages_->enqueue(whose, std::make_unique<short_job<page, decltype(ask)>>(std::move(ask), std::move(done)));
}

bool reader::rooms(rooms_handler done, asker whose) {
  auto ask = [](queries& from) { return from.rooms(); };
  return pages_->enqueue(whose, std::make_unique<short_job<room_list, decltype(ask)>>(std::move(ask), std::move(done)));
}

}  // namespace confab::store

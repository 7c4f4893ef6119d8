// Who searches for long does not hold up who does not.
#include <condition_variable>
#include <future>
#include <mutex>
#include <random>

#include "server/store/queries.hpp"
#include "server/store/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

using id_list = std::vector<std::uint64_t>;

// Both pairs of 小红帽 are in every message but the first, and the word is in none.
constexpr const char* hard_words = "小红帽";

options hard_history(const scratch& place) {
  options how = place.history();
  how.search_slice = std::chrono::milliseconds(0);  // one message at a time
  std::vector<message> all{said(1, "lobby", "easy")};
  for (std::uint64_t id = 2; id <= 100; ++id) all.push_back(said(id, "lobby", "小红有顶红帽子"));
  keep(how, all);
  return how;
}

search_request for_words(const std::string& words) {
  return {{{"lobby"}, ""}, words};
}

// Asks, holds the answering thread in its first answer until release(), and notes who was answered in which order.
class queue_of_askers {
 public:
  explicit queue_of_askers(const options& how) : reader_(std::make_unique<reader>(how)) {
    REQUIRE(reader_->search(for_words("easy"), [this](const page&) {
      entered_.set_value();
      release_.get_future().wait();
    }));
    entered_.get_future().wait();
  }

  bool ask(reader::asker whose, const std::string& words) {
    return reader_->search(
        for_words(words),
        [this, whose](const page& found) {
          const std::lock_guard lock(mutex_);
          order_.push_back(whose);
          complete_ += found.complete ? 1U : 0U;
          come_.notify_all();
        },
        whose);
  }

  void release() { release_.set_value(); }

  // The askers in the order of their answers, of which there are `count`.
  std::vector<reader::asker> order(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(come_.wait_for(lock, std::chrono::seconds(20), [&] { return order_.size() == count; }));
    return order_;
  }
  std::size_t complete() const { return complete_; }

 private:
  std::promise<void> entered_;
  std::promise<void> release_;
  std::mutex mutex_;
  std::condition_variable come_;
  std::vector<reader::asker> order_;
  std::size_t complete_ = 0;
  std::unique_ptr<reader> reader_;  // ends first
};

}  // namespace

TEST_CASE("search fairness: one that is easy is answered before thirty that are not, whenever it came", "[fairness]") {
  const scratch place;
  queue_of_askers here(hard_history(place));
  for (reader::asker whose = 1; whose <= 30; ++whose) CHECK(here.ask(whose, hard_words));
  CHECK(here.ask(99, "easy"));
  here.release();
  const auto order = here.order(31);
  CHECK(order.front() == 99);
  CHECK(here.complete() == 31);
}

TEST_CASE("search fairness: what one has queued does not come before the first of another", "[fairness]") {
  const scratch place;
  queue_of_askers here(hard_history(place));
  for (int i = 0; i < 20; ++i) CHECK(here.ask(1, "easy"));
  CHECK(here.ask(2, "easy"));
  here.release();
  const auto order = here.order(21);
  CHECK(order[0] == 1);
  CHECK(order[1] == 2);
}

TEST_CASE("search fairness: one asker may have so many questions waiting, and the server any number", "[fairness]") {
  const scratch place;
  options how = hard_history(place);
  how.max_requests_each = 3;
  how.max_requests = 12;
  queue_of_askers here(how);
  for (int i = 0; i < 3; ++i) CHECK(here.ask(1, "easy"));
  CHECK_FALSE(here.ask(1, "easy"));
  CHECK(here.ask(2, "easy"));
  for (int i = 0; i < 8; ++i) CHECK(here.ask(reader::server, "easy"));
  CHECK_FALSE(here.ask(reader::server, "easy"));
  CHECK_FALSE(here.ask(3, "easy"));
  here.release();
  CHECK(here.order(12).size() == 12);
  CHECK(here.ask(1, "easy"));
  CHECK(here.order(13).back() == 1);
}

TEST_CASE("search fairness: waiting counts for the time that a search has", "[fairness]") {
  const scratch place;
  options how = hard_history(place);
  how.search_time = std::chrono::milliseconds(20);
  queue_of_askers here(how);
  CHECK(here.ask(1, "easy"));
  CHECK(here.ask(2, hard_words));
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(21);
  while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
  here.release();
  CHECK(here.order(2).size() == 2);
  CHECK(here.complete() == 0);
}

TEST_CASE("search fairness: in slices a search finds what it finds in one go", "[fairness]") {
  const scratch place;
  options how = place.history();
  how.search_slice = std::chrono::milliseconds(0);
  std::mt19937 random(11);
  std::vector<message> all;
  for (std::uint64_t id = 1; id <= 200; ++id) {
    std::string text;
    for (const char* const word : {"red ", "green ", "blue ", "小红帽 ", "小红 "}) {
      if (random() % 2 == 0) text += word;
    }
    all.push_back(said(id, random() % 4 == 0 ? "tea" : "lobby", text + "."));
  }
  keep(how, {all.begin(), all.end() - 20});
  message_store(how).commit(std::vector<operation>(all.end() - 20, all.end()), 0);
  queries whole(how);
  reader whom(how);
  std::size_t found_some = 0;
  for (const char* const words : {"red", "green blue", "小红帽", "帽", "red 小红", "nothing"}) {
    for (const std::size_t limit : {1U, 7U, 1000U}) {
      search_request wanted{{{"lobby"}, ""}, words, UINT64_MAX, limit};
      wanted.max_bytes = SIZE_MAX;
      const page expected = whole.search(wanted, std::atomic<bool>(false));
      const page sliced = ask(whom, wanted);
      CHECK(sliced.messages == expected.messages);
      CHECK(sliced.more == expected.more);
      CHECK(sliced.complete);
      found_some += sliced.messages.empty() ? 0U : 1U;
    }
  }
  CHECK(found_some == 15);
}

#include "server/history.hpp"

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "server/store/export.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using Catch::Matchers::Contains;

namespace {

store::message said(std::uint64_t id, std::string text) {
  store::message what;
  what.id = id;
  what.time = store::moment(std::chrono::seconds(1'767'225'600 + id));
  what.room = "lobby";
  what.from = "Ann";
  what.addr = "127.0.0.1:1";
  what.from_key = "1";
  what.text = std::move(text);
  return what;
}

store::recall taken_back(std::uint64_t id) {
  return {id, store::moment(std::chrono::seconds(1'767'225'700)), "Ann", "127.0.0.1:1"};
}

store::options history_in(const test::scratch_directory& folder) {
  store::options how;
  how.file = folder.path() + "/history.db";
  return how;
}

std::string exported(const store::options& how) {
  std::ostringstream out;
  store::export_messages(how, out);
  return out.str();
}

/// A home with a history, and what the history told it.
class household {
 public:
  explicit household(const store::options& how)
      : log_(std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_))) {
    log_->set_pattern("%l %v");
    history_ = std::make_unique<history>(io_, how, log_,
                                         history::handlers{[this](std::uint64_t number) { settled_ = number; },
                                                           [](const chat::question&, const store::page&) {},
                                                           [this](bool works) { keeping_.push_back(works); }});
  }
  household(const household&) = delete;
  household& operator=(const household&) = delete;
  ~household() { history_.reset(); }

  /// Carries out one turn's errands, and waits until they are settled.
  void carry_out(std::vector<std::variant<store::message, store::recall>> keep) {
    chat::errands wanted;
    wanted.keep = std::move(keep);
    const std::uint64_t number = history_->carry_out(wanted);
    CHECK(wanted.empty());
    const test::deadline until;
    while (settled_ < number && !until.passed()) io_.run_one_for(std::chrono::milliseconds(until.left()));
    REQUIRE(settled_ == number);
  }

  const std::vector<bool>& keeping() const { return keeping_; }
  std::string logged() const { return said_.str(); }

 private:
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> open_ = asio::make_work_guard(io_);
  std::ostringstream said_;
  std::shared_ptr<spdlog::logger> log_;
  std::uint64_t settled_ = 0;
  std::vector<bool> keeping_;
  std::unique_ptr<history> history_;
};

}  // namespace

TEST_CASE("history: what finds no room with the writer is told and logged once", "[history]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_queue_bytes = 1;
  household home(how);
  for (std::uint64_t id = 1; id <= 20; ++id) home.carry_out({said(id, "hello")});
  CHECK(home.keeping() == std::vector<bool>{false});
  CHECK(home.logged() == "error the history is not kept: history: more waits to be written than may wait\n");
}

TEST_CASE("history: a recall that found no room is written with the next that does", "[history]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_queue_bytes = 4000;
  household home(how);
  home.carry_out({said(1, "regretted")});
  home.carry_out({said(2, std::string(5000, 'x')), taken_back(1)});
  home.carry_out({said(3, "small")});
  home.carry_out({said(4, "smaller")});
  CHECK_THAT(exported(how), !Contains("regretted") && Contains("smaller"));
}

TEST_CASE("history: a recall that found no room is written at the end at the latest", "[history]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_queue_bytes = 4000;
  {
    household home(how);
    home.carry_out({said(1, "regretted"), said(2, "stays")});
    home.carry_out({said(3, std::string(5000, 'x')), taken_back(1)});
  }
  CHECK_THAT(exported(how), !Contains("regretted") && Contains("stays"));
}

#include "server/store_bridge.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "common/commands.hpp"
#include "server/chat/delivery.hpp"
#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/text.hpp"
#include "tests/unit/chat/simulated_shard.hpp"

using namespace confab;
using Catch::Matchers::Contains;
using confab::test::count_of;

namespace {

store::message said(std::uint64_t id, std::string text) {
  store::message what;
  what.id = id;
  what.time = store::moment(std::chrono::seconds(1'767'225'600 + id % 1'000'000));
  what.room = "lobby";
  what.from = "Ann";
  what.addr = "127.0.0.1:1";
  what.from_key = "1";
  what.text = std::move(text);
  return what;
}

store::message said_in(const std::string& room, std::uint64_t id) {
  store::message what = said(id, "in " + room);
  what.room = store::room_ref(room, room == "lobby" ? 0 : 1);
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

/// A home with a history, and what the bridge told it.
class household {
 public:
  explicit household(const store::options& how)
      : log_(std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_))) {
    log_->set_pattern("%l %v");
    bridge_ = std::make_unique<store_bridge>(
        io_, how, log_,
        store_bridge::handlers{[this](std::uint64_t number) { settled_ = number; },
                               [this](const chat::query& asked, const store::page& found) {
                                 answer_ = found;
                                 ++(found.error.empty() ? found_ : refused_)[asked.asker.slot];
                               },
                               [this](bool works) { keeping_.push_back(works); }});
  }
  household(const household&) = delete;
  household& operator=(const household&) = delete;
  ~household() { bridge_.reset(); }

  /// Carries out one turn's requests, and waits until they are settled.
  void carry_out(std::vector<std::variant<store::message, store::recall, store::room_end>> keep) {
    chat::store_requests wanted;
    wanted.writes = std::move(keep);
    const std::uint64_t number = bridge_->carry_out(wanted);
    CHECK(wanted.empty());
    const test::deadline until;
    while (settled_ < number && !until.passed()) io_.run_one_for(std::chrono::milliseconds(until.left()));
    REQUIRE(settled_ == number);
  }

  /// Starts one turn's requests. Returns the number that the turn has to wait for.
  std::uint64_t start(std::vector<std::variant<store::message, store::recall, store::room_end>> keep) {
    chat::store_requests wanted;
    wanted.writes = std::move(keep);
    return bridge_->carry_out(wanted);
  }

  /// Lets what has come be dealt with.
  void run_for_a_moment() { io_.run_one_for(std::chrono::milliseconds(10)); }

  /// Deals with all that has come.
  void run_until_idle() {
    while (io_.run_one_for(std::chrono::milliseconds(20)) > 0) {
    }
  }

  /// Waits until users were told `works`.
  void wait_until_keeping(bool works) {
    const test::deadline until;
    while ((keeping_.empty() || keeping_.back() != works) && !until.passed()) {
      io_.run_one_for(std::chrono::milliseconds(until.left()));
    }
    REQUIRE(!keeping_.empty());
    REQUIRE(keeping_.back() == works);
  }

  /// Each of these asks for the last message of the lobby so many times, all at once; waits for all answers.
  void ask_at_once(const std::vector<chat::session_ref>& askers, std::size_t times) {
    chat::store_requests wanted;
    for (const chat::session_ref& each : askers) {
      chat::query asked{};
      asked.asker = each;
      store::page_request request;
      request.room = "lobby";
      request.limit = 1;
      asked.wanted = request;
      wanted.queries.insert(wanted.queries.end(), times, asked);
    }
    bridge_->carry_out(wanted);
    const test::deadline until;
    while (answers() < askers.size() * times && !until.passed()) {
      io_.run_one_for(std::chrono::milliseconds(until.left()));
    }
    REQUIRE(answers() == askers.size() * times);
  }
  std::size_t answers() const {
    std::size_t sum = 0;
    for (const auto* const some : {&found_, &refused_}) {
      for (const auto& [slot, count] : *some) sum += count;
    }
    return sum;
  }
  /// By the slot of the asker.
  const std::map<std::uint32_t, std::size_t>& found() const { return found_; }
  const std::map<std::uint32_t, std::size_t>& refused() const { return refused_; }

  /// Asks for the last message of the lobby, and waits for the answer.
  store::page last_of_lobby() {
    chat::store_requests wanted;
    store::page_request request;
    request.room = "lobby";
    request.limit = 1;
    chat::query asked{};
    asked.wanted = request;
    wanted.queries.push_back(asked);
    answer_.reset();
    bridge_->carry_out(wanted);
    const test::deadline until;
    while (!answer_ && !until.passed()) io_.run_one_for(std::chrono::milliseconds(until.left()));
    REQUIRE(answer_);
    return *answer_;
  }

  /// The rooms that a hub with space for `most` has after a start.
  std::set<std::string> rooms_after_start(std::size_t most) {
    chat::hub_options how;
    how.max_rooms = most;
    chat::hub rules(how, 1);
    bridge_->restore(rules, 1);
    test::seat asker;
    asker.session = {0, 0, 1};
    test::simulated_shard shard;
    shard.place(shard.add_place()) = &asker;
    rules.begin_turn({});
    rules.join(asker.session, "127.0.0.1:1");
    std::string scratch;
    rules.apply(asker.session, read_command("/json on", scratch));
    rules.apply(asker.session, read_command("/rooms", scratch));
    chat::deliver(rules.out().dispatches()[0], shard);
    std::set<std::string> names;
    std::istringstream lines(asker.unread);
    for (std::string line; std::getline(lines, line);) {
      const auto event = nlohmann::json::parse(line, nullptr, false);
      if (!event.is_object() || event["type"] != "rooms") continue;
      for (const auto& each : event["rooms"]) names.insert(each["room"]);
    }
    REQUIRE(names.erase("lobby") == 1);
    return names;
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
  std::optional<store::page> answer_;
  std::map<std::uint32_t, std::size_t> found_;
  std::map<std::uint32_t, std::size_t> refused_;
  std::unique_ptr<store_bridge> bridge_;
};

}  // namespace

TEST_CASE("store bridge: each session may ask as much as one may, whatever others ask", "[store_bridge]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_requests_each = 2;
  how.max_requests = 1000;
  household home(how);
  std::vector<chat::session_ref> askers;
  for (std::uint32_t slot = 0; slot < 100; ++slot) askers.push_back({slot % 2, slot, slot % 3});
  home.ask_at_once(askers, 2);
  CHECK(home.refused().empty());
  CHECK(home.found().size() == 100);
}

TEST_CASE("store bridge: whoever asks too much at once is answered all the same", "[store_bridge]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_requests_each = 2;
  household home(how);
  home.ask_at_once({{0, 7, 1}}, 500);
  CHECK(home.found().at(7) >= 2);
  CHECK(home.refused().at(7) >= 1);
}

TEST_CASE("store bridge: what is said and taken back in one turn is taken back", "[store_bridge]") {
  const test::scratch_directory folder;
  const store::options how = history_in(folder);
  {
    household home(how);
    home.carry_out({said(1, "stays"), said(2, "goes"), taken_back(2), said(3, "stays, too")});
  }
  CHECK_THAT(exported(how), Contains("stays") && Contains("stays, too") && !Contains("goes"));
}

TEST_CASE(
    "store bridge: of more rooms than there may be those with the newest messages stay, and the others end for good",
    "[store_bridge]") {
  const test::scratch_directory folder;
  const store::options how = history_in(folder);
  household(how).carry_out({said_in("lobby", 1), said_in("den", 2), said_in("zoo", 3), said_in("tea", 4)});
  const std::set<std::string> all{"den", "tea", "zoo"};
  {
    household home(how);
    CHECK(home.rooms_after_start(4) == all);
    CHECK(home.rooms_after_start(3) == all);
    CHECK(home.logged().empty());
  }
  {
    household home(how);
    CHECK(home.rooms_after_start(2) == std::set<std::string>{"tea", "zoo"});
    CHECK(count_of(home.logged(), "--max-rooms") == 1);
  }
  CHECK(household(how).rooms_after_start(3) == std::set<std::string>{"tea", "zoo"});
  CHECK(household(how).rooms_after_start(0).empty());
  CHECK(household(how).rooms_after_start(3).empty());
  CHECK(exported(how).find("in den") != std::string::npos);  // kept all the same
}

TEST_CASE("store bridge: what finds no room with the writer is told and logged once", "[store_bridge]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_queue_bytes = 1;
  household home(how);
  for (std::uint64_t id = 1; id <= 20; ++id) home.carry_out({said(id, "hello")});
  CHECK(home.keeping() == std::vector<bool>{false});
  CHECK(home.logged() == "error the history is not kept: history: more waits to be written than may wait\n");
}

TEST_CASE("store bridge: the hub hears of each change, and the log not that it is over at once", "[store_bridge]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.max_queue_bytes = 4000;
  household home(how);
  std::uint64_t id = 0;
  std::vector<bool> changes;
  for (int i = 0; i < 3; ++i) {
    for (int again = 0; again < 2; ++again) home.carry_out({said(++id, std::string(5000, 'x'))});
    changes.push_back(false);
    CHECK(home.keeping() == changes);
    for (int again = 0; again < 2; ++again) home.carry_out({said(++id, "small")});
    changes.push_back(true);
    CHECK(home.keeping() == changes);
  }
  CHECK(home.logged() == "error the history is not kept: history: more waits to be written than may wait\n");
}

TEST_CASE("store bridge: a recall that found no room is written with the next that does", "[store_bridge]") {
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

TEST_CASE("store bridge: a recall that found no room is written at the end at the latest", "[store_bridge]") {
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

TEST_CASE("store bridge: while nothing can be kept no turn waits, twice in a row", "[store_bridge]") {
  const test::scratch_directory folder;
  store::options how = history_in(folder);
  how.commit_wait = std::chrono::milliseconds(1);
  how.retry_pause = std::chrono::milliseconds(10);
  household home(how);
  home.carry_out({said(1, "kept")});
  std::uint64_t id = 1;
  for (std::size_t round = 0; round < 2; ++round) {
    {
      store::database other(how, store::database::access::write);
      const store::transaction holding(other, store::transaction::kind::write);
      CHECK(home.start({said(++id, "lost")}) > 0);
      home.wait_until_keeping(false);
      home.run_until_idle();
      for (int i = 0; i < 10; ++i) CHECK(home.start({said(++id, "lost"), taken_back(1)}) == 0);
    }
    // What was recalled is tried again at once, and what users were told follows when that has worked for a while.
    const test::deadline until;
    while (count_of(home.logged(), "the history is kept again") <= round && !until.passed()) home.run_for_a_moment();
    CHECK(home.start({said(++id, "kept again")}) > 0);
  }
  CHECK_THAT(home.logged(), Contains("error the history is not kept: history: database is locked\n"));
}

TEST_CASE("store bridge: ids that the writer refuses are not kept, and end nothing", "[store_bridge]") {
  const test::scratch_directory folder;
  const store::options how = history_in(folder);
  household home(how);
  home.carry_out({said(5, "kept")});
  for (int i = 0; i < 2; ++i) {
    CHECK_NOTHROW(home.start({said(5, "again")}));
    CHECK_NOTHROW(home.start({said(INT64_MAX, "the last"), said(std::uint64_t{INT64_MAX} + 1, "one too many")}));
  }
  CHECK(home.keeping() == std::vector<bool>{false});
  home.carry_out({said(6, "kept too")});
  CHECK_THAT(exported(how), Contains("kept too") && !Contains("again") && !Contains("the last"));
}

TEST_CASE("store bridge: files that are taken away are opened anew, for reading too, and the log says what happened",
          "[store_bridge]") {
  const test::scratch_directory place;
  const std::filesystem::path folder = place.path() + "/data";
  std::filesystem::create_directory(folder);
  store::options how;
  how.file = folder / "history.db";
  how.watch_interval = std::chrono::milliseconds(5);
  how.retry_pause = std::chrono::milliseconds(10);
  household home(how);
  std::uint64_t id = 0;
  for (std::size_t round = 0; round < 2; ++round) {
    ++id;
    home.carry_out({said(id, "here")});
    REQUIRE(home.last_of_lobby().messages.size() == 1);
    CHECK(home.last_of_lobby().messages[0].id == id);
    std::filesystem::remove_all(folder);
    const test::deadline until;
    const auto told = [&] { return count_of(home.logged(), "goes on in the one that is there now"); };
    while (told() <= round && !until.passed()) home.run_for_a_moment();
    REQUIRE(told() == round + 1);
    CHECK(home.last_of_lobby().error.empty());
    CHECK(home.last_of_lobby().messages.empty());
  }
  CHECK_THAT(home.logged(), Contains("error the history is not kept: history: " + folder.string()));
  CHECK(std::filesystem::exists(how.file));
}

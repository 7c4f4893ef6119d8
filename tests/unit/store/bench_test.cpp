// Figures, by `test_store "[bench]"`; not part of the tests. The history of a million messages is built once and kept
// in the folder CONFAB_BENCH_DIR if that is set (about 600 MB), so that a second run starts at once.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <random>

#include "common/utf8.hpp"
#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

using clock_type = std::chrono::steady_clock;

constexpr std::uint64_t total = 1'000'000;

double milliseconds_since(clock_type::time_point start) {
  return std::chrono::duration<double, std::milli>(clock_type::now() - start).count();
}

// Of this thread alone, whatever else the machine does.
double cpu_milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct figures {
  double median;
  double p99;
  double worst;
};

figures summary(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all[all.size() * 99 / 100], all.back()};
}

void show(const std::string& what, std::vector<double> all) {
  const auto [median, p99, worst] = summary(std::move(all));
  std::cout << what << ": p50 " << median << " ms, p99 " << p99 << " ms, worst " << worst << " ms\n";
}

// Chinese characters with the usual few that are everywhere.
class babble {
 public:
  std::string sentence(std::size_t characters) {
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) {
      const double exponent = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
      const auto rank = static_cast<char32_t>(std::pow(3000.0, exponent)) - 1;
      confab::utf8::append(text, 0x5000 + rank * 5);
    }
    return text;
  }

 private:
  std::mt19937 random_{7};
};

// Everything in the lobby but a thousand messages in "tiny" and a thousand whispers.
message synthetic(babble& random, std::uint64_t id) {
  std::string text = random.sentence(20);
  if (id % 100 == 50) text += "，报告";
  if (id % 4 < 2) text += "，我们";
  text += id % 2 == 0 ? " alpha" : " beta";
  if (id % 250'000 == 1) text += " 独角兽";
  if (id % 1000 == 0) return said(id, "tiny", text);
  if (id % 1000 == 500) return whispered(id, "Ann", "Bob", text);
  return said(id, "lobby", text);
}

void build(const options& how) {
  message_store made(how);
  babble random;
  auto start = clock_type::now();
  for (std::uint64_t id = made.highest_id(); id < total;) {
    std::vector<operation> batch;
    while (batch.size() < 2000) batch.emplace_back(synthetic(random, ++id));
    made.commit(batch, id);
  }
  std::cout << "committed in " << milliseconds_since(start) << " ms\n";
  start = clock_type::now();
  std::vector<double> index_steps;
  std::vector<double> merge_steps;
  while (made.index_due() || made.merge_due()) {
    auto begin = cpu_milliseconds();
    if (made.index_due()) {
      made.index_some(clock_type::now() + std::chrono::milliseconds(1));
      index_steps.push_back(cpu_milliseconds() - begin);
    }
    begin = cpu_milliseconds();
    made.merge_some(clock_type::now() + std::chrono::milliseconds(1));
    merge_steps.push_back(cpu_milliseconds() - begin);
  }
  std::cout << "indexed in " << milliseconds_since(start) << " ms\n";
  if (!index_steps.empty()) show("a step of indexing (CPU)", index_steps);
  if (!merge_steps.empty()) show("a step of merging (CPU)", merge_steps);
  made.note_highest(0);
}

options million(const scratch& place) {
  options how = place.history();
  if (const char* kept = std::getenv("CONFAB_BENCH_DIR")) how.file = std::filesystem::path(kept) / "million.db";
  if (!std::filesystem::exists(how.file)) build(how);
  return how;
}

// Shows what passed and returns what this thread worked: that can be judged on a busy machine too.
figures time(int rounds, const std::string& what, const std::function<std::size_t()>& act) {
  std::vector<double> all;
  std::vector<double> work;
  std::size_t found = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto start = clock_type::now();
    const double worked = cpu_milliseconds();
    found = act();
    work.push_back(cpu_milliseconds() - worked);
    all.push_back(milliseconds_since(start));
  }
  show(what + " (" + std::to_string(found) + " found)", all);
  return summary(work);
}

// One message every 3 ms; how long each took to be settled.
std::vector<double> commit_times(writer& to, witness& seen, std::uint64_t& id, int messages) {
  std::vector<double> all;
  auto next = clock_type::now();
  for (int i = 0; i < messages; ++i) {
    next += std::chrono::milliseconds(3);
    std::this_thread::sleep_until(next);
    ++id;
    const auto start = clock_type::now();
    if (!seen.settled(to.append({said(id, "lobby", "我们 live")}))) FAIL("not settled");
    all.push_back(milliseconds_since(start));
  }
  return all;
}

}  // namespace

TEST_CASE("bench: the last 50 of a room with a million messages under 2 ms", "[.][bench]") {
  const scratch place;
  const options how = million(place);
  queries from(how);
  page_request wanted;
  wanted.limit = 50;
  for (const char* const room : {"lobby", "tiny"}) {
    wanted.room = room;
    wanted.where = page_request::from::newest;
    CHECK(time(200, "last 50", [&] { return from.read_page(wanted).messages.size(); }).median < 2);
    wanted.where = page_request::from::before_time;
    wanted.time = time_of(total / 3);
    CHECK(time(200, "50 before a time", [&] { return from.read_page(wanted).messages.size(); }).median < 2);
    wanted.where = page_request::from::before_id;
    wanted.id = total / 2;
    CHECK(time(200, "50 before an id", [&] { return from.read_page(wanted).messages.size(); }).median < 2);
  }
  time(5, "rooms", [&] { return from.rooms().rooms.size(); });
}

TEST_CASE("bench: a search of a million messages under 50 ms", "[.][bench]") {
  const scratch place;
  const options how = million(place);
  queries from(how);
  const std::atomic<bool> stop(false);
  struct example {
    view who;
    const char* words;
  };
  const view lobby{{"lobby"}, ""};
  const view tiny{{"tiny"}, ""};
  const view bob{{"tiny"}, "bob"};
  view many{{"lobby", "tiny"}, "bob"};
  while (many.rooms.size() < 32) many.rooms.push_back("empty " + std::to_string(many.rooms.size()));
  const std::vector<example> examples{
      {lobby, "报告"},         {lobby, "我们"},          {lobby, "我"},         {lobby, "我们 报告"},
      {lobby, "独角兽"},       {lobby, "alpha"},         {lobby, "alpha beta"}, {lobby, "nothing"},
      {tiny, "我们"},          {tiny, "beta"},           {bob, "我们"},         {{{"nowhere"}, ""}, "我们"},
      {lobby, "我们报告独角"}, {bob, "alpha 我们 报告"}, {many, "我们"},        {many, "我们 报告"},
  };
  for (const example& each : examples) {
    const search_request wanted{each.who, each.words, UINT64_MAX, 20};
    CHECK(time(20, each.words, [&] { return from.search(wanted, stop).messages.size(); }).median < 50);
  }
  database db(how, database::access::read);
  statement plan = db.prepare(
      "EXPLAIN QUERY PLAN SELECT rowid FROM search WHERE search MATCH 'a' AND rowid < 5 ORDER BY rowid DESC");
  while (plan.step()) std::cout << "plan: " << plan.text(3) << '\n';
}

TEST_CASE("bench: checking a million messages", "[.][bench]") {
  const scratch place;
  const options how = million(place);
  time(1, "check", [&] { return check(how).size(); });
}

TEST_CASE("bench: pruning and indexing do not hold up commits", "[.][bench]") {
  const scratch place;
  options how = place.history();
  how.file = place.folder() / "copy.db";
  std::filesystem::copy_file(million(place).file, how.file);
  std::uint64_t id = total;
  {
    witness seen;
    writer to(how, seen.events());
    show("commit, nothing else to do", commit_times(to, seen, id, 2000));
  }
  how.keep_messages = total - 200'000;
  witness seen;
  writer to(how, seen.events());
  const auto all = commit_times(to, seen, id, 2000);
  show("commit while pruning", all);
  database db(how, database::access::read);
  std::cout << "pruned meanwhile: "
            << total + 4000 - static_cast<std::uint64_t>(db.integer("SELECT count(*) FROM messages")) << '\n';
  CHECK(summary(all).p99 < 20);
}

TEST_CASE("bench: throughput of the writer", "[.][bench]") {
  const scratch place;
  options how = place.history();
  how.sync = GENERATE(sync_mode::normal, sync_mode::full);
  witness seen;
  writer to(how, seen.events());
  babble random;
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back(random.sentence(20));
  const auto start = clock_type::now();
  constexpr std::uint64_t messages = 200'000;
  for (std::uint64_t id = 1; id <= messages; ++id) to.append({said(id, "lobby", texts[id % texts.size()])});
  REQUIRE(seen.settled(messages));
  const double took = milliseconds_since(start);
  std::cout << (how.sync == sync_mode::full ? "full" : "normal") << ": "
            << static_cast<std::uint64_t>(static_cast<double>(messages) / took * 1000) << " messages/s\n";
  std::uint64_t id = messages;
  show("then one by one", commit_times(to, seen, id, 500));
}

namespace {

// What the thread of a writer works for each message: to commit it, and to index it and merge the index afterwards.
struct cost {
  double commit = 0;  // us
  double index = 0;   // us
};

cost of_messages(const std::function<message(std::uint64_t)>& make, std::size_t batch) {
  constexpr std::uint64_t messages = 100'000;
  const scratch place;
  message_store to(place.history());
  cost all;
  for (std::uint64_t id = 0; id < messages;) {
    std::vector<operation> some;
    while (some.size() < batch) some.emplace_back(make(++id));
    const double start = cpu_milliseconds();
    to.commit(some, id);
    const double committed = cpu_milliseconds();
    all.commit += committed - start;
    if (id % 256 >= batch) continue;
    while (to.index_due()) to.index_some(clock_type::now() + std::chrono::milliseconds(1));
    if (to.merge_due()) to.merge_some(clock_type::now() + std::chrono::milliseconds(1));
    all.index += cpu_milliseconds() - committed;
  }
  all.commit *= 1000.0 / messages;
  all.index *= 1000.0 / messages;
  return all;
}

}  // namespace

TEST_CASE("bench: a message costs the writer at most 12 us, whether it is said in a room or whispered", "[.][bench]") {
  babble random;
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("message " + std::to_string(i) + " " + std::string(80, 'x'));
  std::vector<std::string> chinese;
  for (int i = 0; i < 1000; ++i) chinese.push_back(random.sentence(20));
  const auto from = [](message what) {
    // As the hub's keys look.
    const auto who = [](std::uint64_t number) { return "4a0537eae15fafdc." + std::to_string(number); };
    what.from_key = who(what.id % 500);
    if (what.is_whisper()) what.to_key = who((what.id + 250) % 500);
    return what;
  };
  for (const std::size_t batch : {1U, 8U, 64U}) {
    for (const auto& [language, words] : {std::pair("English", &texts), std::pair("Chinese", &chinese)}) {
      const auto text = [&words = *words](std::uint64_t id) -> const std::string& { return words[id * 7 % 1000]; };
      const cost room = of_messages([&](std::uint64_t id) { return from(said(id, "lobby", text(id))); }, batch);
      const cost whisper =
          of_messages([&](std::uint64_t id) { return from(whispered(id, "Ann", "Bob", text(id))); }, batch);
      for (const auto& [what, each] : {std::pair("in a room", room), std::pair("whispered", whisper)}) {
        std::cout << language << ", " << batch << " a commit, " << what << ": " << each.commit << " us to commit, "
                  << each.index << " us to index\n";
      }
      if (batch == 64 && language == std::string("English")) {
        CHECK(room.commit + room.index < 12);
        CHECK(whisper.commit + whisper.index < 12);
      }
    }
  }
}

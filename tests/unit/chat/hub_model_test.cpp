// Random people doing random things on one server and on a plain reference: every one of them must read the same bytes.

#include <array>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/reference_chat.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::reference_chat;
using confab::test::simulation;

namespace {

/// Drives both. The same seed does the same things, on any machine.
class random_life {
 public:
  random_life(unsigned seed, const chat::hub_options& options, std::size_t shards)
      : random_(seed), real_(options, shards), reference_(options) {}

  void live(std::size_t turns) {
    for (std::size_t i = 0; i < turns; ++i) {
      if (one_in(12)) pass_time();
      take_turn();
      compare();
    }
  }

  std::size_t lines() const { return lines_; }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return pick(count) == 0; }

  void pass_time() {
    if (one_in(3)) real_.wait(std::chrono::milliseconds(pick(25'000)));
    real_.wait(std::chrono::seconds(1));
    begin();
    real_.turn([this] { real_.hub().tick(); });
    reference_.tick();
    compare();
  }

  void begin() {
    reference_.set_time(real_.now(), real_.time());
    reference_.begin_turn();
  }

  void take_turn() {
    begin();
    real_.turn([this] {
      for (std::size_t events = 1 + pick(12); events > 0; --events) happen();
    });
  }

  void happen() {
    if (people_ < 3 || one_in(10)) return come();
    const std::size_t who = pick(people_);
    if (one_in(40)) {
      real_.end(who);
      return reference_.end(who);
    }
    if (one_in(40)) {
      real_.stop(who, leave_reason::error);
      return reference_.stop(who, leave_reason::error);
    }
    const std::string line = (one_in(4) ? "/tag t" + std::to_string(++tags_) + " " : "") + something(who);
    ++lines_;
    real_.line(who, line);
    reference_.line(who, line);
  }

  void come() {
    // Now and then from an address that somebody has, or had.
    const std::string addr = "127.0.0.1:" + std::to_string(one_in(8) ? 1 + pick(people_ + 1) : people_ + 1);
    real_.come_from(addr, static_cast<std::uint32_t>(pick(shard_count())));
    reference_.come(addr);
    ++people_;
  }

  std::size_t shard_count() { return real_.hub().out().dispatches().size(); }

  std::string some_name() {
    static const std::array<std::string, 12> names{"anna", "Anna",  "ＡＮＮＡ", "bob", "Zoë",     "Zoe\u0308",
                                                   "张三", "admin", "-x",       "a b", "1.2.3.4", "nobody"};
    return one_in(3) ? "127.0.0.1:" + std::to_string(1 + pick(people_)) : names[pick(names.size())];
  }

  std::string something(std::size_t /*who*/) {
    switch (pick(16)) {
      case 0: return "who";
      case 1: return "rename " + some_name();
      case 2: return "rename " + some_name();
      case 3: return "to " + some_name() + " psst " + std::to_string(lines_);
      case 4: return "/msg " + (one_in(2) ? some_name() : "@" + std::to_string(pick(people_ + 2))) + " 你好";
      case 5: return "/json on";
      case 6: return "/json off";
      case 7: return std::string(one_in(2) ? "/ids " : "/times ") + (one_in(2) ? "on" : "off");
      case 8: return "/ping " + std::to_string(lines_);
      case 9: return "/count";
      case 10: return one_in(8) ? "/quit so long" : "//quit";
      case 11: return one_in(2) ? "/dance" : "to";
      case 12: return one_in(2) ? "" : "\xFF";
      default: return "line " + std::to_string(lines_) + " \"\\\x01";
    }
  }

  void compare() {
    for (std::size_t i = 0; i < people_; ++i) {
      const std::string& expected = reference_.heard(i);
      CAPTURE(i);
      if (heard_.size() <= i) heard_.resize(i + 1);
      heard_[i] += real_.heard(i);
      if (heard_[i] != expected) REQUIRE(heard_[i] == expected);
      if (!real_.at(i).gone && real_.at(i).closed == reference_.here(i)) FAIL("closed or not");
    }
  }

  std::mt19937 random_;
  simulation real_;
  reference_chat reference_;
  std::vector<std::string> heard_;
  std::size_t people_ = 0;
  std::size_t lines_ = 0;
  unsigned tags_ = 0;
};

}  // namespace

TEST_CASE("hub: whatever people do, each reads what the plain rules say", "[model]") {
  const std::size_t shards = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{4});
  const language lang = GENERATE(language::en, language::zh);
  std::size_t lines = 0;
  for (unsigned seed = 1; seed <= 25; ++seed) {
    CAPTURE(shards, seed);
    auto options = simulation::quiet();
    options.lang = lang;
    options.max_users = 12;
    options.announce_limit = 3;
    options.idle_timeout = std::chrono::seconds(seed % 2 == 0 ? 70 : 40);
    random_life life(seed, options, shards);
    life.live(60);
    lines += life.lines();
  }
  CHECK(lines > 5000);
}

// A connection that is cut at every moment of coming back, also again and again: every line is said once, nothing is
// given up, and nothing that others said is missed.

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "client/protocol/link.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/client/protocol/keeping_server.hpp"
#include "tests/unit/client/protocol/link_support.hpp"

namespace confab::client {
namespace {

constexpr std::size_t never = std::size_t(-1);

/// A client in the room tea on a connection that can be cut after any number of bytes.
class cut_session {
 public:
  cut_session() : link_("ann", "t") {
    link_.promise_heartbeat();
    link_.ask_on_return({{.command = "/history 200", .why = purpose{1}, .pages_of = "#lobby"},
                         {.command = "/join tea", .why = purpose{2}, .room = "tea"},
                         {.command = "/history 200", .why = purpose{1}, .pages_of = "#tea"}});
    connect(never);
    link_.send("/join tea", purpose{9}, false);
    talk(never);
  }

  /// Passes so many bytes in both directions, then the connection breaks; tells how many are left of them.
  std::size_t connect(std::size_t bytes) {
    server_.connected();
    link_.connected(start);
    return talk(bytes);
  }
  std::size_t talk(std::size_t bytes) {
    std::string to_server;
    std::string to_client;
    for (;;) {
      to_server += link_.take_output();
      note_events();
      if (to_server.empty() && to_client.empty()) return bytes;
      if (bytes == 0) return 0;
      // One byte towards the server, else one towards the client: what the one causes is on its way before the other.
      --bytes;
      if (!to_server.empty()) {
        line_ += to_server[0];
        to_server.erase(0, 1);
        if (line_.back() != '\n') continue;
        line_.pop_back();
        to_client += server_.take(line_);
        line_.clear();
      } else {
        link_.received(to_client.substr(0, 1), start);
        to_client.erase(0, 1);
      }
    }
  }
  void lose() {
    line_.clear();
    link_.lost();
    note_events();
  }
  void say(const std::string& text) {
    said_.push_back(text);
    link_.send("/say " + text, purpose{3}, true, "tea");
  }
  void bob_says(const std::string& room, const std::string& text) { server_.said_by_bob(room, text); }
  void restart() { server_.restart(); }

  /// All that is to be true when it is over.
  void check() {
    CHECK(link_.online());
    CHECK(link_.unanswered() == 0);
    CHECK(dropped_ == 0);
    std::map<std::string, int> kept;
    for (const auto& each : server_.history) ++kept[each.text];
    for (const std::string& each : said_) {
      CAPTURE(each);
      CHECK(kept[each] == 1);
      CHECK(settled_["/say " + each] == 1);
    }
    for (const auto& each : server_.history) {
      CAPTURE(each.text);
      CHECK(received_[each.id] > 0);
      CHECK(fresh_[each.id] <= 1);
      CHECK((each.from == "bob" || (each.from == "ann" && each.room == "tea")));
    }
  }
  bool failed() const { return link_.failure().has_value(); }

 private:
  void note_events() {
    for (const link_event& each : link_.take_events()) {
      if (const auto* gone = std::get_if<dropped>(&each)) dropped_ += gone->what.keep ? 1 : 0;
      if (const auto* known = std::get_if<confirmed>(&each)) ++settled_[known->what.command];
      const auto* what = std::get_if<server_event>(&each);
      if (what == nullptr) continue;
      if (what->answers && what->last && what->answers->keep) ++settled_[what->answers->command];
      const auto* talk = std::get_if<message>(&what->said.body);
      if (talk == nullptr) continue;
      ++received_[what->said.id];
      if (!talk->past && !what->repeated) ++fresh_[what->said.id];
    }
  }

  keeping_server server_;
  link link_;
  std::string line_;
  std::vector<std::string> said_;
  std::map<std::string, int> settled_;     // how often each of our lines was confirmed
  std::map<std::uint64_t, int> received_;  // how often each message was received,
  std::map<std::uint64_t, int> fresh_;     // and of that, as news
  int dropped_ = 0;
};

/// How often the server was killed meanwhile.
enum class killed { not_once, once, at_each_cut };

/// Plays it with cuts after so many bytes of each connection; tells whether the last cut came before it was over.
bool play(killed how, const std::vector<std::size_t>& cuts) {
  cut_session here;
  here.bob_says("", "heard before");
  here.lose();
  here.connect(never);
  here.say("written");
  bool in_time = here.talk(45) == 0;  // the line arrives, and its answer does not
  here.lose();
  here.say("waiting");
  if (how != killed::not_once) here.restart();
  for (int i = 0; i < 8; ++i) here.bob_says(i % 2 == 0 ? "" : "tea", fmt::format("meanwhile {}", i));
  for (const std::size_t each : cuts) {
    in_time = here.connect(each) == 0 && in_time;
    here.lose();
    here.bob_says("", "more");
    here.bob_says("tea", "more for tea");
    if (how == killed::at_each_cut) here.restart();
  }
  here.connect(never);
  here.check();
  CHECK_FALSE(here.failed());
  return in_time;
}

}  // namespace

// Under a sanitizer, which takes ten times as long, it is cut at some of the places only.
TEST_CASE("link: cut at any byte of coming back, it says every line once and misses nothing", "[link]") {
  const killed how = GENERATE(killed::not_once, killed::once, killed::at_each_cut);
  CAPTURE(static_cast<int>(how));
  std::size_t cut = 0;
  while (play(how, {cut})) cut += test::sanitized ? 7 : 1;
  CHECK(cut > 600);  // all of it was cut
}

TEST_CASE("link: cut twice and three times in a row while coming back, likewise", "[link]") {
  const killed how = GENERATE(killed::not_once, killed::once, killed::at_each_cut);
  CAPTURE(static_cast<int>(how));
  std::size_t played = 0;
  for (std::size_t first = 0; play(how, {first, first}); first += test::sanitized ? 31 : 7) {
    for (const std::size_t second : {first / 3, first * 2 / 3, first + 40}) {
      CAPTURE(first, second);
      play(how, {first, second});
      play(how, {first, second, first + 7});
      ++played;
    }
  }
  CHECK(played > (test::sanitized ? 40U : 200U));
}

}  // namespace confab::client

#include "client/ui/reply_lines.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using confab::language;
using namespace confab::client;

namespace {

using lines = std::vector<std::string>;

event who(std::vector<person> people, const std::string& room = {}) {
  const std::uint64_t online = people.size();
  return {.body = users{.people = std::move(people), .online = online, .room = room}};
}

}  // namespace

TEST_CASE("reply lines: who is online stands in columns, whatever the names are", "[reply_lines]") {
  const event said = who({{.name = "alice", .addr = "127.0.0.1:57762", .idle = 4},
                          {.name = "小明同学", .addr = "127.0.0.1:8", .idle = 1234},
                          {.name = "10.0.0.1:9", .addr = "10.0.0.1:9", .idle = 10, .away = "lunch"},
                          {.name = "👩🏽‍🚀", .addr = "[::1]:1", .idle = 0, .away = ""}});
  CHECK((reply_lines(language::en, said, true) ==
         lines{"4 online:", "  alice       127.0.0.1:57762  idle    4 s", "  小明同学    127.0.0.1:8      idle 1234 s",
               "  10.0.0.1:9                   idle   10 s, away: lunch",
               "  👩🏽‍🚀          [::1]:1          idle    0 s, away"}));
  CHECK((reply_lines(language::zh, said, false) ==
         lines{"  alice       127.0.0.1:57762     4 秒没动静", "  小明同学    127.0.0.1:8      1234 秒没动静",
               "  10.0.0.1:9                     10 秒没动静，暂离：lunch",
               "  👩🏽‍🚀          [::1]:1             0 秒没动静，暂离"}));
}

TEST_CASE("reply lines: of a room only its members are listed, and nobody makes no line", "[reply_lines]") {
  CHECK((reply_lines(language::en, who({{.name = "bob", .addr = "1.2.3.4:5"}}, "tea"), true) ==
         lines{"  bob  1.2.3.4:5  idle 0 s"}));
  CHECK((reply_lines(language::en, who({}), true) == lines{"0 online:"}));
}

TEST_CASE("reply lines: rooms stand in columns, with a topic or without", "[reply_lines]") {
  const event said{.body = room_list{.rooms = {{"茶", 12, "绿茶"}, {"coffee", 3, ""}}}};
  CHECK((reply_lines(language::en, said, true) == lines{"  #茶      (12)  绿茶", "  #coffee  (3)"}));
  CHECK((reply_lines(language::zh, said, true) == lines{"  #茶      （12 人）  绿茶", "  #coffee  （3 人）"}));
}

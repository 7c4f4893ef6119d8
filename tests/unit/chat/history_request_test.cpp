// What people write after /history.

#include "server/chat/history_request.hpp"

#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/time_zone.hpp"

using namespace confab::chat;
using namespace std::chrono_literals;
using confab::store::page_request;
using confab::test::time_zone;

namespace {

using clock = std::chrono::system_clock;

// 2026-01-05 12:30:40 in that zone.
clock::time_point now() {
  const std::chrono::sys_days day = std::chrono::year(2026) / 1 / 5;
  return day + 4h + 30min + 40s;
}

clock::time_point local(std::chrono::year_month_day day, std::chrono::minutes time) {
  return std::chrono::sys_days(day) + time - 8h;
}

}  // namespace

TEST_CASE("history: what is asked for", "[history]") {
  const time_zone here;
  const auto nothing = parse_history_request("", now());
  REQUIRE(nothing);
  CHECK(nothing->limit == 20);
  CHECK(nothing->where == page_request::from::newest);
  CHECK(parse_history_request("  ", now()));

  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{199}, std::size_t{200}}) {
    const auto some = parse_history_request(std::to_string(count), now());
    REQUIRE(some);
    CHECK(some->limit == count);
    CHECK(some->where == page_request::from::newest);
  }
  const auto id = parse_history_request("before 1234", now());
  REQUIRE(id);
  CHECK(id->limit == 20);
  CHECK(id->where == page_request::from::before_id);
  CHECK(id->id == 1234);
  const auto both = parse_history_request("5  before   18446744073709551615", now());
  REQUIRE(both);
  CHECK(both->limit == 5);
  CHECK(both->id == UINT64_MAX);
}

TEST_CASE("history: a name or a number may come first", "[history]") {
  const time_zone here;
  const auto alone = parse_history_request("@bob", now());
  REQUIRE(alone);
  CHECK(alone->with == "bob");
  CHECK(alone->room.empty());
  CHECK(alone->limit == 20);
  CHECK(alone->where == page_request::from::newest);
  const auto all = parse_history_request(" @17  5 before 1234", now());
  REQUIRE(all);
  CHECK(all->with == "17");
  CHECK(all->limit == 5);
  CHECK(all->id == 1234);
  CHECK(parse_history_request("#tea", now())->with.empty());
  for (const char* const text : {"@", "@ 5", "5 @bob", "@bob @ann", "@bob #tea", "@bob x", "bob"}) {
    INFO(text);
    CHECK_FALSE(parse_history_request(text, now()));
  }
}

TEST_CASE("history: a room may come first", "[history]") {
  const time_zone here;
  const auto alone = parse_history_request("#tea", now());
  REQUIRE(alone);
  CHECK(alone->room == "#tea");
  CHECK(alone->limit == 20);
  const auto all = parse_history_request(" #茶 7 before 12:29", now());
  REQUIRE(all);
  CHECK(all->room == "#茶");
  CHECK(all->limit == 7);
  CHECK(all->where == page_request::from::before_time);
  CHECK(parse_history_request("7", now())->room.empty());
}

TEST_CASE("search: an id or a time before the words, or just words", "[history]") {
  const time_zone here;
  using namespace std::chrono;
  const auto id = parse_search_request("before 1234 green tea", now());
  CHECK(id.before == 1234);
  CHECK(id.words == "green tea");
  CHECK_FALSE(id.before_time);
  for (const std::string text : {"2026-01-05T12:00", "12:00", "2026-01-05T04:00:00Z"}) {
    INFO(text);
    const auto time = parse_search_request("before " + text + "  tea", now());
    CHECK(time.before == UINT64_MAX);
    CHECK(time.words == "tea");
    REQUIRE(time.before_time);
    CHECK(*time.before_time == local(year(2026) / 1 / 5, 12h));
  }
  for (const std::string text : {"tea", "before", "before 7", "before 12:00", "before the storm", "before 12:60 tea",
                                 "Before 7 tea", "7 before 8", "before -7 tea", "before 99999999999999999999 tea"}) {
    INFO(text);
    const auto words = parse_search_request(text, now());
    CHECK(words.words == text);
    CHECK(words.before == UINT64_MAX);
    CHECK_FALSE(words.before_time);
  }
}

TEST_CASE("history: a time of day is the last time that it was so", "[history]") {
  const time_zone here;
  const auto time_of = [](const char* text) {
    const auto asked = parse_history_request("before " + std::string(text), now());
    REQUIRE(asked);
    CHECK(asked->where == page_request::from::before_time);
    return asked->time;
  };
  using namespace std::chrono;
  const auto today = year(2026) / 1 / 5;
  const auto yesterday = year(2026) / 1 / 4;
  CHECK(time_of("12:29") == local(today, 12h + 29min));
  CHECK(time_of("12:30") == local(today, 12h + 30min));
  CHECK(time_of("12:31") == local(yesterday, 12h + 31min));
  CHECK(time_of("0:00") == local(today, 0min));
  CHECK(time_of("00:00") == local(today, 0min));
  CHECK(time_of("23:59") == local(yesterday, 23h + 59min));
  CHECK(time_of("2026-01-05") == local(today, 0min));
  CHECK(time_of("2026-01-05T12:30") == local(today, 12h + 30min));
  CHECK(time_of("2026-01-05t12:30") == local(today, 12h + 30min));
  CHECK(time_of("2026-01-05 12:30") == local(today, 12h + 30min));
  CHECK(time_of("2027-01-05") == local(year(2027) / 1 / 5, 0min));
  CHECK(time_of("2024-02-29") == local(year(2024) / 2 / 29, 0min));
  CHECK(time_of("2261-12-31T23:59") == local(year(2261) / 12 / 31, 23h + 59min));
  CHECK(time_of("1970-01-02") == local(year(1970) / 1 / 2, 0min));
}

TEST_CASE("history: times mean what the clocks showed, before and after they were changed", "[history]") {
  // One hour more from the last Sunday of March, 2 o'clock, to that of October, 3 o'clock.
  const time_zone here("CET-1CEST,M3.5.0,M10.5.0/3");
  using namespace std::chrono;
  const auto utc = [](year_month_day day, minutes time) { return sys_days(day) + time; };
  const auto asked = [](const char* text, system_clock::time_point when) {
    const auto request = parse_history_request(std::string("before ") + text, when);
    REQUIRE(request);
    return request->time;
  };
  const auto summer = utc(year(2026) / 7 / 1, 10h);
  CHECK(asked("2026-01-05T12:30", summer) == utc(year(2026) / 1 / 5, 11h + 30min));
  CHECK(asked("2026-07-05T12:30", summer) == utc(year(2026) / 7 / 5, 10h + 30min));
  CHECK(asked("2026-03-29T01:59", summer) == utc(year(2026) / 3 / 29, 59min));
  CHECK(asked("2026-03-29T03:00", summer) == utc(year(2026) / 3 / 29, 1h));
  CHECK(asked("2026-10-25T03:01", summer) == utc(year(2026) / 10 / 25, 2h + 1min));
  CHECK(asked("12:01", summer) == utc(year(2026) / 6 / 30, 10h + 1min));  // now it is 12:00
  CHECK(asked("12:00", summer) == utc(year(2026) / 7 / 1, 10h));
  // The day before, the clocks were an hour behind.
  const auto changed = utc(year(2026) / 3 / 29, 10h);
  CHECK(asked("12:01", changed) == utc(year(2026) / 3 / 28, 11h + 1min));
}

TEST_CASE("history: what makes no sense is nothing", "[history]") {
  const time_zone here;
  for (const char* const text : {"0",
                                 "201",
                                 "-1",
                                 "+5",
                                 "many",
                                 "5x",
                                 "99999999999999999999",
                                 "before",
                                 "5 before",
                                 "5 after 3",
                                 "5 5",
                                 "#",
                                 "5 #tea",
                                 "tea 5",
                                 "#tea #den",
                                 "before x",
                                 "before -3",
                                 "before 3 x",
                                 "before 24:00",
                                 "before 12:60",
                                 "before 12:",
                                 "before :30",
                                 "before 12:30:40",
                                 "x before 2026-01-05",
                                 "before 2026-01",
                                 "before 2026-13-01",
                                 "before 2026-00-10",
                                 "before 2026-01-00",
                                 "before 2026-01-32",
                                 "before 2026-02-29",
                                 "before 2026-02-31",
                                 "before 2026-04-31",
                                 "before 2026-01-05T",
                                 "before 2026-01-05T24:00",
                                 "before 1969-12-31",
                                 "before 2262-01-01",
                                 "before 9999-01-01",
                                 "before 10000-01-01",
                                 "before 99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(parse_history_request(text, now()));
  }
}

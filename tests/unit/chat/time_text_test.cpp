// Times as people write them, in the server's time zone, however its clocks are changed.

#include "server/chat/time_text.hpp"

#include <ctime>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/support/time_zone.hpp"

using namespace confab::chat;
using namespace std::chrono_literals;
using confab::test::time_zone;
using std::chrono::seconds;

namespace {

using instant = std::chrono::sys_time<std::chrono::milliseconds>;
using whole = std::chrono::sys_seconds;

std::tm shown(whole when) {
  const std::time_t seconds_since = when.time_since_epoch().count();
  std::tm out{};
  ::localtime_r(&seconds_since, &out);
  return out;
}

// Seconds on the clock here, as if it were in Greenwich.
std::int64_t reading(whole when) {
  std::tm clock = shown(when);
  return ::timegm(&clock);
}

whole utc(std::chrono::year_month_day day, seconds time) {
  return std::chrono::sys_days(day) + time;
}

// The slow model: minute by minute backwards, until the clock shows `text` or was put forward past it.
whole scan_back(const std::string& text, whole now) {
  const int wanted = std::stoi(text.substr(0, text.find(':'))) * 60 + std::stoi(text.substr(text.find(':') + 1));
  for (whole at = std::chrono::floor<std::chrono::minutes>(now);; at -= 1min) {
    const std::tm here = shown(at);
    if (here.tm_hour * 60 + here.tm_min == wanted) return at;
    const std::int64_t skipped_from = reading(at - 1min) / 60 + 1;
    const std::int64_t skipped_to = reading(at) / 60;
    for (std::int64_t minute = skipped_from; minute < skipped_to; ++minute) {
      if (minute % 1440 == wanted) return at;
    }
  }
}

struct change {
  const char* zone;
  whole when;  // about
};

// Forward and back: by an hour, by half an hour, at midnight, past midnight, and by a whole day.
const std::vector<change> changes{
    {"Europe/Berlin", utc(std::chrono::year(2026) / 3 / 29, 1h)},
    {"Europe/Berlin", utc(std::chrono::year(2026) / 10 / 25, 1h)},
    {"America/New_York", utc(std::chrono::year(2026) / 3 / 8, 7h)},
    {"America/New_York", utc(std::chrono::year(2026) / 11 / 1, 6h)},
    {"Australia/Lord_Howe", utc(std::chrono::year(2026) / 4 / 4, 15h)},
    {"Australia/Lord_Howe", utc(std::chrono::year(2026) / 10 / 3, 15h + 30min)},
    {"Pacific/Apia", utc(std::chrono::year(2011) / 12 / 30, 10h)},
    {"Asia/Beirut", utc(std::chrono::year(2021) / 3 / 27, 22h)},
    {"Asia/Beirut", utc(std::chrono::year(2021) / 10 / 30, 21h)},
    {"America/Havana", utc(std::chrono::year(2021) / 11 / 7, 5h)},
    {"America/Sao_Paulo", utc(std::chrono::year(2018) / 11 / 4, 3h)},
    {"Asia/Shanghai", utc(std::chrono::year(2026) / 5 / 5, 0h)},
    {"Asia/Kathmandu", utc(std::chrono::year(2026) / 5 / 5, 0h)},
    {"UTC", utc(std::chrono::year(2026) / 5 / 5, 0h)},
};

}  // namespace

TEST_CASE("times: a time of day is when the clock passed it last, whatever was done to the clock", "[times]") {
  std::mt19937 random(5);
  std::size_t compared = 0;
  for (const change& each : changes) {
    const time_zone here(each.zone);
    for (int i = 0; i < 150; ++i) {
      // Mostly close to the change, in both the asked and the asking.
      const int reach = i % 3 == 0 ? 3000 : 150;
      const whole now = each.when + std::chrono::minutes(std::uniform_int_distribution<int>(-reach, reach)(random)) +
                        seconds(std::uniform_int_distribution<int>(0, 59)(random));
      const std::int64_t about = reading(each.when) / 60 + std::uniform_int_distribution<int>(-reach, reach)(random);
      const std::string text = fmt::format("{:02}:{:02}", about / 60 % 24, about % 60);
      const auto read = read_time(text, now);
      INFO(each.zone << ": " << text << " at " << now.time_since_epoch().count());
      REQUIRE(read);
      CHECK(*read == scan_back(text, now));
      ++compared;
    }
  }
  CHECK(compared == changes.size() * 150);
}

TEST_CASE("times: a date and time is when the clock passed it, of two the later one that is not to come", "[times]") {
  for (const change& each : changes) {
    const time_zone here(each.zone);
    for (int minute = -180; minute <= 180; minute += 7) {
      const whole at = std::chrono::floor<std::chrono::minutes>(each.when) + std::chrono::minutes(minute);
      const std::tm shows = shown(at);
      const std::string text = fmt::format("{}-{:02}-{:02}T{:02}:{:02}", shows.tm_year + 1900, shows.tm_mon + 1,
                                           shows.tm_mday, shows.tm_hour, shows.tm_min);
      INFO(each.zone << ": " << text);
      // Right then, the one just now is meant; much later, the later one.
      const auto then = read_time(text, at);
      REQUIRE(then);
      CHECK(*then == at);
      const auto later = read_time(text, at + 240h);
      REQUIRE(later);
      CHECK(reading(std::chrono::floor<seconds>(*later)) == reading(at));
      CHECK(*later >= at);
      const auto before = read_time(text, at - 240h);
      REQUIRE(before);
      CHECK(reading(std::chrono::floor<seconds>(*before)) == reading(at));
      CHECK(*before <= at);
    }
  }
}

TEST_CASE("times: what the clock skipped is when it was put forward", "[times]") {
  const auto now = utc(std::chrono::year(2027) / 1 / 1, 0h);
  const auto read = [&](const char* zone, const char* text) {
    const time_zone here(zone);
    const auto out = read_time(text, now);
    REQUIRE(out);
    return std::chrono::floor<seconds>(*out);
  };
  CHECK(read("Europe/Berlin", "2026-03-29T02:00") == utc(std::chrono::year(2026) / 3 / 29, 1h));
  CHECK(read("Europe/Berlin", "2026-03-29T02:42") == utc(std::chrono::year(2026) / 3 / 29, 1h));
  CHECK(read("Europe/Berlin", "2026-03-29T03:00") == utc(std::chrono::year(2026) / 3 / 29, 1h));
  CHECK(read("Pacific/Apia", "2011-12-30") == utc(std::chrono::year(2011) / 12 / 30, 10h));
  CHECK(read("Pacific/Apia", "2011-12-30T17:00") == utc(std::chrono::year(2011) / 12 / 30, 10h));
  CHECK(read("Asia/Beirut", "2021-03-28") == utc(std::chrono::year(2021) / 3 / 27, 22h));
  // A day begins with the first of its two midnights.
  CHECK(read("America/Havana", "2021-11-07") == utc(std::chrono::year(2021) / 11 / 7, 4h));
  CHECK(read("America/Havana", "2021-11-07T00:00") == utc(std::chrono::year(2021) / 11 / 7, 5h));
}

TEST_CASE("times: as programs write them, RFC 3339", "[times]") {
  const time_zone here("Asia/Shanghai");
  const whole now = utc(std::chrono::year(2026) / 6 / 1, 0h);
  const auto day = std::chrono::year(2026) / 1 / 5;
  const instant noon = utc(day, 12h + 30min);
  struct example {
    const char* text;
    instant is;
  };
  const std::vector<example> examples{
      {"2026-01-05T12:30:00Z", noon},
      {"2026-01-05t12:30:00z", noon},
      {"2026-01-05 12:30:00Z", noon},
      {"2026-01-05T12:30Z", noon},
      {"2026-01-05T12:30:00.123Z", noon + 123ms},
      {"2026-01-05T12:30:00.1Z", noon + 100ms},
      {"2026-01-05T12:30:00.12Z", noon + 120ms},
      {"2026-01-05T12:30:00.1230000000000000000000Z", noon + 123ms},
      {"2026-01-05T12:30:00.1230000000000000000001Z", noon + 124ms},
      {"2026-01-05T12:30:00.9999Z", noon + 1s},
      {"2026-01-05T12:30:59.999Z", noon + 59s + 999ms},
      {"2026-01-05T12:30:60Z", noon + 60s},
      {"2026-01-05T20:30:00+08:00", noon},
      {"2026-01-05T07:00:00.5-05:30", noon + 500ms},
      {"2026-01-05T12:30:00-00:00", noon},
      {"2026-01-06T12:29:00+23:59", noon},
      {"2026-01-05T20:30:00", noon},
      {"2026-01-05T20:30:00.25", noon + 250ms},
      {"2026-01-05T20:30:00,25", noon + 250ms},
      {"2026-01-05T20:30", noon},
      {"1970-01-01T00:00:00Z", instant()},
      {"2261-12-31T23:59:59.999Z", instant(utc(std::chrono::year(2262) / 1 / 1, 0h)) - 1ms},
  };
  for (const example& each : examples) {
    INFO(each.text);
    const auto read = read_time(each.text, now);
    REQUIRE(read);
    CHECK(*read == each.is);
  }
  for (const char* const none : {"2026-01-05T12:30:00+8:0:0",
                                 "2026-01-05T12:30:00+24:00",
                                 "2026-01-05T12:30:00+08:60",
                                 "2026-01-05T12:30:00+08",
                                 "2026-01-05T12:30:00ZZ",
                                 "2026-01-05T12:30:00 Z",
                                 "2026-01-05T12:30:61Z",
                                 "2026-01-05T12:30:00.Z",
                                 "2026-01-05T12:30:.5Z",
                                 "2026-01-05T24:00:00Z",
                                 "2026-01-05Z",
                                 "2026-02-30T00:00:00Z",
                                 "2026-1-5T1",
                                 "1969-12-31T23:59:59Z",
                                 "2262-01-01T00:00:00Z",
                                 "02026-01-05T12:30:00Z",
                                 "2026-001-05T12:30:00Z",
                                 "-",
                                 "",
                                 "12:30Z",
                                 "12:30:00",
                                 "12:30+08:00",
                                 "+2026-01-05",
                                 "2026-01-05T-1:30"}) {
    INFO(none);
    CHECK_FALSE(read_time(none, now));
  }
}

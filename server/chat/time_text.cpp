#include "server/chat/time_text.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <vector>

namespace confab::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using moment = std::chrono::sys_time<milliseconds>;
// Seconds on a clock without a zone, since its 1970-01-01 00:00.
using local_seconds = std::int64_t;

// Takes characters from the front of a text, as long as they are what they should be.
class scanner {
 public:
  explicit scanner(std::string_view text) noexcept : rest_(text) {}

  bool at_end() const noexcept { return rest_.empty(); }
  char next() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  bool take(char wanted) {
    if (next() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A number of `least` to `most` digits; nothing when there is none.
  std::optional<int> number(std::size_t least, std::size_t most) {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < most && next() >= '0' && next() <= '9'; ++digits) {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (digits < least || (next() >= '0' && next() <= '9')) return std::nullopt;
    return value;
  }

  // What stands behind a point: of a second, in milliseconds, rounded up. Any number of digits.
  std::optional<milliseconds> fraction() {
    int value = 0;
    int scale = 100;
    bool more = false;
    std::size_t digits = 0;
    for (; next() >= '0' && next() <= '9'; ++digits, scale /= 10) {
      if (scale == 0 && next() != '0') more = true;
      value += (rest_.front() - '0') * scale;
      rest_.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    return milliseconds(value + (more ? 1 : 0));
  }

 private:
  std::string_view rest_;
};

struct day_time {
  seconds time{0};
  milliseconds fraction{0};
};

std::optional<std::chrono::sys_days> read_date(scanner& from) {
  const auto year = from.number(1, 4);
  if (!year || !from.take('-')) return std::nullopt;
  const auto month = from.number(1, 2);
  if (!month || !from.take('-')) return std::nullopt;
  const auto day = from.number(1, 2);
  if (!day) return std::nullopt;
  const auto date = std::chrono::year(*year) / *month / *day;
  // Up to the last year that std::chrono::system_clock has in whole.
  if (!date.ok() || *year < 1970 || *year >= 2262) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<int> read_below(scanner& from, int limit) {
  const auto number = from.number(1, 2);
  return number && *number < limit ? number : std::nullopt;
}

std::optional<day_time> read_clock(scanner& from, bool to_the_second) {
  const auto hour = read_below(from, 24);
  if (!hour || !from.take(':')) return std::nullopt;
  const auto minute = read_below(from, 60);
  if (!minute) return std::nullopt;
  day_time out{std::chrono::hours(*hour) + std::chrono::minutes(*minute), {}};
  if (!to_the_second || !from.take(':')) return out;
  const auto second = read_below(from, 61);  // a leap second too
  if (!second) return std::nullopt;
  out.time += seconds(*second);
  if (!from.take('.') && !from.take(',')) return out;
  const auto fraction = from.fraction();
  if (!fraction) return std::nullopt;
  out.fraction = *fraction;
  return out;
}

// How far the clocks of RFC 3339's offset are before those of Greenwich. There must be one.
std::optional<seconds> read_offset(scanner& from) {
  if (from.take('Z') || from.take('z')) return seconds(0);
  const bool west = from.next() == '-';
  if (!from.take('+') && !from.take('-')) return std::nullopt;
  const auto away = read_clock(from, false);
  if (!away) return std::nullopt;
  return west ? -away->time : away->time;
}

// How far the clocks here are before those of Greenwich at `when`.
std::int64_t offset_at(std::time_t when) {
  std::tm shown{};
  ::localtime_r(&when, &shown);
  return shown.tm_gmtoff;
}

// All moments when the clocks here passed `wanted`, oldest first: one as a rule, two where they were put back. Not
// mktime: it reads the time zone anew each time, which is from the disk, and has its own idea of skipped times.
std::vector<std::time_t> passings(local_seconds wanted) {
  constexpr std::time_t hour = 3600;
  constexpr std::time_t furthest = 27 * hour;  // zones, and a day that is skipped when a zone changes sides
  std::vector<std::time_t> found;
  std::int64_t offset = offset_at(wanted - furthest);
  for (std::time_t start = wanted - furthest; start < wanted + furthest; start += hour) {
    const std::time_t end = start + hour;
    const std::int64_t later = offset_at(end);
    std::time_t change = end;  // the first second of the hour with the later offset
    if (later != offset) {
      std::time_t before = start;
      while (change - before > 1) {
        const std::time_t middle = before + (change - before) / 2;
        (offset_at(middle) == offset ? before : change) = middle;
      }
    }
    const std::time_t first = wanted - offset;
    const std::time_t second = wanted - later;
    if (first >= start && first < change) found.push_back(first);
    if (later != offset) {
      if (second >= change && second < end) found.push_back(second);
      if (first >= change && second < change) found.push_back(change);  // skipped
    }
    offset = later;
  }
  return found;
}

moment at(std::time_t when, milliseconds fraction) {
  return moment(seconds(when)) + fraction;
}

std::optional<moment> last_time_of_day(const day_time& wanted, std::chrono::system_clock::time_point now) {
  const std::time_t at_most = std::chrono::floor<seconds>(now).time_since_epoch().count();
  const local_seconds here = at_most + offset_at(at_most);
  constexpr local_seconds day = 86400;
  const local_seconds today = here - ((here % day) + day) % day;
  // From tomorrow on: clocks may have been put back past midnight. Days may have been skipped whole.
  for (local_seconds midnight = today + day; midnight >= today - 3 * day; midnight -= day) {
    const auto found = passings(midnight + wanted.time.count());
    const auto after = std::find_if(found.begin(), found.end(), [=](std::time_t each) { return each > at_most; });
    if (after != found.begin()) return at(*std::prev(after), wanted.fraction);
  }
  return std::nullopt;
}

}  // namespace

std::optional<moment> read_time(std::string_view text, std::chrono::system_clock::time_point now) {
  if (text.find('-') == std::string_view::npos) {
    scanner only(text);
    const auto time = read_clock(only, false);
    if (!time || !only.at_end()) return std::nullopt;
    return last_time_of_day(*time, now);
  }
  scanner from(text);
  const auto date = read_date(from);
  if (!date) return std::nullopt;
  const local_seconds midnight = seconds(date->time_since_epoch()).count();
  if (from.at_end()) {
    const auto found = passings(midnight);
    if (found.empty()) return std::nullopt;
    return at(found.front(), milliseconds(0));
  }
  if (!from.take('T') && !from.take('t') && !from.take(' ')) return std::nullopt;
  const auto time = read_clock(from, true);
  if (!time) return std::nullopt;
  const local_seconds wanted = midnight + time->time.count();
  if (!from.at_end()) {
    const auto offset = read_offset(from);
    if (!offset || !from.at_end()) return std::nullopt;
    return at(wanted - offset->count(), time->fraction);
  }
  const auto found = passings(wanted);
  if (found.empty()) return std::nullopt;
  const std::time_t at_most = std::chrono::floor<seconds>(now).time_since_epoch().count();
  const auto after = std::find_if(found.begin(), found.end(), [=](std::time_t each) { return each > at_most; });
  return at(after == found.begin() ? *after : *std::prev(after), time->fraction);
}

}  // namespace confab::chat

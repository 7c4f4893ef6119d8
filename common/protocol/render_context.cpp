#include "common/protocol/render_context.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace confab {
namespace {

// The last digit stands before `end`.
void put_number(std::string& out, std::size_t end, int digits, unsigned number) {
  for (; digits > 0; --digits, number /= 10) out[--end] = static_cast<char>('0' + number % 10);
}

}  // namespace

// In each turn of the hub: fmt takes some twenty times as long for it.
std::string format_time(std::chrono::system_clock::time_point time) {
  const auto at = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  std::string out = "0000-00-00T00:00:00.000Z";
  put_number(out, 4, 4, static_cast<unsigned>(static_cast<int>(date.year())));  // a time_point ends in 2262
  put_number(out, 7, 2, static_cast<unsigned>(date.month()));
  put_number(out, 10, 2, static_cast<unsigned>(date.day()));
  put_number(out, 13, 2, static_cast<unsigned>(clock.hours().count()));
  put_number(out, 16, 2, static_cast<unsigned>(clock.minutes().count()));
  put_number(out, 19, 2, static_cast<unsigned>(clock.seconds().count()));
  put_number(out, 23, 3, static_cast<unsigned>(clock.subseconds().count()));
  return out;
}

std::string format_past(std::chrono::system_clock::time_point time) {
  // to_time_t would round what was before 1970 up.
  const auto whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return fmt::format("{:%F %R}", fmt::localtime(static_cast<std::time_t>(whole.count())));
}

std::string format_stamp(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%F %T} ", fmt::localtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace confab

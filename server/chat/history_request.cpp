#include "server/chat/history_request.hpp"

#include <charconv>
#include <ctime>

#include "common/utf8.hpp"

namespace confab::chat {
namespace {

using clock = std::chrono::system_clock;

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// `text` as two numbers around `separator`.
bool read_pair(std::string_view text, char separator, int& first, int& second) {
  const std::size_t place = text.find(separator);
  return place != std::string_view::npos && read_number(text.substr(0, place), first) &&
         read_number(text.substr(place + 1), second);
}

bool read_clock(std::string_view text, std::tm& into) {
  return read_pair(text, ':', into.tm_hour, into.tm_min) && into.tm_hour >= 0 && into.tm_hour < 24 &&
         into.tm_min >= 0 && into.tm_min < 60;
}

// Up to the last year that std::chrono::system_clock has in whole.
bool read_date(std::string_view text, std::tm& into) {
  const std::size_t place = text.find('-');
  if (place == std::string_view::npos || !read_number(text.substr(0, place), into.tm_year)) return false;
  if (!read_pair(text.substr(place + 1), '-', into.tm_mon, into.tm_mday)) return false;
  const bool plausible = into.tm_year >= 1970 && into.tm_year < 2262 && into.tm_mon >= 1 && into.tm_mon <= 12 &&
                         into.tm_mday >= 1 && into.tm_mday <= 31;
  into.tm_year -= 1900;
  into.tm_mon -= 1;
  return plausible;
}

// The moment when the clocks here show `wanted`; nothing for a day that its month does not have. Not mktime: it reads
// the time zone anew each time, which is from the disk.
std::optional<clock::time_point> from_local(std::tm wanted) {
  const int day = wanted.tm_mday;
  const std::time_t as_utc = ::timegm(&wanted);
  if (wanted.tm_mday != day) return std::nullopt;
  std::time_t guess = as_utc;
  // The second time is for when the clocks were changed in between.
  for (int i = 0; i < 2; ++i) {
    std::tm shown{};
    ::localtime_r(&guess, &shown);
    guess += as_utc - ::timegm(&shown);
  }
  return clock::from_time_t(guess);
}

std::optional<clock::time_point> read_time(std::string_view text, clock::time_point now) {
  std::tm when{};
  if (text.find('-') != std::string_view::npos) {
    const std::size_t t = text.find_first_of("Tt ");
    if (!read_date(text.substr(0, t), when)) return std::nullopt;
    if (t != std::string_view::npos && !read_clock(text.substr(t + 1), when)) return std::nullopt;
    return from_local(when);
  }
  const std::time_t today = clock::to_time_t(now);
  ::localtime_r(&today, &when);
  when.tm_sec = 0;
  if (!read_clock(text, when)) return std::nullopt;
  const auto time = from_local(when);
  if (!time || *time <= now) return time;
  --when.tm_mday;
  const std::time_t yesterday = ::timegm(&when);  // makes a day of the month before of its 0th
  ::gmtime_r(&yesterday, &when);
  return from_local(when);
}

}  // namespace

std::optional<history_request> parse_history_request(std::string_view text, clock::time_point now) {
  history_request request;
  auto [word, rest] = utf8::split_word(utf8::trim(text));
  if (!word.empty() && word != "before") {
    if (!read_number(word, request.limit) || request.limit == 0 || request.limit > max_history) return std::nullopt;
    const auto next = utf8::split_word(rest);
    word = next.word;
    rest = next.rest;
  }
  if (word.empty()) return request;
  if (word != "before" || rest.empty()) return std::nullopt;
  if (read_number(rest, request.id)) {
    request.where = store::page_request::from::before_id;
    return request;
  }
  const auto time = read_time(rest, now);
  if (!time) return std::nullopt;
  request.where = store::page_request::from::before_time;
  request.time = *time;
  return request;
}

}  // namespace confab::chat

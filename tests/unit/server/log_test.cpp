#include "server/log.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;

namespace {

std::string line_at(std::chrono::system_clock::duration since_1970) {
  spdlog::details::log_msg line(std::chrono::system_clock::time_point(since_1970), {}, "confab", spdlog::level::warn,
                                "tea is ready");
  spdlog::memory_buf_t out;
  confab::make_log_format()->format(line, out);
  return {out.data(), out.size()};
}

}  // namespace

TEST_CASE("log: a line is time, level and text, whenever it is", "[log]") {
  const std::vector<std::pair<std::chrono::system_clock::duration, std::string>> times{
      {0ns, "1970-01-01T00:00:00.000Z"},
      {999999999ns, "1970-01-01T00:00:00.999Z"},
      {-1ns, "1969-12-31T23:59:59.999Z"},
      {-1ms, "1969-12-31T23:59:59.999Z"},
      {-999ms, "1969-12-31T23:59:59.001Z"},
      {-1000ms, "1969-12-31T23:59:59.000Z"},
      {-1001ms, "1969-12-31T23:59:58.999Z"},
      {-86400s, "1969-12-31T00:00:00.000Z"},
      {-2208988800s, "1900-01-01T00:00:00.000Z"},
      {-9223372036s, "1677-09-21T00:12:44.000Z"},
      {1795234338123ms, "2026-11-21T04:12:18.123Z"},
      {9223372036s, "2262-04-11T23:47:16.000Z"},
  };
  for (const auto& [time, text] : times) {
    CAPTURE(text);
    CHECK(line_at(time) == text + " warning tea is ready\n");
  }
}

TEST_CASE("log: one format writes times in any order", "[log]") {
  const auto format = confab::make_log_format();
  for (const auto& [time, text] :
       std::vector<std::pair<std::chrono::milliseconds, std::string>>{{1500ms, "1970-01-01T00:00:01.500Z"},
                                                                      {-500ms, "1969-12-31T23:59:59.500Z"},
                                                                      {500ms, "1970-01-01T00:00:00.500Z"},
                                                                      {-1500ms, "1969-12-31T23:59:58.500Z"}}) {
    spdlog::details::log_msg line(std::chrono::system_clock::time_point(time), {}, "", spdlog::level::info, "x");
    spdlog::memory_buf_t out;
    format->clone()->format(line, out);
    CHECK(std::string(out.data(), out.size()) == text + " info x\n");
    out.clear();
    format->format(line, out);
    CHECK(std::string(out.data(), out.size()) == text + " info x\n");
  }
}

#include "server/log_line.hpp"

#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include "common/unique_fd.hpp"
#include "server/net/log_about.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using confab::address_detail;
using confab::log_format;

namespace {

using level = spdlog::level::level_enum;

std::string line_of(const std::string& text, log_format format, level importance = level::warn,
                    std::chrono::system_clock::duration since_1970 = 1795234338123ms, bool colour = false) {
  const spdlog::details::log_msg line(std::chrono::system_clock::time_point(since_1970), {}, "confab", importance,
                                      text);
  return confab::log_line(line, format, address_detail::full, colour);
}

/// Makes lines of what is logged.
class line_keeper final : public spdlog::sinks::sink {
 public:
  line_keeper(log_format format, address_detail addresses) : format_(format), addresses_(addresses) {}
  void log(const spdlog::details::log_msg& what) override { last = confab::log_line(what, format_, addresses_, false); }
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}
  std::string last;

 private:
  log_format format_;
  address_detail addresses_;
};

std::string about(const std::string& addr, const std::string& text, log_format format, address_detail addresses) {
  const auto keeper = std::make_shared<line_keeper>(format, addresses);
  spdlog::logger log("test", keeper);
  confab::net::log_about(log, level::info, addr, "{}", text);
  return keeper->last;
}

}  // namespace

TEST_CASE("log line: text is time, level and words, whenever it is", "[log_line]") {
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
    CHECK(line_of("tea is ready", log_format::text, level::warn, time) == text + " warning tea is ready\n");
  }
}

TEST_CASE("log line: on a terminal the level has its colour, in text only", "[log_line]") {
  CHECK(line_of("tea", log_format::text, level::info, 0ms, true) ==
        "1970-01-01T00:00:00.000Z \x1B[32minfo\x1B[m tea\n");
  CHECK(line_of("tea", log_format::text, level::err, 0ms, true) ==
        "1970-01-01T00:00:00.000Z \x1B[31m\x1B[1merror\x1B[m tea\n");
  CHECK(line_of("tea", log_format::json, level::err, 0ms, true) == line_of("tea", log_format::json, level::err, 0ms));
  CHECK(line_of("tea", log_format::journal, level::err, 0ms, true) == "<3>tea\n");
}

TEST_CASE("log line: for the journal each level has its priority, and there is no time", "[log_line]") {
  CHECK(line_of("tea", log_format::journal, level::critical) == "<2>tea\n");
  CHECK(line_of("tea", log_format::journal, level::err) == "<3>tea\n");
  CHECK(line_of("tea", log_format::journal, level::warn) == "<4>tea\n");
  CHECK(line_of("tea", log_format::journal, level::info) == "<6>tea\n");
  CHECK(line_of("tea", log_format::journal, level::debug) == "<7>tea\n");
  CHECK(line_of("tea", log_format::journal, level::trace) == "<7>tea\n");
}

TEST_CASE("log line: JSON is an object with time, level and message", "[log_line]") {
  CHECK(line_of("tea \"is\" ready", log_format::json) ==
        R"({"time":"2026-11-21T04:12:18.123Z","level":"warning","message":"tea \"is\" ready"})"
        "\n");
}

TEST_CASE("log line: whatever is in the text, a line is one line of harmless UTF-8", "[log_line]") {
  const std::string hostile = GENERATE(as<std::string>{}, "a\nb", "a\r\nb", std::string("a\0b", 3), "a\x1B[2Jb",
                                       "a\x7F"
                                       "b",
                                       "a\xC2\x9B"
                                       "b",
                                       "a\xFF\xFE"
                                       "b",
                                       "a\xE2\x80\xAE"
                                       "b",
                                       "a\xE2\x80\xA8"
                                       "b",
                                       "<0>a", "\"}\n{\"", "\x1Fx\x1E", "");
  const log_format format = GENERATE(log_format::text, log_format::json, log_format::journal);
  CAPTURE(hostile);
  for (const std::string& line :
       {line_of(hostile, format), about("192.0.2.1:5", hostile, format, address_detail::full),
        about(hostile, "tea", format, address_detail::full), about(hostile, "tea", format, address_detail::net),
        about(hostile, hostile, format, address_detail::off)}) {
    CAPTURE(line);
    REQUIRE(!line.empty());
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find_first_of(std::string("\r\x1B\x7F\0", 4)) == std::string::npos);
    CHECK(line.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(line.find("\xC2\x9B") == std::string::npos);
    if (format == log_format::json) {
      const auto object = nlohmann::json::parse(line);  // throws for what is no UTF-8, too
      CHECK(object.at("message").is_string());
      CHECK(object.size() <= 4);
    }
    if (format == log_format::journal) CHECK(line.starts_with('<'));
  }
  CHECK(line_of("<0>tea", log_format::journal) == "<4><0>tea\n");  // the first alone is read
}

TEST_CASE("log line: what is about a connection says as much of its address as is asked for", "[log_line]") {
  const auto line = [](const std::string& addr, log_format format, address_detail addresses) {
    std::string out = about(addr, "an HTTP request", format, addresses);
    return out.substr(out.find(format == log_format::json ? R"("message")" : "info ") + 5);
  };
  const std::string addr = "192.0.2.77:5000";
  CHECK(line(addr, log_format::text, address_detail::full) == "192.0.2.77:5000: an HTTP request\n");
  CHECK(line(addr, log_format::text, address_detail::net) == "192.0.2.0/24: an HTTP request\n");
  CHECK(line(addr, log_format::text, address_detail::off) == "an HTTP request\n");
  CHECK(about(addr, "tea", log_format::journal, address_detail::full) == "<6>192.0.2.77:5000: tea\n");
  CHECK(about(addr, "tea", log_format::journal, address_detail::net) == "<6>192.0.2.0/24: tea\n");
  CHECK(about(addr, "tea", log_format::journal, address_detail::off) == "<6>tea\n");
  CHECK(line(addr, log_format::json, address_detail::full) ==
        "age\":\"an HTTP request\",\"addr\":\"192.0.2.77:5000\"}\n");
  CHECK(line(addr, log_format::json, address_detail::net) == "age\":\"an HTTP request\",\"addr\":\"192.0.2.0/24\"}\n");
  CHECK(line(addr, log_format::json, address_detail::off) == "age\":\"an HTTP request\"}\n");
  CHECK(about("", "tea", log_format::journal, address_detail::full) == "<6>tea\n");
}

TEST_CASE("log line: no text passes for an address", "[log_line]") {
  for (const address_detail addresses : {address_detail::full, address_detail::net, address_detail::off}) {
    const spdlog::details::log_msg line(spdlog::source_loc{}, "", level::info, "192.0.2.77:5000: tea");
    CHECK(confab::log_line(line, log_format::journal, addresses, false) == "<6>192.0.2.77:5000: tea\n");
  }
}

TEST_CASE("log line: the network of an address is /24, or /48 of IPv6", "[log_line]") {
  for (const auto& [addr, network] : std::vector<std::pair<std::string, std::string>>{
           {"127.0.0.1:8888", "127.0.0.0/24"},
           {"203.0.113.255:1", "203.0.113.0/24"},
           {"255.255.255.255:65535", "255.255.255.0/24"},
           {"[::1]:8888", "::/48"},
           {"[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1::/48"},
           {"[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:80", "2001:db8:ffff::/48"},
           {"[fe80::1%eth0]:80", "fe80::/48"},
           {"local", "local"},
           {"", ""},
       }) {
    CAPTURE(addr);
    CHECK(confab::network_of(addr) == network);
  }
}

TEST_CASE("log line: standard error goes to the journal when JOURNAL_STREAM names its file", "[log_line]") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const confab::unique_fd out(ends[0]);
  const confab::unique_fd in(ends[1]);
  struct stat is {};
  REQUIRE(::fstat(in.get(), &is) == 0);
  const auto says = [&](const std::string& text) { return confab::goes_to_journal(in.get(), text.c_str()); };
  const std::string right = fmt::format("{}:{}", is.st_dev, is.st_ino);
  CHECK(says(right));
  CHECK_FALSE(says(fmt::format("{}:{}", is.st_dev + 1, is.st_ino)));
  CHECK_FALSE(says(fmt::format("{}:{}", is.st_dev, is.st_ino + 1)));
  CHECK_FALSE(says(right + " "));
  CHECK_FALSE(says(" " + right));
  CHECK_FALSE(says(right + ":1"));
  CHECK_FALSE(says(fmt::format("{}", is.st_dev)));
  CHECK_FALSE(says(""));
  CHECK_FALSE(says(":"));
  CHECK_FALSE(confab::goes_to_journal(in.get(), nullptr));
  CHECK_FALSE(confab::goes_to_journal(-1, right.c_str()));
}

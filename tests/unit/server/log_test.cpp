#include "server/log.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/unique_fd.hpp"
#include "server/log_output.hpp"
#include "server/net/log_about.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/text.hpp"

using namespace std::chrono_literals;
using confab::log_format;
using confab::test::count_of;

namespace {

/// A pipe of so many pages, whose reading end never blocks. One that has something in its last page takes no more.
class small_pipe {
 public:
  explicit small_pipe(int pages = 1) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    out = confab::unique_fd(ends[0]);
    in = confab::unique_fd(ends[1]);
    REQUIRE(::fcntl(out.get(), F_SETFL, O_NONBLOCK) == 0);
    REQUIRE(::fcntl(in.get(), F_SETPIPE_SZ, pages * 4096) == pages * 4096);
  }

  /// What is in it now.
  std::string read() const {
    std::string text;
    char bytes[4096];
    for (ssize_t count = 0; (count = ::read(out.get(), bytes, sizeof bytes)) > 0;) {
      text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
  }

  /// Reads until what came ends in `end`.
  std::string read_until(const std::string& end) const {
    const confab::test::deadline until;
    std::string text;
    while (!text.ends_with(end)) {
      text += read();
      if (until.passed()) FAIL("waited in vain for '" + end + "' after: " + text.substr(text.size() / 2));
      std::this_thread::yield();
    }
    return text;
  }

  confab::unique_fd out;
  confab::unique_fd in;
};

confab::log_options in_the_format(log_format format) {
  confab::log_options out;
  out.format = format;
  return out;
}

/// How many lines `heard` says are lost, all together.
std::uint64_t told_lost(const std::string& heard) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; (at = heard.find("<4>", at)) != std::string::npos; at += 3) {
    if (heard.find(" lines before this one are lost", at) < heard.find('\n', at))
      sum += std::stoull(heard.substr(at + 3));
  }
  return sum;
}

// Until the log's thread has taken what it can and waits for the pipe.
void fill(spdlog::logger& log, const small_pipe& pipe) {
  const std::string line(1000, 'x');
  const confab::test::deadline until;
  int room = 1;
  while (room > 0) {
    log.info(line);
    pollfd ready{pipe.in.get(), POLLOUT, 0};
    room = ::poll(&ready, 1, 1);
    REQUIRE_FALSE(until.passed());
  }
}

}  // namespace

TEST_CASE("log: while nobody reads it, logging goes on, the oldest lines are lost, and later it says how many",
          "[log]") {
  constexpr std::size_t most = 10;
  const small_pipe pipe;
  const auto log = confab::make_log(in_the_format(log_format::journal), {.waiting = most}, pipe.in.get());
  fill(*log, pipe);
  // One is being written, and others may wait: from here on each that is too much makes the oldest go.
  const std::uint64_t before = confab::lost_log_lines();
  for (std::size_t i = 0; i < 10'000; ++i) log->info("line {}", i);
  CHECK(confab::lost_log_lines() >= before + 10'000 - most - 1);
  CHECK(confab::lost_log_lines() <= before + 10'000 + most);
  const std::uint64_t lost = confab::lost_log_lines();
  const std::string heard = pipe.read_until("line 9999\n");
  CHECK(count_of(heard, "<6>line ") >= most);
  CHECK(count_of(heard, "<6>line ") <= most + 1);  // one may have been under way from the beginning
  CHECK(count_of(heard, "<6>line 9990\n") == 1);
  CHECK(told_lost(heard) == lost);
  CHECK(heard.find("are lost") < heard.find("line 9990\n"));
  log->info("all is well");
  CHECK(pipe.read_until("well\n") == "<6>all is well\n");
  CHECK(confab::lost_log_lines() == lost);
  confab::end_log();
}

TEST_CASE("log: as many lines wait as may, and each one more costs one", "[log]") {
  // The thread may have taken one to write it when the next comes, or not yet.
  const std::size_t logged = GENERATE(4U, 5U, 6U, 7U);
  CAPTURE(logged);
  constexpr std::size_t most = 5;
  const small_pipe pipe;
  REQUIRE(::write(pipe.in.get(), std::string(4096, '-').data(), 4096) == 4096);
  const auto log = confab::make_log(in_the_format(log_format::journal), {.waiting = most}, pipe.in.get());
  for (std::size_t i = 1; i <= logged; ++i) log->info("{} waits", i);
  const std::uint64_t lost = confab::lost_log_lines();
  CHECK(lost >= (logged > most + 1 ? logged - most - 1 : 0));
  CHECK(lost <= (logged > most ? logged - most : 0));
  const std::string heard = pipe.read_until(fmt::format("{} waits\n", logged));
  CHECK(count_of(heard, " waits\n") + lost == logged);
  confab::end_log();
  CHECK(confab::lost_log_lines() == lost);
}

TEST_CASE("log: the end waits for a reader no longer than it says, and what is left is lost", "[log]") {
  const small_pipe pipe;
  const auto log =
      confab::make_log(in_the_format(log_format::text), {.waiting = 100, .at_the_end = 20ms}, pipe.in.get());
  fill(*log, pipe);
  for (int i = 0; i < 100; ++i) log->info("line");
  confab::end_log();  // the test's own time limit sees it if this waits for a reader
  CHECK(confab::lost_log_lines() >= 100);
  const std::uint64_t lost = confab::lost_log_lines();
  log->info("too late");
  CHECK(confab::lost_log_lines() == lost + 1);
}

TEST_CASE("log: the end writes all that waits when somebody reads", "[log]") {
  const small_pipe pipe;
  std::string heard;
  {
    const auto log = confab::make_log(in_the_format(log_format::journal), {.waiting = 2000}, pipe.in.get());
    for (int i = 0; i < 1000; ++i) log->info("line {}", i);
    std::thread ending([] { confab::end_log(); });
    heard = pipe.read_until("line 999\n");
    ending.join();
  }
  CHECK(count_of(heard, "<6>line ") == 1000);
  CHECK(confab::lost_log_lines() == 0);
}

TEST_CASE("log: a reader who goes, or a disk that is full, costs the lines and nothing else", "[log]") {
  SECTION("a reader who goes") {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    small_pipe pipe;
    const auto log = confab::make_log(in_the_format(log_format::text), {.waiting = 100}, pipe.in.get());
    log->info("heard");
    pipe.read_until(" heard\n");
    pipe.out.reset();
    log->info("not heard");
    confab::end_log();
  }
  SECTION("a full disk") {
    const confab::unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full);
    const auto log = confab::make_log(in_the_format(log_format::text), {.waiting = 100}, full.get());
    log->info("not written");
    confab::end_log();
  }
  CHECK(confab::lost_log_lines() == 1);
}

TEST_CASE("log: a line that was cut off does not run into the next", "[log]") {
  const small_pipe pipe;
  confab::log_output output(pipe.in.get(), 20ms);
  output.end();  // so that it gives up soon
  CHECK_FALSE(output.write(std::string(5000, 'x') + "\n"));
  CHECK(pipe.read() == std::string(4096, 'x'));
  CHECK(output.write("next\n"));
  CHECK(pipe.read() == "\nnext\n");
  CHECK(output.write("and next\n"));
  CHECK(pipe.read() == "and next\n");
}

TEST_CASE("log: several threads, one whole line each", "[log]") {
  const small_pipe pipe;
  const auto log = confab::make_log(in_the_format(log_format::journal), {.waiting = 4096}, pipe.in.get());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log, i] {
      for (int k = 0; k < 200; ++k) log->info("thread {} of four", i);
    });
  }
  std::thread ending([&] {
    for (std::thread& each : threads) each.join();
    log->info("done");
    confab::end_log();
  });
  const std::string heard = pipe.read_until("done\n");
  ending.join();
  for (int i = 0; i < 4; ++i) CHECK(count_of(heard, fmt::format("<6>thread {} of four\n", i)) == 200);
  CHECK(count_of(heard, "\n") == 801);
}

TEST_CASE("log: the journal's form is chosen by itself where the journal reads, and only there", "[log]") {
  const small_pipe pipe;
  struct stat is {};
  REQUIRE(::fstat(pipe.in.get(), &is) == 0);
  const auto first_line = [&](const confab::log_options& options) {
    const auto log = confab::make_log(options, {.waiting = 10}, pipe.in.get());
    log->warn("tea");
    confab::end_log();
    return pipe.read();
  };
  const std::string here = fmt::format("{}:{}", is.st_dev, is.st_ino);
  ::setenv("JOURNAL_STREAM", here.c_str(), 1);
  CHECK(first_line({}) == "<4>tea\n");
  CHECK(first_line(in_the_format(log_format::text)).ends_with("Z warning tea\n"));
  CHECK(first_line(in_the_format(log_format::json)).starts_with("{"));
  ::setenv("JOURNAL_STREAM", (here + "1").c_str(), 1);
  CHECK(first_line({}).ends_with("Z warning tea\n"));
  CHECK(first_line(in_the_format(log_format::journal)) == "<4>tea\n");
  ::unsetenv("JOURNAL_STREAM");
  CHECK(first_line({}).ends_with("Z warning tea\n"));
}

TEST_CASE("log: level, form and addresses can be changed while it runs", "[log]") {
  const small_pipe pipe;
  const auto log = confab::make_log(in_the_format(log_format::journal), {.waiting = 10}, pipe.in.get());
  log->debug("not yet");
  log->info("before");
  CHECK(pipe.read_until("before\n") == "<6>before\n");
  confab::log_options other = in_the_format(log_format::json);
  other.level = "debug";
  confab::change_log(other);
  log->debug("now");
  confab::end_log();
  const std::string heard = pipe.read();
  CHECK(heard.ends_with(R"("level":"debug","message":"now"})"
                        "\n"));
  CHECK(count_of(heard, "\n") == 1);
}

TEST_CASE("log: of what strangers cause only so much is logged, and then how much was left out", "[log]") {
  const small_pipe pipe;
  const auto log =
      confab::make_log(in_the_format(log_format::journal), {.about_connections = 3, .span = 50ms}, pipe.in.get());
  const std::size_t strangers = GENERATE(2U, 3U, 4U, 5U, 1000U);
  CAPTURE(strangers);
  for (std::size_t i = 1; i <= strangers; ++i) {
    confab::net::log_about(*log, spdlog::level::info, "192.0.2.1:80", "stranger {}", i);
  }
  std::string due = "<6>192.0.2.1:80: stranger 1\n<6>192.0.2.1:80: stranger 2\n";
  if (strangers >= 3) due += "<6>192.0.2.1:80: stranger 3\n";
  if (strangers == 4) due += "<6>1 line more about connections left out: too many\n";
  if (strangers > 4) due += fmt::format("<6>{} lines more about connections left out: too many\n", strangers - 3);
  // A slow machine may take longer than a span for a thousand.
  if (strangers < 1000) CHECK(pipe.read_until(due) == due);
  if (strangers == 1000) CHECK(pipe.read_until(": too many\n").starts_with(due.substr(0, 80)));
  CHECK(confab::lost_log_lines() == 0);
  confab::end_log();
}

TEST_CASE("log: what is left out is told at the end, too, as urgent as the most urgent of it", "[log]") {
  const small_pipe pipe(8);
  const auto log = confab::make_log(in_the_format(log_format::journal), {.about_connections = 1}, pipe.in.get());
  for (int i = 0; i < 3; ++i) {
    confab::net::log_about(*log, spdlog::level::info, "192.0.2.1:80", "a stranger");
    confab::net::log_about(*log, spdlog::level::warn, "192.0.2.1:80", "does not read");
  }
  log->info("all else is logged");
  log->info("all else is logged");
  confab::end_log();
  CHECK(pipe.read() ==
        "<6>192.0.2.1:80: a stranger\n<4>192.0.2.1:80: does not read\n"
        "<6>all else is logged\n<6>all else is logged\n"
        "<4>4 lines more about connections left out: too many\n");
}

TEST_CASE("log: who asks for debug gets all", "[log]") {
  const small_pipe pipe(8);
  confab::log_options options = in_the_format(log_format::journal);
  const auto log = confab::make_log(options, {.about_connections = 1}, pipe.in.get());
  const auto strangers = [&log] {
    for (int i = 0; i < 5; ++i) confab::net::log_about(*log, spdlog::level::info, "", "a stranger");
  };
  options.level = GENERATE("debug", "trace");
  confab::change_log(options);
  strangers();
  options.level = "info";
  confab::change_log(options);
  strangers();
  confab::end_log();
  const std::string heard = pipe.read();
  CHECK(count_of(heard, "<6>a stranger\n") == 6);
  CHECK(heard.ends_with("<6>4 lines more about connections left out: too many\n"));
}

TEST_CASE("log: last words have the form of the log", "[log]") {
  const auto [format, words] =
      GENERATE(table<log_format, std::string>({{log_format::text, "server: tea\n"},
                                               {log_format::journal, "<2>server: tea\n"},
                                               {log_format::json, R"(","level":"critical","message":"server: tea"})"
                                                                  "\n"}}));
  const small_pipe pipe;
  const confab::unique_fd own(::dup(STDERR_FILENO));
  ::dup2(pipe.in.get(), STDERR_FILENO);
  confab::make_log(in_the_format(format));
  confab::say_at_once("tea");
  confab::end_log();
  ::dup2(own.get(), STDERR_FILENO);
  const std::string heard = pipe.read();
  CHECK(heard.ends_with(words));
  CHECK(count_of(heard, "\n") == 1);
  CHECK(heard.starts_with(format == log_format::json ? R"({"time":")" : words));
}

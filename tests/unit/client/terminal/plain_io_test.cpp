#include "client/terminal/plain_io.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/client/fake_server.hpp"

using confab::client::line_kind;
using confab::terminal::plain_io;
using confab::terminal::plain_settings;

namespace {

/// Both ends of a pipe; closed at the end, or before by hand.
struct pipe_ends {
  pipe_ends() { REQUIRE(::pipe(ends) == 0); }
  ~pipe_ends() {
    close_reader();
    close_writer();
  }
  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;
  void close_reader() { shut(ends[0]); }
  void close_writer() { shut(ends[1]); }
  void write(std::string_view bytes) const {
    REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  /// What is in the pipe now.
  std::string take() const {
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    std::string all;
    char bytes[4096];
    for (ssize_t got = ::read(ends[0], bytes, sizeof bytes); got > 0; got = ::read(ends[0], bytes, sizeof bytes)) {
      all.append(bytes, static_cast<std::size_t>(got));
    }
    return all;
  }
  int ends[2] = {-1, -1};

 private:
  static void shut(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

/// Asks for a line whenever it got one, unless told not to.
struct reader final : confab::client::screen_input {
  explicit reader(plain_io& from) : screen(from) {}
  void on_line(std::string line) override {
    lines.push_back(std::move(line));
    if (greedy) screen.want_line();
  }
  void on_too_long(std::size_t bytes) override {
    too_long.push_back(bytes);
    screen.want_line();
  }
  void on_end_of_input() override { ended = true; }
  void on_output_closed() override { ++closed; }
  plain_io& screen;
  std::vector<std::size_t> too_long;
  bool greedy = true;
  std::vector<std::string> lines;
  bool ended = false;
  int closed = 0;
};

struct plain {
  explicit plain(plain_settings extra = {}) : screen(io, with_pipes(extra)), input(screen) { screen.start(input); }
  plain_settings with_pipes(plain_settings settings) const {
    settings.input = in.ends[0];
    settings.output = out.ends[1];
    settings.errors = err.ends[1];
    return settings;
  }
  pipe_ends in, out, err;
  asio::io_context io;
  plain_io screen;
  reader input;
};

}  // namespace

TEST_CASE("plain io: reads lines however they are cut, the last one without its end", "[plain_io]") {
  plain here;
  here.screen.want_line();
  here.in.write("\xEF\xBB\xBFone\r\ntw");
  REQUIRE(run_until(here.io, [&] { return here.input.lines.size() == 1; }));
  here.in.write("o\n\n你");
  REQUIRE(run_until(here.io, [&] { return here.input.lines.size() == 3; }));
  here.in.write("好");
  here.in.close_writer();
  REQUIRE(run_until(here.io, [&] { return here.input.ended; }));
  CHECK(here.input.lines == std::vector<std::string>{"one", "two", "", "你好"});
}

TEST_CASE("plain io: reads files and nothing at all, which no poller can watch", "[plain_io]") {
  const int null = ::open("/dev/null", O_RDONLY);
  const int file = ::open("/proc/self/status", O_RDONLY);
  REQUIRE(null >= 0);
  REQUIRE(file >= 0);
  for (const int input : {null, file}) {
    asio::io_context io;
    plain_io screen(io, {.input = input});
    reader lines(screen);
    screen.start(lines);
    screen.want_line();
    REQUIRE(run_until(io, [&] { return lines.ended; }));
    CHECK(lines.lines.empty() == (input == null));
    ::close(input);
  }
}

TEST_CASE("plain io: reads only what is wanted", "[plain_io]") {
  plain here;
  here.in.write("one\ntwo\n");
  CHECK_FALSE(run_until(
      here.io, [&] { return !here.input.lines.empty(); }, std::chrono::milliseconds(50)));
  here.input.greedy = false;
  here.screen.want_line();
  CHECK(run_until(here.io, [&] { return here.input.lines.size() == 1; }));
  CHECK_FALSE(run_until(
      here.io, [&] { return here.input.lines.size() > 1; }, std::chrono::milliseconds(50)));
  here.screen.want_line();
  CHECK(run_until(here.io, [&] { return here.input.lines.size() == 2; }));
}

TEST_CASE("plain io: of a line over the limit the size is told, and the next line is whole", "[plain_io]") {
  const std::size_t size =
      GENERATE(plain_io::max_line - 1, plain_io::max_line, plain_io::max_line + 1, 2 * plain_io::max_line, 1'000'000U);
  const std::string end = GENERATE("\n", "\r\n");
  char name[] = "/tmp/confab-plain-XXXXXX";
  const int file = ::mkstemp(name);
  REQUIRE(file >= 0);
  ::unlink(name);
  const std::string text = std::string(size, 'x') + end + "next\n";
  REQUIRE(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::lseek(file, 0, SEEK_SET);
  {
    asio::io_context io;
    plain_io screen(io, {.input = file});
    reader lines(screen);
    screen.start(lines);
    screen.want_line();
    REQUIRE(run_until(io, [&] { return lines.ended; }));
    if (size <= plain_io::max_line) {
      CHECK(lines.too_long.empty());
      REQUIRE(lines.lines.size() == 2);
      CHECK(lines.lines[0] == std::string(size, 'x'));
    } else {
      CHECK(lines.too_long == std::vector<std::size_t>{size});
      REQUIRE(lines.lines.size() == 1);
    }
    CHECK(lines.lines.back() == "next");
  }
  ::close(file);
}

TEST_CASE("plain io: ends while its thread waits for input, or for being asked", "[plain_io]") {
  for (const bool asked : {false, true}) {
    pipe_ends in;
    asio::io_context io;
    auto screen = std::make_unique<plain_io>(io, plain_settings{.input = in.ends[0]});
    reader lines(*screen);
    screen->start(lines);
    if (asked) screen->want_line();
    std::future<void> gone = std::async(std::launch::async, [&screen] { screen.reset(); });
    const bool in_time = gone.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    in.close_writer();  // lets a thread go that still waits, so that the test ends
    CHECK(in_time);
  }
}

TEST_CASE("plain io: only the first line may begin with a byte order mark", "[plain_io]") {
  plain here;
  here.screen.want_line();
  here.in.write("\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo\n");
  REQUIRE(run_until(here.io, [&] { return here.input.lines.size() == 2; }));
  CHECK(here.input.lines == std::vector<std::string>{"one", "\xEF\xBB\xBFtwo"});
}

TEST_CASE("plain io: rings where there is a bell, and nowhere else", "[plain_io]") {
  plain silent;
  silent.screen.ring();
  CHECK(silent.out.take().empty());
  plain here({.bell = true});
  here.screen.ring();
  CHECK(here.out.take() == "\a");
  CHECK(here.err.take().empty());
}

TEST_CASE("plain io: writes all to an output that somebody else made non-blocking", "[plain_io]") {
  plain here;
  REQUIRE(::fcntl(here.out.ends[1], F_SETFL, O_NONBLOCK) == 0);
  const std::string line(1'000'000, 'x');  // more than a pipe holds
  std::future<std::string> taken = std::async(std::launch::async, [&here, &line] {
    std::string all;
    char bytes[4096];
    while (all.size() <= line.size()) {
      const ssize_t got = ::read(here.out.ends[0], bytes, sizeof bytes);
      if (got <= 0) break;
      all.append(bytes, static_cast<std::size_t>(got));
    }
    return all;
  });
  here.screen.show(line_kind::answer, line);
  here.out.close_writer();
  CHECK(taken.get() == line + '\n');
}

TEST_CASE("plain io: messages and menus go out, notices and errors aside", "[plain_io]") {
  plain here;
  here.screen.show(line_kind::message, "hello");
  here.screen.show(line_kind::menu, "1. chat");
  here.screen.set_prompt("choose> ");
  here.screen.show(line_kind::notice, "*** came");
  here.screen.show(line_kind::error, "*** no");
  here.screen.ring();
  here.screen.set_status("status", "title");
  CHECK(here.out.take() == "hello\n1. chat\nchoose>\n");
  CHECK(here.err.take() == "*** came\n*** no\n");
}

TEST_CASE("plain io: quiet hides menus, and a piped output keeps its messages to itself", "[plain_io]") {
  plain quiet({.quiet = true});
  quiet.screen.show(line_kind::menu, "1. chat");
  quiet.screen.set_prompt("choose> ");
  quiet.screen.show(line_kind::message, "hello");
  CHECK(quiet.out.take() == "hello\n");
  CHECK(quiet.err.take().empty());

  plain piped({.prompts_to_errors = true});
  piped.screen.set_prompt("choose> ");
  piped.screen.show(line_kind::message, "hello");
  CHECK(piped.out.take() == "hello\n");
  CHECK(piped.err.take() == "choose>\n");
}

TEST_CASE("plain io: tells once when nobody reads any more", "[plain_io]") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  plain here;
  here.err.close_reader();
  here.screen.show(line_kind::error, "nobody hears this");
  here.io.poll();
  CHECK(here.input.closed == 0);
  here.out.close_reader();
  here.screen.show(line_kind::message, "one");
  here.screen.show(line_kind::message, "two");
  here.io.restart();
  here.io.poll();
  CHECK(here.input.closed == 1);
  std::signal(SIGPIPE, before);
}

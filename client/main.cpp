// confab, the terminal client: reads the options, picks a screen, and runs one session.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unistd.h>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include "client/app/app.hpp"
#include "client/app/once.hpp"
#include "client/options.hpp"
#include "client/terminal/editor_screen.hpp"
#include "client/terminal/plain_io.hpp"
#include "client/terminal/tty.hpp"
#include "client/ui/paint.hpp"
#include "common/arguments.hpp"
#include "common/standard_streams.hpp"

namespace {

using namespace confab;
using client::exit_code;

struct terminals {
  bool input = ::isatty(STDIN_FILENO) == 1;
  bool output = ::isatty(STDOUT_FILENO) == 1;
};

client::run_context look_around(const client::options& wanted, const terminals& tty) {
  std::random_device random;
  const client::color_environment colors{std::getenv("NO_COLOR"), std::getenv("CLICOLOR_FORCE"),
                                         std::getenv("FORCE_COLOR"), std::getenv("TERM")};
  return {.interactive = tty.input && tty.output,
          .sgr = client::choose_sgr(wanted.color, colors, tty.output),
          .tag_prefix = fmt::format("{:06x}-", random() & 0xFFFFFFU),
          .seed = random()};
}

/// The line editor for a person at a terminal that can do more than print.
bool wants_editor(const client::options& wanted, const terminals& tty) {
  const char* const term = std::getenv("TERM");
  const bool capable = term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
  return tty.input && tty.output && capable && !wanted.plain && !wanted.once;
}

std::unique_ptr<client::screen> make_screen(asio::io_context& io, const client::options& wanted,
                                            const client::run_context& context, const terminals& tty) {
  if (wants_editor(wanted, tty)) {
    const bool reflows =
        terminal::reflows_on_resize(std::getenv("TERM"), std::getenv("XTERM_VERSION"), std::getenv("TMUX"));
    auto editor = terminal::editor_screen::open(
        io, {.lang = wanted.lang, .sgr = context.sgr != client::sgr_level::none, .reflows = reflows});
    if (editor) return editor;
  }
  return std::make_unique<terminal::plain_io>(
      io, terminal::plain_settings{
              .quiet = wanted.quiet, .prompts_to_errors = tty.input && !tty.output, .bell = tty.output});
}

exit_code code_of(int signal) {
  switch (signal) {
    case SIGHUP: return exit_code::hung_up;
    case SIGTERM: return exit_code::terminated;
    default: return exit_code::interrupted;
  }
}

/// Runs a session to its end; a signal ends it at once.
template <typename Session>
exit_code run_session(const client::options& wanted) {
  const terminals tty;
  asio::io_context io(1);  // one thread, so no locks
  const client::run_context context = look_around(wanted, tty);
  const auto screen = make_screen(io, wanted, context, tty);
  Session session(io, wanted, context, *screen);
  asio::signal_set signals(io, SIGINT, SIGTERM, SIGHUP);
  signals.async_wait([&session](std::error_code cancelled, int signal) {
    if (!cancelled) session.end(code_of(signal));
  });
  session.start();
  io.run();
  return session.result().value_or(exit_code::failed);
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

exit_code run(int argc, char** argv) {
  const auto parsed = client::parse_options(normal_arguments(argc, argv), variable);
  if (const auto* ending = std::get_if<client::early_end>(&parsed)) {
    std::fputs(ending->text.c_str(), ending->code == exit_code::done ? stdout : stderr);
    return std::fflush(stdout) == 0 ? ending->code : exit_code::failed;
  }
  const auto& wanted = std::get<client::options>(parsed);
  return wanted.once ? run_session<client::once>(wanted) : run_session<client::app>(wanted);
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams(O_RDONLY);  // an output that is closed stays one that fails
  std::signal(SIGPIPE, SIG_IGN);    // a closed output is an error of write()
  terminal::tty::guard_ways_out();
  ::tzset();
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "confab: {}\n", failure.what());
    return static_cast<int>(exit_code::failed);
  }
}

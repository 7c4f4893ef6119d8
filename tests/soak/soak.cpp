// soak [SECONDS [SEED]]: a server under everything that users can send, for so long. Exit status 0: it has served its
// innocent users all the time, ended as it was asked to (so no sanitizer complained), and its history is whole.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>
#include <signal.h>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "tests/soak/crew.hpp"
#include "tests/support/process.hpp"
#include "tests/support/server_launch.hpp"

namespace {

using namespace confab::test;

constexpr std::size_t connections = 200;

std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::runtime_error(fmt::format("not a whole number: {}", text));
  return value;
}

/// Short times, so that everything that time does happens too, and few rooms, so that they run out.
launch server_for(const scratch_directory& folder) {
  return server_launch({"--ip",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--lang",
                        "en",
                        "--data-dir",
                        folder.path(),
                        "--threads",
                        "2",
                        "--idle-timeout",
                        "5",
                        "--write-timeout",
                        "2",
                        "--resume-window",
                        "3",
                        "--recall-window",
                        "3",
                        "--max-rooms",
                        "40",
                        "--max-users",
                        "250",
                        "--log-level",
                        "error"},
                       folder);
}

endpoint listening(process& server) {
  const std::string line = server.output_line();
  const auto colon = line.rfind(':');
  if (!line.starts_with("listening on ") || colon == std::string::npos)
    throw std::runtime_error("not what a ready server says: " + line);
  return {"127.0.0.1", static_cast<std::uint16_t>(number(std::string_view(line).substr(colon + 1)))};
}

void soak(std::chrono::seconds duration, std::uint32_t seed) {
  fmt::print("soak: {} connections for {} s, seed {}\n", connections, duration.count(), seed);
  std::fflush(stdout);
  raise_open_files();
  const scratch_directory folder;
  process server(server_for(folder));
  std::size_t most_memory = 0;
  try {
    crew people(listening(server), seed, connections);
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
      people.round();
      if (people.figures().rounds % 100 == 0) most_memory = std::max(most_memory, server.resident_bytes());
    }
    const soak_figures& f = people.figures();
    fmt::print(
        "soak: {} rounds, the slowest took {} ms; {} connections sent {} pieces; {} lines heard; {} lines of the "
        "innocent, each heard once by all of them; {} MiB of memory at most\n",
        f.rounds, f.slowest_round.count(), f.connections, f.sent_pieces, f.lines_heard, f.kept_lines,
        most_memory >> 20U);
    server.signal(SIGTERM);
    if (const int status = server.wait(); status != 0) throw std::runtime_error(fmt::format("exit status {}", status));
  } catch (const std::exception&) {
    std::fputs(server.errors().c_str(), stderr);
    throw;
  }
  const outcome check = run(server_launch({"--check-data", "--data-dir", folder.path()}, folder));
  if (check.status != 0) throw std::runtime_error("the history is not whole: " + check.output + check.errors);
}

}  // namespace

int main(int argc, char** argv) try {
  const auto duration = std::chrono::seconds(argc > 1 ? number(argv[1]) : 20);
  soak(duration, argc > 2 ? number(argv[2]) : std::random_device()());
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "soak: {}\n", error.what());
  return 1;
}

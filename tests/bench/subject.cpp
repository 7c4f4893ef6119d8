#include "tests/bench/subject.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds starting_patience = seconds(10);

struct process {
  pid_t pid;
  int output;
};

[[noreturn]] void fail(std::string_view what) {
  throw failure(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// In the child: becomes the program, or leaves with 127.
[[noreturn]] void become(char* const* command, const cpu_set_t& where, int output, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing is left running when the benchmark is killed
  if (::getppid() != parent) ::_exit(127);
  ::sched_setaffinity(0, sizeof where, &where);
  ::dup2(output, STDOUT_FILENO);
  ::execv(command[0], command);
  ::_exit(127);
}

process spawn(const std::vector<std::string>& command, const cpu_set_t& where) {
  if (::access(command.front().c_str(), X_OK) != 0) fail(command.front());
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(arguments.data(), where, ends[1], parent);
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    fail("fork");
  }
  return {.pid = pid, .output = ends[0]};
}

/// Reads on until `enough(text)`, the end of the stream or the deadline.
template <class Enough>
std::string read_until(int fd, Enough enough) {
  std::string text;
  for (const nanoseconds start = now(); now() - start < starting_patience && !enough(text);) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    std::array<char, 4096> piece;
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

void end(process& child) noexcept {
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, nullptr, 0);
  ::close(child.output);
}

/// The addresses in the lines `listening on ADDRESS` that are complete.
std::vector<std::string> listening_addresses(std::string_view output) {
  constexpr std::string_view words = "listening on ";
  std::vector<std::string> out;
  for (auto at = output.find(words); at != std::string_view::npos; at = output.find(words)) {
    output.remove_prefix(at + words.size());
    const auto lf = output.find('\n');
    if (lf == std::string_view::npos) break;
    out.emplace_back(output.substr(0, lf));
  }
  return out;
}

/// The bytes behind `label` in a file of /proc that counts in kB.
std::optional<std::size_t> bytes_in(const std::string& path, std::string_view label) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    std::size_t kibibytes = 0;
    if (word == label && file >> kibibytes) return kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace

cores cores::available() {
  cores result{};
  if (::sched_getaffinity(0, sizeof result.all, &result.all) != 0) fail("sched_getaffinity");
  std::size_t first = CPU_SETSIZE;
  std::size_t last = 0;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &result.all)) continue;
    first = std::min(first, core);
    last = core;
  }
  CPU_SET(first, &result.server);
  CPU_SET(last, &result.driver);
  return result;
}

void pin_driver(const cpu_set_t& set) {
  ::sched_setaffinity(0, sizeof set, &set);
}

std::string help_of(const std::string& program) {
  cpu_set_t anywhere;
  ::sched_getaffinity(0, sizeof anywhere, &anywhere);
  process child = spawn({program, "--help"}, anywhere);
  std::string text = read_until(child.output, [](const std::string&) { return false; });
  end(child);
  return text;
}

subject subject::start(const std::vector<std::string>& command, const cpu_set_t& where, std::size_t listeners) {
  process child = spawn(command, where);
  const std::string said = read_until(
      child.output, [listeners](const std::string& text) { return listening_addresses(text).size() >= listeners; });
  const std::vector<std::string> addresses = listening_addresses(said);
  if (addresses.size() < listeners) {
    end(child);
    throw failure(fmt::format("{} does not listen", command.front()));
  }
  subject result;
  result.where_ = resolve(addresses.front());
  result.last_where_ = resolve(addresses.back());
  result.pid_ = child.pid;
  result.output_ = child.output;
  result.ours_ = true;
  return result;
}

subject subject::running(const endpoint& where, pid_t pid) {
  subject result;
  result.where_ = where;
  result.pid_ = pid;
  return result;
}

subject::subject(subject&& other) noexcept
    : where_(other.where_),
      last_where_(other.last_where_),
      pid_(other.pid_),
      output_(other.output_),
      ours_(std::exchange(other.ours_, false)) {}

void subject::stop() noexcept {
  if (!std::exchange(ours_, false)) return;
  process child{.pid = pid_, .output = output_};
  end(child);
  pid_ = 0;
}

std::optional<nanoseconds> subject::cpu() const {
  clockid_t clock{};
  if (pid_ == 0 || ::clock_getcpuclockid(pid_, &clock) != 0) return std::nullopt;
  return read_clock(clock);
}

std::optional<std::size_t> subject::memory() const {
  // The short counters in statm are rounded a core; this one walks the pages.
  return pid_ == 0 ? std::nullopt : bytes_in(fmt::format("/proc/{}/smaps_rollup", pid_), "Rss:");
}

std::optional<std::size_t> subject::peak_memory() const {
  return pid_ == 0 ? std::nullopt : bytes_in(fmt::format("/proc/{}/status", pid_), "VmHWM:");
}

}  // namespace confab::bench

#include "tests/support/process.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace confab::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

unique_fd memory_file(const char* name, const std::string& content = {}) {
  unique_fd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file) fail("memfd_create");
  if (!content.empty() &&
      ::pwrite(file.get(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size()))
    fail("writing the input of a program");
  return file;
}

/// Our environment with the changes, as `NAME=VALUE`.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    bool changed = false;
    for (const auto& [name, value] : changes) changed = changed || text.rfind(name + '=', 0) == 0;
    if (!changed) result.push_back(text);
  }
  for (const auto& [name, value] : changes)
    if (!value.empty()) result.push_back(name + '=' + value);
  return result;
}

/// A pipe of one page, whose reading end, the first, never blocks.
std::array<unique_fd, 2> full_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  std::array<unique_fd, 2> out{unique_fd(ends[0]), unique_fd(ends[1])};
  const std::string blanks(4096, ' ');
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 || ::fcntl(ends[1], F_SETPIPE_SZ, blanks.size()) < 0 ||
      ::write(ends[1], blanks.data(), blanks.size()) != static_cast<ssize_t>(blanks.size()))
    fail("a full pipe");
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What the child does between fork and exec; only calls that are safe there.
struct child_plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int input;
  int output;
  int errors;
  error_output errors_kind;
  std::size_t open_files;
  std::size_t address_space;
  int mask;
  pid_t parent;
};

[[noreturn]] void become(const child_plan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(126);
  if (plan.open_files > 0) {
    const rlimit limit{plan.open_files, plan.open_files};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(126);
  }
  if (plan.address_space > 0) {
    const rlimit limit{plan.address_space, plan.address_space};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(126);
  }
  if (plan.mask >= 0) ::umask(static_cast<mode_t>(plan.mask));
  // Whatever runs the tests may ignore these; the program must not be spared what it has to deal with.
  for (const int each : {SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGTERM}) ::signal(each, SIG_DFL);
  ::dup2(plan.input, STDIN_FILENO);
  ::dup2(plan.output, STDOUT_FILENO);
  switch (plan.errors_kind) {
    case error_output::captured:
    case error_output::unread: ::dup2(plan.errors, STDERR_FILENO); break;
    case error_output::closed: ::close(STDERR_FILENO); break;
    case error_output::full: ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), STDERR_FILENO); break;
  }
  ::execvpe(plan.program, plan.arguments, plan.environment);
  ::_exit(127);
}

}  // namespace

process::process(const launch& what) : name_(what.program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  output_ = unique_fd(ends[0]);
  const unique_fd child_output(ends[1]);
  const unique_fd child_input = memory_file("input", what.input);
  unique_fd child_errors;
  if (what.errors == error_output::unread) {
    auto [reading, writing] = full_pipe();
    errors_ = std::move(reading);
    child_errors = std::move(writing);
  } else {
    errors_ = memory_file("errors");
  }

  std::vector<std::string> words{what.program};
  words.insert(words.end(), what.arguments.begin(), what.arguments.end());
  std::vector<std::pair<std::string, std::string>> changes{{"XDG_STATE_HOME", state_.path()}};
  for (const auto& each : what.environment) {  // of two values the first would count
    std::erase_if(changes, [&each](const auto& before) { return before.first == each.first; });
    changes.push_back(each);
  }
  std::vector<std::string> settings = environment_with(changes);
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> environment = pointers(settings);
  const child_plan plan{what.program.c_str(),
                        arguments.data(),
                        environment.data(),
                        child_input.get(),
                        child_output.get(),
                        (child_errors ? child_errors : errors_).get(),
                        what.errors,
                        what.open_files,
                        what.address_space,
                        what.mask,
                        ::getpid()};
  pid_ = ::fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(plan);
  ::setpgid(pid_, pid_);  // here too, so that the group is there whoever comes first
  handle_ = unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!handle_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    fail("pidfd_open");
  }
}

process::~process() {
  ::kill(-pid_, SIGKILL);
  if (status_ < 0) ::waitpid(pid_, nullptr, 0);
}

/// Reads what standard output has; false at its end. Throws when nothing comes in time.
bool process::read_more(const deadline& until) {
  pollfd waiting{output_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, until.left()) == 0)
    throw std::runtime_error(name_ + " printed nothing in time; standard error: " + errors());
  std::array<char, 4096> piece{};
  const ssize_t size = ::read(output_.get(), piece.data(), piece.size());
  if (size < 0) fail("reading the output of " + name_);
  pending_.append(piece.data(), static_cast<std::size_t>(size));
  return size > 0;
}

std::string process::output_line(deadline until) {
  for (;;) {
    if (const auto end = pending_.find('\n'); end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    if (!read_more(until)) throw std::runtime_error(name_ + " ended its output; standard error: " + errors());
  }
}

std::string process::rest_of_output(deadline until) {
  while (read_more(until)) {
  }
  return std::exchange(pending_, {});
}

std::string process::errors() const {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t size = ::pread(errors_.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()));
    if (size <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
}

std::string process::read_errors() const {
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t count = 0; (count = ::read(errors_.get(), piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return text;
}

void process::signal(int number) const {
  if (status_ < 0 && ::kill(pid_, number) != 0) fail("kill");
}

void process::limit_files(std::uint64_t bytes) const {
  const rlimit now{bytes, RLIM_INFINITY};
  if (::prlimit(pid_, RLIMIT_FSIZE, &now, nullptr) != 0) fail("prlimit");
}

void process::unlimit_files() const {
  limit_files(RLIM_INFINITY);
}

/// Waits for the end up to `timeout_ms` and keeps the status; whether it has ended.
bool process::collect(int timeout_ms) {
  if (status_ >= 0) return true;
  pollfd waiting{handle_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, timeout_ms) <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, 0) != pid_) fail("waitpid");
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

int process::wait(deadline until) {
  if (!collect(until.left())) throw std::runtime_error(name_ + " did not end in time; standard error: " + errors());
  return status_;
}

bool process::running() {
  return !collect(0);
}

std::size_t process::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  if (!(file >> all >> resident)) throw std::runtime_error("no memory figure of " + name_);
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t process::open_files() const {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd"))
    ++count;
  return count;
}

std::string process::opened(int descriptor) const {
  std::error_code closed;
  const std::string link = "/proc/" + std::to_string(pid_) + "/fd/" + std::to_string(descriptor);
  return std::filesystem::read_symlink(link, closed).string();
}

std::size_t process::threads() const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/task");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

pid_t process::thread_named(const std::string& name, deadline until) const {
  while (!until.passed()) {
    for (const auto& each : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
      std::ifstream file(each.path() / "comm");
      std::string line;
      if (std::getline(file, line) && line == name) return std::stoi(each.path().filename().string());
    }
    ::usleep(1000);
  }
  throw std::runtime_error("no thread " + name + " in " + name_);
}

std::chrono::milliseconds process::cpu_time() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(file, text);
  // The second field is the name in brackets and may hold blanks; user and system time are the fields 14 and 15.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  long user = 0;
  long system = 0;
  if (!(fields >> user >> system)) throw std::runtime_error("no time figure of " + name_);
  return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

outcome run(const launch& what, std::chrono::milliseconds at_most) {
  const deadline until(at_most);
  process program(what);
  outcome result;
  result.output = program.rest_of_output(until);
  result.status = program.wait(until);
  result.errors = program.errors();
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = text.find('\n', start);
    if (end == std::string::npos) throw std::runtime_error("a line without its end: " + text.substr(start));
    result.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return result;
}

std::size_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
  return limit.rlim_cur;
}

}  // namespace confab::test

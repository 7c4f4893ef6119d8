#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::test {

/// Where a program's standard error goes.
enum class error_output {
  captured,  ///< into memory, for `process::errors`
  closed,    ///< nowhere: the descriptor is not open at all
  full,      ///< /dev/full: every write fails with ENOSPC
  unread,    ///< a full pipe, until `process::read_errors` empties it
};

/// What to start and in what surroundings.
struct launch {
  std::string program{};  ///< a path, or a name that PATH knows
  std::vector<std::string> arguments{};
  std::vector<std::pair<std::string, std::string>> environment{};  ///< on top of our own and of
                                                                   ///< an XDG_STATE_HOME; an empty value unsets
  std::string input{};                                             ///< all of standard input, then its end
  error_output errors = error_output::captured;
  std::size_t open_files = 0;     ///< RLIMIT_NOFILE; 0 leaves it as it is
  std::size_t address_space = 0;  ///< RLIMIT_AS in bytes; 0 leaves it as it is
  int mask = -1;                  ///< as for umask; less than 0 leaves it as it is
};

/// A started program. Whatever happens, it and the programs it started are gone when this object goes, or
/// when the test program dies. Every failure to start, read or wait throws std::runtime_error. One thread.
class process {
 public:
  explicit process(const launch& what);
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();

  /// The next line of standard output without its LF; throws when it ends first.
  std::string output_line(deadline until = deadline());

  /// The rest of standard output, up to its end.
  std::string rest_of_output(deadline until = deadline());

  /// What came on standard error up to now.
  std::string errors() const;

  /// Takes out what is in the pipe of `error_output::unread`, which at first is 4,096 blanks.
  std::string read_errors() const;

  void signal(int number) const;
  /// Its process id, and so that of its main thread.
  pid_t id() const noexcept { return pid_; }

  /// From now on no file that it writes can grow beyond `bytes`, as on a disk that is full.
  void limit_files(std::uint64_t bytes) const;
  void unlimit_files() const;

  /// Waits for the end: the exit code, or 128 + the signal that ended it.
  int wait(deadline until = deadline());

  /// Whether it has not ended yet.
  bool running();

  /// Figures of the running program from /proc.
  std::size_t resident_bytes() const;
  std::size_t open_files() const;
  /// What is behind one of its file descriptors; empty: it is closed.
  std::string opened(int descriptor) const;
  std::size_t threads() const;
  /// The thread with that name, as soon as there is one.
  pid_t thread_named(const std::string& name, deadline until = deadline()) const;
  std::chrono::milliseconds cpu_time() const;

 private:
  bool read_more(const deadline& until);
  bool collect(int timeout_ms);

  scratch_directory state_;  // its XDG_STATE_HOME: what it keeps is its own
  std::string name_;
  pid_t pid_ = -1;
  int status_ = -1;  ///< as `wait` gives it, -1 while running
  unique_fd handle_;
  unique_fd output_;
  unique_fd errors_;
  std::string pending_;
};

/// Runs a program to its end.
struct outcome {
  int status = -1;
  std::string output{};
  std::string errors{};
};
outcome run(const launch& what, std::chrono::milliseconds at_most = patience);

/// The lines of a text; each must end in LF, or it throws.
std::vector<std::string> lines_of(const std::string& text);

/// Raises the soft limit of open files to the hard one, for this program and those it starts; the limit now in force.
std::size_t raise_open_files();

}  // namespace confab::test

#include "server/log_output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

#include <climits>

namespace confab {
namespace {

// Standard error is shared with others, so it is not made non-blocking. A pipe that is ready takes this much at once.
constexpr std::size_t most_at_once = PIPE_BUF;

}  // namespace

log_output::log_output(int descriptor, std::chrono::milliseconds at_the_end)
    : descriptor_(descriptor), at_the_end_(at_the_end), ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!ended_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bool log_output::write(std::string_view line) {
  std::string on_its_own;
  if (cut_) line = on_its_own.append("\n").append(line);
  while (!line.empty()) {
    if (!wait()) return false;
    const ssize_t count = ::write(descriptor_, line.data(), std::min(line.size(), most_at_once));
    if (count > 0) {
      line.remove_prefix(static_cast<std::size_t>(count));
      cut_ = !line.empty();
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

void log_output::end() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t count = ::write(ended_.get(), &one, sizeof one);
}

// Until something can be written, or will be refused; false when there is no time left for that.
bool log_output::wait() {
  for (;;) {
    int patience = -1;
    if (ending_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
      patience = static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
    }
    pollfd both[2]{{descriptor_, POLLOUT, 0}, {ended_.get(), POLLIN, 0}};
    const int ready = ::poll(both, ending_ ? 1 : 2, patience);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0 || both[0].revents != 0) return true;
    if (ready == 0) return false;
    ending_ = true;
    deadline_ = std::chrono::steady_clock::now() + at_the_end_;
  }
}

}  // namespace confab

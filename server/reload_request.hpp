#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

/// `confabd --reload PID`: SIGHUP with a number, and the answer to it. The number comes along as the value of the
/// signal; the answer goes as a datagram to the abstract socket of that number, and says what the log of the server
/// does. See docs/decisions/0052.
namespace confab {

/// Somebody who waits for what a reload comes to.
struct reload_asker {
  std::uint64_t number;  ///< that nobody can guess

  bool operator==(const reload_asker&) const = default;
};

/// Tells it; one that has gone hears nothing. `text` may have several lines, of which the first 8 KiB are told. Never
/// waits, never throws.
void answer(const reload_asker& to, bool done, std::string_view text) noexcept;

/// What came of asking.
struct reload_answer {
  bool done = false;
  std::string text;  ///< a line or several: what is in force now, or why nothing has changed
};

/// Has the server with process id `number` reload, and waits for what comes of it; asks again when `again` is over,
/// since of signals that wait only one is kept. A process that SIGHUP would end is not sent one. Throws
/// std::runtime_error, with a sentence, when there is no such server, it ends, or has not answered after `at_most`. Any
/// thread.
reload_answer ask_to_reload(pid_t number, std::chrono::milliseconds at_most,
                            std::chrono::milliseconds again = std::chrono::seconds(1));

}  // namespace confab

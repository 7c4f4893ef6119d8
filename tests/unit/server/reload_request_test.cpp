// Asking a server to reload, and being answered.

#include "server/reload_request.hpp"

#include <algorithm>
#include <csignal>
#include <future>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/server/hangups.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// The next SIGHUP of this process, which plays the server: the number that came along, 0 if there was none; nothing if
/// none comes in that time. (Not by sigtimedwait(2), which unblocks what it waits for.)
std::optional<std::uint64_t> asker_within(std::chrono::milliseconds time) {
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, SIGHUP);
  const unique_fd hangups(::signalfd(-1, &only, SFD_CLOEXEC | SFD_NONBLOCK));
  pollfd one{hangups.get(), POLLIN, 0};
  if (::poll(&one, 1, static_cast<int>(time.count())) < 1) return std::nullopt;
  signalfd_siginfo about{};
  if (::read(hangups.get(), &about, sizeof about) != sizeof about) return std::nullopt;
  return about.ssi_code == SI_QUEUE ? about.ssi_ptr : 0;
}

std::uint64_t next_asker() {
  const auto found = asker_within(patience);
  if (!found) throw std::runtime_error("nobody asks");
  return *found;
}

std::future<reload_answer> ask(std::chrono::milliseconds at_most = patience, std::chrono::milliseconds again = 20ms) {
  return std::async(std::launch::async, [=] { return ask_to_reload(::getpid(), at_most, again); });
}

}  // namespace

TEST_CASE("reload request: the answer is what the server says, done or not", "[reload_request]") {
  const hangups_blocked blocked;
  const bool done = GENERATE(true, false);
  const std::string text = GENERATE("", "reloaded c.toml: name", "c.toml:1: what\nand a second line");
  auto asked = ask(patience, patience);
  answer({next_asker()}, done, text);
  const reload_answer heard = asked.get();
  CHECK(heard.done == done);
  CHECK(heard.text == text);
}

TEST_CASE("reload request: an answer is as long as it may be", "[reload_request]") {
  const hangups_blocked blocked;
  for (const std::size_t size : {8191U, 8192U, 8193U}) {
    auto asked = ask(patience, patience);
    answer({next_asker()}, true, std::string(size, 'x'));
    CHECK(asked.get().text == std::string(std::min<std::size_t>(size, 8192), 'x'));
  }
}

TEST_CASE("reload request: who is not heard asks again", "[reload_request]") {
  const hangups_blocked blocked;
  std::vector<std::future<reload_answer>> all;
  for (int i = 0; i < 5; ++i) all.push_back(ask());  // of signals that wait only one is kept
  const auto answered = [&] {
    std::size_t out = 0;
    for (const auto& each : all) out += each.wait_for(0s) == std::future_status::ready ? 1U : 0U;
    return out;
  };
  for (const deadline until; answered() < all.size() && !until.passed();) {
    if (const auto number = asker_within(10ms)) answer({*number}, true, "well");
  }
  REQUIRE(answered() == all.size());
  for (auto& each : all) CHECK(each.get().text == "well");
}

TEST_CASE("reload request: what another process answers is not believed", "[reload_request]") {
  const hangups_blocked blocked;
  auto asked = ask(patience, patience);
  const std::uint64_t number = next_asker();
  const pid_t child = ::fork();
  if (child == 0) {
    answer({number}, true, "from somebody else");
    ::_exit(0);
  }
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  answer({number}, false, "from the server");
  CHECK(asked.get().text == "from the server");
}

TEST_CASE("reload request: a process that SIGHUP would end is not sent one", "[reload_request]") {
  // This one is such a process: nothing blocks the signal.
  CHECK_THROWS_WITH(ask_to_reload(::getpid(), 1s), "process " + std::to_string(::getpid()) +
                                                       " does not reload: it was started without --config, or is no "
                                                       "confabd");
}

TEST_CASE("reload request: there is no such process, or it ends, or says nothing", "[reload_request]") {
  const hangups_blocked blocked;
  const pid_t child = ::fork();
  if (child == 0) {
    next_asker();
    ::_exit(0);
  }
  CHECK_THROWS_WITH(ask_to_reload(child, patience, patience), "process " + std::to_string(child) + " has ended");
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK_THROWS_WITH(ask_to_reload(child, patience), "there is no process " + std::to_string(child));
  CHECK_THROWS_WITH(ask_to_reload(::getpid(), 30ms, 10ms),
                    "process " + std::to_string(::getpid()) + " has not answered within 1 s: see its log");
}

TEST_CASE("reload request: to answer somebody who has gone does no harm", "[reload_request]") {
  std::uint64_t number = 0;
  {
    const question gone;
    number = gone.number();
  }
  answer({number}, true, "nobody hears this");
  const question there;
  answer({there.number()}, true, "this");
  CHECK(there.heard() == "+this");
}

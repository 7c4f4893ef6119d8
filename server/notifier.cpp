#include "server/notifier.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/parse_number.hpp"
#include "common/safe_text.hpp"
#include "server/environment.hpp"

namespace confab {
namespace {

// Anything else than a number of microseconds for this process is no wish.
std::chrono::microseconds watchdog_of(const std::optional<std::string>& time,
                                      const std::optional<std::string>& process) {
  if (!time || (process && parse_number<std::int64_t>(*process) != std::int64_t{::getpid()})) return {};
  const auto wanted = parse_number<std::int64_t>(*time);
  return std::clamp(std::chrono::microseconds(wanted.value_or(0)), std::chrono::microseconds(0), notifier::longest);
}

}  // namespace

notifier::notifier(std::string_view address, std::chrono::microseconds watchdog) {
  const std::size_t room = sizeof(sockaddr_un::sun_path);
  if (address.size() < 2 || address.size() >= room || (address.front() != '/' && address.front() != '@')) return;
  socket_ = unique_fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return;
  address_ = address;
  if (address_.front() == '@') address_.front() = '\0';
  watchdog_ = watchdog;
}

notifier notifier::from_environment() {
  const auto address = take_variable("NOTIFY_SOCKET");
  const auto time = take_variable("WATCHDOG_USEC");
  const auto process = take_variable("WATCHDOG_PID");
  return notifier(address.value_or(""), watchdog_of(time, process));
}

void notifier::reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  become(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000));
}

void notifier::status(std::string_view text) {
  send("STATUS=" + make_safe(text));
}

void notifier::extend(std::chrono::microseconds by) {
  send(fmt::format("EXTEND_TIMEOUT_USEC={}", by.count()));
}

void notifier::retry() {
  if (!owed_.empty()) become(std::move(owed_));
}

// Of two states that were not taken the later one counts.
void notifier::become(std::string state) {
  owed_.clear();
  if (!send(state)) owed_ = std::move(state);
}

// False when the other end may take it later.
bool notifier::send(std::string_view text) noexcept {
  if (!socket_) return true;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const std::size_t size = offsetof(sockaddr_un, sun_path) + address_.size();
  return ::sendto(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                  static_cast<socklen_t>(size)) >= 0;
}

}  // namespace confab

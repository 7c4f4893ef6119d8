#include "server/fatal.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <string>
#include <typeinfo>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/safe_text.hpp"
#include "server/log.hpp"

namespace confab {
namespace {

// Standard error may be a pipe that nobody reads: a server that has failed must not stay for that.
constexpr unsigned seconds_to_say_it = 5;

std::shared_ptr<spdlog::logger>& last_words() {
  static std::shared_ptr<spdlog::logger> log;
  return log;
}

std::string type_name(const std::type_info& type) {
  int status = 0;
  char* const readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string out = status == 0 ? readable : type.name();
  std::free(readable);  // NOLINT: malloc's, as the ABI has it
  return out;
}

std::string cause() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "no exception: std::terminate was called";
  try {
    throw;
  } catch (const std::exception& e) {
    return make_safe(fmt::format("{}: {}", type_name(*type), e.what()));
  } catch (...) {
    return type_name(*type);
  }
}

[[noreturn]] void die() noexcept {
  static std::atomic_flag dying;
  thread_local bool is_me = false;
  if (dying.test_and_set()) {
    if (is_me) std::abort();  // telling of it has failed, too
    for (;;) ::pause();
  }
  is_me = true;
  ::alarm(seconds_to_say_it);
  std::string why;
  try {
    why = cause();
  } catch (...) {
    why = "no memory";  // so little that not even the cause can be told
  }
  say_at_once(("fatal: " + why).c_str());
  if (last_words() != nullptr) last_words()->critical("fatal: {}", why);
  end_log();
  std::abort();
}

}  // namespace

void report_fatal_exceptions(std::shared_ptr<spdlog::logger> log) {
  last_words() = std::move(log);
  std::set_terminate(die);
}

void run_or_die(asio::io_context& io) noexcept {
  io.run();
}

}  // namespace confab

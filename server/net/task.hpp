#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace confab::net {

/// A coroutine that nobody awaits: it starts at once and its frame frees itself at the end. For readers and writers, of
/// which there is one a user: its frame is the coroutine's own and nothing else, a fraction of what asio::awaitable
/// keeps for the same (docs/decisions/0001). It must handle its exceptions itself.
struct task {
  struct promise_type {
    task get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
};

/// One place where a task can wait until somebody wakes it. Not thread-safe: waiter and waker share a thread.
class wake_up {
 public:
  /// Goes on with the waiter, if there is one, inside this call.
  void wake() {
    if (waiter_) std::exchange(waiter_, nullptr).resume();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() const noexcept {}

 private:
  std::coroutine_handle<> waiter_;
};

}  // namespace confab::net

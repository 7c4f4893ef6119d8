#pragma once

#include <exception>

#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

/// How the server waits for Asio, named once: as_tuple is experimental in this version, and may move.
namespace confab::net {

/// For operations whose failure is expected: `const auto [error, ...] = co_await op(as_result)`.
inline constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

/// For tasks whose end by exception must end the server: it leaves io_context::run().
inline constexpr auto rethrow = [](const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
};

}  // namespace confab::net

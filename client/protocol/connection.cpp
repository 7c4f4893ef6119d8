#include "client/protocol/connection.hpp"

#include <exception>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/connect.hpp>
#include <asio/error.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#include "client/protocol/address.hpp"

namespace confab::client {
namespace {

using clock = std::chrono::steady_clock;

/// Errors come back as values: the first of the tuple that is awaited.
constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

/// A failure of these coroutines is a bug: it ends the program through io_context::run.
void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

connection::connection(asio::io_context& io, connection_settings settings, connection_listener& listener)
    : settings_(std::move(settings)),
      listener_(listener),
      link_(settings_.name, settings_.tag_prefix, settings_.hold_for_name),
      backoff_(settings_.seed, settings_.first_wait),
      resolver_(io),
      socket_(io),
      tls_context_(settings_.tls, settings_.host),
      output_ready_(io, clock::time_point::max()),
      clock_(io, clock::time_point::max()),
      retry_(io),
      limit_(io) {
  if (settings_.heartbeat) link_.promise_heartbeat();
  link_.take_up(settings_.known);
}

std::string connection::where() const {
  return show_address(settings_.host, settings_.port);
}

std::string connection::secured() const {
  return tls_ == nullptr ? std::string() : tls_->version();
}

void connection::start() {
  asio::co_spawn(socket_.get_executor(), run(), rethrow);
  asio::co_spawn(socket_.get_executor(), write_all(), rethrow);
  asio::co_spawn(socket_.get_executor(), watch_clock(), rethrow);
}

bool connection::send(std::string command, purpose why, bool keep, std::string room, std::string partner) {
  const bool accepted = link_.send(std::move(command), why, keep, std::move(room), std::move(partner));
  after_change();
  return accepted;
}

void connection::restore(request what, std::string command) {
  link_.restore(std::move(what), std::move(command));
  after_change();
}

void connection::take_name(std::string name) {
  link_.take_name(std::move(name));
  after_change();
}

void connection::retry_now() {
  retry_.cancel();
}

void connection::finish(std::string_view reason) {
  if (std::exchange(finishing_, true)) return;
  if (!up_) {
    resolver_.cancel();
    retry_.cancel();
    return close();
  }
  link_.quit(reason);
  close_after(goodbye_time);
  after_change();
}

void connection::send_quit() noexcept {
  if (!up_ || !link_.online() || writing_) return;
  constexpr std::string_view goodbye = "\n/quit\n";
  if (tls_ != nullptr) {
    tls_->write_now(goodbye);
    return tls_->end();
  }
  std::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.write_some(asio::buffer(goodbye), ignored);
}

void connection::close() noexcept {
  if (tls_ != nullptr && socket_.is_open()) tls_->end();
  std::error_code ignored;
  socket_.close(ignored);
}

/// A limit that is cancelled in time does nothing; the socket of a later connection is never meant.
void connection::close_after(std::chrono::milliseconds delay) {
  limit_.expires_after(delay);
  limit_.async_wait([this, count = connections_](std::error_code cancelled) {
    if (!cancelled && count == connections_) close();
  });
}

/// Hands on what the link has to tell, in its order: what that leads to comes after it. And wakes those who serve it.
void connection::after_change() {
  if (!telling_) {
    telling_ = true;
    for (std::vector<link_event> news = link_.take_events(); !news.empty(); news = link_.take_events()) {
      for (const link_event& each : news) listener_.on_link(each);
      listener_.on_settled();
    }
    telling_ = false;
  }
  if (link_.online()) backoff_.reset();
  if (link_.has_output()) output_ready_.cancel();
  if (up_ && link_.failure()) close();
  if (clock_.expiry() != link_.deadline().value_or(clock::time_point::max())) clock_.cancel();
}

bool connection::worth_retrying(const outage& why) const noexcept {
  if (finishing_) return false;
  // A certificate does not become another by asking again; but who had a right one before may be about to renew it.
  if (why.tls && (!link_.ever_online() || why.tls->what == tls_trouble::bad_ca)) return false;
  // What has spoken our protocol before is frozen, starting or behind something else, and may be back.
  if (why.fault && !link_.ever_online()) {
    switch (why.fault->what) {
      case fault::no_answer:
      case fault::unreadable:
      case fault::line_too_long: return false;
      case fault::closed_early:
      case fault::refused:
      case fault::silent: break;
    }
  }
  if (!link_.ever_online() && !settings_.retry_first) return false;
  return settings_.attempts < 0 || backoff_.attempts() < settings_.attempts;
}

asio::awaitable<void> connection::run() {
  for (;;) {
    outage why;
    std::error_code failure = co_await connect(why);
    if (!failure) {
      why.connected = up_ = true;
      why.secured = settings_.tls.wanted;
      ++connections_;
      link_.connected(clock::now());
      after_change();
      failure = co_await read_until_lost();
      up_ = false;
      link_.lost();
      why.fault = link_.failure();
      close();
      after_change();
    }
    why.known = link_.ever_online();
    if (failure != asio::error::eof && !why.fault) why.failure = failure;
    if (!worth_retrying(why)) {
      listener_.on_ended(why);
      co_return;
    }
    const std::chrono::milliseconds delay = backoff_.next();
    listener_.on_waiting(why, delay, backoff_.attempts());
    if (!finishing_) {
      retry_.expires_after(delay);
      co_await retry_.async_wait(as_result);
    }
    if (finishing_) {
      listener_.on_ended(why);
      co_return;
    }
  }
}

asio::awaitable<std::error_code> connection::connect(outage& why) {
  if (settings_.tls.wanted) why.tls = tls_context_.load();
  if (why.tls) co_return make_error_code(asio::error::operation_not_supported);
  std::error_code no_address;
  const asio::ip::address address = asio::ip::make_address(settings_.host, no_address);
  asio::ip::tcp::resolver::results_type found;
  if (no_address) {
    auto [failure, results] =
        co_await resolver_.async_resolve(settings_.host, std::to_string(settings_.port), as_result);
    if (failure) co_return failure;
    found = std::move(results);
  } else {
    const asio::ip::tcp::endpoint endpoint(address, settings_.port);
    found = asio::ip::tcp::resolver::results_type::create(endpoint, settings_.host, {});
  }
  if (finishing_) co_return asio::error::operation_aborted;
  close_after(settings_.connect_time);
  std::error_code failure = co_await connect_to(std::move(found));
  if (!failure && settings_.tls.wanted) failure = co_await shake_hands(why);
  const bool too_late = limit_.expiry() <= clock::now();
  limit_.cancel();
  if (!failure && socket_.is_open()) co_return failure;
  close();
  // Without a failure it was closed just after it had been.
  co_return failure && (why.tls || !too_late) ? failure : make_error_code(asio::error::timed_out);
}

asio::awaitable<std::error_code> connection::connect_to(asio::ip::tcp::resolver::results_type found) {
  auto [failure, endpoint] = co_await asio::async_connect(socket_, found, as_result);
  if (failure) co_return failure;
  if (!socket_.is_open()) co_return make_error_code(asio::error::timed_out);
  std::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return std::error_code();
}

asio::awaitable<std::error_code> connection::shake_hands(outage& why) {
  tls_ = std::make_shared<tls_stream>(socket_, tls_context_);
  const std::error_code failure = co_await tls_->shake_hands();
  if (failure) why.tls = tls_->fault();
  co_return failure;
}

asio::awaitable<std::error_code> connection::read_until_lost() {
  while (!link_.failure()) {
    const auto [failure, count] = co_await read();
    if (failure) co_return failure;
    link_.received({input_.data(), count}, clock::now());
    after_change();
  }
  co_return std::error_code();
}

asio::awaitable<void> connection::write_all() {
  for (;;) {
    if (!up_ || !link_.has_output()) {
      co_await output_ready_.async_wait(as_result);
      continue;
    }
    const std::uint64_t current = connections_;
    const std::string bytes = link_.take_output();
    writing_ = true;
    const std::error_code failure = co_await write(bytes);
    writing_ = false;
    if (failure && current == connections_) close();  // the reader tells why
  }
}

asio::awaitable<std::pair<std::error_code, std::size_t>> connection::read() {
  if (const std::shared_ptr<tls_stream> through = tls_) co_return co_await through->read_some(input_);
  const auto [failure, count] = co_await socket_.async_read_some(asio::buffer(input_), as_result);
  co_return std::pair<std::error_code, std::size_t>(failure, count);
}

asio::awaitable<std::error_code> connection::write(const std::string& bytes) {
  if (const std::shared_ptr<tls_stream> through = tls_) co_return co_await through->write(bytes);
  const auto [failure, count] = co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
  co_return failure;
}

asio::awaitable<void> connection::watch_clock() {
  for (;;) {
    clock_.expires_at(link_.deadline().value_or(clock::time_point::max()));
    co_await clock_.async_wait(as_result);
    const auto due = link_.deadline();
    if (!up_ || !due || clock::now() < *due) continue;
    link_.tick(clock::now());
    after_change();
  }
}

}  // namespace confab::client

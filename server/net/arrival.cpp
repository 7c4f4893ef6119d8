#include "server/net/arrival.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "server/net/address.hpp"
#include "server/net/completion.hpp"

namespace confab::net {
namespace {

constexpr std::size_t bytes_of_home = 8;  // what a provider gives one customer of IPv6 at least

ip_bytes home_of(ip_bytes address) noexcept {
  if (!is_mapped_v4(address)) std::fill(address.begin() + bytes_of_home, address.end(), std::uint8_t{0});
  return address;
}

}  // namespace

arrival::arrival(asio::io_context& io, unique_fd socket, const sockaddr_storage& from, std::shared_ptr<const door> by,
                 clock::time_point (*now)())
    : socket_(io), timer_(io), by_(std::move(by)), now_(now), from_proxy_(by_->proxy.have(from)) {
  socket_.assign(socket.get());
  socket.release();  // from here on socket_ closes it
  will_be_.secure = by_->secure;
  comes_from(from);
}

void arrival::comes_from(const sockaddr_storage& address) {
  will_be_.addr = to_string(address);
  ip_ = ip_of(address);
  counts_as_ = home_of(ip_.value_or(ip_bytes{}));
}

void arrival::comes_from(const ip_bytes& address) {
  const std::string ip = to_string(network{address, 128});
  will_be_.addr = is_mapped_v4(address) ? ip : '[' + ip + ']';
  ip_ = address;
  counts_as_ = home_of(address);
}

void arrival::limit(std::chrono::milliseconds time) {
  late_ = false;
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    // It may have been on its way when there was more time.
    if (error || !self->socket_.is_open() || self->timer_.expiry() > clock::now()) return;
    self->late_ = true;
    asio::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

asio::awaitable<bool> arrival::wait(asio::posix::descriptor_base::wait_type what) {
  if (!socket_.is_open() || late_) co_return false;
  waits_since_ = now_();
  const auto [error] = co_await socket_.async_wait(what, as_result);
  waits_since_.reset();
  co_return !error && socket_.is_open() && !late_;
}

// What TLS has read already no descriptor tells of.
asio::awaitable<bool> arrival::readable() {
  const tls_stream* const tls = will_be_.tls.get();
  if (tls != nullptr && tls->unread() && socket_.is_open() && !late_) co_return true;
  const bool for_output = tls != nullptr && tls->read_waits_for_output();
  co_return co_await wait(for_output ? asio::posix::descriptor_base::wait_write
                                     : asio::posix::descriptor_base::wait_read);
}

asio::awaitable<bool> arrival::writable() {
  const bool for_input = will_be_.tls != nullptr && will_be_.tls->write_waits_for_input();
  co_return co_await wait(for_input ? asio::posix::descriptor_base::wait_read
                                    : asio::posix::descriptor_base::wait_write);
}

ssize_t arrival::read(std::span<char> into) {
  if (will_be_.tls != nullptr) return will_be_.tls->read(into);
  return ::recv(descriptor(), into.data(), into.size(), 0);
}

ssize_t arrival::write(std::span<iovec> pieces) {
  if (will_be_.tls != nullptr) {
    std::array<char, tls_stream::max_record> scratch;
    return will_be_.tls->write(pieces, scratch);
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(descriptor(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int arrival::error() const noexcept {
  if (will_be_.tls != nullptr) return will_be_.tls->error();
  return errno == EAGAIN || errno == EINTR ? 0 : errno;
}

void arrival::end_output() noexcept {
  if (will_be_.tls != nullptr) will_be_.tls->end_output();
  ::shutdown(descriptor(), SHUT_WR);
}

void arrival::end() noexcept {
  timer_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
}

unique_fd arrival::release() {
  timer_.cancel();
  return unique_fd(socket_.release());
}

}  // namespace confab::net

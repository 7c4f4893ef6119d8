#include "server/net/handshake_turns.hpp"

#include <algorithm>

#include <asio/post.hpp>

#include "server/net/completion.hpp"

namespace confab::net {

asio::awaitable<void> handshake_turns::enter() {
  if (taken_ < most && waiting_ == 0) {
    if (taken_++ == 0) begin();
    co_return;
  }
  if (waiting_++ == 0) line_.expires_at(clock::time_point::max());
  co_await line_.async_wait(as_result);
}

// When what is ready by now has been done, others have their turn.
void handshake_turns::begin() {
  asio::post(io_, [this] { next(); });
}

void handshake_turns::next() {
  taken_ = std::min(waiting_, most);
  waiting_ -= taken_;
  for (std::size_t i = 0; i < taken_; ++i) line_.cancel_one();
  if (taken_ > 0) begin();
}

}  // namespace confab::net

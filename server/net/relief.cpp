#include "server/net/relief.hpp"

#include <utility>

#include <asio/post.hpp>

namespace confab::net {

relief::relief(asio::io_context& home, memory_reserve& reserve, std::shared_ptr<spdlog::logger> log,
               std::function<void(bool)> tell)
    : home_(home), reserve_(reserve), log_(std::move(log)), tell_(std::move(tell)) {}

void relief::see_to_it(std::chrono::steady_clock::time_point now) {
  if (asked_ > 0) return;
  if (reserve_.touched()) {
    whole_since_ = now;
    if (!std::exchange(short_, true)) {
      log_->error("out of memory: connections that hold much of it are ended, the history answers nobody");
      ended_ = 0;
      tell_(true);
    }
    if (asked_ == 0 && !reserve_.refill()) make_room();
  } else if (now - whole_since_ >= calm) {
    short_ = false;
    log_->info("there is memory again; {} connections were ended", ended_);
    tell_(false);
  }
}

// Each shard ends a few, on its thread; then we look again.
void relief::make_room() {
  asked_ = shards_.size();
  ended_now_ = 0;
  for (const auto& each : shards_) {
    asio::post(each->context(), [this, &each = *each] {
      const std::size_t ended = each.shed(memory_reserve::size / shards_.size());
      asio::post(home_, [this, ended] { made_room(ended); });
    });
  }
}

void relief::made_room(std::size_t ended) {
  ended_now_ += ended;
  ended_ += ended;
  if (--asked_ > 0 || reserve_.refill()) return;
  // Whom this did not help is not ended for nothing: with nobody left who holds much, look() tries again later.
  if (ended_now_ > 0) make_room();
}

}  // namespace confab::net

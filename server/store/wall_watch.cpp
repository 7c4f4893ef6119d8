#include "server/store/wall_watch.hpp"

namespace confab::store {

bool wall_watch::begin(reading now, std::optional<moment> newest) {
  base_ = last_ = now;
  since_.reset();
  const bool near = !newest || (now.wall >= *newest - tolerance && now.wall <= *newest + believable);
  if (!near) since_ = now.steady;
  return near;
}

std::optional<std::chrono::milliseconds> wall_watch::look(reading now) {
  last_ = now;
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(now.steady - base_.steady);
  const auto jump = now.wall - base_.wall - passed;
  if (jump > -tolerance && jump < tolerance) return std::nullopt;
  base_ = now;
  since_ = now.steady;
  return jump;
}

std::optional<moment> wall_watch::time() const {
  if (since_ && last_.steady - *since_ < patience_) return std::nullopt;
  return last_.wall;
}

}  // namespace confab::store

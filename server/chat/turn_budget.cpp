#include "server/chat/turn_budget.hpp"

#include <utility>

namespace confab::chat {
namespace {

// A turn may say this much however many hear it: with less, the system call costs more than what it carries.
constexpr std::size_t least_said = 8 * 1024;

}  // namespace

void turn_budget::begin_turn() noexcept {
  last_ = {};
  steps_before_ = chat_.spent.steps();
  hurried_ = false;
}

bool turn_budget::full() const noexcept {
  const std::size_t said = chat_.out.bytes();
  if (said >= 2 * page_bytes() || chat_.spent.steps() - steps_before_ >= chat_.options.turn_steps) return true;
  return said >= least_said && chat_.out.deliveries() >= chat_.options.turn_deliveries;
}

bool turn_budget::enough(session_ref session, std::size_t said, std::uint64_t spent) noexcept {
  if (std::exchange(last_, session) != session) said_ = spent_ = 0;
  said_ += said;
  spent_ += spent;
  if (said_ < page_bytes() && spent_ < chat_.options.turn_steps / 4) return false;
  said_ = spent_ = 0;
  return true;
}

}  // namespace confab::chat

#include "common/protocol/leave_reason.hpp"

namespace confab {

std::string_view wire_word(leave_reason reason) noexcept {
  switch (reason) {
    case leave_reason::quit: return "quit";
    case leave_reason::eof: return "eof";
    case leave_reason::idle: return "idle";
    case leave_reason::slow: return "slow";
    case leave_reason::error: return "error";
    case leave_reason::kicked: return "kicked";
    case leave_reason::shutdown: return "shutdown";
    case leave_reason::resumed: break;
  }
  return "resumed";
}

}  // namespace confab

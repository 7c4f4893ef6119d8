#pragma once

#include <string_view>
#include <vector>

#include "server/chat/chat_state.hpp"
#include "server/chat/heartbeats.hpp"
#include "server/chat/presence.hpp"

namespace confab::chat {

/// Signs of life: who has been silent for so long that it is shown out, by the idle timeout or by the heartbeat that it
/// promised. With the hub, on its thread.
class liveness {
 public:
  explicit liveness(chat_state& chat) : chat_(chat) {}

  /// `who` shows a sign of life now; also how a new device begins.
  void touch(device& who) { presence_.touch(who, chat_.now.steady); }
  /// It has no connection any more.
  void remove(device& who) noexcept { presence_.remove(who); }
  /// It has a connection again: its heartbeat is looked at from here on.
  void restart(device& back);
  void clear() noexcept { presence_.clear(); }

  void promise_heartbeat(const asker& from, std::string_view seconds);

  /// The next that has been idle for as long as one may be; null when there is none.
  device* next_idle() const noexcept;
  /// Warns those that soon will have been.
  void warn_idle();
  /// A second has passed: the sessions of those who have not kept their promise.
  std::vector<session_ref> silent();

 private:
  chat_state& chat_;
  presence_by_timeout presence_;
  heartbeats heartbeats_;
};

}  // namespace confab::chat

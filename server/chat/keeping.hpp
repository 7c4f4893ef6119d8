#pragma once

#include <chrono>

#include "server/chat/chat_state.hpp"

namespace confab::chat {

/// Keeping must have worked this long before anybody is told that it does again.
inline constexpr std::chrono::seconds steady_again{5};

/// Whether what is said is kept, and who has been told so. With the hub, on its thread.
class keeping {
 public:
  explicit keeping(chat_state& chat) : chat_(chat) {}

  /// What the history says.
  void set(bool works);
  /// Tells all, if there is something to tell by now. A disk that is nearly full takes some and refuses some: users
  /// hear of a failure at once, but that it is over only when that has been true for a while.
  void tell();
  /// Tells somebody who begins to hear what all hear.
  void tell(const device& fresh);

 private:
  chat_state& chat_;
  bool told_ = true;   // whether it is kept, as users know
  bool works_ = true;  // whether it is kept now
  std::chrono::steady_clock::time_point since_;
};

}  // namespace confab::chat

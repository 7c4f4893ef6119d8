#pragma once

#include <string_view>

#include "server/chat/arrivals.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/tokens.hpp"

namespace confab::chat {

/// How a user is spoken to: as text or JSON, what stands in front of its lines, what it is shown, and the welcome of a
/// program. With the hub, on its thread.
class formats {
 public:
  formats(chat_state& chat, const arrivals& news, tokens& secrets) : chat_(chat), arrivals_(news), tokens_(secrets) {}

  void json(const asker& from, bool on);
  /// What stands in front of the lines of somebody who is spoken to in text; JSON has it all.
  void ids(const asker& from, bool on) { adorn(from, on, has_times(from.on->format)); }
  void times(const asker& from, bool on) { adorn(from, has_ids(from.on->format), on); }
  /// Whether it is shown the last messages of what it enters.
  void replay(const asker& from, bool on);

  /// Tells who asks who it is.
  void whoami(const asker& from);

  /// Tells a program who it is; with `resumed` it answers a /resume, and `complete` says that nothing is missing.
  void welcome(const asker& to, bool resumed, bool complete);
  /// Gives a program its token, and tells it who it is.
  void welcome_fresh(const asker& to);

 private:
  void adorn(const asker& from, bool ids, bool times);

  chat_state& chat_;
  const arrivals& arrivals_;
  tokens& tokens_;
};

}  // namespace confab::chat

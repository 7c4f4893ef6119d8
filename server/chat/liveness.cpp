#include "server/chat/liveness.hpp"

#include <chrono>
#include <utility>

#include "common/commands.hpp"
#include "common/parse_number.hpp"

namespace confab::chat {
namespace {

// Whoever is about to be shown out is warned this long before, when the timeout is more than twice that.
constexpr std::chrono::seconds idle_warning{30};

}  // namespace

void liveness::restart(device& back) {
  touch(back);
  if (back.extras == nullptr) return;
  const std::chrono::seconds heartbeat = back.extras->heartbeat;
  const bool looked_at = heartbeat.count() != 0 && chat_.options.dead_after > 0;
  back.extras->look_at = looked_at ? heartbeats_.look(back.session, heartbeat) : 0;
}

void liveness::promise_heartbeat(const asker& from, std::string_view text) {
  const auto parsed = parse_number<unsigned>(text);
  if (!parsed || *parsed > heartbeats::longest.count()) {
    return chat_.out.reply_error(from, problem::bad_argument, usage_of(verb::heartbeat));
  }
  const unsigned seconds = *parsed;
  device_extras& extras = from.on->ensure_extras();
  extras.heartbeat = std::chrono::seconds(seconds);
  // An earlier look takes the place of the one that was due. It must be much earlier: a client that promises a second
  // less again and again must not fill the wheel.
  const bool due = extras.look_at != 0;
  if (seconds != 0 && chat_.options.dead_after > 0 && (!due || 2 * seconds <= extras.look_at - heartbeats_.now())) {
    extras.look_at = heartbeats_.look(from.on->session, extras.heartbeat);
  }
  chat_.out.reply(from, event::ok{});
}

// Who is due stands in front, then come those who are due for a warning; nobody else is touched.
device* liveness::next_idle() const noexcept {
  device* const who = presence_.quietest();
  const bool due = who != nullptr && chat_.now.steady - who->last_active >= chat_.options.idle_timeout;
  return due ? who : nullptr;
}

void liveness::warn_idle() {
  if (chat_.options.idle_timeout <= 2 * idle_warning) return;
  for (device* who = presence_.quietest(); who != nullptr; who = who->livelier) {
    if (chat_.now.steady - who->last_active < chat_.options.idle_timeout - idle_warning) break;
    if (!who->has_pending && !std::exchange(who->warned, true)) chat_.out.tell(*who, event::idle_warning{idle_warning});
  }
}

std::vector<session_ref> liveness::silent() {
  std::vector<session_ref> out;
  for (const session_ref session : heartbeats_.next_second()) {
    const device* const who = chat_.users.find(session);
    if (who == nullptr || who->extras == nullptr || who->extras->look_at != heartbeats_.now()) continue;
    who->extras->look_at = 0;
    if (who->extras->heartbeat.count() == 0) continue;
    const auto allowed = who->extras->heartbeat * chat_.options.dead_after;
    // While a paged reply is being written to it, nothing is read from it.
    const auto since = who->has_pending ? chat_.now.steady : who->last_active;
    const auto quiet = std::chrono::floor<std::chrono::seconds>(chat_.now.steady - since);
    if (quiet >= allowed) {
      out.push_back(session);
    } else {
      who->extras->look_at = heartbeats_.look(session, allowed - quiet);
    }
  }
  return out;
}

}  // namespace confab::chat

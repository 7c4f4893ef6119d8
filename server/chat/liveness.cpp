#include "server/chat/liveness.hpp"

#include <algorithm>
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
  const bool looked_at = heartbeat.count() != 0;
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
  if (seconds != 0 && (!due || 2 * seconds <= extras.look_at - heartbeats_.now())) {
    extras.look_at = heartbeats_.look(from.on->session, extras.heartbeat);
  }
  chat_.out.reply(from, event::ok{});
}

// Who is due stands in front, then come those who are due for a warning; nobody else is touched.
device* liveness::next_idle() const noexcept {
  for (const auto& [timeout, order] : presence_) {
    device* const who = order.quietest();
    if (timeout.count() != 0 && who != nullptr && chat_.now.steady - who->last_active >= timeout) return who;
  }
  return nullptr;
}

void liveness::warn_idle() {
  presence_.tidy();
  for (const auto& [timeout, order] : presence_) {
    if (timeout <= 2 * idle_warning) continue;
    for (device* who = order.quietest(); who != nullptr; who = who->livelier) {
      if (chat_.now.steady - who->last_active < timeout - idle_warning) break;
      if (who->has_pending || std::exchange(who->warned, true)) continue;
      chat_.out.tell(*who, event::idle_warning{idle_warning});
    }
  }
}

std::vector<session_ref> liveness::silent() {
  std::vector<session_ref> out;
  for (const session_ref session : heartbeats_.next_second()) {
    const device* const who = chat_.users.find(session);
    if (who == nullptr || who->extras == nullptr || who->extras->look_at != heartbeats_.now()) continue;
    who->extras->look_at = 0;
    if (who->extras->heartbeat.count() == 0) continue;
    // Where nobody is given up for it, that may change: it is looked at all the same.
    const bool counts = chat_.options.dead_after > 0;
    const auto allowed = who->extras->heartbeat * std::max(chat_.options.dead_after, 1U);
    // While a paged reply is being written to it, nothing is read from it.
    const auto since = who->has_pending ? chat_.now.steady : who->last_active;
    const auto quiet = std::chrono::floor<std::chrono::seconds>(chat_.now.steady - since);
    if (quiet >= allowed && counts) {
      out.push_back(session);
    } else {
      who->extras->look_at = heartbeats_.look(session, std::max(allowed - quiet, std::chrono::seconds(1)));
    }
  }
  return out;
}

}  // namespace confab::chat

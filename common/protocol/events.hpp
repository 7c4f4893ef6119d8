#pragma once

#include "common/protocol/history.hpp"
#include "common/protocol/presence.hpp"
#include "common/protocol/render_context.hpp"
#include "common/protocol/rooms.hpp"
#include "common/protocol/session.hpp"
#include "common/protocol/talk.hpp"
#include "common/protocol/wire_format.hpp"

/// Everything that the server says, by feature: events, which are plain data whose views live as long as what they were
/// made from, and their two renderings, which append lines, each ending in LF, to `out`. Renderings are pure functions;
/// any thread. An event that a form has no words for (`ok` in untagged text) appends nothing.
namespace confab {

/// `what` in form `as`. `context.stamp` must be there for the forms with times, and is for them only.
template <class Event>
void render(wire_format as, std::string& out, const render_context& context, const Event& what) {
  if (as == wire_format::json) return json::render(out, context, what);
  if (as == wire_format::text && context.stamp.empty()) return text::render(out, context, what);
  render_context adorned = context;
  adorned.ids = has_ids(as);
  if (!has_times(as)) adorned.stamp = {};
  text::render(out, adorned, what);
}

}  // namespace confab

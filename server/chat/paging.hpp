#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "common/commands.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/paged_reply.hpp"
#include "server/chat/turn_budget.hpp"
#include "server/chat/waiting_line.hpp"

namespace confab::chat {

/// The paged replies that are under way, and the line of those whose commands wait until there is time for them. It
/// knows neither what a reply says nor what a command does: what goes on is for the hub to do. With the hub, on its
/// thread.
class paging {
 public:
  using replies = std::unordered_map<std::uint64_t, paged_reply>;  // by device::device_id
  /// A reply that has been taken out.
  using taken = replies::node_type;

  paging(chat_state& chat, const turn_budget& budget) : chat_(chat), budget_(budget) {}

  /// Begins a paged reply to `to`, who has none: nothing more is read from it.
  paged_reply& start(const asker& to, paged_reply reply);
  /// It has had enough for one turn: it goes on when all that was said to it has been written.
  void pause(device& who);
  /// The reply to a device that has one (see device::has_pending).
  paged_reply& of(const device& who) { return replies_.at(who.device_id); }
  /// The reply of `who` (may be null) that waits for that query, or null.
  paged_reply* waiting_for(const device* who, std::uint64_t query);
  /// A command has come while a paged reply is under way, behind which it waits.
  void put_off(device& from, const command& wanted);
  /// Takes out the reply of somebody who has one, whose place in the line is taken already.
  taken take(device& who);
  /// Gives it to `who`, who has none: mostly, but not always, to the one that it was taken from.
  paged_reply& put_back(device& who, taken own);
  /// Gives up the reply of `who` and its place in the line, if it has them.
  void forget(device& who);
  void clear() noexcept;

  /// Whether whoever wants something now has to wait.
  bool must_wait() const noexcept { return budget_.hurried() || !line_.empty() || budget_.full(); }
  bool anybody_waits() const noexcept { return !line_.empty(); }
  /// Whether others may be made to wait: what they have sent takes memory.
  bool has_space() const noexcept;
  /// Whether they have sent so much already that little should be read at a time.
  bool wants_little() const noexcept;
  /// `from`, who has no paged reply, waits with a command that costs so much (see waiting_line): nothing more is read
  /// from it until it is its turn. A command of the kind `nothing` is a newcomer's who says nothing.
  void line_up(device& from, const command& wanted, std::uint64_t cost);
  /// One with a paged reply waits too, for what comes next of that, which costs so much.
  void enter_line(device& who, std::uint64_t cost);
  /// The one who is to be served next, who is taken out of the line; not when nobody waits.
  device& take_next();

 private:
  chat_state& chat_;
  const turn_budget& budget_;
  replies replies_;
  waiting_line line_;
};

}  // namespace confab::chat

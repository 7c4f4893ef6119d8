#pragma once

#include <chrono>
#include <cstdint>

#include "common/commands.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/fair_share.hpp"
#include "server/chat/history_request.hpp"
#include "server/chat/naming.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/room_rules.hpp"
#include "server/chat/turn_budget.hpp"

namespace confab::chat {

/// Questions to the history and what it answers: /history and /search. Answers are paged replies. With the hub, on its
/// thread.
class history {
 public:
  history(chat_state& chat, const turn_budget& budget, paging& pages, backlog& past, room_rules& rooms,
          const naming& names);

  void page(const asker& from, const command& wanted);
  void search(const asker& from, const command& wanted);

  /// The history answers. Returns whose paged reply goes on with that; null when nobody waits for it any more.
  device* answer(const query& asked, const store::page& found);
  /// Fails one query that has waited for those of others since before `before`, and returns whose paged reply goes on
  /// with that; null when there is none (any more).
  device* give_up(std::chrono::steady_clock::time_point before);
  /// While there is no memory nobody asks, for answers take much.
  void short_of_memory(bool is) noexcept { short_ = is; }

  /// Says the next of what the history answered; true when that was the last.
  bool next_page(const asker& to, paged_reply& reply);

 private:
  using inquiry = decltype(query::wanted);

  void whispers(const asker& from, const history_request& request);
  paged_reply* ask(const asker& from, std::uint32_t about, inquiry wanted);
  fair_share& share_of(const query& asked) noexcept;
  void ask_next(fair_share& from);
  void fail(device& from, paged_reply& reply);

  chat_state& chat_;
  const turn_budget& budget_;
  paging& paging_;
  backlog& backlog_;
  room_rules& rooms_;
  const naming& naming_;
  std::uint64_t queries_ = 0;  // asked so far
  bool short_ = false;         // of memory
  fair_share pages_;           // queries, by kind
  fair_share searches_;
};

}  // namespace confab::chat

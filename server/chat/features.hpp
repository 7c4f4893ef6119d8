#pragma once

#include "server/chat/arrivals.hpp"
#include "server/chat/away.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/formats.hpp"
#include "server/chat/history.hpp"
#include "server/chat/keeping.hpp"
#include "server/chat/lifecycle.hpp"
#include "server/chat/lists.hpp"
#include "server/chat/liveness.hpp"
#include "server/chat/naming.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/recalls.hpp"
#include "server/chat/resume.hpp"
#include "server/chat/room_rules.hpp"
#include "server/chat/tags.hpp"
#include "server/chat/talk.hpp"
#include "server/chat/tokens.hpp"
#include "server/chat/turn_budget.hpp"

namespace confab::chat {

/// All features, each by value and made of what it uses, in the order of their dependencies: no feature knows more of
/// the others than its constructor says. Owned by the hub, on its thread; `chat` outlives it.
struct features {
  explicit features(chat_state& chat);
  features(const features&) = delete;
  features& operator=(const features&) = delete;

  turn_budget budget;
  chat::paging paging;
  chat::arrivals arrivals;
  chat::delivery_reports delivery_reports;
  chat::tags tags;
  chat::backlog backlog;
  chat::keeping keeping;
  room_rules rooms;
  chat::away away;
  chat::lists lists;
  chat::naming naming;
  chat::history history;
  chat::talk talk;
  chat::recalls recalls;
  chat::liveness liveness;
  chat::tokens tokens;
  chat::formats formats;
  chat::lifecycle lifecycle;
  chat::resume resume;
};

}  // namespace confab::chat

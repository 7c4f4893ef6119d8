#include "server/chat/features.hpp"

namespace confab::chat {

features::features(chat_state& chat)
    : budget(chat),
      paging(chat, budget),
      arrivals(chat),
      delivery_reports(chat),
      tags(chat),
      backlog(chat),
      keeping(chat),
      rooms(chat, arrivals, backlog),
      away(chat),
      lists(chat, paging, arrivals, rooms, away),
      naming(chat),
      history(chat, budget, paging, backlog, rooms, naming),
      talk(chat, arrivals, delivery_reports, tags, backlog, rooms, naming, away),
      recalls(chat, delivery_reports, backlog),
      liveness(chat),
      tokens(chat),
      formats(chat, arrivals, tokens),
      lifecycle(chat, {budget, paging, arrivals, delivery_reports, tags, backlog, keeping, rooms, away, liveness,
                       tokens, formats}),
      resume(chat, {budget, paging, delivery_reports, backlog, keeping, liveness, tokens, formats, lifecycle}) {}

}  // namespace confab::chat

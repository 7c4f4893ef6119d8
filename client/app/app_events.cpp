// From the server to the screen. The rest of the app is in app.cpp.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "client/app/error_text.hpp"
#include "client/app/wall_clock.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/reply_lines.hpp"
#include "client/ui/short_name.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

void app::on_link(const link_event& what) {
  if (result_) return;
  std::visit([this](const auto& each) { take(each); }, what);
}

/// Only now is it known whether everything is confirmed: what was refused may stand in the last of many answers.
void app::on_settled() {
  if (result_) return;
  consider_held();
  leave_when_flushed();
  pump();
  keep_place();
}

void app::take(const server_event& what) {
  if (what.repeated && what.answers && what.answers->keep) return show_repeated(what);
  switch (history_merge_.judge(what)) {
    case history_merge::verdict::show: return show_event(what);
    case history_merge::verdict::hold:
    case history_merge::verdict::drop: break;
  }
}

/// Nobody hears it twice. It was shown already, unless it was said before a break and nothing has shown it since.
void app::show_repeated(const server_event& what) {
  if (!transcript_.has_shown(what.said.id)) {
    event again = what.said;
    std::visit(
        [&](auto& body) {
          if constexpr (requires { body.own_tag; }) {
            body.past = true;
            body.own_tag = again.tag;
          }
        },
        again.body);
    show(transcript_.show(again, ourselves(), wall_clock()));
  }
  count_delivery(*what.answers, true);
}

void app::show_event(const server_event& what) {
  const event_body& body = what.said.body;
  std::string_view from;
  if (const auto* said_by = std::get_if<message>(&body)) from = said_by->from;
  if (const auto* said_by = std::get_if<whisper>(&body)) from = said_by->from;
  show(transcript_.show(what.said, ourselves(), wall_clock()), from);
  schedule_comings();
  if (rooms_.apply(body, roster_.me())) plan_return();
  roster_.apply(body);
  if (const auto* change = std::get_if<renamed>(&body)) unread_.renamed(change->old_name, change->name);
  if (const auto* gone = std::get_if<left>(&body); gone != nullptr && gone->room.empty()) unread_.left(gone->name);
  if (const auto* last = std::get_if<bye>(&body)) bye_ = last->reason;
  run(menu_.happened(what.said));
  if (what.answers) {
    answer(what);
  } else if (const auto* refusal = std::get_if<error>(&body)) {
    remark(line_kind::error, explain(lang_, *refusal));
  }
}

void app::answer(const server_event& what) {
  const auto why = what.answers->why;
  if (why == purpose::missed_history || why == purpose::rejoin) return answer_first(what);
  if (why == purpose::show_who || why == purpose::other) {
    for (const std::string& line : reply_lines(lang_, what.said, !listing_)) {
      screen_.show(line_kind::answer, line);
    }
    listing_ = !what.last;
  }
  if (!what.last) return;
  const auto* refusal = std::get_if<error>(&what.said.body);
  if (refusal != nullptr && what.answers->keep) {
    if (refusal->code == "no-such-user") run(menu_.lost_partner(number_addressed(*what.answers)));
    const std::string reason = explain(lang_, *refusal);
    remark(line_kind::error, format(lang_, ui_message::not_delivered, said_in(*what.answers), reason));
  } else {
    run(menu_.answered(why, what.said));
  }
  count_delivery(*what.answers, refusal == nullptr);
}

void app::count_delivery(const request& what, bool accepted) {
  if (!what.keep || resent_left_ == 0) return;
  if (accepted) ++resent_;
  if (--resent_left_ == 0 && resent_ > 0) remark(line_kind::notice, format(lang_, ui_message::delivered, resent_));
}

void app::take(const stranded& what) {
  hold({.what = what.what, .text = std::string(said_in(what.what))});
}

void app::take(const dropped& what) {
  listing_ = false;
  if (what.no_room) {
    remark(line_kind::error, format(lang_, ui_message::not_sent_room, what.what.room, said_in(what.what)));
  } else if (what.what.keep) {
    remark(line_kind::error, format(lang_, ui_message::maybe_lost, said_in(what.what)));
  } else if (menu_.busy() || !is_own_question(what.what)) {
    run(menu_.failed(what.what.why));
  }
}

void app::show(const std::vector<shown_line>& lines, std::string_view from) {
  for (const shown_line& each : lines) {
    screen_.show(each.kind, each.text);
    if (unread_.arrived(each.about, from, menu_.partner(), std::chrono::steady_clock::now())) screen_.ring();
  }
}

void app::remark(line_kind kind, std::string_view text) {
  refused_ = refused_ || kind == line_kind::error;
  show(transcript_.remark(kind, text, wall_clock()));
}

/// Whatever changed, the prompt and the status row follow; nothing is written when nothing did. The name that the
/// server gives before ours is taken is not worth a glimpse.
void app::refresh() {
  if (logging_in_) return;
  if (!shown_prompt_.empty() && menu_.prompt() != shown_prompt_) perform(action::ask{});
  const std::size_t most = connection_.state().max_command();
  const std::size_t limit = menu_.talking() && most > menu_.frame() ? most - menu_.frame() : 0;
  if (std::exchange(shown_limit_, limit) != limit) screen_.set_limit(limit);
  const language lang = lang_;
  std::string status = fmt::format(" {}", menu_.title());
  if (!roster_.me().empty()) status += fmt::format(" · {}", short_name(roster_.me()));
  status += connection_.state().online()
                ? fmt::format(" · {}", format(lang, ui_message::status_online, roster_.online()))
                : fmt::format(" · {}", text_of(lang, offline_status()));
  const std::uint64_t unread = unread_.unread_private();
  if (unread > 0) status += fmt::format(" · {}", format(lang, ui_message::status_unread, unread));
  if (menu_.talking() && context_.interactive) {
    status += fmt::format(" · {}", text_of(lang, ui_message::status_way_out));
  }
  const std::uint64_t fresh = unread_.since_typed();
  const std::string title = fresh > 0 ? fmt::format("({}) {}", fresh, menu_.title()) : menu_.title();
  const std::string both = status + '\n' + title;
  if (std::exchange(shown_status_, both) != both) screen_.set_status(status, title);
}

ui_message app::offline_status() const noexcept {
  if (renaming_) return ui_message::status_nameless;
  return first_attempt_ ? ui_message::status_connecting : ui_message::status_offline;
}

void app::schedule_comings() {
  const auto due = transcript_.due();
  if (!due) return;
  digest_timer_.expires_after(
      std::clamp<std::chrono::milliseconds>(*due - wall_clock(), std::chrono::milliseconds(0), presence_digest::gap));
  digest_timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled) return;
    show(transcript_.overdue(wall_clock()));
    schedule_comings();
  });
}

}  // namespace confab::client

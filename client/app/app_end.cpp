// How a session ends: what waits is flushed, we leave, and what was not sent is listed.

#include <utility>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "client/app/error_text.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {

void app::finish(std::chrono::seconds linger) {
  if (ending_ != ending::none) return;
  ending_ = ending::flushing;
  linger_ = linger;
  if (!connection_.state().online()) return leave();  // what waits would wait for ever
  leave_after(flush_time);
  leave_when_flushed();
}

/// Everything is confirmed: listens on for a while, if that was asked for, and leaves.
void app::leave_when_flushed() {
  if (ending_ != ending::flushing || connection_.state().unanswered() > 0) return;
  if (linger_.count() == 0) return leave();
  ending_ = ending::listening;
  leave_after(linger_);
}

void app::leave_after(std::chrono::seconds delay) {
  end_timer_.expires_after(delay);
  end_timer_.async_wait([this](std::error_code cancelled) {
    if (!cancelled) leave();
  });
}

void app::leave() {
  if (std::exchange(ending_, ending::leaving) == ending::leaving) return;
  end_timer_.cancel();
  const std::size_t unanswered = connection_.state().unanswered();
  if (unanswered > 0) {
    remark(line_kind::error, format(lang_, ui_message::not_confirmed, unanswered));
    end_code_ = exit_code::unavailable;
  } else if (refused_ && !context_.interactive) {
    end_code_ = exit_code::failed;  // a person has seen it
  }
  connection_.finish(quit_reason_);
}

void app::on_ended(const outage& why) {
  if (result_) return;
  opening_timer_.cancel();
  if (ending_ == ending::leaving) return end(end_code_);
  const last_words words = describe_end(lang_, why, bye_, connection_.where());
  if (connection_.state().ever_online()) {
    remark(line_kind::error, words.text);
  } else {
    screen_.show(line_kind::error, fmt::format("confab: {}", words.text));
  }
  end(words.code);
}

void app::end(exit_code code) {
  connection_.send_quit();
  place_.forget();
  if (!result_) {
    list_unsent();
    result_ = code;
  }
  io_.stop();
}

/// Nothing that was typed is lost without a word.
void app::list_unsent() {
  for (const request& each : connection_.state().unconfirmed()) {
    if (!each.keep) continue;
    remark(line_kind::error,
           format(lang_, each.attempts == 0 ? ui_message::not_sent : ui_message::maybe_lost, said_in(each)));
  }
  give_up(held_.overdue(held_whispers::time_point::max()), true);
  for (const typed_line& each : typed_) {
    if (!utf8::trim(each.text).empty())
      remark(line_kind::error, format(lang_, ui_message::not_sent, make_safe(each.text)));
  }
}

}  // namespace confab::client

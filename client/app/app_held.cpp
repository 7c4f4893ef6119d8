// Private lines that wait for somebody after a break, and where we are, written down. The rest of the app is in
// app.cpp.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "client/app/wall_clock.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/ui_messages.hpp"

namespace confab::client {

/// After a restart nobody can know who has a name: a person is asked when somebody has it again, a script cannot be.
void app::hold(held_whisper line) {
  const std::string name = line.what.partner;
  const std::string text = line.text;
  if (!context_.interactive) {
    const bool written = line.what.attempts > 0;
    return remark(line_kind::error, written ? format(lang_, ui_message::maybe_lost, text)
                                            : format(lang_, ui_message::held_refused, text, name));
  }
  const bool first = held_.count(name) == 0;
  const bool fresh = line.what.ticket == 0;
  line.until = std::chrono::steady_clock::now() + context_.hold_time;
  if (!held_.add(std::move(line))) {
    return remark(line_kind::error, format(lang_, ui_message::queue_full, held_whispers::most));
  }
  if (fresh) show(transcript_.waiting(text, name, {}, wall_clock()));
  if (first) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(context_.hold_time).count();
    remark(line_kind::notice, format(lang_, ui_message::held_waits, name, seconds));
  }
  watch_held();
}

/// Asks about those whose name somebody has; one question at a time.
void app::consider_held() {
  if (held_.empty() || !connection_.state().online() || opening_ || menu_.busy() || menu_.asking()) return;
  for (const std::string& name : held_.names()) {
    const somebody* const now = roster_.who(name);
    if (now == nullptr || now->name == roster_.me()) continue;
    return run(menu_.ask_held(name, *now, held_.count(name)));
  }
}

void app::perform(const action::decide& what) {
  std::vector<held_whisper> lines = held_.take(what.name);
  if (!what.send) return give_up(lines, true);
  for (held_whisper& each : lines) release(std::move(each), what.to);
}

void app::release(held_whisper line, const somebody& to) {
  const std::string address = to.user != 0 ? fmt::format("@{}", to.user) : to.name;
  std::string command = fmt::format("/to {} {}", address, line.text);
  const bool queued = line.what.ticket != 0;
  line.what.partner = to.name;
  if (resent_left_ == 0) resent_ = 0;
  ++resent_left_;
  if (queued) return connection_.restore(std::move(line.what), std::move(command));
  if (connection_.send(std::move(command), line.what.why, true, {}, to.name)) return;
  --resent_left_;
  remark(line_kind::error, format(lang_, ui_message::not_sent, line.text));
}

/// `answered`: the person, or the end, has decided so; else nobody came back.
void app::give_up(const std::vector<held_whisper>& lines, bool answered) {
  for (const held_whisper& each : lines) {
    if (each.what.attempts > 0) {
      remark(line_kind::error, format(lang_, ui_message::maybe_lost, each.text));
    } else if (answered) {
      remark(line_kind::error, format(lang_, ui_message::not_sent, each.text));
    } else {
      remark(line_kind::error, format(lang_, ui_message::held_given_up, each.text, each.what.partner));
    }
  }
}

void app::watch_held() {
  const auto due = held_.deadline();
  if (!due) return;
  held_timer_.expires_at(*due);
  held_timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled || result_) return;
    const std::vector<held_whisper> over = held_.overdue(std::chrono::steady_clock::now());
    give_up(over, false);
    for (const held_whisper& each : over) {
      if (held_.count(each.what.partner) == 0) run(menu_.forget_held(each.what.partner));
    }
    consider_held();
    refresh();
    watch_held();
  });
}

/// Written down soon after a change, and once for many: it costs a write.
void app::keep_place() {
  if (!connection_.state().online() || ending_ == ending::leaving || std::exchange(place_timed_, true)) return;
  place_.note(connection_.state().where(), roster_.me());
  place_timer_.expires_after(std::chrono::seconds(1));
  place_timer_.async_wait([this](std::error_code cancelled) {
    place_timed_ = false;
    if (cancelled || result_ || ending_ == ending::leaving || !connection_.state().online()) return;
    place_.note(connection_.state().where(), roster_.me());
  });
}

}  // namespace confab::client

#include "client/app/once.hpp"

#include <utility>

#include <fmt/format.h>

#include "client/app/error_text.hpp"
#include "client/app/wall_clock.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/reply_lines.hpp"
#include "client/ui/ui_messages.hpp"
#include "common/commands.hpp"
#include "common/opening.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {
once::once(asio::io_context& io, options wanted, run_context context, screen& shown)
    : io_(io),
      options_(std::move(wanted)),
      screen_(shown),
      transcript_(options_.lang, paint(context.sgr)),
      connection_(
          io,
          [&] {
            connection_settings settings = settings_for(options_, context);
            settings.attempts = options_.reconnect.value_or(0);
            return settings;
          }(),
          *this),
      timer_(io) {}

void once::start() {
  screen_.start(*this);
  if (!utf8::valid(*options_.once)) return decline(text_of(options_.lang, ui_message::not_utf8));
  if (const opening start = read_opening(*options_.once); start.is == opening::kind::slash) {
    const std::string_view word = start.word.text();
    if (is_for_programs(word))
      return decline(format(options_.lang, ui_message::not_from_here, fmt::format("/{}", word)));
  }
  connection_.start();
}

/// The command is not sent.
void once::decline(std::string_view why) {
  screen_.show(line_kind::error, why);
  end(exit_code::failed);
}

void once::end(exit_code code) {
  connection_.send_quit();
  if (!result_) result_ = code;
  io_.stop();
}

void once::ask() {
  const std::string& command = *options_.once;  // as it is: the server sees what it was meant for, and makes it safe
  const std::size_t limit = connection_.state().max_command();
  if (command.size() > limit) return decline(format(options_.lang, ui_message::too_long, command.size(), limit));
  asked_ = true;
  connection_.send(command, purpose::other, false);
  connection_.send("/ping", purpose::mark, false);  // whatever answers the command, the answer to this comes after it
  timer_.expires_after(answer_time);
  timer_.async_wait([this](std::error_code cancelled) {
    if (cancelled) return;
    screen_.show(line_kind::error, format(options_.lang, ui_message::not_confirmed, 1));
    end(exit_code::unavailable);
  });
}

void once::on_link(const link_event& what) {
  if (const auto* hello = std::get_if<greeted>(&what)) {
    roster_.greet(hello->hello);
  } else if (const auto* refusal = std::get_if<name_refused>(&what)) {
    const std::string why = explain(options_.lang, refusal->why);
    screen_.show(line_kind::error, format(options_.lang, ui_message::refused_login, refusal->wanted, why));
    end(exit_code::failed);
  } else if (const auto* online = std::get_if<logged_in>(&what); online && !result_) {
    if (online->name != roster_.me()) roster_.apply(renamed{roster_.me(), online->name});
    ask();
  } else if (const auto* said = std::get_if<server_event>(&what)) {
    if (said->answers && said->answers->why == purpose::mark) {
      leaving_ = true;
      timer_.cancel();
      connection_.finish();
    } else if (!said->said.tag.empty()) {
      show_answer(*said);
    }
    roster_.apply(said->said.body);
  }
}

void once::show_answer(const server_event& what) {
  if (const auto* refusal = std::get_if<error>(&what.said.body)) return refused(*refusal);
  if (std::holds_alternative<bye>(what.said.body)) leaving_ = true;
  // The last is the line itself; a line for the day would be before it.
  if (const auto lines = transcript_.show(what.said, roster_.me(), wall_clock()); !lines.empty()) {
    screen_.show(line_kind::message, lines.back().text);
  }
  for (const std::string& line : reply_lines(options_.lang, what.said, !listing_)) {
    screen_.show(line_kind::message, line);
  }
  listing_ = !what.last;
}

void once::refused(const error& why) {
  screen_.show(line_kind::error, explain(options_.lang, why));
  code_ = exit_code::failed;
}

void once::on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) {
  // The command is not repeated: nobody knows whether it was done.
  if (asked_) return connection_.finish();
  screen_.show(line_kind::notice, format(options_.lang, ui_message::unconnected_trying,
                                         reason_of(options_.lang, why, {}), (delay.count() + 500) / 1000, attempt));
}

void once::on_ended(const outage& why) {
  if (leaving_) return end(code_);
  const last_words words = describe_end(options_.lang, why, {}, connection_.where());
  screen_.show(line_kind::error, "confab: " + words.text);
  end(words.code);
}

}  // namespace confab::client

#include "client/protocol/link.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/protocol/event_reader.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::client {
namespace {

constexpr std::string_view beat_token = "beat";
constexpr std::string_view beat_tag = "beat";

/// The start of a line for people to look at; cut between characters.
std::string excerpt(std::string_view line) {
  constexpr std::size_t most = 60;
  std::string result;
  while (!line.empty()) {
    const auto next = utf8::decode(line);
    if (result.size() + next.size > most) return result + "...";
    result += make_safe(line.substr(0, next.size));
    line.remove_prefix(next.size);
  }
  return result;
}

std::string first_line(std::string_view text) {
  return excerpt(text.substr(0, text.find('\n')));
}

/// Whether more of the answer to `asked` follows `said`: a list in pages, messages out of the history, or the room
/// that we have entered. What was said by us is confirmed also by being shown as missed.
bool more_follows(const event& said, const request& asked) {
  if (const auto* list = std::get_if<users>(&said.body)) return !list->end;
  if (const auto* list = std::get_if<room_list>(&said.body)) return !list->end;
  if (const auto* talk = std::get_if<message>(&said.body)) return talk->past && !asked.keep;
  if (const auto* direct = std::get_if<whisper>(&said.body)) return direct->past && !asked.keep;
  if (const auto* entered = std::get_if<joined>(&said.body)) return !entered->room.empty();
  return false;
}

}  // namespace

void link::connected(time_point now) {
  phase_ = phase::greeting;
  partial_.clear();
  before_welcome_ = 0;
  said_before_.clear();
  failure_.reset();
  name_retry_at_.reset();
  name_tries_ = 0;
  greeting_deadline_ = now + greeting_time;
  // A connection that the server still holds open for us is taken up again; if it can't be, we come as somebody new.
  output_ = token_.empty() ? std::string() : fmt::format("/resume {} {}\n", token_, last_id_);
  output_ += "/json on\n";
}

void link::received(std::string_view bytes, time_point now) {
  beat_.received();
  while (!bytes.empty() && !failure_) {
    const std::size_t end = bytes.find('\n');
    if (partial_.size() + std::min(end, bytes.size()) > max_line) return fail(fault::line_too_long);
    if (end == std::string_view::npos) {
      partial_ += bytes;
      if (phase_ == phase::greeting && before_welcome_ + partial_.size() > max_before_welcome) {
        fail(fault::unreadable, first_line(said_before_.empty() ? partial_ : said_before_));
      }
      return;
    }
    if (partial_.empty()) {
      take_line(bytes.substr(0, end), now);
    } else {
      partial_ += bytes.substr(0, end);
      take_line(std::exchange(partial_, {}), now);
    }
    bytes.remove_prefix(end + 1);
  }
}

void link::take_line(std::string_view line, time_point now) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (phase_ == phase::greeting) return before_welcome(line, now);
  if (line.empty()) return;
  std::variant<event, std::string> read = read_event(line);
  event* said = std::get_if<event>(&read);
  if (said == nullptr) return fail(fault::unreadable, excerpt(line));
  last_time_ = std::max(last_time_, said->time);
  if (phase_ == phase::naming && said->tag == name_tag) return answer_to_name(*said, now);
  after_welcome(std::move(*said));
}

/// Until the server has obeyed `/json on` it may greet people in text.
void link::before_welcome(std::string_view line, time_point now) {
  before_welcome_ += line.size() + 1;
  std::variant<event, std::string> read = read_event(line);
  if (event* said = std::get_if<event>(&read)) {
    if (auto* hello = std::get_if<welcome>(&said->body)) return welcomed(std::move(*hello), now);
    const auto* why = std::get_if<error>(&said->body);
    if (why != nullptr && why->code != "cannot-resume") return fail({.what = fault::refused, .why = *why});
    if (const auto* end = std::get_if<bye>(&said->body)) return fail({.what = fault::refused, .bye = end->reason});
    if (std::holds_alternative<notice>(said->body))
      events_.push_back(server_event{std::move(*said), std::nullopt, true});
  } else {
    said_before_.append(line).append("\n");
  }
  if (before_welcome_ > max_before_welcome) {
    fail(fault::unreadable, first_line(said_before_.empty() ? line : said_before_));
  }
}

void link::welcomed(welcome hello, time_point now) {
  greeting_deadline_.reset();
  server_line_ = hello.max_line;
  name_ = hello.name;
  token_ = good_token(hello.token) ? hello.token : std::string();
  beat_.start(now, hello.idle);
  phase_ = phase::naming;
  if (!hello.resumed) {
    settled_ = false;
    last_id_ = 0;  // a server without history starts to count anew
  }
  // The place that we came back to is worth nothing before it has our name and our rooms.
  hello.resumed = hello.resumed && settled_;
  resumed_ = hello.resumed;
  numbers_ = hello.user != 0;
  forgotten_ = ever_online_ && !settled_;
  if (promises_) output_ += fmt::format("/tag {} /heartbeat {}\n", beat_tag, promised.count());
  if (hello.resumed) wanted_name_ = hello.name == hello.addr ? std::string() : hello.name;
  const bool complete = hello.complete;
  const bool ask = !wanted_name_.empty() && wanted_name_ != hello.name;
  std::vector<std::string> motd = std::move(hello.motd);
  events_.push_back(greeted{std::move(hello)});
  for (std::string& line : motd) events_.push_back(server_event{{.body = notice{std::move(line)}}, std::nullopt, true});
  said_before_.clear();
  if (ask) {
    ask_for_name();
  } else {
    finish_login(complete);
  }
}

bool link::good_token(std::string_view token) noexcept {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !token.empty() && token.size() <= 64 && token.find_first_not_of(allowed) == std::string_view::npos;
}

void link::take_up(place where) {
  token_ = good_token(where.token) ? std::move(where.token) : std::string();
  last_id_ = where.last_id;
  settled_ = true;
}

void link::after_welcome(event said) {
  if (const auto* answer = std::get_if<pong>(&said.body); answer && said.tag.empty() && answer->token == beat_token)
    return;
  if (const auto* change = std::get_if<renamed>(&said.body); change && change->old_name == name_) {
    name_ = wanted_name_ = change->name;
  }
  if (said.tag == beat_tag) return;
  if (const auto* hello = std::get_if<welcome>(&said.body)) {  // to the /json on after a /resume
    if (good_token(hello->token)) token_ = hello->token;
    return;
  }
  note_own(said);
  const bool repeated = is_repeated(said);
  const bool first = first_.find(said.tag) != nullptr;
  if (first) note_age(said);
  auto [answers, last] = answered_by(said);
  if (first && last && ask_for_older(said, *answers)) last = false;
  if (repeated && !answers) return;
  const std::string room = first ? answers->room : std::string();
  const bool refused = std::holds_alternative<error>(said.body);
  events_.push_back(server_event{std::move(said), std::move(answers), last, repeated});
  if (first && last) answered_first(room, refused);
}

/// What we sent and had no answer to is in the history: so it was said.
void link::note_own(const event& said) {
  std::string_view tag;
  if (const auto* talk = std::get_if<message>(&said.body)) tag = talk->own_tag;
  if (const auto* direct = std::get_if<whisper>(&said.body)) tag = direct->own_tag;
  if (tag.empty()) return;
  const request* const known = queue_.find(tag);
  if (known != nullptr && known->keep) events_.push_back(confirmed{*queue_.take(tag)});
}

/// The request that `said` answers, if any, and whether nothing more of the answer follows.
std::pair<std::optional<request>, bool> link::answered_by(const event& said) {
  for (send_queue* asked : {&first_, &queue_}) {
    const request* found = asked->find(said.tag);
    if (found == nullptr) continue;
    if (more_follows(said, *found)) return {*found, false};
    return {asked->take(said.tag), true};
  }
  return {std::nullopt, true};
}

/// What we said may be told again: first when it is shown as missed, then as the answer to our sending it again.
bool link::is_repeated(const event& said) {
  const auto* talk = std::get_if<message>(&said.body);
  const auto* direct = std::get_if<whisper>(&said.body);
  if ((talk == nullptr && direct == nullptr) || said.id == 0) return false;
  const bool past = talk != nullptr ? talk->past : direct->past;
  const std::string& from = talk != nullptr ? talk->from : direct->from;
  const bool marked = talk != nullptr ? talk->repeated : direct->repeated;
  const bool repeated = marked || (!past && from == name_ && said.id <= last_id_);
  last_id_ = std::max(last_id_, said.id);
  return repeated;
}

void link::lost() {
  if (phase_ == phase::online) {  // else something of before that may still be missed
    seen_id_ = last_id_;
    seen_time_ = last_time_;
  }
  if (phase_ == phase::greeting && !failure_) {
    const std::string& said = said_before_.empty() ? partial_ : said_before_;
    fail(fault::closed_early, ever_online_ ? std::string() : first_line(said));  // it is known what a known server says
  }
  phase_ = phase::offline;
  beat_.stop();
  greeting_deadline_.reset();
  name_retry_at_.reset();
  output_.clear();
  first_.lost();  // asked again the next time
  for (request& each : queue_.lost()) events_.push_back(dropped{std::move(each)});
}

void link::tick(time_point now) {
  if (greeting_deadline_ && now >= *greeting_deadline_) {
    return fail(fault::no_answer, first_line(said_before_.empty() ? partial_ : said_before_));
  }
  if (name_retry_at_ && now >= *name_retry_at_) {
    name_retry_at_.reset();
    ask_for_name();
  }
  switch (beat_.tick(now)) {
    case heartbeat::verdict::nothing: break;
    case heartbeat::verdict::ping: output_ += fmt::format("/ping {}\n", beat_token); break;
    case heartbeat::verdict::dead: fail(fault::silent); break;
  }
}

std::optional<link::time_point> link::deadline() const noexcept {
  std::optional<time_point> first = beat_.deadline();
  for (const auto& other : {greeting_deadline_, name_retry_at_}) {
    if (other && (!first || *other < *first)) first = other;
  }
  return failure_ ? std::nullopt : first;
}

bool link::send(std::string command, purpose why, bool keep, std::string room, std::string partner) {
  if (phase_ == phase::leaving) return false;
  if (!online() && (!keep || queue_.unwritten() >= max_waiting)) return false;
  queue_.push({.why = why,
               .keep = keep,
               .command = std::move(command),
               .room = std::move(room),
               .partner = std::move(partner)});
  if (online()) flush();
  return true;
}

void link::flush() {
  send_queue& due = phase_ == phase::returning ? first_ : queue_;
  while (auto line = due.next_line()) output_ += *line;
}

void link::quit(std::string_view reason) {
  const std::string_view blank = reason.empty() ? "" : " ";
  const bool known = phase_ != phase::offline && phase_ != phase::greeting;
  if (known) output_ += fmt::format("/quit{}{}\n", blank, reason);
  phase_ = phase::leaving;
  token_.clear();
  name_retry_at_.reset();
  beat_.stop();
}

void link::fail(fault what, std::string detail) {
  fail({.what = what, .detail = std::move(detail)});
}

void link::fail(link_fault why) {
  failure_ = std::move(why);
}

std::size_t link::max_command() const noexcept {
  return server_line_ > queue_.overhead() ? server_line_ - queue_.overhead() : 0;
}

}  // namespace confab::client

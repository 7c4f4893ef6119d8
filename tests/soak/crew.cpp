#include "tests/soak/crew.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::test {
namespace {

constexpr std::string_view mark = "soak line ";
constexpr std::size_t most_actions = 24;  // a round

void must(bool holds, std::string_view what, std::string_view line) {
  if (!holds) throw std::runtime_error(fmt::format("{}: {}", what, line));
}

/// The number after `before` in `line`; SIZE_MAX when it does not occur.
std::size_t number_after(std::string_view line, std::string_view before) {
  const auto at = line.find(before);
  if (at == std::string_view::npos) return SIZE_MAX;
  std::size_t number = SIZE_MAX;
  std::from_chars(line.data() + at + before.size(), line.data() + line.size(), number);
  return number;
}

}  // namespace

crew::crew(const endpoint& server, std::uint32_t seed, std::size_t connections)
    : random_(seed),
      people_(server, [this](std::size_t member, std::string_view line) { heard(member, line); }),
      actors_(connections),
      counted_(innocents * innocents),
      said_(innocents),
      ponged_(innocents) {
  for (std::size_t i = 0; i < innocents; ++i) {
    people_.add();
    people_.send(i, i % 2 == 1 ? "/json on\n" : "/count\n");
  }
  // Whoever speaks next is heard by all of them: their first pings are answered.
  for (std::size_t i = 0; i < innocents; ++i) people_.send(i, "/ping 1\n");
  people_.pump_until([this] { return std::all_of(ponged_.begin(), ponged_.end(), [](auto n) { return n == 1; }); },
                     "the innocents to arrive");
  for (actor& each : actors_) connect(each);
}

void crew::connect(actor& who) {
  who.member = people_.add();
  who.deaf = false;
  ++figures_.connections;
  people_.send(who.member, random_.first());
}

void crew::act(actor& who) {
  if (people_.ended(who.member)) return connect(who);
  switch (random_.below(60)) {
    case 0: people_.reset(who.member); return connect(who);
    case 1: people_.close(who.member); return connect(who);
    case 2: return people_.half_close(who.member);
    case 3: who.deaf = !who.deaf; return people_.listen(who.member, !who.deaf);
    default: break;
  }
  ++figures_.sent_pieces;
  people_.send(who.member, random_.next());
}

void crew::round() {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t more = 1 + random_.below(most_actions); more > 0; --more)
    act(actors_[random_.below(actors_.size())]);
  const std::size_t speaker = figures_.rounds % innocents;
  people_.send(speaker, fmt::format("{}{}\n", mark, speaker + innocents * ++said_[speaker]));
  ++figures_.kept_lines;
  for (std::size_t i = 0; i < innocents; ++i) people_.send(i, fmt::format("/ping {}\n", figures_.rounds + 2));
  people_.pump_until([this] { return all_is_told(); }, fmt::format("round {} to be told", figures_.rounds));
  const auto took = std::chrono::steady_clock::now() - begin;
  figures_.slowest_round =
      std::max(figures_.slowest_round, std::chrono::duration_cast<std::chrono::milliseconds>(took));
  ++figures_.rounds;
}

bool crew::all_is_told() const {
  for (std::size_t i = 0; i < innocents; ++i) {
    must(!people_.ended(i), "an innocent was disconnected", std::to_string(i));
    if (ponged_[i] != figures_.rounds + 2) return false;
    for (std::size_t from = 0; from < innocents; ++from) {
      if (counted_[i * innocents + from] != said_[from]) return false;
    }
  }
  return true;
}

void crew::heard(std::size_t member, std::string_view line) {
  ++figures_.lines_heard;
  if (member < innocents) return heard_by_innocent(member, line);
  // What begins with a telnet command or an HTTP status is no line of the chat.
  if (line.starts_with('\xff') || line.starts_with("HTTP/") || line.ends_with('\r')) return;
  if (line.starts_with('{')) learn(line);
}

void crew::heard_by_innocent(std::size_t number, std::string_view line) {
  must(utf8::valid(line) && is_safe(line), "not safe to print", line);
  const bool speaks_json = number % 2 == 1;
  if (speaks_json && line.starts_with('{')) {
    must(nlohmann::json::accept(line), "not JSON", line);
    learn_id(line);  // not the token: whoever has that is this user
  }
  const bool pong = speaks_json ? line.find(R"("type":"pong")") != std::string_view::npos : line.starts_with("pong ");
  if (pong) {
    const std::size_t ping = number_after(line, speaks_json ? R"("token":")" : "pong ");
    must(ping == ponged_[number] + 1, "a pong out of order", line);
    ponged_[number] = ping;
  }
  const std::size_t said = number_after(line, mark);
  if (said == SIZE_MAX) return;
  const std::size_t from = said % innocents;
  std::size_t& counted = counted_[number * innocents + from];
  must(said / innocents == counted + 1, "a line lost, double or out of order", line);
  ++counted;
}

// Ids and tokens make later commands more than guesses.
void crew::learn_id(std::string_view line) {
  if (const std::size_t id = number_after(line, R"("id":)"); id != SIZE_MAX) random_.note_id(id);
}

void crew::learn(std::string_view line) {
  learn_id(line);
  constexpr std::string_view before = R"("token":")";
  const auto at = line.find(before);
  if (at == std::string_view::npos || line.find(R"("type":"welcome")") == std::string_view::npos) return;
  const auto rest = line.substr(at + before.size());
  random_.note_token(std::string(rest.substr(0, rest.find('"'))));
}

}  // namespace confab::test

#include "tests/bench/attack.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace confab::bench {
namespace {

constexpr int turn_ms = 10;

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

/// Sends `line` from each connection; those that have ended are replaced.
void all_say(attackers& all, std::size_t count, const std::string& line) {
  all.keep(count);
  for (const std::size_t each : all.connections) all.people.send(each, line);
  all.pump(turn_ms);
}

// A thousand marks below and a thousand above are put into order by comparing each with each.
std::string marks() {
  std::string text("a");
  return text.append(repeated("\u0301", 1000)).append(repeated("\u0316", 1000));
}

void normalise(attackers& all) {
  static const std::string lines = fmt::format("to {0} x\n/join {0}\nrename {0}\n", marks());
  all_say(all, 30, lines);
}

void fill_history(attackers& all) {
  all.add(1);
  for (int i = 0; i < 205; ++i) all.people.send(0, std::string(4094, '\x01') + "\n");
  all.wait_for_pongs();
}

void ask_for_pages(attackers& all) {
  const std::size_t before = all.people.size();
  all.keep(400);
  for (std::size_t each = before; each < all.people.size(); ++each) {
    all.people.listen(each, false);
    all.people.send(each, "/history 200\n");
  }
  all.pump(turn_ms);
}

void fill_with_two_words(attackers& all) {
  all.add(1);
  std::string lines;
  for (int i = 0; i < 50'000; ++i) lines += i % 2 == 0 ? "walnut and more\n" : "hazel and more\n";
  all.people.send(0, lines);
  all.wait_for_pongs();
}

void search(attackers& all) {
  all_say(all, 30, "/search walnut hazel\n");
}

void speak_at_once(attackers& all) {
  all_say(all, 1000, all.step % 2 == 0 ? std::string(1020, '\x01') + "\n" : "who\n");
}

void leave_ghosts(attackers& all) {
  const std::size_t first = all.people.size();
  all.add(200, "/json on\n");
  all.pump(turn_ms);
  for (std::size_t each = first; each < all.people.size(); ++each) all.people.close(each);
}

void remember_tags(attackers& all) {
  all.keep(100, "/json on\n");
  for (const std::size_t each : all.connections) {
    std::string lines;  // whispers to itself: nobody else hears them
    for (std::size_t i = 0; i < 64; ++i) {
      lines += fmt::format("/tag {:064} to {} x\n", all.step * 64 + i, all.people.address(each));
    }
    all.people.send(each, lines);
  }
  all.pump(turn_ms);
}

void take_rooms(attackers& all) {
  all.keep(32);
  for (const std::size_t each : all.connections) {
    std::string lines;
    for (int i = 0; i < 32; ++i)
      lines += fmt::format("/join r{}-{}-{}\n/leave r{}-{}-{}\n", each, i, all.step, each, i, all.step - 1);
    all.people.send(each, lines);
  }
  all.pump(turn_ms);
}

constexpr std::size_t switch_users = 4000;

// What a switch that restarts leaves behind: many who were cut off, and much that was said before.
void fill_for_resuming(attackers& all) {
  all.add(1);
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "said before\n";
  all.people.send(0, lines);
  all.wait_for_pongs();
  for (std::size_t more = 0; more < switch_users; more += 250) {
    all.add(250, "/json on\n");
    all.wait_for_pongs(1 + more);
  }
}

void resume_all(attackers& all) {
  if (all.step != 0) return all.pump(turn_ms);
  const std::size_t count = all.people.size();
  for (std::size_t each = 1; each < count; ++each) all.people.close(each);
  for (std::size_t each = 1; each < count; ++each) {
    all.add(1, fmt::format("/resume {} 1\n", all.tokens[each]));
  }
  all.wait_for_pongs(count);
}

void gather_in_a_room(attackers& all) {
  for (std::size_t more = 0; more < switch_users; more += 250) {
    all.add(250, "/join tea\n");
    all.wait_for_pongs(more);
  }
}

void leave_the_room(attackers& all) {
  if (all.step == 0) {
    for (std::size_t each = 0; each < all.people.size(); ++each) all.people.send(each, "/leave tea\n");
  }
  all.pump(turn_ms);
}

void flood(attackers& all) {
  static const std::string lines = repeated(std::string(100, 'x') + "\n", 1000);
  all_say(all, 1, lines);
}

constexpr double outboxes = 1024 * 0.25;  // of 1,024 connections that do not read, MiB

constexpr attack list[] = {
    {"names to normalise", nullptr, normalise, 32},
    {"pages nobody reads", fill_history, ask_for_pages, outboxes},
    {"slow searches", fill_with_two_words, search, 64},
    {"a thousand at once", nullptr, speak_at_once, outboxes},
    {"ghosts", nullptr, leave_ghosts, 64},
    {"tags", nullptr, remember_tags, 128},
    {"rooms", nullptr, take_rooms, 64},
    {"a switch restarts", fill_for_resuming, resume_all, outboxes},
    {"all leave a room", gather_in_a_room, leave_the_room, outboxes},
    {"a flood of lines", nullptr, flood, 0, false},
};

}  // namespace

attackers::attackers(const test::endpoint& server)
    : people(server, [this](std::size_t number, std::string_view line) { heard(number, line); }) {}

void attackers::heard(std::size_t number, std::string_view line) {
  if (line.starts_with("pong") || line.starts_with(R"({"type":"pong")")) {
    ++pongs[number];
  } else if (line.starts_with(R"({"type":"welcome")")) {
    constexpr std::string_view before = R"("token":")";
    if (const auto at = line.find(before); at != std::string_view::npos) {
      const std::string_view rest = line.substr(at + before.size());
      tokens[number] = rest.substr(0, rest.find('"'));
    }
  }
}

void attackers::add(std::size_t count, const std::string& first) {
  people.add(count);
  tokens.resize(people.size());
  pongs.resize(people.size());
  if (first.empty()) return;
  for (std::size_t each = people.size() - count; each < people.size(); ++each) people.send(each, first);
}

void attackers::pump(int milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  people.pump_until([end] { return std::chrono::steady_clock::now() >= end; }, "a turn of the attack");
}

void attackers::wait_for_pongs(std::size_t first) {
  std::vector<std::uint32_t> wanted = pongs;
  for (std::size_t each = first; each < people.size(); ++each) {
    if (people.ended(each)) continue;
    people.send(each, "/ping\n");
    ++wanted[each];
  }
  std::size_t at = first;
  const auto answered = [&] {
    while (at < wanted.size() && (people.ended(at) || pongs[at] >= wanted[at])) ++at;
    return at == wanted.size();
  };
  people.pump_until(answered, "all pings to be answered", test::deadline(std::chrono::minutes(2)));
}

void attackers::keep(std::size_t wanted, const std::string& first) {
  std::erase_if(connections, [this](std::size_t each) { return people.ended(each); });
  while (connections.size() < wanted) {
    connections.push_back(people.size());
    add(1, first);
  }
}

std::span<const attack> attacks() {
  return list;
}

}  // namespace confab::bench

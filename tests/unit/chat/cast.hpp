#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tests/unit/chat/simulation.hpp"

/// Those who appear in the tests of rooms, history and resuming, and what is asked of them.
namespace confab::test {

/// Options with tokens: `token1`, `token2`, ... in the order of asking.
inline chat::hub_options with_tokens(std::chrono::seconds resume_window = std::chrono::seconds(120)) {
  auto options = simulation::quiet();
  options.resume_window = resume_window;
  options.recall_window = std::chrono::seconds(120);
  auto made = std::make_shared<int>(0);
  options.make_token = [made] { return "token" + std::to_string(++*made); };
  return options;
}

/// Somebody with a name, who is spoken to in text. Nobody has heard anything after it.
inline simulation::ref named(simulation& chat, std::string_view name) {
  const auto fresh = chat.come();
  chat.line(fresh, "rename " + std::string(name));
  chat.forget();
  return fresh;
}

/// The same for JSON.
inline simulation::ref program(simulation& chat, std::string_view name) {
  const auto fresh = named(chat, name);
  chat.line(fresh, "/json on");
  chat.forget();
  return fresh;
}

/// What `who` reads right after `line`, and nothing from before it.
inline std::string answer(simulation& chat, simulation::ref who, std::string_view line) {
  chat.heard(who);
  chat.line(who, line);
  return chat.heard(who);
}

/// What the history is asked for when `who` says `line`.
inline chat::store_requests wanted(simulation& chat, simulation::ref who, std::string_view line) {
  chat::store_requests out;
  chat.turn([&] {
    chat.line(who, line);
    out = std::exchange(chat.hub().requests(), {});
  });
  return out;
}

/// Options with a history.
inline chat::hub_options with_history() {
  auto options = simulation::quiet();
  options.history = true;
  options.instance_id = "r7";
  return options;
}

/// What the hub wants kept.
inline store::message kept(chat::store_requests& from, std::size_t index = 0) {
  return std::get<store::message>(from.writes.at(index));
}

/// Something said in `room` long ago.
inline store::message past_message(std::uint64_t id, std::string room, std::string text) {
  store::message out;
  out.id = id;
  out.time = store::moment(std::chrono::seconds(1'700'000'000));
  out.room = std::move(room);
  out.from = "eve";
  out.addr = "9.9.9.9:9";
  out.from_key = "r1.1";
  out.text = std::move(text);
  return out;
}

/// How a line that was said at this moment looks when it is shown again.
inline std::string past_line(const simulation& chat, const std::string& rest) {
  return "(" + format_past(chat.now().wall) + ") " + rest + "\n";
}

using texts = std::vector<std::string>;

/// The texts of what is shown again, each with its id: `7 text`.
inline texts past(const std::vector<object>& events) {
  texts out;
  for (const object& each : events) {
    if (each.value("past", false)) out.push_back(each["id"].dump() + " " + each["text"].get<std::string>());
  }
  return out;
}

}  // namespace confab::test

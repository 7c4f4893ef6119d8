#include "client/protocol/event_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/protocol/json_fields.hpp"

namespace confab::client {
namespace {

using json = nlohmann::json;

welcome read_welcome(const json& object) {
  constexpr std::size_t most_rooms = 1000;
  constexpr std::size_t most_motd = 1000;
  welcome result{.server = short_field(object, "server"),
                 .version = short_field(object, "version"),
                 .name = short_field(object, "name"),
                 .addr = short_field(object, "addr"),
                 .online = number_field(object, "online"),
                 .token = short_field(object, "token"),
                 .resumed = flag_field(object, "resumed", false),
                 .complete = flag_field(object, "complete", true),
                 .tls = flag_field(object, "tls", false),
                 .user = number_field(object, "user"),
                 .lang = short_field(object, "lang"),
                 .rooms = texts_field(object, "rooms", most_rooms, short_text),
                 .room = room_field(object),
                 .motd = texts_field(object, "motd", most_motd, whole_text).value_or(std::vector<std::string>())};
  if (const auto limits = object.find("limits"); limits != object.end() && limits->is_object()) {
    constexpr std::uint64_t least_line = 64;  // what a confabd has at least
    result.max_line = std::max(number_field(*limits, "line", result.max_line), least_line);
    constexpr std::uint64_t a_year = 366UL * 24 * 3600;
    result.idle = std::chrono::seconds(std::min(number_field(*limits, "idle"), a_year));
  }
  return result;
}

users read_users(const json& object) {
  users result{.online = number_field(object, "online"), .room = short_field(object, "room")};
  if (const auto list = object.find("users"); list != object.end() && list->is_array()) {
    for (const json& entry : *list) {
      if (!entry.is_object()) continue;
      result.people.push_back({.name = short_field(entry, "name"),
                               .addr = short_field(entry, "addr"),
                               .since = time_field(entry, "since"),
                               .idle = number_field(entry, "idle"),
                               .away = optional_text(entry, "away"),
                               .user = number_field(entry, "user"),
                               .lost = flag_field(entry, "lost", false)});
    }
  }
  // A list that says nothing of its end is at its end when it is complete.
  result.end = flag_field(object, "end", result.people.size() >= result.online);
  return result;
}

room_list read_rooms(const json& object) {
  room_list result;
  if (const auto list = object.find("rooms"); list != object.end() && list->is_array()) {
    for (const json& entry : *list) {
      if (!entry.is_object()) continue;
      result.rooms.push_back({short_field(entry, "room"), number_field(entry, "members"), text_field(entry, "topic")});
    }
  }
  result.end = flag_field(object, "end", true);
  return result;
}

/// Arrivals and departures, of a room or of the server. The number is that of its members or of all.
template <typename Event>
Event read_presence(const json& object) {
  Event result;
  result.name = short_field(object, "name");
  result.room = short_field(object, "room");
  result.online = number_field(object, result.room.empty() ? "online" : "members");
  result.user = number_field(object, "user");
  return result;
}

event_body read_joined(const json& object) {
  joined result = read_presence<joined>(object);
  result.addr = short_field(object, "addr");
  return result;
}

event_body read_left(const json& object) {
  left result = read_presence<left>(object);
  result.reason = text_field(object, "reason");
  return result;
}

event_body read_message(const json& object) {
  return message{.from = short_field(object, "from"),
                 .text = text_field(object, "text"),
                 .room = short_field(object, "room"),
                 .past = flag_field(object, "past", false),
                 .user = number_field(object, "user"),
                 .own_tag = short_field(object, "own_tag"),
                 .repeated = flag_field(object, "repeated", false),
                 .addr = short_field(object, "addr"),
                 .kind = find_message_kind(short_field(object, "kind"))};
}

event_body read_private(const json& object) {
  return whisper{.from = short_field(object, "from"),
                 .to = short_field(object, "to"),
                 .text = text_field(object, "text"),
                 .past = flag_field(object, "past", false),
                 .user = number_field(object, "user"),
                 .to_user = number_field(object, "to_user"),
                 .own_tag = short_field(object, "own_tag"),
                 .repeated = flag_field(object, "repeated", false),
                 .addr = short_field(object, "addr"),
                 .kind = find_message_kind(short_field(object, "kind"))};
}

event_body read_renamed(const json& object) {
  return renamed{.old_name = short_field(object, "old"),
                 .name = short_field(object, "name"),
                 .addr = short_field(object, "addr"),
                 .user = number_field(object, "user")};
}

event_body read_room_crowd(const json& object) {
  return room_crowd{short_field(object, "room"), number_field(object, "joined"), number_field(object, "left"),
                    number_field(object, "members")};
}

event_body read_delivery(const json& object) {
  using state = delivery::state;
  const std::string word = short_field(object, "state");
  const state now = word == "waiting"     ? state::waiting
                    : word == "delivered" ? state::delivered
                    : word == "lost"      ? state::lost
                                          : state::unknown;
  return delivery{.now = now,
                  .name = short_field(object, "name"),
                  .user = number_field(object, "user"),
                  .messages = number_field(object, "messages"),
                  .seconds = number_field(object, "seconds")};
}

event_body read_crowd(const json& object) {
  return crowd{number_field(object, "joined"), number_field(object, "left"), number_field(object, "online")};
}

event_body read_topic(const json& object) {
  return topic{short_field(object, "room"), text_field(object, "topic"), short_field(object, "name")};
}

event_body read_whoami(const json& object) {
  return whoami{short_field(object, "name"), short_field(object, "addr"), number_field(object, "user"),
                room_field(object), flag_field(object, "tls", false)};
}

event_body read_found(const json& object) {
  return found{number_field(object, "messages"), flag_field(object, "more", false)};
}

/// Every type that we know, the most frequent first.
struct reader {
  std::string_view type;
  event_body (*read)(const json&);
};
constexpr reader readers[] = {
    {"message", read_message},
    {"private", read_private},
    {"joined", read_joined},
    {"left", read_left},
    {"crowd", read_crowd},
    {"room_crowd", read_room_crowd},
    {"renamed", read_renamed},
    {"pong", [](const json& object) -> event_body { return pong{short_field(object, "token")}; }},
    {"whoami", read_whoami},
    {"count", [](const json& object) -> event_body { return count{number_field(object, "online")}; }},
    {"users", [](const json& object) -> event_body { return read_users(object); }},
    {"welcome", [](const json& object) -> event_body { return read_welcome(object); }},
    {"ok", [](const json&) -> event_body { return ok{}; }},
    {"notice", [](const json& object) -> event_body { return notice{text_field(object, "text")}; }},
    {"error",
     [](const json& object) -> event_body {
       return error{.code = short_field(object, "code"),
                    .text = text_field(object, "text"),
                    .problem = short_field(object, "problem"),
                    .detail = text_field(object, "detail")};
     }},
    {"bye", [](const json& object) -> event_body { return bye{short_field(object, "reason")}; }},
    {"room",
     [](const json& object) -> event_body {
       return room_changed{room_field(object), text_field(object, "topic")};
     }},
    {"rooms", [](const json& object) -> event_body { return read_rooms(object); }},
    {"topic", read_topic},
    {"history", read_found},
    {"search", read_found},
    {"recalled", [](const json& object) -> event_body { return recalled{short_field(object, "room")}; }},
    {"away",
     [](const json& object) -> event_body {
       return away{short_field(object, "name"), text_field(object, "text")};
     }},
    {"delivery", read_delivery},
    {"back", [](const json& object) -> event_body { return back{short_field(object, "name")}; }},
};

event_body read_body(const std::string& type, const json& object) {
  const auto* const known = std::ranges::find(readers, std::string_view(type), &reader::type);
  return known == std::end(readers) ? unknown{short_text(type)} : known->read(object);
}

/// Whether something is nested deeper than anything that a server says: that would cost stack when the value is
/// destroyed. Looked at before parsing: a callback of the parser would make it look through a whole list for each
/// object in it.
bool is_too_deep(std::string_view line) noexcept {
  constexpr int most = 16;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::variant<event, std::string> read_event(std::string_view line) {
  if (is_too_deep(line)) return std::string("too deep");
  const json object = json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::string("not a JSON object");
  const auto type = object.find("type");
  if (type == object.end() || !type->is_string()) return std::string("no type");
  return event{.time = time_field(object, "time"),
               .id = number_field(object, "id"),
               .tag = short_field(object, "tag"),
               .body = read_body(type->get_ref<const std::string&>(), object)};
}

}  // namespace confab::client

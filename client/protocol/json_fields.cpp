#include "client/protocol/json_fields.hpp"

#include <nlohmann/json.hpp>

#include "client/protocol/timestamp.hpp"
#include "common/safe_text.hpp"

namespace confab::client {
namespace {

using json = nlohmann::json;

/// Null: there is no text of that name.
const std::string* find_text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace

std::string whole_text(const std::string& text) {
  return make_safe(text);
}

std::string short_text(const std::string& text) {
  return make_safe(std::string_view(text).substr(0, most_short));
}

std::string text_field(const json& object, const char* key) {
  const std::string* const found = find_text(object, key);
  return found == nullptr ? std::string() : make_safe(*found);
}

std::string short_field(const json& object, const char* key) {
  const std::string* const found = find_text(object, key);
  return found == nullptr ? std::string() : short_text(*found);
}

std::optional<std::string> optional_text(const json& object, const char* key) {
  const std::string* const found = find_text(object, key);
  if (found == nullptr) return std::nullopt;
  return make_safe(*found);
}

std::string room_field(const json& object) {
  std::string room = short_field(object, "room");
  if (room == "lobby") room.clear();
  return room;
}

std::optional<std::vector<std::string>> texts_field(const json& object, const char* key, std::size_t most,
                                                    std::string (*text)(const std::string&)) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& each : *found) {
    if (texts.size() == most) break;
    if (each.is_string()) texts.push_back(text(each.get_ref<const std::string&>()));
  }
  return texts;
}

std::uint64_t number_field(const json& object, const char* key, std::uint64_t fallback) {
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  if (found->is_number_unsigned()) return found->get<std::uint64_t>();
  if (found->is_number_float()) {
    const double value = found->get<double>();
    if (value >= 0 && value < 9e15) return static_cast<std::uint64_t>(value);
  }
  return fallback;
}

bool flag_field(const json& object, const char* key, bool fallback) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time_field(const json& object, const char* key) {
  const std::string* const found = find_text(object, key);
  if (found == nullptr) return std::nullopt;
  return parse_time(*found);
}

}  // namespace confab::client

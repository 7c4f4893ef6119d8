#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// What the JSON renderings of all events are made with.
namespace confab::json {

/// Appends a JSON string (RFC 8259, section 7).
void put_string(std::string& out, std::string_view value);

/// Appends a number in decimal.
void put_number(std::string& out, std::uint64_t value);

/// One object on a line of its own, from its first field to its LF. Each call appends to `out`, and returns the object
/// itself.
class object {
 public:
  /// Begins the line: `{"type":TYPE,"time":TIME`.
  object(std::string& out, const render_context& context, std::string_view type);
  object(const object&) = delete;
  object& operator=(const object&) = delete;

  object& id(std::uint64_t value) { return field("id", value); }
  /// The tag of the command that this answers, if there is one.
  object& tag() { return context_.tag.empty() ? *this : field("tag", context_.tag); }
  object& field(std::string_view key, std::string_view value);
  object& field(std::string_view key, std::uint64_t value);
  object& field(std::string_view key, std::chrono::seconds value);
  object& flag(std::string_view key, bool value);
  /// A list of texts.
  object& list(std::string_view key, std::span<const std::string_view> texts);
  object& list(std::string_view key, std::span<const std::string> texts);
  /// Who somebody is. The number is absent where it is not known.
  object& about(const person& who, std::string_view name_key = "name");
  /// Begins a field whose value the caller appends to what this returns, in JSON.
  std::string& value_of(std::string_view key);
  void end();

 private:
  std::string& out_;
  const render_context& context_;
};

/// A room as programs name it.
inline std::string_view name_of_room(std::string_view room) noexcept {
  return room.empty() ? "lobby" : room;
}

}  // namespace confab::json

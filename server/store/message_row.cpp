#include "server/store/message_row.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "common/utf8.hpp"

namespace confab::store {
namespace {

// What every clock and every way to write a time can take: about 1678 to 2261.
moment sane_time(std::int64_t milliseconds) {
  using clock = std::chrono::system_clock;
  constexpr auto first = std::chrono::ceil<std::chrono::milliseconds>(clock::time_point::min());
  constexpr auto last = std::chrono::floor<std::chrono::milliseconds>(clock::time_point::max());
  constexpr auto year = std::chrono::milliseconds(std::chrono::hours(24 * 366));  // for who adds to it
  return std::clamp(moment(std::chrono::milliseconds(milliseconds)), moment(first + year), moment(last - year));
}

constexpr bool is_control(char32_t c) {
  return (c < 0x20 && c != '\t') || c == 0x7F;
}

// What was said is safe when it is kept; what a damaged file says it was must not end in a terminal either.
std::string sane_text(std::string_view kept) {
  const auto control = [](char c) { return is_control(static_cast<unsigned char>(c)); };
  if (utf8::valid(kept) && std::none_of(kept.begin(), kept.end(), control)) return std::string(kept);
  std::string safe;
  while (!kept.empty()) {
    const auto [code_point, size] = utf8::decode(kept);
    utf8::append(safe, is_control(code_point) ? char32_t{0xFFFD} : code_point);
    kept.remove_prefix(size);
  }
  return safe;
}

// No name begins with #: a room that is not known is still one, and no whisper.
constexpr std::string_view current =
    "SELECT id, time, kind, coalesce(rooms.name, '#' || room), rooms.generation, sender_name, addr, senders.key, "
    "receiver_name, receivers.key, text, scope, tag FROM messages LEFT JOIN rooms ON rooms.number = room "
    "LEFT JOIN people AS senders ON senders.number = sender LEFT JOIN people AS receivers ON receivers.number = "
    "receiver ";
constexpr std::string_view current_bare =
    "SELECT id, time, kind, room, 0, sender_name, addr, '', receiver_name, '', text, scope, tag FROM messages ";
// Its kinds said whether it was a whisper, which the room says too.
constexpr std::string_view first_release =
    "SELECT id, time, 0, room, 0, sender, addr, sender_key, recipient, recipient_key, text, 0, '' FROM messages ";

constexpr std::string_view for_index =
    "SELECT id, coalesce(rooms.name, '#' || room), rooms.generation, senders.key, receivers.key, text FROM messages "
    "LEFT JOIN rooms ON rooms.number = room LEFT JOIN people AS senders ON senders.number = sender "
    "LEFT JOIN people AS receivers ON receivers.number = receiver ";

message_kind sane_kind(std::int64_t kept) {
  return kept == static_cast<std::int64_t>(message_kind::emote) ? message_kind::emote : message_kind::plain;
}

}  // namespace

std::string select_messages(std::string_view rest) {
  return fmt::format("{}{}", current, rest);
}

std::string select_messages_of(int version, std::string_view rest) {
  return fmt::format("{}{}", version == 1 ? first_release : current, rest);
}

std::string select_bare_messages(int version, std::string_view rest) {
  return fmt::format("{}{}", version == 1 ? first_release : current_bare, rest);
}

std::string select_for_index(std::string_view rest) {
  return fmt::format("{}{}", for_index, rest);
}

message read_for_index(const statement& row) {
  message what;
  what.id = static_cast<std::uint64_t>(row.integer(0));
  what.room.name = sane_text(row.text(1));
  what.room.generation = static_cast<std::uint64_t>(row.integer(2));
  what.from_key = sane_text(row.text(3));
  what.to_key = sane_text(row.text(4));
  what.text = sane_text(row.text(5));
  return what;
}

message read_message(const statement& row) {
  message what;
  what.id = static_cast<std::uint64_t>(row.integer(0));
  what.time = sane_time(row.integer(1));
  what.kind = sane_kind(row.integer(2));
  what.room.name = sane_text(row.text(3));
  what.room.generation = static_cast<std::uint64_t>(row.integer(4));
  what.from = sane_text(row.text(5));
  what.addr = sane_text(row.text(6));
  what.from_key = sane_text(row.text(7));
  what.to = sane_text(row.text(8));
  what.to_key = sane_text(row.text(9));
  what.text = sane_text(row.text(10));
  what.scope = static_cast<std::uint64_t>(row.integer(11));
  what.tag = sane_text(row.text(12));
  return what;
}

}  // namespace confab::store

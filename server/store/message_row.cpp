#include "server/store/message_row.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

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

}  // namespace

std::string_view message_columns_of(int version) {
  constexpr std::string_view first_release =
      "id, time, kind, room, sender, addr, sender_key, recipient, recipient_key, text, 0, ''";
  return version == 1 ? first_release : message_columns;
}

message read_message(const statement& row) {
  message what;
  what.id = static_cast<std::uint64_t>(row.integer(0));
  what.time = sane_time(row.integer(1));
  what.kind = row.integer(2) == 0 ? message_kind::said : message_kind::whisper;
  what.room = sane_text(row.text(3));
  what.from = sane_text(row.text(4));
  what.addr = sane_text(row.text(5));
  what.from_key = sane_text(row.text(6));
  what.to = sane_text(row.text(7));
  what.to_key = sane_text(row.text(8));
  what.text = sane_text(row.text(9));
  what.scope = static_cast<std::uint64_t>(row.integer(10));
  what.tag = sane_text(row.text(11));
  return what;
}

}  // namespace confab::store

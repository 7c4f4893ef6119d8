#include "server/net/unix_place.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/safe_text.hpp"

namespace confab::net {
namespace {

// For a sentence: on one line, whatever is in it.
std::string shown(const std::string& text) {
  std::string out = make_safe(text);
  std::replace(out.begin(), out.end(), '\t', ' ');
  return out;
}

// Empty, or what is wrong with a path.
std::string check_path(const std::string& path) {
  if (!path.starts_with('/'))
    return shown(path) + ": write the path of a unix socket from / on, as in unix:/run/chat.sock";
  if (path.size() > longest_socket_path) {
    return fmt::format("{}: this path has {} bytes, and that of a unix socket may have at most {}", shown(path),
                       path.size(), longest_socket_path);
  }
  return shown(path) == path ? std::string() : shown(path) + ": a path must be printable";
}

// At most three octal digits, and zeros in front.
std::optional<unsigned> parse_mode(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  return mode <= 0777 ? std::optional(mode) : std::nullopt;
}

// What stands behind a comma, put into `place`. Empty, or what is wrong with it.
std::string take_setting(unix_place& place, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  const std::string_view key = setting.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : setting.substr(equals + 1);
  if (key != "mode" && key != "group") {
    return fmt::format("{}: behind the path may stand mode=, group=, proxy= and secure, as in ,mode=0660,group=chat",
                       setting);
  }
  if (key == "mode" ? place.mode.has_value() : !place.group.empty()) {
    return fmt::format("{}: {} is given for the second time", setting, key);
  }
  if (key == "group") {
    place.group = value;
    return value.empty() ? "group=: the name of a group is missing" : "";
  }
  place.mode = parse_mode(value);
  return place.mode ? std::string() : fmt::format("{}: a mode is octal, from 0 to 0777, as in mode=0660", setting);
}

}  // namespace

unsigned mode_of(const unix_place& place) noexcept {
  return place.mode.value_or(place.group.empty() ? 0600 : 0660);
}

std::variant<unix_place, std::string> parse_unix_place(const std::string& text) {
  std::size_t comma = text.find(',');
  unix_place out;
  out.path = text.substr(0, comma);
  if (std::string wrong = check_path(out.path); !wrong.empty()) return wrong;
  while (comma != std::string::npos) {
    const std::size_t next = text.find(',', comma + 1);
    const std::string setting = shown(text.substr(comma + 1, next - comma - 1));
    if (std::string wrong = take_setting(out, setting); !wrong.empty()) return wrong;
    comma = next;
  }
  return out;
}

std::string to_string(const unix_place& place) {
  std::string out = place.path;
  if (place.mode) out += fmt::format(",mode={:04o}", *place.mode);
  if (!place.group.empty()) out += ",group=" + place.group;
  return out;
}

}  // namespace confab::net

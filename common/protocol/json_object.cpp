#include "common/protocol/json_object.hpp"

#include <cstddef>
#include <iterator>

#include <fmt/format.h>

namespace confab::json {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

template <class Text>
void put_list(std::string& out, std::span<const Text> texts) {
  out.push_back('[');
  for (const std::string_view each : texts) {
    if (out.back() != '[') out.push_back(',');
    put_string(out, each);
  }
  out.push_back(']');
}

}  // namespace

// What needs no escape is appended in runs.
void put_string(std::string& out, std::string_view value) {
  out.push_back('"');
  std::size_t done = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(value.substr(done, i - done));
    done = i + 1;
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c == '\t') {
      out.append("\\t");
    } else {
      out.append("\\u00");
      out.push_back(hex[c >> 4U]);
      out.push_back(hex[c & 0x0FU]);
    }
  }
  out.append(value.substr(done));
  out.push_back('"');
}

void put_number(std::string& out, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

object::object(std::string& out, const render_context& context, std::string_view type) : out_(out), context_(context) {
  out_.append(R"({"type":")").append(type).append(R"(","time":")").append(context.time).push_back('"');
}

object& object::field(std::string_view key, std::string_view value) {
  put_string(value_of(key), value);
  return *this;
}

object& object::field(std::string_view key, std::uint64_t value) {
  put_number(value_of(key), value);
  return *this;
}

object& object::field(std::string_view key, std::chrono::seconds value) {
  return field(key, static_cast<std::uint64_t>(value.count()));
}

object& object::flag(std::string_view key, bool value) {
  value_of(key).append(value ? "true" : "false");
  return *this;
}

object& object::list(std::string_view key, std::span<const std::string_view> texts) {
  put_list(value_of(key), texts);
  return *this;
}

object& object::list(std::string_view key, std::span<const std::string> texts) {
  put_list(value_of(key), texts);
  return *this;
}

object& object::about(const person& who, std::string_view name_key) {
  field(name_key, who.name).field("addr", who.addr);
  return who.number == 0 ? *this : field("user", who.number);
}

std::string& object::value_of(std::string_view key) {
  return out_.append(",\"").append(key).append("\":");
}

void object::end() {
  out_.append("}\n");
}

}  // namespace confab::json

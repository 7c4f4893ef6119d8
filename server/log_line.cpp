#include "server/log_line.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <sys/stat.h>
#include <variant>

#include <fmt/format.h>

#include "common/parse_number.hpp"
#include "common/protocol/json_object.hpp"
#include "common/protocol/render_context.hpp"
#include "common/safe_text.hpp"
#include "server/net/address.hpp"
#include "server/net/log_about.hpp"

namespace confab {
namespace {

/// What is in a line: where it comes from, unless that is not to be said, and the text.
struct parts {
  std::string addr;
  std::string text;
};

parts parts_of(const spdlog::details::log_msg& what, address_detail addresses) {
  const std::string_view all(what.payload.data(), what.payload.size());
  if (what.source.filename != net::about_connection) return {{}, make_safe(all)};
  const auto size = std::min(static_cast<std::size_t>(what.source.line), all.size());
  if (size == 0) return {{}, make_safe(all)};
  const std::string_view behind = all.substr(std::min(size + 2, all.size()));  // without the colon and the blank
  parts out{{}, make_safe(behind)};
  if (addresses == address_detail::full) out.addr = make_safe(all.substr(0, size));
  if (addresses == address_detail::net) out.addr = make_safe(network_of(all.substr(0, size)));
  return out;
}

std::string_view name_of(spdlog::level::level_enum level) {
  const auto name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

// As on every terminal: SGR.
std::string_view colour_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace: return "\x1B[37m";
    case spdlog::level::debug: return "\x1B[36m";
    case spdlog::level::warn: return "\x1B[33m\x1B[1m";
    case spdlog::level::err: return "\x1B[31m\x1B[1m";
    case spdlog::level::critical: return "\x1B[1m\x1B[41m";
    default: return "\x1B[32m";
  }
}

// sd-daemon(3).
int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical: return 2;
    case spdlog::level::err: return 3;
    case spdlog::level::warn: return 4;
    case spdlog::level::info: return 6;
    default: return 7;
  }
}

std::string json_line(const parts& has, const spdlog::details::log_msg& what) {
  std::string out = R"({"time":")" + format_time(what.time) + R"(","level":")";
  out.append(name_of(what.level)).append(R"(","message":)");
  json::put_string(out, has.text);
  if (!has.addr.empty()) {
    out.append(R"(,"addr":)");
    json::put_string(out, has.addr);
  }
  return out + "}\n";
}

}  // namespace

std::string log_line(const spdlog::details::log_msg& what, log_format format, address_detail addresses, bool colour) {
  const parts has = parts_of(what, addresses);
  if (format == log_format::json) return json_line(has, what);
  const std::string_view colon = has.addr.empty() ? "" : ": ";
  if (format == log_format::journal) {
    return fmt::format("<{}>{}{}{}\n", priority_of(what.level), has.addr, colon, has.text);
  }
  return fmt::format("{} {}{}{} {}{}{}\n", format_time(what.time), colour ? colour_of(what.level) : "",
                     name_of(what.level), colour ? "\x1B[m" : "", has.addr, colon, has.text);
}

std::string network_of(std::string_view addr) {
  const auto parsed = net::parse_address(std::string(addr));
  const auto* const typed = std::get_if<net::typed_address>(&parsed);
  if (typed == nullptr) return std::string(addr);
  const std::string ip = typed->ip.substr(0, typed->ip.find('%'));
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (in_addr v4{}; ::inet_pton(AF_INET, ip.c_str(), &v4) == 1) {
    v4.s_addr &= htonl(0xFFFFFF00);
    ::inet_ntop(AF_INET, &v4, text.data(), text.size());
    return fmt::format("{}/24", text.data());
  }
  in6_addr v6{};
  ::inet_pton(AF_INET6, ip.c_str(), &v6);
  std::fill(std::begin(v6.s6_addr) + 6, std::end(v6.s6_addr), std::uint8_t{0});
  ::inet_ntop(AF_INET6, &v6, text.data(), text.size());
  return fmt::format("{}/48", text.data());
}

bool goes_to_journal(int descriptor, const char* stream) noexcept {
  if (stream == nullptr) return false;
  const std::string_view text(stream);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto device = parse_number<dev_t>(text.substr(0, colon));
  const auto inode = parse_number<ino_t>(text.substr(colon + 1));
  struct stat is {};
  return device && inode && ::fstat(descriptor, &is) == 0 && is.st_dev == *device && is.st_ino == *inode;
}

}  // namespace confab

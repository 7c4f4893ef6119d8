#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <spdlog/logger.h>

namespace confab::net {

/// What marks a line of the log as one about a connection: its source_loc has this file, and as its line the length of
/// the address that the text begins with. So the log can leave the address out, and no text can pass for one; and it
/// can bound how many there are, since strangers cause them.
inline constexpr char about_connection[] = "connection";

/// Logs `addr: text` about the connection from `addr` (which address.hpp has written, or the like), or only the text if
/// it is about no single one. Any thread.
template <class... Args>
void log_about(spdlog::logger& log, spdlog::level::level_enum level, std::string_view addr,
               fmt::format_string<Args...> text, Args&&... args) {
  if (!log.should_log(level)) return;
  std::string line(addr);
  if (!addr.empty()) line += ": ";
  line += fmt::format(text, std::forward<Args>(args)...);
  log.log(spdlog::source_loc{about_connection, static_cast<int>(addr.size()), ""}, level,
          spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace confab::net

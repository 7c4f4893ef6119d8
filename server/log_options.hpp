#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace confab {

/// How a line of the log is written.
enum class log_format : std::uint8_t {
  text,     ///< UTC time, level, text
  json,     ///< an object on a line of its own: `time`, `level`, `message`, and `addr` if it is about a connection
  journal,  ///< `<N>` with the priority that the journal of systemd understands, and the text; the journal has the time
};

/// What a line about a connection says of where it comes from.
enum class address_detail : std::uint8_t {
  full,  ///< address and port
  net,   ///< the network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address
  off,   ///< nothing
};

/// What goes into the log, and how.
struct log_options {
  std::string level = "info";        ///< one of spdlog's names
  std::optional<log_format> format;  ///< none: `journal` where standard error goes to the journal, else `text`
  address_detail addresses = address_detail::full;
};

/// What bounds the log. Only tests want others.
struct log_limits {
  std::size_t waiting = 8192;                  ///< lines that may wait for standard error
  std::size_t about_connections = 20;          ///< lines about connections of each level in `span`, above debug
  std::chrono::milliseconds span{60'000};      ///< see log_allowance
  std::chrono::milliseconds at_the_end{1000};  ///< how long the end waits for somebody to read the log
};

}  // namespace confab

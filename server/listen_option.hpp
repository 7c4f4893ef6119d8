#pragma once

#include <cstdint>
#include <string>
#include <variant>

/// `--listen KIND:ADDRESS:PORT`: a place to listen, as an operator writes it. Pure; any thread.
namespace confab {

/// What is spoken there.
enum class listener_kind : std::uint8_t {
  line,  ///< lines of text or JSON over plain TCP
};

/// A place to listen.
struct listen_place {
  listener_kind kind = listener_kind::line;
  std::string ip;          ///< numeric, without brackets; a link-local one with %INTERFACE
  std::uint16_t port = 0;  ///< 0: the system picks one

  bool operator==(const listen_place&) const = default;
};

/// Reads `line:127.0.0.1:8888` or `line:[::1]:8888`. What is no place is answered with a sentence that says how to
/// write one, in English.
std::variant<listen_place, std::string> parse_listen(const std::string& text);

/// The place as parse_listen() reads it.
std::string to_string(const listen_place& place);

}  // namespace confab

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/listeners.hpp"
#include "server/options.hpp"
#include "server/reload_plan.hpp"
#include "server/tls_files.hpp"

namespace confab {

/// What a server is when it is to reload.
struct reload_base {
  server_options now;                                     ///< in force
  std::vector<held_place> held;                           ///< where it listens
  std::shared_ptr<const net::tls_context> certificate{};  ///< in use; null: none
};

/// What a reload puts in force, all of it checked as for a start.
struct reload_input {
  reload_plan plan;
  std::vector<std::string> motd;   ///< lines of the message of the day
  std::vector<open_place> places;  ///< those that are new, in the order of the options
  std::optional<tls_files> tls;    ///< the certificate, if one is named
};

/// Reads the options anew, with the command line of the start, and the files that they name, and opens what is new to
/// listen on; or says what is wrong, in a sentence with FILE:LINE. Waits for the disk. Any thread; never throws.
std::variant<reload_input, std::string> prepare_reload(const reload_base& base);

}  // namespace confab

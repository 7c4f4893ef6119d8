#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/protocol/tls_fault.hpp"
#include "client/ui/bell_mode.hpp"
#include "client/ui/paint.hpp"
#include "common/language.hpp"

namespace confab::client {

/// How the client ends; the numbers are those of sysexits.h and of the shell, as `--help` and confab(1) list them.
enum class exit_code : int {
  done = 0,
  failed = 1,         ///< refused, or the output was closed
  usage = 2,          ///< a wrong option
  unavailable = 69,   ///< cannot connect, or the connection was lost
  protocol = 76,      ///< what answers is not a confab server
  config = 78,        ///< the configuration file is wrong
  hung_up = 129,      ///< SIGHUP
  interrupted = 130,  ///< SIGINT
  terminated = 143,   ///< SIGTERM
};

constexpr std::uint16_t default_port = 8888;
/// With TLS: a port speaks one or the other.
constexpr std::uint16_t default_tls_port = 6697;

/// What the person asked for.
struct options {
  std::string ip = "127.0.0.1";       ///< address or host name
  std::uint16_t port = default_port;  ///< 1 to 65535
  tls_settings tls;
  std::string name;              ///< to be taken on connecting; empty = none
  language lang = language::en;  ///< what the client speaks
  bool lang_chosen = false;      ///< by an option or the locale; else the client follows the server's language
  std::string state_folder;      ///< where the place on a server is remembered; empty = nowhere
  bool quiet = false;            ///< no menus and prompts in plain mode
  color_mode color = color_mode::automatic;
  bool plain = false;               ///< plain lines also on a terminal
  std::chrono::seconds linger{0};   ///< keeps listening so long after the end of the input; up to a day
  std::optional<int> reconnect;     ///< attempts after a failure, 0 = none; not set: a person's terminal has no end
  std::optional<std::string> once;  ///< one command instead of a session
  bell_mode bell = bell_mode::mention;
};

/// The program has to end at once, with this to say.
struct early_end {
  exit_code code = exit_code::done;
  std::string text;  ///< to standard output if `code` is done, else to standard error; ends in LF
};

/// Looks a variable up; nothing = not set.
using environment = std::function<std::optional<std::string>(const std::string&)>;

/// Reads the options: a flag beats a CONFAB_ variable beats the configuration file beats the default. `arguments` as
/// `confab::normal_arguments` makes them. Reads one file and nothing else; prints nothing.
std::variant<options, early_end> parse_options(const std::vector<std::string>& arguments, const environment& lookup);

}  // namespace confab::client

#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace confab::bench {

/// What can be measured, by the names of --cases.
struct case_set {
  bool fan_out = false;   ///< window 1 and window 64
  bool sizes = false;     ///< messages of other sizes
  bool slow = false;      ///< readers that stop reading
  bool whispers = false;  ///< one receiver a message
  bool idle = false;      ///< memory a user
  bool crowds = false;    ///< fan-out to many users
  bool joining = false;   ///< how fast users get in
  bool history = false;   ///< without and with what is said being kept
  bool threads = false;   ///< one I/O thread against two
  bool scrapes = false;   ///< fan-out without and with one scrape of the metrics a second
  bool web = false;       ///< fan-out and memory of users by WebSocket, beside those by lines
  bool attacks = false;   ///< what the innocent notice of attacks
  bool tls = false;       ///< what TLS costs, beside a floor that encrypts the same
};

/// What the command line says.
struct options {
  std::string server;                  ///< the program to measure
  std::vector<std::string> arguments;  ///< more arguments for it
  std::string floor;                   ///< the floor program
  std::string tls_floor;               ///< the one for TLS
  std::string connect;                 ///< HOST:PORT of a server that runs already; empty: start `server`
  int pid = 0;                         ///< that server's process, for CPU and memory; 0: not known
  bool greeting = true;                ///< the server says a line to everyone who connects
  case_set cases;
  std::vector<std::string> attacks;                 ///< by name; empty: all
  std::size_t users = 500;                          ///< of the cases without a number of their own; even
  std::size_t speakers = 10;                        ///< of a fan-out
  std::vector<std::size_t> sizes = {16, 1000};      ///< bytes of a message in the case `sizes`
  std::vector<std::size_t> crowds = {5000, 15000};  ///< users of the large cases
  std::size_t in_flight = 500;                      ///< users on their way in at a time
  std::size_t rounds = 3;
  double seconds = 1;  ///< of one measurement
  std::string json;    ///< file for the figures; empty: none

  bool plays(std::string_view attack) const {
    return attacks.empty() || std::find(attacks.begin(), attacks.end(), attack) != attacks.end();
  }
};

/// The options, or the exit status after --help or a wrong option (which has been explained).
std::variant<options, int> parse_options(int argc, char** argv);

}  // namespace confab::bench

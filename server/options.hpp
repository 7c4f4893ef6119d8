#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/language.hpp"
#include "server/listen_option.hpp"
#include "server/store/options.hpp"

namespace confab {

/// What `server --help` lists; the defaults are here.
struct server_options {
  std::string ip = "127.0.0.1";            ///< IPv4 or IPv6, numeric; a link-local one with %INTERFACE
  std::uint16_t port = 8888;               ///< 0: the system picks one
  bool listens_on_ip = true;               ///< on `ip` and `port`; false when only `listen` was given
  std::vector<listen_place> listen;        ///< further places, in the order given
  language lang = language::en;            ///< overwritten by the environment, then by --lang
  std::string name = "confab";             ///< as clients show it
  std::string motd_file;                   ///< shown on connecting; empty: nothing
  std::chrono::seconds idle_timeout{300};  ///< 0: never
  std::size_t max_line = 4096;             ///< bytes, 64 to 60000
  std::size_t max_users = 10'000;
  std::size_t send_queue = 1024 * 1024;      ///< bytes, at least 4096
  std::chrono::seconds write_timeout{10};    ///< at least 1
  std::chrono::seconds vanished_after{120};  ///< at least 2; see net::listener_options
  std::size_t announce_limit = 20;           ///< arrivals and departures a second
  std::size_t threads = 0;                   ///< 0: the cores there are, at most 8
  std::string log_level = "info";
  std::size_t max_rooms = 1000;             ///< besides the lobby
  std::size_t replay = 20;                  ///< messages that a newcomer to a room is shown
  std::chrono::seconds recall_window{120};  ///< how long a message can be taken back
  std::chrono::seconds resume_window{120};  ///< how long a broken connection can come back; 0: not at all
  unsigned dead_after = 2;                  ///< missed heartbeats until a connection is given up; 0: never

  bool history = true;
  std::string data_dir;  ///< where the history is; made if needed
  store::sync_mode sync = store::sync_mode::normal;
  unsigned keep_days = 0;                              ///< 0: for ever
  std::uint64_t keep_messages = 0;                     ///< 0: any number
  std::uint64_t keep_bytes = std::uint64_t{4} << 30U;  ///< 0: any number; else at least a MiB
  bool keep_bytes_asked = false;                       ///< whether it was given

  bool check_data = false;  ///< look whether the history is whole, instead of serving
  std::string backup_dir;   ///< copy the history there, instead of serving
  std::string restore_dir;  ///< replace the history by the one there, instead of serving
  std::string export_file;  ///< write the history there, instead of serving; `-`: standard output
};

/// Every place to listen on, in order; at least one.
std::vector<listen_place> listen_places_of(const server_options& options);

/// The program has nothing more to do: print `text` (to standard error when `code` is not 0) and exit.
struct early_exit {
  int code;
  std::string text;
};

/// Reads a command line in the form of normal_arguments(). Pure but for the environment, which has the language and the
/// data folder.
std::variant<server_options, early_exit> parse_server_options(std::span<const std::string> arguments);

}  // namespace confab

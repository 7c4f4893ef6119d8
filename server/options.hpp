#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "server/chat/hub_options.hpp"
#include "server/listen_option.hpp"
#include "server/log_options.hpp"
#include "server/net/connection_options.hpp"
#include "server/net/web_names.hpp"
#include "server/store/options.hpp"
#include "server/tls_options.hpp"

namespace confab {

/// How many sockets listen already, by what is spoken there.
struct inherited_counts {
  std::size_t lines = 0;
  std::size_t tls = 0;
  std::size_t web = 0;
  std::size_t webs = 0;
  std::size_t admin = 0;
};

/// What `server --help` lists. What a part of the server is told stands in that part's own options, with its default;
/// the rest is here.
struct server_options {
  std::string ip = "127.0.0.1";      ///< IPv4 or IPv6, numeric; a link-local one with %INTERFACE
  std::uint16_t port = 8888;         ///< 0: the system picks one
  bool listens_on_ip = true;         ///< on `ip` and `port`; false when only `listen` was given, and has a chat
  std::vector<listen_place> listen;  ///< further places, in the order given
  inherited_counts inherited;        ///< what listens already when the server starts
  std::string motd_file;             ///< shown on connecting; empty: nothing
  std::size_t threads = 0;           ///< 0: the cores there are, at most 8
  tls_options tls;
  net::web_names web;            ///< by which names browsers may come, and from which pages
  net::proxy_peers web_proxies;  ///< whose X-Forwarded-For is believed
  log_options log;
  std::string data_dir;  ///< where the history is; made if needed

  chat::hub_options chat;       ///< as given: see hub_options_of() for what only a start knows
  net::connection_options net;  ///< the longest line and the queue are the ones that are meant for the chat, too
  store::options store;         ///< without the file: see store_options_of()

  std::vector<std::string> arguments;  ///< of the command line, as given
  /// What is in force of each option that can stand in a file, by key, as on the command line.
  std::map<std::string, std::vector<std::string>> values;
  std::string config_file;  ///< as it was named; empty: none
  /// What stands in it and is in force, by key: the line of each value, from 1 on.
  std::map<std::string, std::vector<std::size_t>> config_lines;

  bool check_config = false;  ///< look whether a start would succeed, instead of serving
  int reload = 0;             ///< have the server with this process id reload, instead of serving
  bool check_data = false;    ///< look whether the history is whole, instead of serving
  std::string backup_dir;     ///< copy the history there, instead of serving
  std::string restore_dir;    ///< replace the history by the one there, instead of serving
  std::string export_file;    ///< write the history there, instead of serving; `-`: standard output

  /// Whether nothing else is to be done instead.
  bool serves() const noexcept {
    return !check_config && reload == 0 && !check_data && backup_dir.empty() && restore_dir.empty() &&
           export_file.empty();
  }
};

/// Every place to listen on, in order; at least one, unless there are sockets that listen already.
std::vector<listen_place> listen_places_of(const server_options& options);

/// Whether there is a place for the chat among these and what listens already.
bool has_way_in(const server_options& options);

/// How many files are open for these and for sockets that listen already: a unix socket has one more, by which it knows
/// its own file; an admin listener has those who ask.
std::size_t files_to_listen(const server_options& options);

/// How many more may be open for connections that have yet to show what a listener asks for (see net::entrance).
std::size_t files_to_arrive(const server_options& options);

/// `FILE:LINE: ` when what is in force of `key`, or the n-th value of it from 0 on, stands in the configuration file;
/// else nothing. For the beginning of what is said about it.
std::string where_given(const server_options& options, const std::string& key, std::size_t number = 0);

/// The program has nothing more to do: print `text` (to standard error when `code` is not 0) and exit.
struct early_exit {
  int code;
  std::string text;
};

/// Reads a command line in the form of normal_arguments(), and the configuration file that it names. Changes nothing,
/// and depends on nothing else but the environment, which has the language and the data folder: so it can be done again
/// while a server runs. With sockets for lines that listen already there is no default place.
std::variant<server_options, early_exit> parse_server_options(std::span<const std::string> arguments,
                                                              inherited_counts inherited = {});

}  // namespace confab

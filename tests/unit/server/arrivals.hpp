#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "server/part_options.hpp"
#include "tests/support/catch.hpp"

namespace confab::test {

using namespace std::chrono_literals;

/// What all parts are told.
struct told {
  explicit told(const std::vector<std::string>& arguments) : options(parsed(arguments)) {
    hub = hub_options_of(options);
    net = options.net;
    history = store_options_of(options);
    places = listen_places_of(options);
  }

  static server_options parsed(const std::vector<std::string>& arguments) {
    const auto result = parse_server_options(arguments);
    if (const auto* const exit = std::get_if<early_exit>(&result)) FAIL("refused: " << exit->text);
    return std::get<server_options>(result);
  }

  server_options options;
  chat::hub_options hub;
  net::connection_options net;
  store::options history;
  std::vector<listen_place> places;
};

/// An option with a value like no other's, and where it arrives.
struct arrival {
  std::string option;
  std::string value;
  std::function<bool(const told&)> arrives;  ///< everywhere it must, and as what is meant
};

/// With the value that is given here; of all others the value is the default, which is another.
inline const std::vector<arrival>& arrivals() {
  static const std::vector<arrival> table{
      {"--lang", "zh", [](const told& to) { return to.hub.lang == language::zh; }},
      {"--name", "tea house", [](const told& to) { return to.hub.server_name == "tea house"; }},
      {"--idle-timeout", "1001", [](const told& to) { return to.hub.idle_timeout == 1001s; }},
      {"--max-line", "1002", [](const told& to) { return to.hub.max_line == 1002 && to.net.max_line == 1002; }},
      {"--max-users", "1003", [](const told& to) { return to.hub.max_users == 1003; }},
      {"--send-queue", "10004",
       [](const told& to) { return to.hub.send_queue == 10004 && to.net.send_queue == 10004; }},
      {"--write-timeout", "1005", [](const told& to) { return to.net.write_timeout == 1005s; }},
      {"--listen", "line:127.0.0.9:1014",
       [](const told& to) {
         return to.places == std::vector<listen_place>{{listener_kind::line, "127.0.0.9", 1014}};
       }},
      {"--web-host", "Chat.Example.org",
       [](const told& to) { return to.options.web.hosts == std::vector<std::string>{"chat.example.org"}; }},
      {"--web-origin", "https://Pages.example.org",
       [](const told& to) { return to.options.web.origins == std::vector<std::string>{"https://pages.example.org"}; }},
      {"--web-proxy", "10.0.0.0/8", [](const told& to) { return to_string(to.options.web_proxies) == "10.0.0.0/8"; }},
      {"--vanished-after", "1006", [](const told& to) { return to.net.vanished_after == 1006s; }},
      {"--announce-limit", "1007", [](const told& to) { return to.hub.announce_limit == 1007; }},
      {"--max-rooms", "1008", [](const told& to) { return to.hub.max_rooms == 1008; }},
      {"--replay", "999", [](const told& to) { return to.hub.replay == 999; }},
      {"--recall-window", "1010", [](const told& to) { return to.hub.recall_window == 1010s; }},
      {"--resume-window", "1011", [](const told& to) { return to.hub.resume_window == 1011s; }},
      {"--dead-after", "1", [](const told& to) { return to.hub.dead_after == 1; }},
      {"--tls-cert", "/etc/cert.pem", [](const told& to) { return to.options.tls.certificate == "/etc/cert.pem"; }},
      {"--tls-key", "/etc/key.pem", [](const told& to) { return to.options.tls.key == "/etc/key.pem"; }},
      {"--tls-min", "1.3", [](const told& to) { return to.options.tls.least == net::tls_version::tls13; }},
      {"--history", "off", [](const told& to) { return !to.hub.history; }},
      {"--data-dir", "/srv/chat", [](const told& to) { return to.history.file == "/srv/chat/history.db"; }},
      {"--sync", "full", [](const told& to) { return to.history.sync == store::sync_mode::full; }},
      {"--keep-days", "12", [](const told& to) { return to.history.keep_for == 12 * 24h; }},
      {"--keep-messages", "1013", [](const told& to) { return to.history.keep_messages == 1013; }},
      {"--keep-bytes", "1048577",
       [](const told& to) { return to.history.keep_bytes == 1'048'577 && to.history.keep_bytes_asked; }},
  };
  return table;
}

}  // namespace confab::test

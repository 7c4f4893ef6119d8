#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "client/protocol/connection.hpp"

namespace confab::test {

/// Writes down what a connection tells.
class recorder final : public client::connection_listener {
 public:
  void on_link(const client::link_event& what) override {
    if (const auto* online = std::get_if<client::logged_in>(&what)) {
      ++came;
      name = online->name;
    }
    if (const auto* said = std::get_if<client::server_event>(&what)) {
      if (said->answers) {
        answered.push_back(said->answers->command);
      } else if (std::holds_alternative<client::message>(said->said.body)) {
        heard.push_back(said->said.id);
      }
    }
    if (const auto* lost = std::get_if<client::dropped>(&what)) gone.push_back(lost->what.command);
  }
  void on_waiting(const client::outage& why, std::chrono::milliseconds delay, int attempt) override {
    last = why;
    delays.push_back(delay);
    attempts = attempt;
  }
  void on_ended(const client::outage& why) override {
    last = why;
    ++ended;
  }

  int came = 0;
  int ended = 0;
  int attempts = 0;
  std::string name;
  std::vector<std::string> answered;
  std::vector<std::uint64_t> heard;  ///< the numbers of what others have said
  std::vector<std::string> gone;
  std::vector<std::chrono::milliseconds> delays;
  client::outage last;
};

}  // namespace confab::test

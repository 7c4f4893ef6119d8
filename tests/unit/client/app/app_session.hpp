#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <asio/io_context.hpp>

#include "client/app/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/fake_server.hpp"
#include "tests/unit/client/ui/recording_screen.hpp"

namespace confab::client {

/// A client with everything but a terminal, in one thread with a server.
struct session {
  explicit session(fake_server::answer reply = polite_answer)
      : server(std::make_unique<fake_server>(io, std::move(reply))) {
    wanted.port = server->port();
    wanted.name = "ann";
    wanted.lang = language::en;
  }
  run_context around() const {
    return {.interactive = interactive, .tag_prefix = "t", .hold_time = hold_time, .first_wait = first_wait};
  }
  void start() {
    client = std::make_unique<app>(io, wanted, around(), screen);
    client->start();
  }
  /// The same with a person who has chosen public chat.
  void start_in_public_chat() {
    interactive = true;
    screen.type("1");
    start();
    REQUIRE(until([this] { return screen.prompts.size() == 2; }));
  }
  bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    return run_until(io, done, limit);
  }
  bool ends() {
    return until([this] { return client->result().has_value(); });
  }
  exit_code code() const { return client->result().value_or(exit_code::hung_up); }

  asio::io_context io;
  std::unique_ptr<fake_server> server;
  options wanted;
  bool interactive = false;
  std::chrono::milliseconds hold_time{60'000};
  std::chrono::milliseconds first_wait{1000};
  recording_screen screen{io};
  std::unique_ptr<app> client;
};

inline std::string said_by_bob(const std::string& text) {
  return R"({"type":"message","id":9,"from":"bob","text":")" + text + "\"}\n";
}

}  // namespace confab::client

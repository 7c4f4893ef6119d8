#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "client/app/app.hpp"
#include "client/model/roster.hpp"
#include "client/options.hpp"
#include "client/protocol/connection.hpp"
#include "client/ui/screen.hpp"
#include "client/ui/transcript.hpp"

namespace confab::client {

/// `--once COMMAND`: connects, takes the name, sends one line of the protocol, shows what answers it and nothing else,
/// and ends; with exit_code::failed when it was refused. All on the thread of one io_context.
class once final : public screen_input, public connection_listener {
 public:
  once(asio::io_context& io, options wanted, run_context context, screen& shown);

  void start();
  void end(exit_code code);
  const std::optional<exit_code>& result() const noexcept { return result_; }

  void on_line(std::string) override {}  // never asked for
  void on_end_of_input() override {}
  void on_output_closed() override { end(exit_code::failed); }
  void on_link(const link_event& what) override;
  void on_waiting(const outage& why, std::chrono::milliseconds delay, int attempt) override;
  void on_ended(const outage& why) override;

  /// How long the answer may take.
  static constexpr std::chrono::seconds answer_time{10};

 private:
  void ask();
  void decline(std::string_view why);
  void refused(const error& why);
  void show_answer(const server_event& what);

  asio::io_context& io_;
  const options options_;
  screen& screen_;
  roster roster_;
  transcript transcript_;
  connection connection_;
  asio::steady_timer timer_;
  bool asked_ = false;
  bool listing_ = false;
  bool leaving_ = false;
  exit_code code_ = exit_code::done;
  std::optional<exit_code> result_;
};

}  // namespace confab::client

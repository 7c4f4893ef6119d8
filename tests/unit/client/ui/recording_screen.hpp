#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "client/ui/screen.hpp"

/// A screen for tests: types what it is told, when a line is wanted, and writes down what is shown.
class recording_screen final : public confab::client::screen {
 public:
  explicit recording_screen(asio::io_context& io) : io_(io) {}

  void type(std::string line) {
    keys_.push_back(std::move(line));
    feed();
  }
  /// What an editor does: hands a line on without being asked.
  void type_at_once(std::string line) { input_->on_line(std::move(line)); }
  /// A line that is too long to be read whole.
  void type_too_long(std::size_t bytes) { input_->on_too_long(bytes); }
  /// What an editor reports by itself.
  confab::client::screen_input& input() const { return *input_; }
  /// The end of the input, after all that was typed.
  void end_input() {
    ended_ = true;
    feed();
  }

  void start(confab::client::screen_input& input) override { input_ = &input; }
  void want_line() override {
    wanted_ = true;
    feed();
  }
  void show(confab::client::line_kind kind, std::string_view line) override {
    (kind == confab::client::line_kind::error ? errors : shown).emplace_back(line);
  }
  bool has_footer() const override { return footer; }
  void set_prompt(std::string_view prompt) override { prompts.emplace_back(prompt); }
  void set_status(std::string_view text, std::string_view window_title) override {
    status = text;
    title = window_title;
  }
  void set_use(confab::client::line_use use, std::string_view with = {}) override {
    uses.push_back(use);
    conversation = with;
  }
  void set_limit(std::size_t bytes) override { limit = bytes; }
  void speak(confab::language lang) override { spoken = lang; }
  void remember(std::string_view line) override { remembered.emplace_back(line); }
  void set_aside() override { ++aside; }
  void ring() override { ++rings; }
  void clear() override { ++clears; }

  /// Whether a shown line (or an error) holds `part`.
  bool has(std::string_view part) const { return count(part) > 0; }
  int count(std::string_view part) const {
    int found = 0;
    for (const auto* lines : {&shown, &errors}) {
      for (const auto& line : *lines) found += line.find(part) != std::string::npos ? 1 : 0;
    }
    return found;
  }

  std::string last_prompt() const { return prompts.empty() ? std::string() : prompts.back(); }

  std::vector<std::string> shown;
  std::vector<std::string> errors;
  std::vector<std::string> prompts;
  std::string status;
  std::string title;
  bool footer = false;
  std::vector<confab::client::line_use> uses;
  std::string conversation;
  std::vector<std::string> remembered;
  int aside = 0;
  std::size_t limit = 0;
  std::optional<confab::language> spoken;
  int rings = 0;
  int clears = 0;

 private:
  void feed() {
    if (!wanted_ || (keys_.empty() && !ended_)) return;
    wanted_ = false;
    asio::post(io_, [this] {
      if (keys_.empty()) return input_->on_end_of_input();
      std::string line = std::move(keys_.front());
      keys_.pop_front();
      input_->on_line(std::move(line));
    });
  }

  asio::io_context& io_;
  confab::client::screen_input* input_ = nullptr;
  std::deque<std::string> keys_;
  bool wanted_ = false;
  bool ended_ = false;
};

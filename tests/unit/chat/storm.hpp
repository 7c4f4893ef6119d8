#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/commands.hpp"
#include "tests/unit/chat/storm_house.hpp"
#include "tests/unit/chat/storm_witness.hpp"

namespace confab::test {

/// Clients that do anything, in any order, to a whole hub with small limits; see storm_witness for what is asked of it.
/// The same choices do the same on any machine.
class storm {
 public:
  /// A number below `count`, which is at least 1.
  using choices = std::function<std::size_t(std::size_t count)>;

  explicit storm(choices choose);

  /// So many turns, and what happens between them.
  void rage(std::size_t turns);
  /// Everything that is under way comes to its end.
  void settle();
  /// After settle(): that nobody waits, and each has its answers.
  void check_calm();
  /// All go, or the server ends, and so much time passes that nothing need be kept.
  void end();

  chat::hub& hub() noexcept { return house_.hub(); }
  storm_house& house() noexcept { return house_; }
  const storm_witness& witness() const noexcept { return witness_; }
  const chat::hub_options& options() const noexcept { return options_; }

 private:
  using ref = storm_house::ref;

  /// Somebody who connects, and connects again.
  struct client {
    ref seat = 0;
    bool connected = false;
    std::string token;  // what it knows it by, and what it has read before
    std::uint64_t last_read = 0;
    struct tagged_line {
      std::string line, tag;
      std::size_t text;  // in it; 0: none
      verb what;
    };
    std::vector<tagged_line> sent;
  };
  /// What a connection may still do.
  struct line_state {
    std::size_t client = 0;
    bool ended = false;
    storm_course course;
  };

  static chat::hub_options draw_options(storm& of);
  void check_counts();
  std::size_t pick(std::size_t count) { return choose_(count); }
  bool one_in(std::size_t count) { return choose_(count) == 0; }
  template <class Options>
  auto& one_of(Options& from) {
    return from[pick(from.size())];
  }

  template <class T>
  void draw(T& into, std::initializer_list<std::type_identity_t<T>> from) {
    into = from.begin()[pick(from.size())];
  }

  // ---- what happens
  void happen();
  void come();
  void connect(std::size_t client);
  void come_beside(std::size_t of);
  void note_device(ref who, std::uint64_t number);
  void resume(std::size_t client, ref seat);
  void part(std::size_t client);
  void drain_some(std::size_t all_but_one_in);
  void take_turn();
  void happen_elsewhere();
  void pass_time();
  void answer(std::size_t index);
  store::page find(const chat::query& asked);
  std::uint64_t carry_out(chat::store_requests& wanted, const storm_house::mark& in);

  // ---- what is sent
  void send(ref from);
  storm_witness::intent intent_of(ref from) const;
  bool is_sure_of_room(ref from) const;
  void send_text(ref from);
  void send_command(ref from);
  void send_line(ref from, std::string line, verb what);
  std::string command_for(ref from, const command_row& row, storm_witness::intent& meant);
  std::string argument_for(ref from, const command_row& row, storm_witness::intent& meant);
  std::string some_text(storm_witness::intent meant, bool says);
  std::string some_name();
  std::string some_room();
  std::string some_id();
  std::string some_time();
  std::string some_token(std::size_t client);
  std::string anything();
  void follow(storm_course& course, const command_row& row, const std::string& argument);
  bool is_open(ref which);

  choices choose_;
  chat::hub_options options_;
  std::size_t shards_;
  bool busy_;   // many turns have no time
  bool roomy_;  // nothing keeps anybody from entering a room
  storm_witness witness_;
  storm_house house_;
  std::vector<client> clients_;
  std::vector<line_state> lines_;  // by connection
  std::vector<std::string> tokens_;
  std::vector<chat::query> queries_;
  std::vector<store::message> kept_;            // by id
  std::pair<std::string, std::size_t> beside_;  // address and client of a device that is about to be one
  std::size_t names_ = 0;
  std::size_t tags_ = 0;
  std::size_t invented_ = 0;  // tokens
  std::size_t text_ = 0;      // in the line that is being made; 0: none
  std::string fresh_name_;    // that nobody had before, in the line that is being made
  bool keeps_ = true;
  bool short_of_memory_ = false;
};

}  // namespace confab::test

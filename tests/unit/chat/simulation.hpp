#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/chat/hub.hpp"
#include "server/chat/inbound.hpp"
#include "tests/unit/chat/simulated_shard.hpp"

namespace confab::test {

using object = nlohmann::ordered_json;

/// A server without sockets: a hub, shards that deliver what it says to simulated connections, and a clock that stands
/// still until it is told otherwise. Whatever happens goes through the mailbox messages of the real one. An event
/// outside `turn` is a turn of its own. What no shard may see (a word to a closed session, an item of nobody's slot)
/// throws.
class simulation {
 public:
  using ref = std::size_t;  ///< of a connection, in order of connecting

  /// Everything on its own: nobody is idle, all are announced, nothing is shown again.
  static chat::hub_options quiet();

  explicit simulation(chat::hub_options options = quiet(), std::size_t shard_count = 1);

  /// A new connection from 127.0.0.1, its port being its number (the first is 1); shards take turns.
  ref come();
  /// From here on connections are encrypted, or not.
  void encrypt(bool is) { encrypted_ = is; }
  ref come_from(std::string_view addr, std::uint32_t shard_index = 0);
  /// A new connection whose first line comes before anybody is told of it.
  ref come_saying(std::string_view line);
  /// The same of one that is spoken to in JSON from the first word on.
  ref come_by_program(std::string_view line);
  /// A new connection in the place of one that has gone.
  ref come_in_place_of(ref gone, std::string_view addr);
  std::vector<ref> come_many(std::size_t count);
  /// A new connection that is another device of a user; nothing when the hub does not want it.
  std::optional<ref> come_as(std::uint64_t user_id, std::uint32_t shard_index = 0);

  /// A line from its peer, as a line decoder hands it out.
  void line(ref from, std::string_view text);
  /// Something that the session found wrong itself.
  void refuse(ref from, problem trouble);
  /// The peer has ended its stream: the session waits for the hub.
  void end(ref which);
  /// The session is over, for that reason, and freed.
  void stop(ref which, leave_reason reason);
  /// All has been written to it, as the hub asked to know.
  void drained(ref which);
  /// Answers every drain until no more is asked for.
  void drain_all();
  /// The same time, a second later: one tick of the hub.
  void second();
  void seconds(std::size_t count);
  void shutdown();

  /// All that `events` does happens in one turn, or as many as it takes when that is full.
  void turn(const std::function<void()>& events);
  /// Moves both clocks on; nothing happens by that alone until the next turn.
  void wait(std::chrono::milliseconds time) { now_.steady += time, now_.wall += time; }

  /// So much later that all who came have been told of.
  void arrive() {
    wait(chat::hub_options().arrival_delay);
    turn([] {});
  }
  /// Somebody sets the clock on the wall, by so much.
  void set_clock(std::chrono::milliseconds by) { now_.wall += by; }

  /// What its peer has read since the last call.
  std::string heard(ref which);
  /// The same line by line as objects.
  std::vector<object> events(ref which);
  /// Everybody forgets what was heard up to now.
  void forget();

  seat& at(ref which) { return seats_.at(which); }
  const std::string& addr(ref which) const { return seats_.at(which).addr; }
  /// The number of its user, if all became users in the order of connecting.
  static std::uint64_t number(ref which) { return which + 1; }
  /// `[addr]name: ` or, without a name, `[addr]addr: `.
  std::string as(ref which, std::string_view name = {}) const;
  chat::hub& hub() { return hub_; }
  const chat::moment& now() const { return now_; }
  std::string time() const;
  /// `what` is done whenever a turn is over.
  void after_each_turn(std::function<void()> what) { after_turn_ = std::move(what); }
  /// How many turns there have been.
  std::size_t turns() const noexcept { return turns_; }

 private:
  ref sit(std::string addr, chat::session_ref session, std::string_view line = {}, wire_format as = wire_format::text);
  chat::session_ref next_place(std::uint32_t shard_index);
  void happen(ref to, const std::function<void(chat::inbound&)>& what);
  void deliver();
  void next_turn();

  chat::hub hub_;
  std::deque<seat> seats_;  // they stay where they are
  std::vector<simulated_shard> shards_;
  chat::moment now_;
  std::function<void()> after_turn_;
  std::size_t turns_ = 0;
  bool in_turn_ = false;
  bool encrypted_ = false;
};

}  // namespace confab::test

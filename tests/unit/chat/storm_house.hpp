#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "server/chat/hub.hpp"
#include "server/chat/inbound.hpp"
#include "tests/unit/chat/simulated_shard.hpp"

namespace confab::test {

/// The home of a hub as the broadcaster is, without sockets, threads and clocks: shards whose batches come through one
/// mailbox and may be told in parts, turns that are hurried, those who wait served or left waiting, and turns that are
/// held until what they said is kept. When any of that happens is up to whoever drives it.
class storm_house {
 public:
  using ref = std::size_t;  ///< of a connection, in order of connecting

  /// What was known when a turn began.
  struct mark {
    std::size_t turn = 0;
    std::uint64_t last_id = 0;  ///< the highest id that was kept before it
  };
  /// Who is told what the hub does.
  struct watchers {
    std::function<void(ref who, std::uint64_t number)> joined;  ///< a connection has become the user with that number
    /// At the end of a turn; it may take them. Returns the highest id that was kept so far.
    std::function<std::uint64_t(chat::store_requests& wanted, const mark& in)> wants;
    std::function<void(ref who, const std::string& bytes, const mark& said)> heard;
    /// It has become another device of that user, in the turn that is under way.
    std::function<void(ref who, std::uint64_t number)> added = [](ref, std::uint64_t) {};
  };

  storm_house(chat::hub_options options, std::size_t shard_count, watchers watch);

  // ---- what connections do; the hub hears of it in the next mail turn

  /// A new connection, in a slot that is free if `again`. With `speaks` its first line is to follow.
  ref come(std::string_view addr, std::size_t shard, bool again, bool speaks);
  /// A new connection that is another device of a user, in a turn of its own; nothing when the hub does not want it.
  /// In a new slot: the hub need not know yet that a free one is.
  std::optional<ref> come_as(std::uint64_t user_id, std::string_view addr, std::size_t shard);
  void line(ref from, std::string_view text, bool unfinished = false);
  void refuse(ref from, problem trouble);
  void end(ref which);
  void stop(ref which, leave_reason reason);
  void drained(ref which);

  // ---- turns

  /// How a mail turn goes: after how many items it has no time for more, after how many it ends, and how many of those
  /// who wait it serves.
  struct course {
    std::size_t hurries_after = SIZE_MAX;
    std::size_t ends_after = SIZE_MAX;
    std::size_t serves = SIZE_MAX;
    bool held = false;  ///< what it says to be kept is not committed yet
  };
  void mail_turn(const course& how);
  /// A turn for something that is no mail.
  void turn(const std::function<void(chat::hub&)>& what, bool held = false);
  /// A second has passed.
  void tick();
  /// What was said in the first `count` turns that are held is kept.
  void settle(std::size_t count);
  void wait(std::chrono::milliseconds time) { now_.steady += time, now_.wall += time; }
  void set_clock(std::chrono::milliseconds by) { now_.wall += by; }

  bool has_mail() const noexcept { return !mailbox_.empty() || !outside_.empty(); }
  /// How many turns there have been, with the one that is under way.
  std::size_t turns() const noexcept { return mark_.turn; }
  std::size_t held() const noexcept { return held_.size(); }
  std::size_t size() const noexcept { return seats_.size(); }
  seat& at(ref which) { return seats_.at(which); }
  simulated_shard& shard(std::size_t index) { return shards_.at(index); }
  chat::hub& hub() noexcept { return hub_; }
  const chat::moment& now() const noexcept { return now_; }

 private:
  struct ear_of_hub;  // what a batch is told to
  struct letter {
    chat::inbound batch;
    std::size_t told = 0;
  };
  struct held_turn {
    std::vector<chat::dispatch> dispatches;
    mark said;
  };
  using place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  static place place_of(const chat::session_ref& session) { return {session.shard, session.slot, session.generation}; }

  ref sit(std::string_view addr, std::size_t shard, bool again);
  chat::inbound& mail_of(std::size_t shard);
  void collect_mail();
  void play(std::span<chat::dispatch> dispatches, const mark& said);

  chat::hub hub_;
  watchers watch_;
  std::deque<seat> seats_;  // they stay where they are
  std::map<place, ref> by_session_;
  std::vector<simulated_shard> shards_;
  std::vector<std::vector<chat::session_ref>> free_;  // places that were left, by shard
  std::deque<chat::inbound> outside_;                 // by order of coming; a shard's last one grows
  std::deque<letter> mailbox_;
  std::deque<held_turn> held_;
  chat::moment now_;
  mark mark_;
  std::uint64_t joined_ = 0;  // connections that the hub was told of, and devices
};

}  // namespace confab::test

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/chat/cluster_model.hpp"
#include "tests/unit/chat/cluster_network.hpp"
#include "tests/unit/chat/cluster_node.hpp"

namespace confab::test::cluster {

/// Several nodes that are one chat: node 0 decides, one request after the other, and hears each fact before it decides
/// the next. Facts have numbers without holes, and every node hears them in that order. A user has several devices, all
/// on one node, and one request under way at a time.
class cluster_run {
 public:
  explicit cluster_run(unsigned seed);

  /// People do things for a while, over a bad network; then it is mended, and all is said that is left to say. False
  /// when that has no end.
  bool run();

  // Afterwards.
  std::size_t node_count() const noexcept { return nodes_.size(); }
  node& at(std::size_t index) { return *nodes_.at(index); }
  const std::vector<puppet>& cast() const noexcept { return cast_; }
  const std::deque<record>& log() const noexcept { return log_; }
  /// In the order in which they were decided.
  const std::vector<const request*>& taken() const noexcept { return taken_; }
  const std::deque<request>& asked_at(std::size_t node) const { return edges_.at(node).asked; }
  std::uint64_t heard_at(std::size_t node) const { return edges_.at(node).heard; }
  /// The counters of a user's requests, in the order in which they were answered.
  const std::vector<std::uint64_t>& done_by(std::size_t person) const { return people_.at(person).done; }
  std::size_t person_count() const noexcept { return people_.size(); }
  static std::size_t person_of(std::size_t device) noexcept { return device / devices_each; }
  const chat::hub_options& options() const noexcept { return options_; }
  const network& wires() const noexcept { return wires_; }
  std::size_t refused() const noexcept { return refused_; }
  std::size_t repeated() const noexcept { return repeated_; }

 private:
  static constexpr std::size_t devices_each = 2;
  static constexpr std::size_t busy_steps = 60;

  struct edge {
    std::deque<request> asked;       // by counter
    std::vector<bool> answered;      // the same
    std::uint64_t heard = 0;         // the last fact
    std::size_t missed_at = 0;       // the step in which it last saw that one was missing
    std::uint64_t taken = 0;         // by the decider: the last counter
    std::deque<answer> answers;      // given by the decider
    std::vector<std::size_t> which;  // by counter: place in answers + 1; 0: became facts
  };
  struct manner {
    std::size_t pending = 0;  // requests that it wants to make
    bool waits = false;       // one is under way
    std::uint64_t number = 0;
    const puppet* read_all = nullptr;                    // a device that has just read what it missed
    std::array<const request*, devices_each> said = {};  // something that each wanted to say before
    std::vector<std::uint64_t> done;
  };

  chat::hub_options rules();
  void act();
  void pass_time();
  void ask(std::size_t person);
  bool fill(request& fresh, std::size_t person);
  bool fill_return(request& fresh, const chat::device& on);
  void fill_words(request& fresh, const chat::device& on);
  bool fill_again(request& fresh, const request* before, const chat::user& me);
  void send(request fresh);
  std::string somebody();
  void deliver(std::size_t to, const network::payload& what);
  void remind();
  bool quiet() const;

  // The decider's.
  void take(const request& by);
  void decide(const request& by);
  void decide_for(const request& by, chat::user& from, chat::device& on);
  void decide_join(const request& by, chat::user& from);
  void decide_end(const request& by, chat::user& from, leave_reason reason);
  void decide_second(const request& by);
  void settle(const request& by, const chat::user& receiver, bool delivered, std::uint64_t after);
  void let_go(const request& by, chat::user& who, chat::room& from);
  chat::room* room_to_talk_in(const request& by, const chat::user& from);
  void publish(const request& by, const any_fact& news);
  void reply(const request& by, std::optional<chat::refusal> no);
  void send_again(const again& from);

  // The other nodes'.
  void receive(std::size_t at, const record& next);
  void receive(std::size_t at, const answer& next);
  void done(const request& of, const record& last);
  void done(const request& of);

  dice luck_;
  chat::hub_options options_;
  std::vector<puppet> cast_;  // the devices of one after those of the other
  std::vector<manner> people_;
  std::vector<std::unique_ptr<node>> nodes_;
  std::vector<edge> edges_;
  network wires_;
  std::deque<std::string> words_;
  std::deque<record> log_;
  std::vector<const request*> taken_;
  std::size_t tags_ = 0;
  std::size_t refused_ = 0;
  std::size_t repeated_ = 0;
};

}  // namespace confab::test::cluster

#include "tests/unit/chat/simulation.hpp"

#include <sstream>
#include <stdexcept>

#include "common/commands.hpp"
#include "common/protocol/events.hpp"
#include "server/chat/inbound.hpp"

namespace confab::test {

chat::hub_options simulation::quiet() {
  chat::hub_options options;
  options.idle_timeout = std::chrono::seconds(0);
  options.announce_limit = 100'000;
  options.replay = 0;
  options.history = false;
  return options;
}

simulation::simulation(chat::hub_options options, std::size_t shard_count)
    : hub_(std::move(options), shard_count), shards_(shard_count) {
  now_.wall += std::chrono::milliseconds(1'767'614'580'123);
}

simulation::ref simulation::come() {
  return come_from("127.0.0.1:" + std::to_string(seats_.size() + 1),
                   static_cast<std::uint32_t>(seats_.size() % shards_.size()));
}

simulation::ref simulation::come_from(std::string_view addr, std::uint32_t shard_index) {
  return sit(std::string(addr), next_place(shard_index));
}

simulation::ref simulation::come_saying(std::string_view line) {
  return sit("127.0.0.1:" + std::to_string(seats_.size() + 1), next_place(0), line);
}

simulation::ref simulation::come_by_program(std::string_view line) {
  return sit("127.0.0.1:" + std::to_string(seats_.size() + 1), next_place(0), line, wire_format::json);
}

chat::session_ref simulation::next_place(std::uint32_t shard_index) {
  return {shard_index, shards_.at(shard_index).add_place(), 1};
}

simulation::ref simulation::come_in_place_of(ref gone, std::string_view addr) {
  chat::session_ref session = at(gone).session;
  at(gone).gone = true;
  ++session.generation;
  return sit(std::string(addr), session);
}

std::optional<simulation::ref> simulation::come_as(std::uint64_t user_id, std::uint32_t shard_index) {
  seat& fresh = seats_.emplace_back();
  fresh.session = next_place(shard_index);
  fresh.addr = "127.0.0.1:" + std::to_string(seats_.size());
  shards_.at(shard_index).place(fresh.session.slot) = &fresh;
  bool is_in = false;
  turn([&] { is_in = hub_.add_device(user_id, fresh.session, fresh.addr); });
  if (is_in) return seats_.size() - 1;
  fresh.gone = true;
  shards_.at(shard_index).place(fresh.session.slot) = nullptr;
  return std::nullopt;
}

simulation::ref simulation::sit(std::string addr, chat::session_ref session, std::string_view line, wire_format as) {
  seat& fresh = seats_.emplace_back();
  fresh.session = session;
  fresh.addr = std::move(addr);
  shards_.at(session.shard).place(session.slot) = &fresh;
  const ref which = seats_.size() - 1;
  happen(which, [&](chat::inbound& mail) {
    mail.join(session.slot, session.generation, fresh.addr, !line.empty(), 0, encrypted_, as);
    std::string scratch;
    if (!line.empty()) mail.apply(session.slot, session.generation, read_command(line, scratch));
  });
  return which;
}

std::vector<simulation::ref> simulation::come_many(std::size_t count) {
  std::vector<ref> all;
  turn([&] {
    for (std::size_t i = 0; i < count; ++i) all.push_back(come());
  });
  return all;
}

void simulation::happen(ref to, const std::function<void(chat::inbound&)>& what) {
  chat::inbound mail(at(to).session.shard);
  what(mail);
  turn([&] { mail.replay(hub_); });
}

void simulation::line(ref from, std::string_view text) {
  happen(from, [&](chat::inbound& mail) {
    const std::string copy(text);
    std::string scratch;
    mail.apply(at(from).session.slot, at(from).session.generation, read_command(copy, scratch));
  });
}

void simulation::refuse(ref from, problem trouble) {
  const auto session = at(from).session;
  happen(from, [&](chat::inbound& mail) { mail.refuse(session.slot, session.generation, trouble); });
}

void simulation::end(ref which) {
  const auto session = at(which).session;
  happen(which, [&](chat::inbound& mail) { mail.leave(session.slot, session.generation, leave_reason::eof); });
}

void simulation::stop(ref which, leave_reason reason) {
  seat& gone = at(which);
  gone.gone = true;
  seat*& place = shards_.at(gone.session.shard).place(gone.session.slot);
  if (place == &gone) place = nullptr;
  happen(which, [&](chat::inbound& mail) { mail.leave(gone.session.slot, gone.session.generation, reason); });
}

void simulation::drained(ref which) {
  seat& done = at(which);
  if (!std::exchange(done.drain, false)) throw std::logic_error("nobody wants to know");
  happen(which, [&](chat::inbound& mail) { mail.drained(done.session.slot, done.session.generation); });
}

void simulation::drain_all() {
  for (bool more = true; more;) {
    more = false;
    for (ref i = 0; i < seats_.size(); ++i) {
      if (!seats_[i].drain || seats_[i].gone) continue;
      drained(i);
      more = true;
    }
  }
}

void simulation::second() {
  wait(std::chrono::seconds(1));
  bool done = false;
  turn([&] { done = hub_.tick(); });
  while (!done) turn([&] { done = hub_.sweep(); });
}

void simulation::seconds(std::size_t count) {
  while (count-- > 0) second();
}

void simulation::shutdown() {
  turn([this] { hub_.shutdown(); });
}

void simulation::turn(const std::function<void()>& events) {
  if (in_turn_) return events();
  ++turns_;
  hub_.begin_turn(now_);
  in_turn_ = true;
  events();
  while (hub_.anybody_waits()) {
    if (hub_.full()) next_turn();
    hub_.serve_next();
  }
  in_turn_ = false;
  deliver();
}

// What is too much for one turn goes on in another, as with the broadcaster.
void simulation::next_turn() {
  deliver();
  ++turns_;
  hub_.begin_turn(now_);
}

void simulation::deliver() {
  const auto dispatches = hub_.out().dispatches();
  for (std::size_t i = 0; i < dispatches.size(); ++i) {
    chat::deliver(dispatches[i], shards_[i]);
    shards_[i].check_cursors();
    shards_[i].check_rooms();
  }
  hub_.requests() = {};
  if (after_turn_) after_turn_();
}

std::string simulation::heard(ref which) {
  at(which).pieces = 0;
  return std::exchange(at(which).unread, {});
}

std::vector<object> simulation::events(ref which) {
  std::vector<object> out;
  std::istringstream lines(heard(which));
  for (std::string line; std::getline(lines, line);) out.push_back(object::parse(line));
  return out;
}

void simulation::forget() {
  for (ref i = 0; i < seats_.size(); ++i) heard(i);
}

std::string simulation::as(ref which, std::string_view name) const {
  const std::string& addr = seats_.at(which).addr;
  return "[" + addr + "]" + (name.empty() ? addr : std::string(name)) + ": ";
}

std::string simulation::time() const {
  return format_time(now_.wall);
}

}  // namespace confab::test

#include "tests/unit/chat/storm.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <tuple>
#include <variant>

#include "tests/unit/chat/hub_inside.hpp"

namespace confab::test {

using namespace std::chrono_literals;

chat::hub_options storm::draw_options(storm& of) {
  chat::hub_options out;
  out.history = true;
  out.instance_id = "r7";
  of.draw(out.max_users, {3, 6, 30});
  of.draw(out.max_ghosts_of_address, {1, 3, 100});
  of.draw(out.send_queue, {2048, 8192, 256 * 1024});
  of.draw(out.turn_steps, {50, 400, 100'000});
  of.draw(out.turn_deliveries, {10'000, 8 * 1024 * 1024});
  of.draw(out.answer_bytes, {store::max_page_bytes, 3 * store::max_page_bytes});
  of.draw(out.idle_timeout, {0s, 4s, 70s});
  of.draw(out.announce_limit, {1, 3, 1000});
  of.draw(out.arrival_delay, {0ms, 50ms});
  of.draw(out.max_rooms, {2, 4, 1000});
  of.draw(out.max_joined, {1, 32});
  of.draw(out.replay, {0, 0, 3});
  of.draw(out.recall_window, {1s, 20s});
  of.draw(out.resume_window, {3s, 20s, 20s, 0s});
  of.draw(out.dead_after, {0, 2});
  of.draw(out.recent_bytes, {3000, 1024 * 1024});
  if (of.one_in(3)) out.motd = {"welcome", "欢迎"};
  auto made = std::make_shared<int>(0);
  out.make_token = [made] { return "token" + std::to_string(++*made); };
  return out;
}

storm::storm(choices choose)
    : choose_(std::move(choose)),
      options_(draw_options(*this)),
      shards_(1 + pick(2)),
      busy_(one_in(2)),
      roomy_(options_.max_rooms == 1000 && options_.max_joined == 32),
      witness_(options_.instance_id, options_),
      house_(options_, shards_,
             {[this](ref who, std::uint64_t number) { witness_.joined(who, number); },
              [this](chat::store_requests& wanted, const storm_house::mark& in) { return carry_out(wanted, in); },
              [this](ref who, const std::string& bytes, const storm_house::mark& said) {
                witness_.hear(who, bytes, said);
                const std::string& token = witness_.token_of(who);
                if (token.empty()) return;
                client& own = clients_[lines_[who].client];
                if (own.seat != who) return;
                if (own.token != token) tokens_.push_back(token);
                own.token = token;
                own.last_read = witness_.last_read(who);
              },
              [this](ref who, std::uint64_t number) { note_device(who, number); }}) {}

// ---- turns

void storm::rage(std::size_t turns) {
  for (std::size_t i = 0; i < turns; ++i) {
    for (std::size_t events = 1 + pick(5); events > 0; --events) happen();
    take_turn();
    if (one_in(3)) happen_elsewhere();
    if (house_.held() > pick(8)) house_.settle(house_.held());
  }
}

void storm::take_turn() {
  storm_house::course how;
  if (one_in(busy_ ? 2 : 4)) how.hurries_after = 1 + pick(4);
  if (one_in(6)) how.ends_after = 1 + pick(3);
  if (one_in(busy_ ? 2 : 5)) how.serves = pick(3);
  how.held = one_in(5);
  house_.mail_turn(how);
}

void storm::happen_elsewhere() {
  switch (pick(10)) {
    case 0:
    case 1:
    case 2: return pass_time();
    case 3:
    case 4:
      if (!queries_.empty()) answer(pick(queries_.size()));
      return;
    case 5: return house_.settle(1 + pick(3));
    case 6: return house_.turn([this](chat::hub& rules) { rules.keeping(keeps_ = one_in(2)); });
    case 7: return house_.turn([this](chat::hub& rules) { rules.short_of_memory(short_of_memory_ = one_in(3)); });
    case 8: {
      // The list may be older than what was said since, but it holds what was said before.
      std::vector<store::room_ref> rooms;
      for (const store::message& each : kept_) {
        if (!each.is_whisper() && one_in(2)) rooms.push_back(each.room);
      }
      std::sort(rooms.begin(), rooms.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.generation) < std::tie(b.name, b.generation);
      });
      rooms.erase(std::unique(rooms.begin(), rooms.end()), rooms.end());
      return house_.turn([&](chat::hub& rules) { rules.kept_rooms(rooms); });
    }
    default: return house_.turn([](chat::hub&) {});
  }
}

void storm::pass_time() {
  if (one_in(4)) house_.set_clock(std::chrono::milliseconds(static_cast<int>(pick(7'200'000)) - 3'600'000));
  switch (pick(6)) {
    case 0: house_.wait(std::chrono::milliseconds(pick(100))); break;
    case 1: house_.wait(std::chrono::milliseconds(pick(4000))); [[fallthrough]];
    default: house_.tick();
  }
}

// ---- the history

std::uint64_t storm::carry_out(chat::store_requests& wanted, const storm_house::mark& in) {
  const std::uint64_t last = witness_.keep(wanted, in, house_.now());
  for (auto& each : wanted.writes) {
    if (auto* const message = std::get_if<store::message>(&each)) kept_.push_back(std::move(*message));
    if (const auto* const gone = std::get_if<store::recall>(&each)) {
      std::erase_if(kept_, [&](const store::message& one) { return one.id == gone->id; });
    }
  }
  for (chat::query& each : wanted.queries) queries_.push_back(std::move(each));
  return last;
}

store::page storm::find(const chat::query& asked) {
  store::page out;
  const auto* const page = std::get_if<store::page_request>(&asked.wanted);
  const auto* const search = std::get_if<store::search_request>(&asked.wanted);
  const std::size_t limit = page != nullptr ? page->limit : search->limit;
  for (const store::message& each : kept_) {
    bool seen = false;
    if (page != nullptr) {
      seen = each.room == page->room && (page->where != store::page_request::from::before_id || each.id < page->id);
    } else if (!search->with.empty()) {
      seen = each.is_whisper() && ((each.from_key == search->who.person && each.to_key == search->with) ||
                                   (each.from_key == search->with && each.to_key == search->who.person));
    } else if (each.is_whisper()) {
      seen = each.from_key == search->who.person || each.to_key == search->who.person;
    } else {
      seen = std::find(search->who.rooms.begin(), search->who.rooms.end(), each.room) != search->who.rooms.end();
    }
    if (seen) out.messages.push_back(each);
  }
  if (out.messages.size() > limit) {
    out.messages.erase(out.messages.begin(), out.messages.end() - static_cast<std::ptrdiff_t>(limit));
    out.more = true;
  }
  return out;
}

// Whether its asker is still there or not.
void storm::answer(std::size_t index) {
  const chat::query asked = std::move(queries_[index]);
  queries_.erase(queries_.begin() + static_cast<std::ptrdiff_t>(index));
  store::page found = find(asked);
  if (one_in(6)) {
    found = {};
    found.error = "the disk is gone";
  }
  house_.turn([&](chat::hub& rules) { rules.answer(asked, found); });
}

// ---- connections

bool storm::is_open(ref which) {
  return !house_.at(which).closed && !house_.at(which).gone && !lines_[which].ended;
}

void storm::happen() {
  const std::size_t kind = pick(20);
  if (clients_.size() < 3 || (kind == 0 && clients_.size() < 25)) return come();
  if (kind == 1 || kind == 2) return drain_some(2);
  // One that its client may have given up already.
  if (const ref any = pick(house_.size()); kind == 5 && one_in(4) && !house_.at(any).gone) {
    if (clients_[lines_[any].client].seat == any) clients_[lines_[any].client].connected = false;
    return house_.stop(any, leave_reason::error);
  }
  const std::size_t client = pick(clients_.size());
  if (!clients_[client].connected) return connect(client);
  const ref seat = clients_[client].seat;
  const bool waits = house_.at(seat).held && busy_ && one_in(6);
  if (kind == 3 || waits || !is_open(seat)) return part(client);
  if (kind == 6 && one_in(2) && clients_.size() < 30) return come_beside(client);
  if (kind == 4 && one_in(3)) return connect(client);  // it gives up the old one, of which the server knows nothing yet
  if (house_.at(seat).held && !one_in(3)) return;
  for (std::size_t lines = one_in(4) ? 1 + pick(6) : 1; lines > 0 && is_open(seat); --lines) send(seat);
}

// Somebody who is online comes with another device, as a login will let it.
void storm::come_beside(std::size_t of) {
  const std::uint64_t number = witness_.number_of(clients_[of].seat);
  if (number == 0) return;
  const std::string addr = std::to_string(1 + pick(3)) + ".0.0.1:" + std::to_string(house_.size() + 1);
  const std::size_t fresh = clients_.size();
  beside_ = {addr, fresh};
  const auto seat = house_.come_as(number, addr, pick(shards_));
  if (!seat) return;
  client& by = clients_.emplace_back();
  by.seat = *seat;
  by.connected = true;
  if (!one_in(3)) send_line(*seat, "/json on", verb::json);
}

void storm::note_device(ref who, std::uint64_t number) {
  witness_.come(who, beside_.second, beside_.first);
  lines_.resize(who + 1);
  lines_[who].client = beside_.second;
  auto& chat = hub_inside(hub()).chat();
  const chat::user& owner = *chat.users.find_id(number);
  std::set<std::string> rooms;
  for (const chat::membership& each : owner.rooms) rooms.insert(chat.rooms.at(each.room).name);
  witness_.added(who, number, owner.addr, std::move(rooms), house_.turns());
}

void storm::come() {
  clients_.emplace_back();
  connect(clients_.size() - 1);
}

// Most come as programs that come back where they were; some are old, or strange.
void storm::connect(std::size_t client) {
  const std::size_t shared = one_in(8) ? 1 + pick(3) : house_.size() + 1;
  const std::string addr = std::to_string(1 + pick(3)) + ".0.0.1:" + std::to_string(shared);
  const bool speaks = !one_in(6);
  const ref seat = house_.come(addr, pick(shards_), one_in(2), speaks);
  witness_.come(seat, client, addr);
  lines_.resize(seat + 1);
  lines_[seat].client = client;
  lines_[seat].course.sure_of_room = roomy_;
  clients_[client].seat = seat;
  clients_[client].connected = true;
  if (!speaks) return;
  if (!clients_[client].token.empty() && !one_in(8)) return resume(client, seat);
  if (one_in(2)) return send_line(seat, "/json on", verb::json);
  one_in(2) ? send_text(seat) : send_command(seat);
}

void storm::resume(std::size_t client, ref seat) {
  const std::string token = some_token(client);
  std::uint64_t last = clients_[client].last_read;
  if (one_in(6)) last = pick(witness_.last_id() + 5);
  witness_.ask_to_resume(seat, token, last);
  lines_[seat].course = {};
  send_line(seat, "/resume " + token + " " + std::to_string(last), verb::resume);
}

// The end of a connection, one way or another; what it has been sent may be lost before.
void storm::part(std::size_t client) {
  const ref seat = clients_[client].seat;
  if (is_open(seat) && one_in(3)) return witness_.go_deaf(seat);
  if (is_open(seat) && one_in(3)) {
    if (one_in(3)) house_.line(seat, anything(), true);
    lines_[seat].ended = true;
    return house_.end(seat);
  }
  static constexpr std::array reasons{leave_reason::error, leave_reason::error,  leave_reason::slow,
                                      leave_reason::quit,  leave_reason::kicked, leave_reason::shutdown};
  house_.stop(seat, one_of(reasons));
  clients_[client].connected = false;
}

void storm::drain_some(std::size_t all_but_one_in) {
  for (ref i = 0; i < house_.size(); ++i) {
    if (house_.at(i).drain && !house_.at(i).gone && !one_in(all_but_one_in)) house_.drained(i);
  }
}

}  // namespace confab::test

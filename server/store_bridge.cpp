#include "server/store_bridge.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

#include <asio/post.hpp>

#include "server/store/database.hpp"

namespace confab {
namespace {

// How the hub calls the lobby in what it keeps.
constexpr std::string_view lobby_key = "lobby";

// A number that is this session's alone, as far as answering in turn needs that.
store::reader::asker asker_of(const chat::session_ref& session) {
  const std::uint64_t place = (std::uint64_t{session.shard} << 32U) | session.slot;
  return place * 0x9e3779b97f4a7c15U + session.generation + 1;
}

}  // namespace

store_bridge::store_bridge(asio::io_context& home, const store::options& how, std::shared_ptr<spdlog::logger> log,
                           handlers tell)
    : home_(home),
      log_(std::move(log)),
      handlers_(std::move(tell)),
      writer_(how, {[this](const store::verdict& what) { asio::post(home_, [this, what] { on_verdict(what); }); },
                    [this](bool works, const std::string& reason) {
                      asio::post(home_, [this, works, reason] { on_health(works, reason); });
                    },
                    [this] {
                      const std::lock_guard lock(reading_);
                      return reader_ == nullptr || reader_->make_way();
                    },
                    [this](const std::string& text) { log_->warn("history: {}", text); }}) {
  const std::lock_guard lock(reading_);
  reader_ = std::make_unique<store::reader>(how, [this] { writer_.make_index_anew(); });
}

store_bridge::~store_bridge() {
  const std::lock_guard lock(reading_);
  reader_.reset();
}

store::page store_bridge::read_now(const store::room_ref& room, std::size_t limit) {
  store::page_request request;
  request.room = room;
  request.limit = limit;
  std::promise<store::page> answer;
  if (!reader_->read_page(std::move(request), [&](store::page found) { answer.set_value(std::move(found)); })) {
    throw store::store_error("the history does not answer");
  }
  store::page found = answer.get_future().get();
  if (!found.error.empty()) throw store::store_error(found.error);
  return found;
}

void store_bridge::restore(chat::hub& into, std::size_t replay) {
  into.restore(writer_.highest_id());
  std::promise<store::room_list> answer;
  if (!reader_->rooms([&](store::room_list found) { answer.set_value(std::move(found)); })) {
    throw store::store_error("the history does not answer");
  }
  store::room_list rooms = answer.get_future().get();
  if (!rooms.error.empty()) throw store::store_error(rooms.error);
  for (const store::room_ref& room : end_surplus(std::move(rooms.rooms), into.max_rooms())) {
    const store::page last = replay > 0 ? read_now(room, replay) : store::page();
    into.restore_room(room.name == lobby_key ? store::room_ref() : room, last.messages);
  }
}

// Those that there is no space for are no more, the longest silent first: what was said in them must not show up in a
// room of that name that is made meanwhile, whenever there is space again. Returns the others.
std::vector<store::room_ref> store_bridge::end_surplus(std::vector<store::room_ref> rooms, std::size_t most) {
  const auto others = std::stable_partition(rooms.begin(), rooms.end(),
                                            [](const store::room_ref& each) { return each.name == lobby_key; });
  const auto count = static_cast<std::size_t>(rooms.end() - others);
  if (count <= most) return rooms;
  std::vector<std::pair<std::uint64_t, store::room_ref>> by_last_id;
  std::transform(others, rooms.end(), std::back_inserter(by_last_id), [this](const store::room_ref& each) {
    const store::page last = read_now(each, 1);
    return std::pair(last.messages.empty() ? 0 : last.messages.back().id, each);
  });
  std::sort(by_last_id.begin(), by_last_id.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  rooms.erase(others, rooms.end());
  for (std::size_t i = 0; i < count; ++i) {
    if (i < most) {
      rooms.push_back(std::move(by_last_id[i].second));
    } else {
      last_number_ = writer_.end_room({std::move(by_last_id[i].second)});
    }
  }
  log_->warn(
      "history: --max-rooms is {}: {} rooms that were silent for longest are no more; what was said in them stays "
      "kept, and shows up in no other room of that name",
      most, count - most);
  return rooms;
}

std::vector<store::message> store_bridge::tagged_since(store::moment since) {
  store::tagged_request request;
  request.since = since;
  std::promise<store::page> answer;
  if (!reader_->tagged(request, [&](store::page found) { answer.set_value(std::move(found)); })) {
    throw store::store_error("the history does not answer");
  }
  store::page found = answer.get_future().get();
  if (!found.error.empty()) throw store::store_error(found.error);
  return std::move(found.messages);
}

std::uint64_t store_bridge::carry_out(chat::store_requests& wanted) {
  std::uint64_t number = 0;
  std::vector<store::message> batch;
  const auto flush = [&] {
    if (!batch.empty()) number = append(std::exchange(batch, {}), number);
  };
  for (auto& each : wanted.writes) {
    if (auto* const message = std::get_if<store::message>(&each)) {
      batch.push_back(std::move(*message));
      continue;
    }
    flush();
    if (auto* const gone = std::get_if<store::recall>(&each)) {
      number = writer_.recall_message(std::move(*gone));
    } else {
      number = writer_.end_room(std::move(std::get<store::room_end>(each)));
    }
  }
  flush();
  last_number_ = std::max(last_number_, number);
  // Whoever asks must find what was said before: the query waits until that can be read.
  for (chat::query& each : wanted.queries) {
    if (last_number_ > settled_) {
      waiting_.emplace_back(last_number_, std::move(each));
    } else {
      ask(std::move(each));
    }
  }
  wanted.writes.clear();
  wanted.queries.clear();
  // Where nothing is kept there is nothing to wait for, also while the writer looks whether it could be.
  return works_ ? number : 0;
}

// What the writer refuses is not kept, and the chat goes on all the same. Returns the number to wait for, which is that
// `before` it if the writer has not taken it.
std::uint64_t store_bridge::append(std::vector<store::message> batch, std::uint64_t before) {
  try {
    return writer_.append(std::move(batch));
  } catch (const std::exception& error) {
    last_lost_ = std::chrono::steady_clock::now();
    report_keeping(false);
    log_keeping(false, error.what());
    return before;
  }
}

// Writing may work and yet more wait than may: then that is not kept either. The hub hears each change, and tells users
// that it is over when it has been for a while.
void store_bridge::report_keeping(bool works) {
  if (std::exchange(keeping_, works) != works) handlers_.keeping(works);
}

void store_bridge::log_keeping(bool works, const std::string& reason) {
  if (std::exchange(logged_keeping_, works) == works) return;
  if (works) {
    log_->info("the history is kept again; not kept since the start: {}{}{}", writer_.count().lost,
               reason.empty() ? "" : "; ", reason);
  } else {
    log_->error("the history is not kept: {}", reason);
  }
}

void store_bridge::on_health(bool works, const std::string& reason) {
  const bool still = !works && !works_;
  works_ = works;
  if (still) log_->error("the history is still not kept: {}", reason);
  if (works) reader_->go_on();
  report_keeping(works);
  log_keeping(works, reason);
}

void store_bridge::on_verdict(const store::verdict& what) {
  settled_ = what.last;
  const auto now = std::chrono::steady_clock::now();
  if (!what.kept) last_lost_ = now;
  report_keeping(what.kept);
  // As users do, the log hears that it is over when it has been for a while.
  if (!what.kept || now - last_lost_ >= chat::steady_again) log_keeping(what.kept, what.reason);
  handlers_.settled(settled_);
  while (!waiting_.empty() && waiting_.front().first <= settled_) {
    ask(std::move(waiting_.front().second));
    waiting_.pop_front();
  }
}

void store_bridge::ask(chat::query asked) {
  const auto done = [this, asked](store::page found) {
    asio::post(home_, [this, asked, found = std::move(found)] { handlers_.answer(asked, found); });
  };
  const auto* const page = std::get_if<store::page_request>(&asked.wanted);
  const auto whose = asker_of(asked.asker);
  const bool accepted = page != nullptr ? reader_->read_page(*page, done, whose)
                                        : reader_->search(std::get<store::search_request>(asked.wanted), done, whose);
  if (accepted) return;
  store::page refused;
  refused.error = "too many questions";
  done(std::move(refused));
}

void store_bridge::list_rooms(std::function<void(const std::vector<store::room_ref>&)> done) {
  const bool accepted = reader_->rooms([this, done](store::room_list found) {
    if (!found.error.empty()) return;
    asio::post(home_, [done, rooms = std::move(found.rooms)] { done(rooms); });
  });
  if (!accepted) log_->warn("the history is too busy to list its rooms");
}

}  // namespace confab

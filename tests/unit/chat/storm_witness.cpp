#include "tests/unit/chat/storm_witness.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "common/names.hpp"

namespace confab::test {

std::size_t storm_witness::mark_in(std::string_view text) {
  const std::size_t begin = text.find('~');
  if (begin == std::string_view::npos) return 0;
  const std::size_t end = text.find('~', begin + 1);
  if (end == std::string_view::npos) return 0;
  const std::string digits(text.substr(begin + 1, end - begin - 1));
  return digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos ? 0 : std::stoul(digits);
}

void storm_witness::wrong(const std::string& what) const {
  throw std::logic_error(what + (at_.empty() ? "" : ": " + at_));
}

storm_witness::listener& storm_witness::at(ref who) {
  return listeners_[who];
}

std::size_t storm_witness::family(std::size_t client) {
  while (families_.size() <= client) families_.push_back(families_.size());
  while (families_[client] != client) client = families_[client];
  return client;
}

std::uint64_t storm_witness::number_in(const std::string& key) const {
  return key.starts_with(run_ + ".") ? std::stoull(key.substr(run_.size() + 1)) : 0;
}

// ---- what is sent

void storm_witness::come(ref who, std::size_t client, const std::string& addr) {
  at(who).client = client;
  at(who).addr = addr;
}

void storm_witness::joined(ref who, std::uint64_t number) {
  at(who).number = number;
  clients_of_[number].push_back(at(who).client);
}

void storm_witness::added(ref who, std::uint64_t number, const std::string& addr, std::set<std::string> rooms,
                          std::size_t turn) {
  listener& fresh = at(who);
  fresh.number = number;
  for (const std::string& each : rooms) fresh.since[each] = turn;
  fresh.rooms = std::move(rooms);
  fresh.knows_addr = true;
  people_[number].addr = addr;
  clients_of_[number].push_back(fresh.client);
  several_.insert(number);
  ++devices_;
  for (said& each : said_) {
    if (each.id != 0 || at(each.meant.by).number != number) continue;
    each.meant.name.clear();
    each.meant.room.clear();
  }
}

std::size_t storm_witness::begin_text(intent meant) {
  said_.emplace_back().meant = std::move(meant);
  return said_.size() - 1;
}

void storm_witness::tag(ref who, const std::string& tag, verb what) {
  ++tags_.try_emplace(tag, owned_tag{at(who).client, what, 0}).first->second.uses;
  question_asked& asked = at(who).asked[tag];
  asked.what = what;
  ++asked.sent;
}

void storm_witness::ask_to_resume(ref who, const std::string& token, std::uint64_t last_id) {
  at(who).resumes.emplace_back(token, last_id);
  const auto owner = tokens_.find(token);
  if (owner != tokens_.end()) families_[family(at(who).client)] = family(owner->second.client);
}

// ---- what is said

std::uint64_t storm_witness::keep(const chat::store_requests& wanted, const mark& in, chat::moment now) {
  for (const auto& each : wanted.writes) {
    if (const auto* const message = std::get_if<store::message>(&each)) keep_message(*message, in, now);
    if (const auto* const gone = std::get_if<store::recall>(&each)) {
      if (kept_.count(gone->id) == 0) wrong("what nobody said is taken back");
      kept_[gone->id].recalled_in = in.turn;
    }
  }
  return last_id();
}

void storm_witness::keep_message(const store::message& what, const mark& in, chat::moment now) {
  at_ = what.text;
  if (what.id <= in.last_id || what.id <= last_id()) wrong("an id that does not rise");
  kept& line = kept_[what.id];
  line.number = mark_in(what.text);
  line.from = number_in(what.from_key);
  line.to = number_in(what.to_key);
  line.room = what.room.name;
  line.said_in = in.turn;
  if (line.number == 0) return;
  said& text = said_.at(line.number);
  if (text.id != 0) {
    const bool again = text.meant.sent_again && !text.meant.tag.empty();
    const bool forgotten = text.from != line.from || now.steady - text.when >= options_.resume_window;
    if (!again || !forgotten) wrong("a text is said twice");
  }
  if (!text.meant.sent_again) {
    if (text.meant.says) check_intent(text, what);
    auto& [last, by] = people_[line.from].last_said;
    if (line.number < last && text.meant.by == by) wrong("texts of one sender in another order");
    last = line.number;
    by = text.meant.by;
  }
  const auto& clients = clients_of_.at(line.from);
  const bool own = std::any_of(clients.begin(), clients.end(),
                               [&](std::size_t each) { return family(each) == family(at(text.meant.by).client); });
  if (!own) wrong("a text is said by another");
  text.id = what.id;
  text.from = line.from;
  text.to = line.to;
  text.from_name = what.from;
  text.room = what.room.name;
  text.when = now.steady;
  at_.clear();
}

void storm_witness::check_intent(const said& text, const store::message& what) const {
  const intent& meant = text.meant;
  if (!meant.name.empty() && what.from != meant.name) wrong("said as " + what.from + ", not as " + meant.name);
  if (meant.whispered != what.is_whisper()) wrong("a whisper that is none, or the other way round");
  if (!meant.room.empty() && what.room.name != meant.room) wrong("said in " + what.room.name + ", not " + meant.room);
  if (!meant.whispered) return;
  const bool by_number = meant.receiver.starts_with('@');
  const bool right =
      by_number ? what.to_key == run_ + "." + meant.receiver.substr(1) : name_key(meant.receiver) == name_key(what.to);
  if (!right) wrong("whispered to " + what.to + ", not to " + meant.receiver);
}

}  // namespace confab::test

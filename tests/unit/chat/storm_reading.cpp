// What those in a storm read. The rest of the witness is in storm_witness.cpp.
#include <algorithm>
#include <sstream>

#include "tests/unit/chat/storm_witness.hpp"

namespace confab::test {
namespace {

/// Every tag of a storm looks like `tg17q`. Calls f(tag) for each in a line.
template <class F>
void for_each_tag(const std::string& line, F f) {
  for (std::size_t at = line.find("tg"); at != std::string::npos; at = line.find("tg", at + 2)) {
    const std::size_t end = line.find_first_not_of("0123456789", at + 2);
    if (end != std::string::npos && end > at + 2 && line[end] == 'q') f(line.substr(at, end + 1 - at));
  }
}

bool asks_history(verb what) {
  return what == verb::history || what == verb::search;
}

}  // namespace

// ---- what is read

void storm_witness::hear(ref who, const std::string& bytes, const mark& said) {
  listener& by = at(who);
  if (by.deaf) return;
  if (!bytes.ends_with('\n')) wrong("half a line");
  std::istringstream lines(bytes);
  for (std::string line; std::getline(lines, line);) {
    at_ = std::to_string(who) + " (user " + std::to_string(by.number) + ") reads " + line;
    hear_line(by, line, said);
  }
  at_.clear();
}

void storm_witness::hear_line(listener& by, const std::string& line, const mark& in) {
  if (by.number == 0) wrong("nobody reads this");
  for_each_tag(line, [&](const std::string& tag) {
    const auto owner = tags_.find(tag);
    if (owner == tags_.end() || family(owner->second.client) != family(by.client)) wrong("a tag of another");
  });
  if (line.starts_with('{') && !by.json) by.json_since = in.turn;
  by.json = line.starts_with('{');
  if (by.json) {
    hear_json(by, object::parse(line), in);
  } else {
    hear_text(by, line, in);
  }
}

void storm_witness::hear_json(listener& by, const object& line, const mark& in) {
  const std::string type = line.at("type");
  const std::string tag = line.value("tag", "");
  const bool past = line.value("past", false);
  const bool asked = !tag.empty() && tags_.count(tag) != 0 && asks_history(tags_.at(tag).what);
  if (!tag.empty() && (!past || asked)) count_answer(by, tag, &line);
  if (type == "welcome") return welcome(by, line, in);
  if (type == "delivery" && line.at("state") == "waiting") {
    const bool right = line.at("seconds") >= 0 && line.at("seconds") <= options_.resume_window.count();
    if (!right) wrong("a whisper that waits for longer than its receiver, or not at all");
  }
  const bool own = line.contains("room") && line.value("user", std::uint64_t{0}) == by.number;
  if (type == "joined" && own) enter(by, line.at("room"), in);
  if (type == "left" && own) leave(by, line.at("room").get<std::string>());
  if (type == "bye" && line.at("reason") == "quit" && !has_quit(by)) wrong("let go without having asked for it");
  if (type != "message" && type != "private") return;
  const std::size_t number = mark_in(line.at("text").get<std::string>());
  const bool repeated = line.value("repeated", false);
  const auto known = kept_.find(line.at("id").get<std::uint64_t>());
  if (!asked && !repeated && (known == kept_.end() || known->second.recalled_in < in.turn)) wrong("taken back before");
  if (number == 0 || repeated) return;  // of what is repeated only its tag may be known
  const said& text = said_.at(number);
  if (text.id == 0) wrong("read before it was said");
  if (!text.meant.sent_again && line.at("id") != text.id) wrong("another id");
  if (!text.meant.sent_again && (line.at("from") != text.from_name || line.at("user") != text.from)) {
    wrong("another sender");
  }
  if ((type == "private") != (text.to != 0)) wrong("a whisper that is none, or the other way round");
  const std::string room = line.value("room", "");
  if (!past && !room.empty() && by.rooms.count(room) == 0) wrong("of a room that it is not in");
  if (text.to == 0 && !text.meant.sent_again && room != (text.room == "lobby" ? "" : text.room))
    wrong("in another room");
  const bool missed = past && by.resumed && !by.shown_past && !asked;
  if (missed && !room.empty()) {
    const auto since = people_[by.number].rooms.find(room);
    if (by.rooms.count(room) == 0) wrong("missed in a room that it is not in");
    if (since != people_[by.number].rooms.end() && line.at("id") <= since->second) wrong("said before it came");
  }
  read(by, text, line.at("id"), in, missed || !past);
}

// Where the time stands in front of each line, or it is something old, only whose it is can be told.
void storm_witness::hear_text(listener& by, const std::string& line, const mark& in) {
  std::string_view rest = line;
  if (by.stamped && rest.size() > 20 && rest[4] == '-' && rest[19] == ' ') rest.remove_prefix(20);
  if (rest.starts_with("tg")) {
    const std::string tag(rest.substr(0, rest.find(' ')));
    if (tags_.count(tag) != 0) {
      count_answer(by, tag, nullptr);
      rest.remove_prefix(std::min(rest.size(), tag.size() + 1));
    }
  }
  // Its own arrival is the first that it hears of.
  if (!by.knows_addr && rest.ends_with(": is online") && rest.starts_with("[" + by.addr)) {
    by.addr = rest.substr(1, rest.find(']') - 1);
    by.knows_addr = true;
    people_[by.number].addr = by.addr;
  }
  const std::string_view room = rest.starts_with('#') ? rest.substr(1, rest.find(' ') - 1) : std::string_view();
  const std::string& addr = people_[by.number].addr;  // that of its first device
  const std::string self = " [" + (addr.empty() ? by.addr : addr) + "]";
  if (!room.empty() && rest.substr(1 + room.size()).starts_with(self)) {
    if (rest.ends_with(": has joined")) enter(by, std::string(room), in);
    if (rest.ends_with(": has left")) leave(by, std::string(room));
  }
  const std::size_t number = mark_in(rest);
  if (number == 0 || said_.at(number).id == 0) return;  // nobody has said it: a topic
  const said& text = said_.at(number);
  const bool sure = !by.stamped && !rest.starts_with('(') && !text.meant.sent_again && text.meant.says;
  if (sure) {
    const std::size_t digits = rest.find_first_not_of("0123456789");
    if (digits > 0 && rest[digits] == ' ') rest.remove_prefix(digits + 1);
    const bool elsewhere = text.to == 0 && text.room != "lobby";
    if (elsewhere != rest.starts_with("#")) wrong("in another room");
    if (elsewhere && !rest.starts_with("#" + text.room + " ")) wrong("in another room");
    if (elsewhere && by.rooms.count(text.room) == 0) wrong("of a room that it is not in");
    if (line.find(text.from_name) == std::string::npos && text.from != by.number) wrong("another sender");
  }
  if (!sure && !rest.starts_with('(')) by.sure = false;
  read(by, text, text.id, in, sure);
}

void storm_witness::enter(listener& by, const std::string& room, const mark& in) {
  by.rooms.insert(room);
  by.since.try_emplace(room, in.turn);
  people_[by.number].rooms[room] = in.last_id;
}

bool storm_witness::has_quit(const listener& by) {
  return std::any_of(quitters_.begin(), quitters_.end(),
                     [&](std::size_t each) { return family(each) == family(by.client); });
}

void storm_witness::leave(listener& by, const std::string& room) {
  by.rooms.erase(room);
  by.since.erase(room);
}

void storm_witness::read(listener& by, const said& text, std::uint64_t id, const mark& in, bool counts) {
  ++reads_;
  if (text.to != 0 && by.number != text.from && by.number != text.to && !text.meant.sent_again) {
    wrong("a whisper of others");
  }
  if (!counts) return;
  if (id <= by.last_read) wrong("read twice, or not in order");
  if (kept_.at(id).recalled_in < in.turn) wrong("read although it was taken back before");
  if (by.sure) check_gap(by, std::max(by.last_read, people_[by.number].sure_from), id, in);
  by.last_read = id;
  by.sure = true;
}

// Between two things that somebody reads nothing is missing that all hear, that was said in a room which it is in, or
// that was whispered to it.
void storm_witness::check_gap(const listener& by, std::uint64_t after, std::uint64_t before, const mark& in) const {
  for (auto each = kept_.upper_bound(after); each != kept_.end() && each->first < before; ++each) {
    const kept& one = each->second;
    if (one.recalled_in <= in.turn || one.number == 0 || said_[one.number].meant.sent_again) continue;
    const auto since = by.since.find(one.room);
    const bool own = one.from == by.number && by.json && by.json_since < one.said_in;  // text does not confirm it
    const bool there = since != by.since.end() && since->second < one.said_in && !by.stamped;
    if (one.room == "lobby" || there || (one.room.empty() && (one.to == by.number || own))) {
      wrong("not read before: " + text_of(one.number) + ", which has the id " + std::to_string(each->first));
    }
  }
}

void storm_witness::welcome(listener& by, const object& line, const mark& in) {
  const std::uint64_t number = line.at("user");
  const std::string token = line.value("token", "");
  const bool is_new = !token.empty() && tokens_.try_emplace(token, owned_token{by.client, number}).second;
  by.token = token;
  by.addr = line.at("addr");
  by.knows_addr = true;
  if (several_.count(number) == 0) people_[number].addr = by.addr;
  if (!token.empty() && tokens_.at(token).number != number) wrong("a token of another");
  person& who = people_[number];
  if (is_new) who.sure_from = std::max(who.sure_from, last_id());
  if (!line.value("resumed", false)) {
    if (number != by.number) wrong("another user");
    return;
  }
  const auto asked =
      std::find_if(by.resumes.begin(), by.resumes.end(), [&](const auto& each) { return each.first == token; });
  if (asked == by.resumes.end()) wrong("resumed with another token");
  const std::uint64_t after = asked->second;
  by.resumes.erase(by.resumes.begin(), asked + 1);
  ++resumed_;
  by.number = number;
  by.resumed = true;
  by.rooms.clear();
  by.since.clear();
  for (const auto& room : line.at("rooms")) {
    by.rooms.insert(room.get<std::string>());
    by.since[room.get<std::string>()] = in.turn;
  }
  const bool honest = after != 0 && after <= in.last_id;
  by.last_read = honest ? after : 0;
  by.sure = honest && line.at("complete") == true && !by.shown_past;
}

// ---- answers

void storm_witness::count_answer(listener& by, const std::string& tag, const object* line) {
  const auto found = by.asked.find(tag);
  if (found == by.asked.end()) return;  // it asked for that on the connection before
  question_asked& asked = found->second;
  asked.all_json = line != nullptr && (asked.all_json || asked.lines == 0);
  ++asked.lines;
  if (line == nullptr) return;
  const std::string type = line->at("type");
  const auto ends = [&] {
    if (type == "error") return true;
    switch (asked.what) {
      case verb::who:
      case verb::rooms: return line->value("end", false);
      case verb::history:
      case verb::search: return type == "history" || type == "search";
      case verb::join: return type == "room";
      case verb::leave: return type == "left";
      case verb::whisper: return type == "private";
      default: return true;
    }
  };
  if (ends()) ++asked.ends;
}

void storm_witness::check_answers(ref who) {
  const listener& by = at(who);
  if (by.deaf) return;
  for (const auto& [tag, asked] : by.asked) {
    at_ = "connection " + std::to_string(who) + ", " + tag + ", " + std::to_string(static_cast<int>(asked.what)) +
          ", " + std::to_string(asked.sent) + " times, " + std::to_string(asked.lines) + " lines, " +
          std::to_string(asked.ends) + " ends";
    if (asked.what == verb::who && !asked.all_json) continue;  // of an empty room text says nothing
    if (asked.lines < asked.sent) wrong("no answer");
    const bool exact =
        asked.all_json && tags_.at(tag).uses == 1 && asked.what != verb::help && asked.what <= verb::resume;
    if (exact && asked.ends != 1) wrong("not one answer");
    answered_ += asked.sent;
  }
  at_.clear();
}

}  // namespace confab::test

// What is sent in a storm: any command of the table, with arguments from what there is. The rest is in storm.cpp.
#include <algorithm>

#include "tests/unit/chat/storm.hpp"

namespace confab::test {
namespace {

using takes = command_row::takes;

constexpr std::array<std::string_view, 4> plain_rooms{"tea", "cake", "jam", "ink"};

bool is_plain_room(std::string_view text) {
  return std::find(plain_rooms.begin(), plain_rooms.end(), text) != plain_rooms.end();
}

const std::array<std::string, 8> names{"anna", "Anna", "ＡＮＮＡ", "张三", "admin", "-x", "a b", "nobody"};

// A name that nobody else has, nor one that looks like it.
std::string own_name(std::size_t number) {
  std::string out = "Z";
  for (; number > 0; number /= 5) out.push_back("bdkmt"[number % 5]);
  return out;
}

}  // namespace

// ---- what there is

std::string storm::some_name() {
  switch (pick(4)) {
    case 0: return one_of(names);
    case 1: return house_.at(pick(house_.size())).addr;
    case 2: return names_ == 0 ? "nobody" : own_name(1 + pick(names_));
    default: break;
  }
  // Mostly one of the last who came: those are there, or have just gone.
  const ref last = house_.size();
  return "@" + std::to_string(one_in(4) ? pick(last + 2) : last - pick(std::min<ref>(last, 6)));
}

std::string storm::some_room() {
  static const std::array<std::string, 5> others{"lobby", "大厅", "#tea", "茶", "@"};
  if (one_in(6)) return one_of(others);
  return std::string(one_of(plain_rooms));
}

std::string storm::some_id() {
  return std::to_string(one_in(4) ? pick(100)
                                  : witness_.last_id() - pick(std::min<std::uint64_t>(witness_.last_id() + 1, 8)));
}

std::string storm::some_time() {
  static const std::array<std::string, 4> times{"2026-01-05", "12:00", "2026-01-05T12:03:00Z", "25:61"};
  return one_of(times);
}

std::string storm::some_token(std::size_t client) {
  const std::size_t kind = pick(12);
  if (kind == 0) return "wrong" + std::to_string(++invented_);
  if (kind == 1 && !tokens_.empty()) return one_of(tokens_);
  return clients_[client].token.empty() ? "none" + std::to_string(++invented_) : clients_[client].token;
}

std::string storm::anything() {
  static const std::array<std::string, 12> words{"",  "on",   "off",   "hello", "你好，世界", "#tea",
                                                 "7", "3600", "tea x", "\xFF",  "\x01\x1B",   "lobby"};
  switch (pick(10)) {
    case 0: return std::string(pick(3000), 'x');
    case 1: return std::string("a\0b", 3);
    case 2: return some_name();
    case 3: return some_room();
    case 4: return some_id();
    case 5: return some_time();
    default: return one_of(words);
  }
}

// ---- lines

// A text of its own, in the line that is being made.
std::string storm::some_text(storm_witness::intent meant, bool says) {
  meant.says = says;
  text_ = witness_.begin_text(std::move(meant));
  std::string out = storm_witness::text_of(text_);
  if (one_in(8)) out += " 你好";
  if (one_in(12)) out += std::string(pick(1500), 'y');
  if (one_in(12)) out = "/me " + out;
  return out;
}

void storm::send(ref from) {
  const std::size_t kind = pick(24);
  client& by = clients_[lines_[from].client];
  if (kind == 0 && !by.sent.empty()) {
    const client::tagged_line& again = one_of(by.sent);
    witness_.send_again(again.text);
    witness_.tag(from, again.tag, again.what);
    return house_.line(from, again.line);
  }
  if (kind == 1) return house_.line(from, "/dance " + anything());
  if (kind == 2) {
    static constexpr std::array troubles{problem::line_too_long, problem::flood};
    return house_.refuse(from, one_of(troubles));
  }
  if (kind == 3) return house_.line(from, std::string(pick(4), ' '));
  if (kind < 10) return send_text(from);
  send_command(from);
}

storm_witness::intent storm::intent_of(ref from) const {
  const storm_course& course = lines_[from].course;
  storm_witness::intent meant;
  meant.by = from;
  // Another device may rename its user, or leave a room for it.
  const bool alone = !witness_.has_several(witness_.number_of(from));
  if (course.sure_of_name && alone) meant.name = course.name;
  return meant;
}

bool storm::is_sure_of_room(ref from) const {
  return lines_[from].course.sure_of_room && !witness_.has_several(witness_.number_of(from));
}

void storm::send_text(ref from) {
  storm_witness::intent meant = intent_of(from);
  if (is_sure_of_room(from)) meant.room = lines_[from].course.room;
  send_line(from, some_text(meant, true), verb::say);
}

void storm::send_command(ref from) {
  const auto table = command_table();
  const command_row& row = table[pick(table.size())];
  if (row.what == verb::tag) return house_.line(from, "/tag " + anything());
  if (row.what == verb::quit && !one_in(6)) return house_.line(from, "/ping");
  storm_witness::intent meant = intent_of(from);
  send_line(from, command_for(from, row, meant), row.what);
}

// Some with a tag: a new one, or one that was used for something else.
void storm::send_line(ref from, std::string line, verb what) {
  client& by = clients_[lines_[from].client];
  const bool always = what == verb::history || what == verb::search;  // or nobody knows what their answer is
  if (always || one_in(3)) {
    std::string tag = "tg" + std::to_string(++tags_) + "q";
    const bool used = !always && what != verb::join && !by.sent.empty() && one_in(10);
    if (used) tag = one_of(by.sent).tag;
    line = "/tag " + tag + " " + line;
    std::string scratch;
    if (const command read = read_command(line, scratch); read.is == command::kind::wanted) what = read.what;
    witness_.tag(from, tag, what);
    if (text_ != 0) witness_.note_tag(text_, tag);
    const bool says = what == verb::say || what == verb::in || what == verb::whisper;
    if (says && text_ != 0) by.sent.push_back({line, tag, text_, what});
  }
  if (what == verb::times) witness_.is_stamped(from);
  if (what == verb::quit) witness_.quits(from);
  if (what == verb::join && options_.replay > 0) witness_.is_shown_past(from);
  text_ = 0;
  house_.line(from, line);
}

std::string storm::command_for(ref from, const command_row& row, storm_witness::intent& meant) {
  fresh_name_.clear();
  const std::string argument = argument_for(from, row, meant);
  follow(lines_[from].course, row, argument);
  std::string out = (row.bare && one_in(2) ? "" : "/") + std::string(row.word);
  if (!argument.empty()) out += " " + argument;
  return out;
}

std::string storm::argument_for(ref from, const command_row& row, storm_witness::intent& meant) {
  const bool says = row.what == verb::say || row.what == verb::in || row.what == verb::whisper;
  if (!says && one_in(8)) return anything();
  switch (row.what) {
    case verb::say:
      if (is_sure_of_room(from)) meant.room = lines_[from].course.room;
      return some_text(meant, true);
    case verb::in: {
      meant.room = one_of(plain_rooms);
      const std::string room = meant.room;
      return room + " " + some_text(meant, true);
    }
    case verb::whisper: {
      meant.receiver = some_name();
      if (meant.receiver.find(' ') != std::string::npos) meant.receiver = "nobody";
      meant.whispered = true;
      const std::string receiver = meant.receiver;
      return receiver + " " + some_text(meant, true);
    }
    case verb::rename: return one_in(2) ? fresh_name_ = own_name(++names_) : one_of(names);
    case verb::join:
    case verb::leave:
    case verb::room: return one_in(6) && row.what == verb::leave ? std::string() : some_room();
    case verb::who: return one_in(2) ? std::string() : some_room();
    case verb::topic: return some_room() + (one_in(2) ? " " + anything() : std::string());
    case verb::recall: return some_id();
    case verb::history: {
      std::string out = one_in(2) ? "#" + some_room() + " " : std::string();
      if (out.empty() && one_in(3)) out = "@" + some_name() + " ";
      if (one_in(2)) out += std::to_string(1 + pick(5)) + " ";
      if (one_in(3)) out += "before " + (one_in(2) ? some_id() : some_time());
      return out;
    }
    case verb::search: return (one_in(4) ? "before " + some_id() + " " : std::string()) + "hello";
    case verb::heartbeat: return std::to_string(1 + pick(3));
    case verb::resume: {
      const std::string token = some_token(lines_[from].client);
      const std::uint64_t last = clients_[lines_[from].client].last_read;
      witness_.ask_to_resume(from, token, last);
      return token + " " + std::to_string(last);
    }
    default: break;
  }
  switch (row.arguments) {
    case takes::nothing: return {};
    case takes::on_off: return one_in(2) ? "on" : "off";
    case takes::optional_text: return one_in(2) ? std::string() : some_text(meant, false);
    case takes::text: return some_text(meant, false);
    case takes::word_and_optional_text:
    case takes::word_and_text: return (one_in(2) ? some_name() : some_room()) + " " + some_text(meant, false);
  }
  return {};
}

// What is sure about the lines that follow, whatever becomes of this one.
void storm::follow(storm_course& course, const command_row& row, const std::string& argument) {
  switch (row.what) {
    case verb::rename:
      course.sure_of_name = !fresh_name_.empty();
      course.name = argument;
      return;
    case verb::join:
      if (argument == "lobby") return void(course.room = argument);
      if (!is_plain_room(argument)) return void(course.sure_of_room = false);
      course.joined.insert(argument);
      course.room = argument;
      return;
    case verb::room:
      if (course.joined.count(argument) != 0 || argument == "lobby") course.room = argument;
      if (!is_plain_room(argument) && argument != "lobby") course.sure_of_room = false;
      return;
    case verb::leave:
      if (!argument.empty() && !is_plain_room(argument)) return void(course.sure_of_room = false);
      if (argument.empty()) {
        course.joined.erase(course.room);
        course.room = "lobby";
      } else if (course.joined.erase(argument) != 0 && course.room == argument) {
        course.room = "lobby";
      }
      return;
    case verb::resume: course = {}; return;
    default: return;
  }
}

}  // namespace confab::test

#include "server/chat/tags.hpp"

#include <string>

#include "common/names.hpp"

namespace confab::chat {
namespace {

// Whether `text` is how somebody was meant who had that name and number then; numbers of an earlier run (0) are not
// known any more.
bool is_name_of(std::string_view text, std::string_view name, std::uint64_t number) {
  if (text.starts_with('@')) return number == 0 || text.substr(1) == std::to_string(number);
  return name_key(text) == name_key(name);
}

// Whether `said` is what is wanted. Of what was recalled nobody knows.
bool is_saying(const logged_message& said, const command& wanted) {
  return said.recalled || (said.text == wanted.text && said.kind == wanted.how);
}

}  // namespace

void tags::restore(const std::vector<store::message>& tagged, moment now) {
  if (chat_.options.resume_window.count() == 0) return;
  for (const store::message& each : tagged) kept_.add(each, now, chat_.options.resume_window);
}

tags::prior tags::said_with(const device& from, std::string_view tag) {
  prior before;
  if (tag.empty()) return before;
  if (const auto used = said_.find(from.device_id, tag, chat_.now.steady)) {
    before.id = used->id;
    before.time =
        chat_.now.wall - std::chrono::duration_cast<std::chrono::system_clock::duration>(chat_.now.steady - used->when);
    before.said = chat_.log.find(used->id);
    if (before.said != nullptr) before.time = before.said->time;
    return before;
  }
  if (from.extras == nullptr) return before;
  for (const std::uint64_t scope : {from.extras->scope, from.extras->earlier_scope}) {
    before.kept = kept_.find(scope, tag, chat_.now.steady);
    if (before.kept == nullptr) continue;
    before.id = before.kept->id;
    before.time = before.kept->time;
    break;
  }
  return before;
}

void tags::note(std::uint64_t from, std::string_view tag, std::uint64_t id) {
  if (!tag.empty()) said_.add(from, tag, id, chat_.now.steady);
}

// Where it is not known any more what it was, the tag alone decides.
void tags::repeat_said(const asker& from, const room& where, const command& wanted, const prior& before) {
  std::string_view room_name = where.name;
  bool same = true;
  if (before.said != nullptr) {
    const room* const said_in = before.said->to_user == 0 ? chat_.rooms.find(*before.said) : nullptr;
    const bool other_words = !is_saying(*before.said, wanted);
    const bool other_room = wanted.what == verb::in && said_in != nullptr && said_in != &where;
    same = before.said->to_user == 0 && !other_words && !other_room;
    if (said_in != nullptr) room_name = said_in->name;
  } else if (before.kept != nullptr) {
    const std::string_view said_in = before.kept->room == rooms::lobby_word ? std::string_view() : before.kept->room;
    const bool other_room = wanted.what == verb::in && said_in != where.name;
    same = !before.kept->is_whisper() && before.kept->says(wanted.text, wanted.how) && !other_room;
    room_name = said_in;
  }
  if (!same) return chat_.out.reply_error(from, problem::tag_used);
  chat_.out.reply_at(from, before.time,
                     event::message{before.id, room_name, from.on->who(), wanted.text, {}, true, {}, wanted.how});
}

// The receiver may have another name by now, or have left and somebody else its name: it is the same whisper if it went
// to the one who has that name now, or to one who had it then.
void tags::repeat_whisper(const asker& from, const user* receiver, const command& wanted, const prior& before) {
  person to{receiver == nullptr ? wanted.word : receiver->name(), {}};
  bool same = true;
  if (before.said != nullptr) {
    const logged_message& said = *before.said;
    const bool same_one = receiver != nullptr && receiver->user_id == said.to_user;
    const bool same_words = is_saying(said, wanted);
    same = said.to_user != 0 && same_words && (same_one || is_name_of(wanted.word, said.to, said.to_user));
    to = {said.to, {}, said.to_user};
  } else if (before.kept != nullptr) {
    const auto& kept = *before.kept;
    // Its number of then is not known; who is meant by one of now has to have that name.
    const bool by_number = receiver != nullptr && wanted.word.starts_with('@');
    const bool same_one = is_name_of(by_number ? receiver->name() : wanted.word, kept.to, 0);
    same = kept.is_whisper() && kept.says(wanted.text, wanted.how) && same_one;
    to = {kept.to, {}};
  }
  if (!same) return chat_.out.reply_error(from, problem::tag_used);
  chat_.out.reply_at(from, before.time,
                     event::whispered{{before.id, from.on->who(), to, wanted.text, {}, true, {}, wanted.how}});
}

std::string_view tags::own(const device& to, const logged_message& what) {
  const bool of_session = what.from_device == to.device_id;
  const bool of_earlier = what.scope != 0 && to.extras != nullptr &&
                          (what.scope == to.extras->scope || what.scope == to.extras->earlier_scope);
  return of_session || of_earlier ? std::string_view(what.tag) : std::string_view();
}

void tags::expire() {
  said_.expire(chat_.now.steady);
  kept_.forget(chat_.now.steady);
}

}  // namespace confab::chat

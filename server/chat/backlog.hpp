#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"
#include "server/history/message.hpp"

namespace confab::chat {

/// What was said, kept and shown again: to newcomers, to those who come back, by the history. With the hub, on its
/// thread.
class backlog {
 public:
  explicit backlog(chat_state& chat) : chat_(chat) {}

  /// A room of which the history holds something: its last messages, oldest first. Without a name: the lobby.
  void restore_room(const store::room_ref& which, const std::vector<store::message>& last);

  /// How the history calls a room.
  static store::room_ref kept_as(const room& of);
  /// The room of which the history holds that; null if it is no more.
  room* find(const store::room_ref& kept);
  /// The room is no more: what was said in it, if the history has it, is not to be shown in another of this name.
  void end_room(const room& gone, bool kept);

  /// Something was just said in that room.
  void add(const fact::said& news, room& where);
  /// Something was just whispered.
  void add(const fact::whispered& news);

  /// What was said with that id is taken back; `message` is where it is remembered (null: not any more). Returns the
  /// room that it was said in; null when that is gone, or when it was a whisper.
  room* recall(const fact::recalled& news, logged_message* message);

  /// Shows it to `to`, with the tag that it said it with itself, if it is known.
  void show(const asker& to, const logged_message& what, std::string_view own_tag);
  /// Shows the last messages of a room to a newcomer who wants to see them; the newest that its outbox has room for.
  void replay(device& to, const room& of);

  /// A message of the history, said in that room or whispered.
  logged_message from_store(const store::message& kept, const room& where) const;
  /// A user (user::user_id) for good: unlike the name, nobody else can take it later.
  std::string person_key(std::uint64_t number) const;

 private:
  template <class Fact>
  logged_message begin(const Fact& news) const;
  store::message to_keep(const logged_message& fresh, std::uint64_t scope) const;
  std::uint64_t number_of(std::string_view person_key) const;

  chat_state& chat_;
};

}  // namespace confab::chat

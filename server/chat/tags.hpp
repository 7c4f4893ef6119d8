#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/kept_tags.hpp"
#include "server/chat/said_tags.hpp"

namespace confab::chat {

/// Saying a thing once: what is sent again with the same tag is answered as before. With the hub, on its thread.
class tags {
 public:
  explicit tags(chat_state& chat) : chat_(chat), said_(chat.options.resume_window, chat.spent) {}

  /// What was said with tags before the start, within the time in which somebody may come back.
  void restore(const std::vector<store::message>& tagged, moment now);

  /// What was said with a tag before; id 0: nothing. What it was is known from this run or the one before, or not any
  /// more.
  struct prior {
    std::uint64_t id = 0;
    std::chrono::system_clock::time_point time;
    const logged_message* said = nullptr;
    const kept_tags::entry* kept = nullptr;
  };
  /// By this device, else in what its owner said before the server was started.
  prior said_with(const device& from, std::string_view tag);
  /// A device (device::device_id) has said `id` with that tag; empty: with none.
  void note(std::uint64_t from, std::string_view tag, std::uint64_t id);

  /// Answers what was said before, in a room or to a receiver (null: there is no such user now), or complains that it
  /// was something else.
  void repeat_said(const asker& from, const room& where, const command& wanted, const prior& before);
  void repeat_whisper(const asker& from, const user* receiver, const command& wanted, const prior& before);

  /// The tag with which `to` said what it is shown again, or nothing.
  static std::string_view own(const device& to, const logged_message& what);

  /// A device has left for good.
  void forget(const device& gone) { said_.forget(gone.device_id); }
  /// A second is over: gives back the memory of what is not known any more.
  void expire();
  void clear() noexcept { said_.clear(); }

  /// hub_options::resume_window is another. What is known from before the start stays known for as long as it was.
  void change() noexcept { said_.set_window(chat_.options.resume_window); }

 private:
  chat_state& chat_;
  said_tags said_;
  kept_tags kept_;
};

}  // namespace confab::chat

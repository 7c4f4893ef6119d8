#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/undelivered.hpp"

namespace confab::chat {

/// Whispers to users whose connection is broken: who whispered is told what becomes of them. With the hub, on its
/// thread.
class delivery_reports {
 public:
  explicit delivery_reports(chat_state& chat) : chat_(chat) {}

  /// The whisper waits if no device of `receiver`, who is somebody else, has a connection: then the fact says so.
  void decide_wait(const user& from, const user& receiver, fact::whispered& news);
  /// It was taken back.
  void recalled(std::uint64_t receiver, std::uint64_t id) { undelivered_.forget(receiver, id); }
  /// Those with ids above `after` up to `until` have been sent to `receiver`, or never will be.
  void settle(const user& receiver, bool delivered, std::uint64_t after = 0, std::uint64_t until = UINT64_MAX);
  std::vector<fact::settled> decide_settled(const user& receiver, bool delivered, std::uint64_t after = 0,
                                            std::uint64_t until = UINT64_MAX);
  /// Tells the sender; null: it is on another node.
  void apply(const fact::settled& news, const user* sender);
  bool any_for(const user& receiver) const noexcept { return undelivered_.any_for(receiver.user_id); }

  /// Tells a device that is back what has become of whispers of its own meanwhile.
  void tell_fates(const device& back);
  /// Somebody has left for good.
  void forget(const user& gone) { fates_.erase(gone.user_id); }
  void clear() noexcept {
    undelivered_.clear();
    fates_.clear();
  }

 private:
  struct fate {
    event::delivery::state became;
    std::string name;
    std::string addr;
    std::uint64_t number;
    std::size_t messages;
    std::uint64_t last;
  };

  chat_state& chat_;
  undelivered undelivered_;
  std::unordered_map<std::uint64_t, std::vector<fate>> fates_;  // by sender (user::user_id)
};

}  // namespace confab::chat

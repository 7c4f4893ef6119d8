#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "common/events.hpp"
#include "server/chat/hub.hpp"
#include "server/chat/session_ref.hpp"

namespace confab::chat {

/// What happened on one shard during a turn, in order: the mailbox message to the hub. Holds copies of all words.
/// Filled on the shard's thread, then handed over whole.
class inbound {
 public:
  explicit inbound(std::uint32_t shard) : shard_(shard) {}

  bool empty() const noexcept { return items_.empty(); }
  void clear() noexcept {
    items_.clear();
    words_.clear();
  }

  void join(std::uint32_t slot, std::uint32_t generation, std::string_view addr, bool speaks);
  void apply(std::uint32_t slot, std::uint32_t generation, const command& wanted, bool unfinished = false);
  void refuse(std::uint32_t slot, std::uint32_t generation, problem trouble);
  void leave(std::uint32_t slot, std::uint32_t generation, leave_reason reason);
  void drained(std::uint32_t slot, std::uint32_t generation);

  std::uint32_t shard() const noexcept { return shard_; }

  /// Tells the hub all of it. On the hub's thread, inside a turn.
  void replay(hub& to) const;

 private:
  enum class kind : std::uint8_t { join, apply, leave, drained };
  struct item {
    kind what;
    bool speaks;      // of join: a line follows
    bool unfinished;  // of apply: the stream ended before the line did
    leave_reason reason;
    command::kind is;
    verb wanted;
    problem trouble;
    std::uint32_t slot;
    std::uint32_t generation;
    std::uint32_t begin;  // in words_: the tag, the word and the text, one after the other
    std::uint32_t tag_size;
    std::uint32_t word_size;
    std::uint32_t text_size;
  };
  item& add(kind what, std::uint32_t slot, std::uint32_t generation);
  command command_of(const item& from) const noexcept;

  std::uint32_t shard_;
  std::vector<item> items_;
  std::string words_;
};

}  // namespace confab::chat

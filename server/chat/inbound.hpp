#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "common/protocol/leave_reason.hpp"
#include "common/protocol/wire_format.hpp"
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

  /// See hub::join().
  void join(std::uint32_t slot, std::uint32_t generation, std::string_view addr, bool speaks, std::size_t max_line = 0,
            bool secure = false, wire_format as = wire_format::text);
  void apply(std::uint32_t slot, std::uint32_t generation, const command& wanted, bool unfinished = false);
  void refuse(std::uint32_t slot, std::uint32_t generation, problem trouble);
  void leave(std::uint32_t slot, std::uint32_t generation, leave_reason reason);
  void drained(std::uint32_t slot, std::uint32_t generation);

  std::uint32_t shard() const noexcept { return shard_; }

  std::size_t size() const noexcept { return items_.size(); }

  /// Tells the hub what happened, from the item with number `first` on, at least one, and others for as long as
  /// `go_on()`. Returns the number of the first that it has not told: size() when that was all. On the hub's thread,
  /// inside a turn. `Hub` is the hub, or what stands for it in a test.
  template <class Hub, class GoOn>
  std::size_t replay(Hub& to, std::size_t first, GoOn go_on) const {
    while (first < items_.size()) {
      tell(to, items_[first]);
      if (++first < items_.size() && !go_on()) break;
    }
    return first;
  }
  /// All of it.
  template <class Hub>
  void replay(Hub& to) const {
    replay(to, 0, [] { return true; });
  }

 private:
  enum class kind : std::uint8_t { join, apply, leave, drained };
  struct item {
    kind what;
    bool speaks;      // of join: a line follows
    bool secure;      // of join
    wire_format as;   // of join
    bool unfinished;  // of apply: the stream ended before the line did
    leave_reason reason;
    command::kind is;
    verb wanted;
    problem trouble;
    message_kind how;
    std::uint32_t slot;
    std::uint32_t generation;
    std::uint32_t begin;  // in words_: the tag, the word and the text, one after the other
    std::uint32_t tag_size;
    std::uint32_t word_size;  // of join: the longest line
    std::uint32_t text_size;
  };
  item& add(kind what, std::uint32_t slot, std::uint32_t generation);
  command command_of(const item& from) const noexcept;
  std::string_view words_of(const item& from) const noexcept {
    return std::string_view(words_).substr(from.begin, from.text_size);
  }

  template <class Hub>
  void tell(Hub& to, const item& each) const {
    const session_ref session{shard_, each.slot, each.generation};
    switch (each.what) {
      case kind::join: to.join(session, words_of(each), each.speaks, each.word_size, each.secure, each.as); break;
      case kind::apply: to.apply(session, command_of(each), each.unfinished); break;
      case kind::leave: to.leave(session, each.reason); break;
      case kind::drained: to.drained(session); break;
    }
  }

  std::uint32_t shard_;
  std::vector<item> items_;
  std::string words_;
};

}  // namespace confab::chat

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "common/commands.hpp"

namespace confab::chat {

/// Commands that wait for their turn, with their words, one after the other in one string: an impatient asker may send
/// tens of thousands of them. With its owner, on the hub's thread.
class command_queue {
 public:
  bool empty() const noexcept { return front_ == bytes_.size(); }

  void push(const command& last) {
    const header head{last.is,
                      last.how,
                      last.what,
                      last.trouble,
                      static_cast<std::uint8_t>(last.tag.size()),
                      static_cast<std::uint32_t>(last.word.size()),
                      static_cast<std::uint32_t>(last.text.size())};
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
    bytes_.append(last.tag).append(last.word).append(last.text);
  }

  /// All of `others`, behind the last.
  void append(const command_queue& others) { bytes_.append(others.bytes_, others.front_); }

  /// The first one; not when empty. Its words are valid until the next push.
  command front() const noexcept {
    std::size_t end = front_;
    return read(end);
  }
  /// Takes the first one; not when empty. Its words are valid until the next push.
  command pop() noexcept { return read(front_); }

  /// How much memory those that wait take.
  std::size_t bytes() const noexcept { return bytes_.size() - front_; }

 private:
  // Tags have at most max_tag bytes. A line has up to 60,000 (--max-line), and made safe it is up to three times as
  // long.
  struct header {
    command::kind is : 4;
    message_kind how : 4;
    verb what;
    problem trouble;
    std::uint8_t tag_size;
    std::uint32_t word_size;
    std::uint32_t text_size;
  };

  // The one that begins `at`, which becomes where the next begins.
  command read(std::size_t& at) const noexcept {
    header head;
    std::memcpy(&head, bytes_.data() + at, sizeof head);
    at += sizeof head;
    const auto words = [&](std::size_t size) {
      return std::string_view(bytes_).substr(std::exchange(at, at + size), size);
    };
    command out;
    out.is = head.is;
    out.what = head.what;
    out.trouble = head.trouble;
    out.how = head.how;
    out.tag = words(head.tag_size);
    out.word = words(head.word_size);
    out.text = words(head.text_size);
    return out;
  }

  std::string bytes_;
  std::size_t front_ = 0;
};

}  // namespace confab::chat

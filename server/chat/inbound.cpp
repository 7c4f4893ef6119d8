#include "server/chat/inbound.hpp"

namespace confab::chat {

inbound::item& inbound::add(kind what, std::uint32_t slot, std::uint32_t generation) {
  item fresh{};
  fresh.what = what;
  fresh.slot = slot;
  fresh.generation = generation;
  fresh.begin = static_cast<std::uint32_t>(words_.size());
  items_.push_back(fresh);
  return items_.back();
}

void inbound::join(std::uint32_t slot, std::uint32_t generation, std::string_view addr, bool speaks,
                   std::size_t max_line, bool secure, wire_format as) {
  item& fresh = add(kind::join, slot, generation);
  fresh.word_size = static_cast<std::uint32_t>(max_line);
  fresh.speaks = speaks;
  fresh.secure = secure;
  fresh.as = as;
  fresh.text_size = static_cast<std::uint32_t>(addr.size());
  words_.append(addr);
}

void inbound::apply(std::uint32_t slot, std::uint32_t generation, const command& wanted, bool unfinished) {
  item& fresh = add(kind::apply, slot, generation);
  fresh.unfinished = unfinished;
  fresh.is = wanted.is;
  fresh.wanted = wanted.what;
  fresh.trouble = wanted.trouble;
  fresh.how = wanted.how;
  fresh.tag_size = static_cast<std::uint32_t>(wanted.tag.size());
  fresh.word_size = static_cast<std::uint32_t>(wanted.word.size());
  fresh.text_size = static_cast<std::uint32_t>(wanted.text.size());
  words_.append(wanted.tag).append(wanted.word).append(wanted.text);
}

void inbound::refuse(std::uint32_t slot, std::uint32_t generation, problem trouble) {
  command refused;
  refused.is = command::kind::refused;
  refused.trouble = trouble;
  apply(slot, generation, refused);
}

void inbound::leave(std::uint32_t slot, std::uint32_t generation, leave_reason reason) {
  add(kind::leave, slot, generation).reason = reason;
}

void inbound::drained(std::uint32_t slot, std::uint32_t generation) {
  add(kind::drained, slot, generation);
}

command inbound::command_of(const item& from) const noexcept {
  const std::string_view words(words_);
  command out;
  out.is = from.is;
  out.what = from.wanted;
  out.trouble = from.trouble;
  out.how = from.how;
  out.tag = words.substr(from.begin, from.tag_size);
  out.word = words.substr(from.begin + from.tag_size, from.word_size);
  out.text = words.substr(from.begin + from.tag_size + from.word_size, from.text_size);
  return out;
}

}  // namespace confab::chat

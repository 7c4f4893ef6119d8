#include "server/net/outbox.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace confab::net {
namespace {

bool within(std::string_view part, std::string_view whole) noexcept {
  const std::less_equal<const char*> not_after;
  return not_after(whole.data(), part.data()) && not_after(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

void outbox::add(std::string_view piece_bytes) {
  bytes_ += piece_bytes.size();
  if (pieces_.size() > kept_) {
    piece& last = pieces_.back();
    if (last.bytes.data() + last.bytes.size() == piece_bytes.data()) {
      last.bytes = {last.bytes.data(), last.bytes.size() + piece_bytes.size()};
      return;
    }
  }
  pieces_.push_back({piece_bytes, nullptr});
}

void outbox::begin_frame() {
  pieces_.push_back({});
  frame_ = pieces_.size();
  before_frame_ = bytes_;
}

void outbox::end_frame(std::string_view head) {
  pieces_[frame_ - 1].bytes = head;
  bytes_ += head.size();
  frame_ = 0;
}

std::size_t outbox::gather(std::span<iovec> into) const noexcept {
  const std::size_t count = std::min(into.size(), pieces_.size() - first_);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view bytes = pieces_[first_ + i].bytes;
    into[i] = {const_cast<char*>(bytes.data()), bytes.size()};  // iovec is for reading too; nothing here is written
  }
  return count;
}

void outbox::consume(std::size_t count) noexcept {
  bytes_ -= count;
  while (count > 0) {
    piece& front = pieces_[first_];
    if (count < front.bytes.size()) {
      front.bytes.remove_prefix(count);
      return;
    }
    count -= front.bytes.size();
    front = {};
    ++first_;
  }
  if (bytes_ == 0) clear();
}

void outbox::keep(const std::shared_ptr<const chat::broadcast>& broadcast) {
  // Written pieces are dropped when they are half of all, so that a peer that always lags a little does not take more
  // and more.
  if (first_ > 32 && first_ * 2 > pieces_.size()) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    kept_ = kept_ > first_ ? kept_ - first_ : 0;
    first_ = 0;
  }
  const std::size_t whole = broadcast == nullptr ? 0 : broadcast->bytes();
  for (kept_ = std::max(kept_, first_); kept_ < pieces_.size(); ++kept_) {
    piece& loose = pieces_[kept_];
    const auto is_part = [&](const std::string& lines) { return within(loose.bytes, lines); };
    const bool shared =
        broadcast != nullptr && (std::any_of(broadcast->lines.begin(), broadcast->lines.end(), is_part) ||
                                 std::any_of(broadcast->room_lines.begin(), broadcast->room_lines.end(), is_part));
    // A small part would keep alive much that this user does not hear.
    if (shared && loose.bytes.size() * 8 >= whole) {
      loose.owner = broadcast;
    } else {
      auto copy = std::make_shared<const std::string>(loose.bytes);
      loose.bytes = *copy;
      loose.owner = std::move(copy);
    }
  }
}

void outbox::clear() noexcept {
  pieces_.clear();
  first_ = kept_ = bytes_ = frame_ = 0;
}

}  // namespace confab::net

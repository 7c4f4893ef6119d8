#include "server/net/websocket_codec.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace confab::net {
namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7F;
constexpr unsigned in_two_bytes = 126;
constexpr unsigned in_eight_bytes = 127;

std::uint64_t big_endian(const unsigned char* from, std::size_t size) noexcept {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < size; ++i) out = (out << 8U) | from[i];
  return out;
}

// Which codes a close frame may have: those of the RFC and of its registry that are meant to be sent, and those that
// are free.
bool may_be_sent(std::uint16_t code) noexcept {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1014) && code != 1004 && code != 1005 && code != 1006;
}

void unmask(std::span<char> part, std::array<char, 4>& mask) noexcept {
  std::array<char, 8> twice{};
  std::memcpy(twice.data(), mask.data(), mask.size());
  std::memcpy(twice.data() + mask.size(), mask.data(), mask.size());
  std::uint64_t with = 0;
  std::memcpy(&with, twice.data(), sizeof with);
  std::size_t at = 0;
  for (; at + sizeof with <= part.size(); at += sizeof with) {
    std::uint64_t word = 0;
    std::memcpy(&word, part.data() + at, sizeof word);
    word ^= with;
    std::memcpy(part.data() + at, &word, sizeof word);
  }
  for (; at < part.size(); ++at) part[at] = static_cast<char>(part[at] ^ mask[at % mask.size()]);
  std::rotate(mask.begin(), mask.begin() + static_cast<std::ptrdiff_t>(part.size() % mask.size()), mask.end());
}

}  // namespace

websocket_reader::found websocket_reader::next(std::span<char>& piece) {
  if (held_ != nullptr && !in_frame_) held_.reset();
  while (!over_) {
    found out;
    if (!in_frame_ && !take_head(piece, out)) return out;
    if (const auto what = take_payload(piece)) return *what;
  }
  return {};
}

// ---- the head of a frame

std::size_t websocket_reader::head_size() const noexcept {
  if (head_have_ < 2) return 2;
  const unsigned length = head_[1] & length_bits;
  return std::size_t{2} + (length == in_two_bytes ? 2 : length == in_eight_bytes ? 8 : 0) + mask_.size();
}

// False: not all of it is there, or it is wrong; `into` says which.
bool websocket_reader::take_head(std::span<char>& piece, found& into) {
  while (head_have_ < head_size()) {
    const std::size_t size = std::min(head_size() - head_have_, piece.size());
    if (size == 0) return false;
    std::memcpy(head_.data() + head_have_, piece.data(), size);
    head_have_ = static_cast<std::uint8_t>(head_have_ + size);
    piece = piece.subspan(size);
    if (const auto why = fault_of_head()) {
      into = fail(*why);
      return false;
    }
  }
  begin_frame();
  return true;
}

// What is wrong with as much of it as is there.
std::optional<websocket_code> websocket_reader::fault_of_head() const noexcept {
  if (const auto why = fault_of_opcode()) return why;
  if (head_have_ < 2) return std::nullopt;
  const bool is_control = (head_[0] & opcode_bits) >= static_cast<unsigned>(opcode::close);
  const unsigned short_length = head_[1] & length_bits;
  if ((head_[1] & mask_bit) == 0) return websocket_code::protocol_error;
  if (is_control) return short_length > max_control ? std::optional(websocket_code::protocol_error) : std::nullopt;
  if (head_have_ < head_size()) return std::nullopt;
  // A length in more bytes than it takes is no length.
  const std::uint64_t size = length();
  const bool in_two = short_length == in_two_bytes && size < in_two_bytes;
  const bool in_eight = short_length == in_eight_bytes && (size <= UINT16_MAX || size > INT64_MAX);
  if (in_two || in_eight) return websocket_code::protocol_error;
  if (size > max_message_ - message_size_) return websocket_code::too_big;
  return std::nullopt;
}

std::optional<websocket_code> websocket_reader::fault_of_opcode() const noexcept {
  if ((head_[0] & reserved_bits) != 0) return websocket_code::protocol_error;
  const bool final = (head_[0] & final_bit) != 0;
  switch (static_cast<opcode>(head_[0] & opcode_bits)) {
    case opcode::more: return in_message_ ? std::nullopt : std::optional(websocket_code::protocol_error);
    case opcode::text: return in_message_ ? std::optional(websocket_code::protocol_error) : std::nullopt;
    case opcode::binary: return in_message_ ? websocket_code::protocol_error : websocket_code::unsupported;
    case opcode::close:
    case opcode::ping:
    case opcode::pong: return final ? std::nullopt : std::optional(websocket_code::protocol_error);
  }
  return websocket_code::protocol_error;
}

std::uint64_t websocket_reader::length() const noexcept {
  const unsigned short_length = head_[1] & length_bits;
  if (short_length == in_two_bytes) return big_endian(head_.data() + 2, 2);
  return short_length == in_eight_bytes ? big_endian(head_.data() + 2, 8) : short_length;
}

void websocket_reader::begin_frame() noexcept {
  opcode_ = static_cast<opcode>(head_[0] & opcode_bits);
  final_ = (head_[0] & final_bit) != 0;
  left_ = length();
  std::memcpy(mask_.data(), head_.data() + head_size() - mask_.size(), mask_.size());
  head_have_ = 0;
  in_frame_ = true;
  if (opcode_ >= opcode::close) return;
  in_message_ = true;
  message_size_ += static_cast<std::uint32_t>(left_);
}

// ---- its payload

// What is there of it, unmasked.
std::span<char> websocket_reader::next_part(std::span<char>& piece) noexcept {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size()));
  const std::span<char> part = piece.first(size);
  piece = piece.subspan(size);
  left_ -= size;
  in_frame_ = left_ > 0;
  unmask(part, mask_);
  return part;
}

// Nothing: it was an empty fragment, and the next frame may be there.
std::optional<websocket_reader::found> websocket_reader::take_payload(std::span<char>& piece) {
  return opcode_ >= opcode::close ? std::optional(take_control(piece)) : take_text(piece);
}

std::optional<websocket_reader::found> websocket_reader::take_text(std::span<char>& piece) {
  if (left_ > 0 && piece.empty()) return found();
  found out{event::text, next_part(piece), false, 0};
  out.ends_message = !in_frame_ && final_;
  const bool sound = text_.take({out.payload.data(), out.payload.size()}) && (!out.ends_message || text_.whole());
  if (!sound) return fail(websocket_code::bad_text);
  if (out.ends_message) {
    in_message_ = false;
    message_size_ = 0;
  } else if (out.payload.empty()) {
    return std::nullopt;
  }
  return out;
}

websocket_reader::found websocket_reader::take_control(std::span<char>& piece) {
  if (left_ > 0 && piece.empty()) return {};
  const std::span<char> part = next_part(piece);
  if (held_ == nullptr && !in_frame_) return end_control(part);
  if (held_ == nullptr) held_ = std::make_unique<control>();
  std::copy(part.begin(), part.end(), held_->begin() + control_size_);
  control_size_ = static_cast<std::uint8_t>(control_size_ + part.size());
  if (in_frame_) return {};
  return end_control({held_->data(), std::exchange(control_size_, std::uint8_t{0})});
}

websocket_reader::found websocket_reader::end_control(std::span<char> whole) {
  if (opcode_ == opcode::close) return end_close({whole.data(), whole.size()});
  return {opcode_ == opcode::ping ? event::ping : event::pong, whole, false, 0};
}

websocket_reader::found websocket_reader::end_close(std::string_view whole) noexcept {
  constexpr std::size_t code_size = 2;
  auto code = static_cast<std::uint16_t>(websocket_code::none);
  if (!whole.empty() && whole.size() < code_size) return fail(websocket_code::protocol_error);
  if (!whole.empty()) {
    code = static_cast<std::uint16_t>(big_endian(reinterpret_cast<const unsigned char*>(whole.data()), code_size));
    if (!may_be_sent(code)) return fail(websocket_code::protocol_error);
    utf8_stream reason;
    if (!reason.take(whole.substr(code_size)) || !reason.whole()) return fail(websocket_code::bad_text);
  }
  over_ = true;
  return {event::close, {}, false, code};
}

websocket_reader::found websocket_reader::fail(websocket_code why) noexcept {
  over_ = true;
  return {event::fault, {}, false, static_cast<std::uint16_t>(why)};
}

// ---- what is sent

websocket_head::websocket_head(unsigned opcode, std::size_t size) noexcept {
  bytes_[0] = static_cast<char>(final_bit | opcode);
  size_ = 2;
  if (size < in_two_bytes) {
    bytes_[1] = static_cast<char>(size);
    return;
  }
  const std::size_t width = size <= UINT16_MAX ? 2 : 8;
  bytes_[1] = static_cast<char>(width == 2 ? in_two_bytes : in_eight_bytes);
  for (std::size_t i = width; i > 0; --i) {
    bytes_[1 + i] = static_cast<char>(size & 0xFFU);
    size >>= 8U;
  }
  size_ = static_cast<std::uint8_t>(size_ + width);
}

websocket_close::websocket_close(std::uint16_t code, std::string_view why) noexcept {
  constexpr std::size_t most = websocket_reader::max_control - 2;
  if (code == static_cast<std::uint16_t>(websocket_code::none)) {
    bytes_[0] = static_cast<char>(final_bit | 0x8U);
    bytes_[1] = 0;
    size_ = 2;
    return;
  }
  why = why.substr(0, most);
  bytes_[0] = static_cast<char>(final_bit | 0x8U);
  bytes_[1] = static_cast<char>(2 + why.size());
  bytes_[2] = static_cast<char>(code >> 8U);
  bytes_[3] = static_cast<char>(code & 0xFFU);
  std::copy(why.begin(), why.end(), bytes_.begin() + 4);
  size_ = static_cast<std::uint8_t>(4 + why.size());
}

}  // namespace confab::net

#include "common/telnet_filter.hpp"

#include <utility>

namespace confab {
namespace {

// RFC 854, "TELNET command structure".
constexpr unsigned char first_command = 236;  // end of file (RFC 1184); those of RFC 854 start at 240
constexpr unsigned char se = 240;
constexpr unsigned char sb = 250;
constexpr unsigned char will = 251;
constexpr unsigned char wont = 252;
constexpr unsigned char do_ = 253;
constexpr unsigned char dont = 254;
constexpr unsigned char iac_byte = 255;
constexpr unsigned char binary = 0;  // RFC 856

// Commands that a client sends in place of a key: end of file, suspend, abort (RFC 1184), break to erase line (RFC
// 854).
bool is_key(unsigned char command) {
  return (command >= first_command && command <= 238) || (command >= 243 && command <= 248);
}

}  // namespace

std::string telnet_filter::filter(std::string_view piece) {
  std::string out;
  out.reserve(piece.size());
  for (const char c : piece) {
    const auto byte = static_cast<unsigned char>(c);
    switch (state_) {
      case state::first_byte:
      case state::text:
        if (byte == iac_byte && state_ == state::first_byte) {
          state_ = state::first_command;
        } else if (byte == iac_byte) {
          state_ = state::command;
        } else {
          out.push_back(c);
          state_ = state::text;
        }
        break;
      case state::first_command:
      case state::command:
        if (byte < first_command || (byte == dont && state_ == state::first_command)) {
          out.append({iac, c});
          state_ = state::text;
        } else if (byte == iac_byte) {
          out.push_back(iac);
          state_ = state::text;
        } else if (byte >= will && byte <= dont) {
          verb_ = byte;
          state_ = state::option;
        } else {
          if (is_key(byte)) ask_for_binary();
          state_ = byte == sb ? state::subnegotiation : state::text;
        }
        break;
      case state::option:
        decline(byte);
        state_ = state::text;
        break;
      case state::subnegotiation:
        if (byte == iac_byte) state_ = state::subnegotiation_command;
        count_subnegotiated();
        break;
      case state::subnegotiation_command:
        state_ = byte == se ? state::text : state::subnegotiation;
        count_subnegotiated();
        break;
      case state::endless: return out;
    }
  }
  return out;
}

// Where the limit is reached everything ends, also when the piece holds the end of the subnegotiation a byte later:
// where pieces are cut changes nothing.
void telnet_filter::count_subnegotiated() noexcept {
  if (++subnegotiated_ >= max_subnegotiation) {
    state_ = state::endless;
  } else if (state_ == state::text) {
    subnegotiated_ = 0;
  }
}

// Only WILL and DO want an answer; answering WONT or DONT would start a loop (RFC 854, "option negotiation").
void telnet_filter::decline(unsigned char option) {
  if (verb_ != will && verb_ != do_) return;
  if (verb_ == will && option == binary && asked_for_binary_) return;
  if (replies_.size() + 3 > max_replies) return;
  replies_.push_back(iac);
  replies_.push_back(static_cast<char>(verb_ == will ? dont : wont));
  replies_.push_back(static_cast<char>(option));
}

void telnet_filter::ask_for_binary() {
  if (replies_.size() + 3 > max_replies || std::exchange(asked_for_binary_, true)) return;
  replies_.append({iac, static_cast<char>(do_), static_cast<char>(binary)});
}

std::string telnet_filter::take_replies() {
  return std::exchange(replies_, {});
}

}  // namespace confab

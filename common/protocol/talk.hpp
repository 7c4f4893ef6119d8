#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/protocol/message_kind.hpp"
#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// What people say to all, to a room and to one other user, and what becomes of it.
namespace confab {
namespace event {

struct message {
  std::uint64_t id;
  std::string_view room;  ///< empty: the lobby
  person from;
  std::string_view text;
  std::string_view past;       ///< when it was said, for people; empty: now
  bool repeated = false;       ///< the answer to a tag that was used before: nothing was said
  std::string_view own_tag{};  ///< past: the tag with which the one who hears this said it, where that is known
  message_kind kind = message_kind::plain;
};
struct whisper {
  std::uint64_t id;
  person from;
  person to;  ///< the address is not told
  std::string_view text;
  std::string_view past;
  bool repeated = false;
  std::string_view own_tag{};
  message_kind kind = message_kind::plain;
};
/// The receiver of a whisper gets `whisper`; this is the sender's confirmation.
struct whispered {
  whisper what;
};
/// What becomes of whispers to somebody whose connection is broken; said to the one who whispered.
struct delivery {
  enum class state : std::uint8_t {
    waiting,    ///< kept until the user comes back
    delivered,  ///< the user came back and has been sent them
    lost,       ///< the user did not come back
  };
  state is;
  person who;
  std::size_t messages;       ///< how many whispers this is about
  std::uint64_t id;           ///< the last of them
  std::chrono::seconds left;  ///< waiting: how long the user may take to come back
};
/// A message is gone.
struct recalled {
  std::uint64_t id;
  std::string_view room;  ///< empty: the lobby, or it was a whisper
};

}  // namespace event

namespace text {
void render(std::string& out, const render_context& context, const event::message& what);
void render(std::string& out, const render_context& context, const event::whisper& what);
void render(std::string& out, const render_context& context, const event::whispered& what);
void render(std::string& out, const render_context& context, const event::delivery& what);
void render(std::string& out, const render_context& context, const event::recalled& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::message& what);
void render(std::string& out, const render_context& context, const event::whisper& what);
void render(std::string& out, const render_context& context, const event::whispered& what);
void render(std::string& out, const render_context& context, const event::delivery& what);
void render(std::string& out, const render_context& context, const event::recalled& what);
}  // namespace json

}  // namespace confab

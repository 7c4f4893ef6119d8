#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/protocol/render_context.hpp"

/// What was said before, and whether it is kept.
namespace confab {
namespace event {

/// The end of what /history or /search found.
struct found {
  std::string_view type;  ///< history or search
  std::string_view room;
  std::size_t messages;
  bool more;
  std::uint64_t with = 0;  ///< of whispers: the number of the other; 0: it was a room, or a search
};
/// Whether messages are kept has changed.
struct keeping {
  bool works;
};

}  // namespace event

namespace text {
void render(std::string& out, const render_context& context, const event::found& what);
void render(std::string& out, const render_context& context, const event::keeping& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::found& what);
void render(std::string& out, const render_context& context, const event::keeping& what);
}  // namespace json

}  // namespace confab

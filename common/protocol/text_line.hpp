#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// What the text renderings of all events are made with.
namespace confab::text {

inline bool zh(const render_context& context) noexcept {
  return context.lang == language::zh;
}

/// Appends one line of the pieces given, with time and tag in front. Plain appends: a chat message passes here on its
/// way to everyone.
void line(std::string& out, const render_context& context, std::initializer_list<std::string_view> pieces);

/// A line that is about somebody: `[addr]name: words`.
void line_about(std::string& out, const render_context& context, const person& who, std::string_view words);

}  // namespace confab::text

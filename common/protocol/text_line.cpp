#include "common/protocol/text_line.hpp"

namespace confab::text {

void line(std::string& out, const render_context& context, std::initializer_list<std::string_view> pieces) {
  out.append(context.stamp);
  if (!context.tag.empty()) {
    out.append(context.tag);
    out.push_back(' ');
  }
  for (const std::string_view piece : pieces) out.append(piece);
  out.push_back('\n');
}

void line_about(std::string& out, const render_context& context, const person& who, std::string_view words) {
  line(out, context, {"[", who.addr, "]", who.name, ": ", words});
}

}  // namespace confab::text

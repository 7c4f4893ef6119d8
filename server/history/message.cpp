#include "server/history/message.hpp"

#include <algorithm>

namespace confab::store {
namespace {

// Names of fields, punctuation, the id and two times.
constexpr std::size_t frame_bytes = 160;

}  // namespace

std::size_t told_bytes(const message& what) {
  // What people say has no control characters but TAB when it comes here; only these are written as two.
  const auto escaped =
      std::count_if(what.text.begin(), what.text.end(), [](char c) { return c == '"' || c == '\\' || c == '\t'; });
  return frame_bytes + what.room.name.size() + what.from.size() + what.addr.size() + what.to.size() + what.tag.size() +
         what.text.size() + static_cast<std::size_t>(escaped);
}

}  // namespace confab::store

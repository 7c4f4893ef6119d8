#include "client/terminal/split_line.hpp"

#include "common/cells.hpp"
#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

// Where the part ends that may have `most` bytes: behind the last word that ends in its second half, or else behind a
// whole cluster, or (of one that is longer than a part) behind a code point, be that longer than a part itself.
std::size_t part_end(std::string_view text, std::size_t most) noexcept {
  std::size_t word = 0;
  std::size_t at = 0;
  for (std::size_t next = cells::next_cluster(text).size; next <= most;
       next += cells::next_cluster(text.substr(at)).size) {
    at = next;
    if (at >= most / 2 && utf8::leading_space(text.substr(at)) > 0) word = at;
  }
  if (word != 0) return word;
  if (at != 0) return at;
  std::size_t next = utf8::decode(text).size;
  do {
    at = next;
    next += utf8::decode(text.substr(at)).size;
  } while (next <= most);
  return at;
}

}  // namespace

std::vector<std::string> split_line(std::string_view line, std::size_t limit) {
  std::vector<std::string> parts;
  for (std::string_view left = utf8::trim(line); !left.empty();) {
    std::size_t end = left.size();
    if (end > limit) {
      // A word or two at the end are no message: then the last two share what is left.
      end = part_end(left, end < limit + limit / 4 ? limit - limit / 4 : limit);
    }
    parts.emplace_back(utf8::trim(left.substr(0, end)));
    left = utf8::trim(left.substr(end));
  }
  return parts;
}

}  // namespace confab::terminal

#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace confab::net {

/// Something that can be fetched from a web listener, as it is. Plain data, which lives as long as the program.
struct web_file {
  std::string_view path;   ///< from `/` on, in visible ASCII
  std::string_view type;   ///< its Content-Type
  std::string_view bytes;  ///< as it is
  std::string_view gzip;   ///< the same, compressed; empty: there is no such form
  std::string_view mark;   ///< another for other bytes, in letters and digits: what its ETag is made of
};

/// The one of that path; null: there is none.
inline const web_file* find_file(std::span<const web_file> among, std::string_view path) noexcept {
  const auto found =
      std::find_if(among.begin(), among.end(), [path](const web_file& each) { return each.path == path; });
  return found == among.end() ? nullptr : &*found;
}

}  // namespace confab::net

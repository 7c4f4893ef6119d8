#include "server/motd.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // some editors begin a UTF-8 file with it

}  // namespace

std::vector<std::string> read_motd(const std::string& file) {
  std::vector<std::string> lines;
  if (file.empty()) return lines;
  std::ifstream in(file);
  std::string text(max_motd + 1, ' ');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder can be opened, and fails only when it is read.
  if (!in.is_open() || in.bad()) {
    throw std::runtime_error(fmt::format("cannot read the message of the day from {}", file));
  }
  if (in.gcount() > static_cast<std::streamsize>(max_motd)) {
    throw std::runtime_error(
        fmt::format("the message of the day in {} is longer than {} bytes: please shorten it", file, max_motd));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) {
    if (lines.empty() && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
    if (line.ends_with('\r')) line.pop_back();
    if (!utf8::valid(line)) {
      throw std::runtime_error(fmt::format(
          "line {} of the message of the day in {} is not UTF-8: please convert the file", lines.size() + 1, file));
    }
    lines.push_back(make_safe(line));
  }
  return lines;
}

}  // namespace confab

#include "server/motd.hpp"

#include <fstream>
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
  for (std::string line; std::getline(in, line);) {
    if (lines.empty() && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
    if (line.ends_with('\r')) line.pop_back();
    if (!utf8::valid(line)) {
      throw std::runtime_error(fmt::format(
          "line {} of the message of the day in {} is not UTF-8: please convert the file", lines.size() + 1, file));
    }
    lines.push_back(make_safe(line));
  }
  // A folder can be opened, and fails only when it is read.
  if (!in.is_open() || in.bad()) {
    throw std::runtime_error(fmt::format("cannot read the message of the day from {}", file));
  }
  return lines;
}

}  // namespace confab

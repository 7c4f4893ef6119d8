#include "server/motd.hpp"

#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <variant>

#include <fmt/format.h>

#include "common/plain_file.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // some editors begin a UTF-8 file with it

[[noreturn]] void refuse(const std::string& file, const file_fault& why) {
  using kind = file_fault::kind;
  if (why.what == kind::too_large) {
    throw std::runtime_error(
        fmt::format("the message of the day in {} is longer than {} bytes: please shorten it", file, max_motd));
  }
  const std::string reason =
      why.what == kind::not_plain ? "not a plain file" : std::generic_category().message(why.error);
  throw std::runtime_error(fmt::format("cannot read the message of the day from {}: {}", file, reason));
}

}  // namespace

std::vector<std::string> read_motd(const std::string& file) {
  std::vector<std::string> lines;
  if (file.empty()) return lines;
  const auto read = read_plain_file(file, max_motd);
  if (const auto* const why = std::get_if<file_fault>(&read)) refuse(file, *why);
  std::istringstream all(std::get<std::string>(read));
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

#include "client/usage_text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "common/safe_text.hpp"

namespace confab::client {
namespace {

struct two_parts {
  std::string_view before;
  std::string_view after;
};

/// `text` on both sides of `between`, which is CLI11's wording or that of `whole_number`.
std::optional<two_parts> split_at(std::string_view text, std::string_view between) {
  const std::size_t at = text.find(between);
  if (at == std::string_view::npos) return std::nullopt;
  return two_parts{text.substr(0, at), text.substr(at + between.size())};
}

std::string wrong_value(std::string_view option, std::string_view why, language lang) {
  const bool zh = lang == language::zh;
  const std::string_view colon = zh ? "：" : ": ";
  if (const auto number = split_at(why, " is not a whole number from ")) {
    if (!zh) return fmt::format("{}{}{}", option, colon, why);
    const auto range = split_at(number->after, " to ");
    if (range)
      return fmt::format("{}{}{} 不是 {} 到 {} 的整数", option, colon, number->before, range->before, range->after);
  }
  if (const auto choice = split_at(why, " not in {")) {
    std::string_view words = choice->after;
    if (words.ends_with('}')) words.remove_suffix(1);
    return zh ? fmt::format("{}{}{} 不在 {} 之中", option, colon, choice->before, words)
              : fmt::format("{}{}{} is not one of {}", option, colon, choice->before, words);
  }
  return fmt::format("{}{}{}", option, colon, why);
}

std::string explain(const std::string& kind, std::string_view text, language lang) {
  const bool zh = lang == language::zh;
  for (const std::string_view theirs : {" was not expected: ", " were not expected: "}) {
    if (const auto parts = split_at(text, theirs)) {
      return fmt::format("{}{}", zh ? "未知参数：" : "unknown argument: ", parts->after);
    }
  }
  if (const auto parts = split_at(text, ": "); parts && parts->before.starts_with("-")) {
    if (kind == "ArgumentMismatch") {
      return fmt::format("{}{}", parts->before, zh ? "：缺少值" : ": a value is missing");
    }
    if (kind == "ValidationError") return wrong_value(parts->before, parts->after, lang);
  }
  return zh ? fmt::format("无法理解：{}", text) : std::string(text);
}

}  // namespace

std::string explain_usage(const CLI::Error& failure, language lang) {
  return make_safe(explain(failure.get_name(), failure.what(), lang));
}

}  // namespace confab::client

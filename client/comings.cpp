#include "client/comings.hpp"

#include "client/phrases.hpp"

namespace confab::client {
namespace {

std::string describe(language lang, const std::vector<std::string>& names, std::uint64_t unnamed, phrase one,
                     phrase nameless) {
  if (names.empty()) return say(lang, nameless, unnamed);
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += text_of(lang, phrase::list_separator);
    list += name;
  }
  if (unnamed > 0) list = say(lang, phrase::and_more, list, unnamed);
  return say(lang, one, list);
}

}  // namespace

void comings::group::add(std::string_view name) {
  if (names.size() < most_names) {
    names.emplace_back(name);
  } else {
    ++unnamed;
  }
}

void comings::came(std::string_view name, std::uint64_t online) {
  came_.add(name);
  online_ = online;
}

void comings::went(std::string_view name, std::uint64_t online) {
  went_.add(name);
  online_ = online;
}

void comings::many(std::uint64_t came, std::uint64_t went, std::uint64_t online) {
  came_.unnamed += came;
  went_.unnamed += went;
  online_ = online;
}

std::optional<comings::time_point> comings::due() const noexcept {
  if (came_.empty() && went_.empty()) return std::nullopt;
  return shown_ ? *shown_ + gap : time_point::min();
}

std::optional<std::string> comings::take(language lang, time_point now) {
  if (came_.empty() && went_.empty()) return std::nullopt;
  std::string line;
  if (!came_.empty()) line = describe(lang, came_.names, came_.unnamed, phrase::came, phrase::crowd_came);
  if (!went_.empty()) {
    if (!line.empty()) line += text_of(lang, phrase::group_separator);
    line += describe(lang, went_.names, went_.unnamed, phrase::went, phrase::crowd_went);
  }
  if (online_ != 0) line += say(lang, phrase::now_online, online_);
  came_ = {};
  went_ = {};
  shown_ = now;
  return line;
}

}  // namespace confab::client

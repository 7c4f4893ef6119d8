#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"

/// What the tests of the commands compare with. `using namespace confab::meanings` brings all of it.
namespace confab::meanings {

/// A command with words of its own, to compare with.
struct meaning {
  command::kind is;
  verb what = verb::say;
  problem trouble = problem::not_utf8;
  std::string tag{};
  std::string word{};
  std::string text{};
  message_kind how = message_kind::plain;

  friend bool operator==(const meaning&, const meaning&) = default;
  friend std::ostream& operator<<(std::ostream& out, const meaning& m) {
    return out << "kind " << int(m.is) << " verb " << int(m.what) << " problem " << int(m.trouble) << " tag(" << m.tag
               << ") word(" << m.word << ") text(" << m.text << ") " << wire_word(m.how);
  }
};

inline meaning nothing() {
  return {command::kind::nothing};
}
inline meaning wants(verb what, std::string text = {}, std::string word = {}) {
  return {command::kind::wanted, what, problem::not_utf8, {}, std::move(word), std::move(text)};
}
inline meaning says(std::string text) {
  return wants(verb::say, std::move(text));
}
/// The same as an emote.
inline meaning done(meaning what) {
  what.how = message_kind::emote;
  return what;
}
inline meaning refused(problem trouble, std::string detail = {}) {
  return {command::kind::refused, verb::say, trouble, {}, {}, std::move(detail)};
}
inline meaning tagged(std::string tag, meaning what) {
  what.tag = std::move(tag);
  return what;
}

inline meaning read(std::string_view line) {
  std::string scratch;
  const command out = read_command(line, scratch);
  meaning seen{out.is, out.what, out.trouble, std::string(out.tag), std::string(out.word), std::string(out.text),
               out.how};
  if (seen.is != command::kind::wanted) seen.what = verb::say;
  if (seen.is != command::kind::refused) seen.trouble = problem::not_utf8;
  return seen;
}

struct example {
  std::string line;
  meaning means;
};

inline void check(const std::vector<example>& examples) {
  for (const example& each : examples) {
    CAPTURE(each.line);
    CHECK(read(each.line) == each.means);
  }
}

}  // namespace confab::meanings

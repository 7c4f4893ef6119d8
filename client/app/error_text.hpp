#pragma once

#include <string>
#include <string_view>

#include "client/options.hpp"
#include "client/protocol/connection.hpp"
#include "common/language.hpp"

namespace confab::client {

/// The reason of an outage in a few words. `bye`: the reason that the server gave before, or empty.
std::string reason_of(language lang, const outage& why, std::string_view bye);

/// How a program ends that has no more attempts, and what it says.
struct last_words {
  exit_code code = exit_code::unavailable;
  std::string text;
};
/// `where`: the server's address for people.
last_words describe_end(language lang, const outage& why, std::string_view bye, std::string_view where);

}  // namespace confab::client

#pragma once

#include <string>
#include <vector>

#include "client/protocol/events.hpp"
#include "common/language.hpp"

namespace confab::client {

/// The lines for an answer that was asked for: a page of the list of users, a count, a pong, a plain yes. Nothing for
/// events that the transcript shows. `first`: the title of a list is wanted. Pure.
std::vector<std::string> reply_lines(language lang, const event& said, bool first);

}  // namespace confab::client

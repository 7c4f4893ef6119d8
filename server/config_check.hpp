#pragma once

#include <string>

#include "server/options.hpp"

namespace confab {

/// What a server with these options would say instead of starting; empty: it would start. Binds what a start would
/// bind, for a moment, then locks the data folder while it looks at the history, but changes nothing. So a server that
/// runs like this is in the way, as it would be of another. Takes as long as a start: with a large history, seconds;
/// a signal ends the process meanwhile, as it does at a start. Main thread.
std::string why_not_to_start(const server_options& options);

}  // namespace confab

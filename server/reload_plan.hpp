#pragma once

#include <string>
#include <vector>

#include "server/options.hpp"

namespace confab {

/// What a reload comes to.
struct reload_plan {
  server_options options;            ///< in force afterwards
  std::vector<std::string> changed;  ///< keys of what becomes another, in the order of the options
  std::vector<std::string> kept;     ///< what is wanted and needs a restart: a sentence each, with FILE:LINE
};

/// What is to be in force of `wanted` where `now` is: all but what only a start can change (see needs_restart()). Pure.
reload_plan plan_reload(const server_options& now, server_options wanted);

}  // namespace confab

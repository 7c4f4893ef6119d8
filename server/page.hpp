#pragma once

#include <span>

#include "server/net/web_file.hpp"

namespace confab {

/// What web listeners have for browsers.
std::span<const net::web_file> page_files() noexcept;

}  // namespace confab

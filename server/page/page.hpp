#pragma once

#include <span>

#include "server/net/web_file.hpp"

/// The page of client/web, as web listeners answer with it. It is inside the program. Pure; any thread.
namespace confab::page {

/// Its files. They live as long as the program.
std::span<const net::web_file> files() noexcept;

}  // namespace confab::page

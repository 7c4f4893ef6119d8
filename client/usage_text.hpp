#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "common/language.hpp"

namespace confab::client {

/// What is wrong with the command line or the configuration file, in words of ours and in the person's language: CLI11
/// has only its own, in English. Pure.
std::string explain_usage(const CLI::Error& failure, language lang);

}  // namespace confab::client

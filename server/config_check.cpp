#include "server/config_check.hpp"

#include <exception>
#include <memory>
#include <stdexcept>

#include <spdlog/logger.h>

#include "server/part_options.hpp"
#include "server/server.hpp"
#include "server/store/opening.hpp"

namespace confab {
namespace {

void check_history(const server_options& options) try {
  store::check_opening(store_options_of(options));
} catch (const std::exception& failed) {
  throw std::runtime_error(no_history(options, failed.what()));
}

}  // namespace

std::string why_not_to_start(const server_options& options) try {
  const auto silent = std::make_shared<spdlog::logger>("check");
  // A server itself, so that nothing is forgotten, but for the history: opening it would make or mend it.
  server_options without = options;
  without.chat.history = false;
  { const server whole(without, silent); }  // not while a large history is looked at: a signal ends that at once
  if (options.chat.history) check_history(options);
  return {};
} catch (const std::exception& failed) {
  return failed.what();
}

}  // namespace confab

#include "server/file_limit.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "server/open_files.hpp"

namespace confab {

std::string raise_file_limit(const server_options& options) {
  const std::size_t needed = files_needed(options.chat.max_users, options.threads, files_to_listen(options));
  const std::size_t files = allow_open_files(needed + files_to_arrive(options));
  if (files >= needed) return {};
  const std::size_t besides = needed - options.chat.max_users;
  if (files <= besides) {
    throw std::runtime_error(fmt::format(
        "only {} files may be open, and one user takes {}: see ulimit -n or LimitNOFILE=", files, besides + 1));
  }
  return fmt::format(
      "only {} files may be open, room for about {} of {} users: see ulimit -n or LimitNOFILE=, {} would do", files,
      files - besides, options.chat.max_users, needed);
}

}  // namespace confab

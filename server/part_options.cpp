#include "server/part_options.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/random.h>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/safe_text.hpp"
#include "server/motd.hpp"

namespace confab {
namespace {

// What the hub says in one go is a part of what may wait for a user; a longer queue is there for those who lag behind
// that, and is no reason to say more at once.
constexpr std::size_t most_paced = 256 * 1024;

// Bytes that nobody can guess, in hexadecimal.
std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return fmt::format("{:02x}", fmt::join(random, ""));
}

}  // namespace

chat::hub_options hub_options_of(const server_options& options) {
  chat::hub_options out;
  out.lang = options.lang;
  out.server_name = make_safe(options.name);
  out.max_users = options.max_users;
  out.max_line = options.max_line;
  out.send_queue = std::min(options.send_queue, most_paced);
  out.idle_timeout = options.idle_timeout;
  out.announce_limit = options.announce_limit;
  out.motd = read_motd(options.motd_file);
  out.max_rooms = options.max_rooms;
  out.replay = options.replay;
  out.history = options.history;
  out.recall_window = options.recall_window;
  out.resume_window = options.resume_window;
  out.dead_after = options.dead_after;
  out.run = random_hex(8);
  out.make_token = [] { return random_hex(16); };
  return out;
}

net::shard_options shard_options_of(const server_options& options) {
  net::shard_options out;
  out.max_line = options.max_line;
  out.send_queue = options.send_queue;
  out.write_timeout = options.write_timeout;
  return out;
}

net::listener_options listener_options_of(const server_options& options) {
  net::listener_options out;
  out.vanished_after = options.vanished_after;
  out.write_timeout = options.write_timeout;
  return out;
}

store::options store_options_of(const server_options& options) {
  store::options out;
  out.file = std::filesystem::path(options.data_dir) / "history.db";
  out.sync = options.sync;
  out.keep_for = std::chrono::hours(24) * options.keep_days;
  out.keep_messages = options.keep_messages;
  out.keep_bytes = options.keep_bytes;
  out.keep_bytes_asked = options.keep_bytes_asked;
  return out;
}

}  // namespace confab

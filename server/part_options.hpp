#pragma once

#include "server/chat/hub_options.hpp"
#include "server/net/listener.hpp"
#include "server/net/shard_options.hpp"
#include "server/options.hpp"
#include "server/store/options.hpp"

namespace confab {

/// What each part of the server is told of the server's options.

/// Reads the message of the day: throws what read_motd() does. Each call makes another `run`, which nobody can guess;
/// so are the tokens that `make_token` makes. Throws std::system_error when the system has no random numbers.
chat::hub_options hub_options_of(const server_options& options);

net::shard_options shard_options_of(const server_options& options);
net::listener_options listener_options_of(const server_options& options);

/// For the history in `options.data_dir`.
store::options store_options_of(const server_options& options);

}  // namespace confab

#pragma once

#include <string>
#include <string_view>

#include "server/chat/hub_options.hpp"
#include "server/options.hpp"
#include "server/store/options.hpp"

namespace confab {

/// What the parts of the server are told that is not simply given: what follows from several options, or is made at
/// each start.

/// `options.chat` with what follows from other options. Reads the message of the day: throws what read_motd() does.
/// Each call makes another `instance_id`, which nobody can guess; so are the tokens that `make_token` makes. Throws
/// std::system_error when the system has no random numbers.
chat::hub_options hub_options_of(const server_options& options);

/// What is to be said when there can be no history in `options.data_dir`, because of `why`.
std::string no_history(const server_options& options, std::string_view why);

/// For the history in `options.data_dir`.
store::options store_options_of(const server_options& options);

}  // namespace confab

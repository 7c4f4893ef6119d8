#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/chat/hub_options.hpp"
#include "server/options.hpp"
#include "server/store/options.hpp"
#include "server/tls_files.hpp"

namespace confab {

/// What the parts of the server are told that is not simply given: what follows from several options, or is made at
/// each start.

/// The message of the day that `options` name. Throws what read_motd() does, with FILE:LINE in front.
std::vector<std::string> motd_of(const server_options& options);

/// The certificate that `options` name, with its key; nothing when none is named, and none is needed. Dates are not
/// looked at. Throws std::runtime_error, with a sentence that names the option or FILE:LINE.
std::optional<tls_files> tls_of(const server_options& options);

/// `options.chat` with what follows from other options, for a hub that runs: see chat::hub_options::change_to().
chat::hub_options changed_hub_options(const server_options& options, std::vector<std::string> motd);

/// The same for a start. Each call makes another `instance_id`, which nobody can guess; so are the tokens that
/// `make_token` makes. Throws std::system_error when the system has no random numbers.
chat::hub_options hub_options_of(const server_options& options, std::vector<std::string> motd);
/// With the message of the day, which it reads: throws what motd_of() does, too.
chat::hub_options hub_options_of(const server_options& options);

/// What is to be said when there can be no history in `options.data_dir`, because of `why`.
std::string no_history(const server_options& options, std::string_view why);

/// For the history in `options.data_dir`.
store::options store_options_of(const server_options& options);

}  // namespace confab

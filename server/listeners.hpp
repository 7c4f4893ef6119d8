#pragma once

#include <vector>

#include "server/net/listening_socket.hpp"
#include "server/options.hpp"

namespace confab {

/// A place that is listened on; nobody is accepted yet. What serves its kind takes the socket over.
struct open_place {
  listen_place place;
  net::listening_socket socket;
};

/// Listens on every place that `options` name, in their order. Throws std::runtime_error when
/// one cannot be had: a sentence that names its option and says what to do; then none is. Main thread.
std::vector<open_place> open_places(const server_options& options);

}  // namespace confab

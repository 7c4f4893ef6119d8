#pragma once

#include <string>
#include <vector>

#include "server/net/listening_socket.hpp"
#include "server/options.hpp"

namespace confab {

/// A place that is listened on; nobody is accepted yet. What serves its kind takes the socket over.
struct open_place {
  listen_place place;
  net::listening_socket socket;
};

/// A place where this server listens already.
struct held_place {
  listen_place place;
  std::string where;       ///< see net::listening_socket::where()
  bool inherited = false;  ///< it listened already when the server started; `place` says nothing then
};

/// Listens on every place that `options` name and whose listener is not one of `held`, in their order; of ports that
/// the system picks each counts once. Throws std::runtime_error when one cannot be had: a sentence that names its
/// option and says what to do; then none is. Any thread.
std::vector<open_place> open_places(const server_options& options, std::vector<held_place> held = {});

}  // namespace confab

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
  bool inherited = false;  ///< it listened already when the server started; of `place`, only the kind counts then
};

/// How a socket of that kind that was inherited is served: as the options say of the place where it listens, if they
/// name that; else only the kind says something. Mode and group are the launcher's.
listen_place place_of_inherited(const server_options& options, listener_kind kind, const std::string& where);

/// What open_places() has come to.
struct opened_places {
  std::vector<open_place> open;
  std::vector<std::string> missed;  ///< a sentence for each that is optional and that something else listens on
};

/// Listens on every place that `options` name and whose listener is not one of `held`, in their order; of ports that
/// the system picks each counts once. Throws std::runtime_error when one cannot be had: a sentence that names its
/// option and says what to do; then none is. Any thread.
opened_places open_places(const server_options& options, std::vector<held_place> held = {});

}  // namespace confab

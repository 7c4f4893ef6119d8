#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/unique_fd.hpp"
#include "server/listen_option.hpp"

namespace confab {

/// A socket that listens already and that another program, mostly systemd, has handed to this one; what is to be spoken
/// there. It is never removed by us.
struct inherited_socket {
  listener_kind kind;
  unique_fd socket;
};

/// The sockets that LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES name, in their order; none if they are for another
/// process. They do not block, and no further program inherits them; nor the variables, which are gone from the
/// environment then. Their names are the kinds of listeners; `unknown` and what ends in `.socket`, which systemd gives
/// by itself, are `line`. What cannot be served is answered with a sentence. To be called once, before there are
/// threads and before files are opened; `first` is the number of the first descriptor, which only a test has otherwise.
std::variant<std::vector<inherited_socket>, std::string> take_inherited_sockets(int first = 3);

}  // namespace confab

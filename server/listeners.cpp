#include "server/listeners.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "server/net/address.hpp"

namespace confab {
namespace {

// The options that the place with this number comes from.
std::string option_of(const server_options& options, const std::vector<listen_place>& places, std::size_t number) {
  if (options.listens_on_ip && number == 0) {
    const std::string key = options.config_lines.count("ip") > 0 ? "ip" : "port";
    return fmt::format("{}--ip {} --port {}", where_given(options, key), options.ip, options.port);
  }
  return where_given(options, "listen", number - (options.listens_on_ip ? 1 : 0)) + "--listen " +
         to_string(places[number]);
}

// Whether it is an IPv4 place on a port of which another listener takes every address, IPv4 too.
bool is_taken_by_v6(const std::vector<listen_place>& places, const listen_place& place) {
  return !place.file && place.ip.find(':') == std::string::npos &&
         std::any_of(places.begin(), places.end(),
                     [&](const listen_place& other) { return other.ip == "::" && other.port == place.port; });
}

std::string what_to_do(int error, bool taken_by_v6) {
  switch (error) {
    case EADDRINUSE:
      return taken_by_v6 ? ": [::] with this port takes IPv4 too, so leave this one out"
                         : ": choose another port, or stop what listens there (ss -ltnp lists it)";
    case EADDRNOTAVAIL: return ": choose an address of this machine (ip address lists them)";
    case EACCES: return ": choose a port from 1024 on; those below take root or CAP_NET_BIND_SERVICE";
    default: return {};
  }
}

net::listening_socket open(const listen_place& place) {
  if (place.file) return net::listening_socket(*place.file);
  return net::listening_socket(net::endpoint_of(place.ip, place.port));
}

}  // namespace

std::vector<open_place> open_places(const server_options& options) {
  const std::vector<listen_place> places = listen_places_of(options);
  std::vector<open_place> out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const listen_place& place = places[i];
    try {
      out.push_back({place, open(place)});
    } catch (const std::system_error& failed) {
      throw std::runtime_error(fmt::format("{}: {}{}", option_of(options, places, i), failed.code().message(),
                                           what_to_do(failed.code().value(), is_taken_by_v6(places, place))));
    } catch (const std::runtime_error& failed) {
      throw std::runtime_error(fmt::format("{}: {}", option_of(options, places, i), failed.what()));
    }
  }
  return out;
}

}  // namespace confab

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

// Whether this server itself listens on that port already, at another address.
bool is_own_port(const std::vector<held_place>& held, const listen_place& place) {
  return !place.file && std::any_of(held.begin(), held.end(), [&](const held_place& other) {
    return !other.place.file && other.where.ends_with(fmt::format(":{}", place.port));
  });
}

// As net::listening_socket::where() has it, but for a port that the system picks.
std::string where_of(const listen_place& place) {
  if (place.file) return "unix:" + place.file->path;
  listen_place bare;
  bare.ip = place.ip;
  bare.port = place.port;
  const std::string all = to_string(bare);
  return all.substr(all.find(':') + 1);
}

// Whether it is a socket that was inherited, and so is no place to open. Throws when it cannot be served like that.
bool is_inherited(const std::vector<held_place>& held, const listen_place& place, const std::string& option) {
  const auto there = std::find_if(held.begin(), held.end(), [&](const held_place& each) {
    return each.inherited && each.where == where_of(place);
  });
  if (there == held.end()) return false;
  const std::string handed_down = option + ": this socket was handed to the server when it was started (LISTEN_FDS)";
  if (there->place.kind != place.kind) {
    throw std::runtime_error(handed_down + ", for another kind: leave it out, or name it so there");
  }
  if (place.file && (place.file->mode || !place.file->group.empty())) {
    throw std::runtime_error(handed_down + ": its mode and group are set there");
  }
  return true;
}

// Throws when this server listens there already, as what is not wanted any more: with other permissions, for example.
void check_not_held(const std::vector<held_place>& held, const listen_place& place, const std::string& option) {
  for (const held_place& each : held) {
    if (each.inherited || !is_same_place(each.place, place)) continue;
    throw std::runtime_error(fmt::format("{}: this server listens there as {}: reload once without it, or restart",
                                         option, to_string(each.place)));
  }
}

// Whether it is an IPv4 place on a port of which another listener takes every address, IPv4 too.
bool is_taken_by_v6(const std::vector<listen_place>& places, const listen_place& place) {
  return !place.file && place.ip.find(':') == std::string::npos &&
         std::any_of(places.begin(), places.end(),
                     [&](const listen_place& other) { return other.ip == "::" && other.port == place.port; });
}

std::string what_to_do(int error, bool taken_by_v6, bool own_port) {
  switch (error) {
    case EADDRINUSE:
      if (own_port) return ": this server has that port at another address: reload once without that, or restart";
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

// Takes it out, once; whether it was there.
bool take_place(std::vector<held_place>& from, const listen_place& place) {
  const auto there = std::find_if(from.begin(), from.end(), [&](const held_place& each) {
    return !each.inherited && is_same_listener(each.place, place);
  });
  if (there == from.end()) return false;
  from.erase(there);
  return true;
}

}  // namespace

listen_place place_of_inherited(const server_options& options, listener_kind kind, const std::string& where) {
  for (listen_place& each : listen_places_of(options)) {
    if (where_of(each) == where) return std::move(each);
  }
  listen_place out;
  out.kind = kind;
  return out;
}

opened_places open_places(const server_options& options, std::vector<held_place> held) {
  const std::vector<held_place> all_held = held;
  const std::vector<listen_place> places = listen_places_of(options);
  opened_places out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const listen_place& place = places[i];
    if (take_place(held, place) || is_inherited(all_held, place, option_of(options, places, i))) continue;
    check_not_held(all_held, place, option_of(options, places, i));
    try {
      out.open.push_back({place, open(place)});
    } catch (const std::system_error& failed) {
      if (place.optional && failed.code().value() == EADDRINUSE) {
        out.missed.push_back(option_of(options, places, i) + ": something else listens there, so this server does not");
        continue;
      }
      throw std::runtime_error(
          fmt::format("{}: {}{}", option_of(options, places, i), failed.code().message(),
                      what_to_do(failed.code().value(), is_taken_by_v6(places, place), is_own_port(all_held, place))));
    } catch (const std::runtime_error& failed) {
      throw std::runtime_error(fmt::format("{}: {}", option_of(options, places, i), failed.what()));
    }
  }
  const bool for_people = std::any_of(out.open.begin(), out.open.end(),
                                      [](const open_place& each) { return each.place.kind != listener_kind::admin; });
  if (!for_people && all_held.empty() && !out.missed.empty()) throw std::runtime_error(out.missed.front());
  return out;
}

}  // namespace confab

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/protocol/link.hpp"

/// `link` has to be spelled in its own namespace: POSIX has a function of that name.
namespace confab::client {

inline const link::time_point start{std::chrono::hours(1)};
inline const std::string hello = R"({"type":"welcome","name":"1.2.3.4:5","online":1,"limits":{"line":200,"idle":300}})"
                                 "\n";

template <typename What>
std::vector<What> only(const std::vector<link_event>& events) {
  std::vector<What> found;
  for (const auto& each : events) {
    if (const auto* what = std::get_if<What>(&each)) found.push_back(*what);
  }
  return found;
}

/// A link without a name to take, online.
inline link online_link(std::string name = {}) {
  link made(std::move(name), "t");
  made.connected(start);
  made.take_output();
  made.received(hello, start);
  made.take_events();
  return made;
}

}  // namespace confab::client

#pragma once

#include <string_view>

#include "server/net/http_request.hpp"
#include "tests/support/catch.hpp"

namespace confab::test {

/// The request that `head` is.
inline net::http_request asked(std::string_view head) {
  net::http_request_reader reader;
  reader.feed(head);
  INFO(head);
  REQUIRE(reader.now() == net::http_request_reader::state::complete);
  return reader.request();
}

}  // namespace confab::test

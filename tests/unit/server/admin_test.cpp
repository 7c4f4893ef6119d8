// The admin listeners and their thread.

#include "server/admin.hpp"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <spdlog/sinks/ostream_sink.h>

#include "server/net/address.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http.hpp"

using namespace confab;
using namespace confab::test;

namespace {

/// Admin listeners that answer with what was asked for.
struct office {
  endpoint add() {
    net::listening_socket socket(net::endpoint_of("127.0.0.1", 0));
    const std::string where = socket.where();
    places.push_back(desk.make(std::move(socket)));
    desk.open(places.back());
    return {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(where.substr(where.rfind(':') + 1)))};
  }

  std::ostringstream said;
  admin desk{[](const net::http_request& asked) {
               return net::http_answer{200, asked.path + "\n"};
             },
             std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said))};
  std::vector<std::shared_ptr<admin::place>> places;
};

}  // namespace

TEST_CASE("admin: each of its listeners answers, until it is stopped", "[admin]") {
  office here;
  const endpoint one = here.add();
  const endpoint other = here.add();
  here.desk.start();
  for (const endpoint& each : {one, other}) {
    CHECK(ask_http(each, "/readyz").body == "/readyz\n");
  }
  peer waiting(one);
  here.desk.stop();
  CHECK(waiting.bytes_until_end().empty());
  CHECK_FALSE(accepts_connections(one));
  CHECK_FALSE(accepts_connections(other));
  here.desk.stop();
  CHECK(here.said.str().empty());
}

TEST_CASE("admin: before it starts people wait, and what never starts just goes", "[admin]") {
  const bool starts = GENERATE(true, false);
  CAPTURE(starts);
  auto here = std::make_unique<office>();
  const endpoint where = here->add();
  peer waiting(where);
  waiting.send(get("/readyz"));
  if (starts) {
    here->desk.start();
    CHECK(reply_on(waiting).status == 200);
  }
  here.reset();
  CHECK_FALSE(accepts_connections(where));
}

TEST_CASE("admin: places come and go while it runs", "[admin]") {
  office here;
  here.desk.start();
  here.desk.start();  // once is enough
  const endpoint first = here.add();
  CHECK(ask_http(first, "/a").body == "/a\n");
  for (int i = 0; i < 3; ++i) {
    const endpoint next = here.add();
    CHECK(ask_http(next, "/b").body == "/b\n");
    peer asking(next);
    asking.send("GET /");
    here.desk.close(std::exchange(here.places.back(), nullptr));
    here.places.pop_back();
    CHECK(asking.bytes_until_end().empty());
    for (const deadline until; accepts_connections(next) && !until.passed();) {
    }
    CHECK_FALSE(accepts_connections(next));
  }
  CHECK(ask_http(first, "/c").body == "/c\n");
}

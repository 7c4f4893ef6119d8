// What is answered on an admin listener.

#include "server/admin_pages.hpp"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/exposition_reader.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

std::chrono::steady_clock::time_point the_time{100s};

struct site {
  net::http_answer ask(const std::string& path) const {
    net::http_request asked;
    asked.path = path;
    return pages.answer(asked);
  }

  std::vector<std::unique_ptr<net::shard>> shards;
  net::hub_counters hub;
  std::string_view why_not;
  admin_pages pages{metric_sources{shards, hub, nullptr, nullptr, {}}, [this] { return why_not; },
                    [] { return the_time; }};
};

}  // namespace

TEST_CASE("admin_pages: /metrics is a scrape", "[admin_pages]") {
  const site here;
  const auto answer = here.ask("/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(read_exposition(answer.body)["confab_users{via=\"line\"}"] == 0);
}

TEST_CASE("admin_pages: /healthz is well while the hub has turned less than 2 s ago", "[admin_pages]") {
  site here;
  const auto after = [&](std::chrono::nanoseconds since) {
    here.hub.last_turn = the_time - since;
    return here.ask("/healthz");
  };
  CHECK(after(0s).status == 200);
  CHECK(after(2s - 1ns).status == 200);
  CHECK(after(2s - 1ns).body == "ok\n");
  CHECK(after(2s).status == 503);
  CHECK(after(63s).body == "the hub has not turned for 63 s\n");
}

TEST_CASE("admin_pages: /readyz says what is in the way", "[admin_pages]") {
  site here;
  CHECK(here.ask("/readyz").status == 200);
  here.why_not = "the history is not kept";
  CHECK(here.ask("/readyz").status == 503);
  CHECK(here.ask("/readyz").body == "the history is not kept\n");
}

TEST_CASE("admin_pages: there is nothing else", "[admin_pages]") {
  const site here;
  const std::string path = GENERATE("/", "/metrics/", "/Metrics", "//metrics", "/healthz2", "*", "");
  CHECK(here.ask(path).status == 404);
}

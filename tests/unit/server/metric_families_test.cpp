// All metrics of a server: their form, their number, what the page says of them, and where they come from.

#include "server/metric_families.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "server/open_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/exposition_reader.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using namespace confab::test;
using Catch::Matchers::Contains;

namespace {

/// Numbers that nobody has counted yet, with a history of its own.
struct quiet_server {
  quiet_server() {
    store::options how;
    how.file = folder.path() + "/history.db";
    history = std::make_unique<store::writer>(how, store::writer::events{});
  }
  metric_sources sources(bool with_history = true, bool with_config = true) const {
    return {shards,
            hub,
            with_history ? history.get() : nullptr,
            with_config ? &reloads : nullptr,
            std::chrono::system_clock::time_point(std::chrono::seconds(12)),
            &certificate_expires};
  }

  scratch_directory folder;
  std::vector<std::unique_ptr<net::shard>> shards;
  net::hub_counters hub;
  reload_counts reloads;
  std::atomic<std::int64_t> certificate_expires{1'900'000'000};
  std::unique_ptr<store::writer> history;
};

std::string page() {
  std::ifstream file(CONFAB_OPERATIONS_PAGE);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("metric_families: a scrape is what Prometheus reads", "[metric_families]") {
  const quiet_server server;
  const metrics::exposition out = expose(server.sources());
  const scraped all = read_exposition(out.text());
  CHECK(all.samples.size() == out.series());
  CHECK(all.families.size() == metric_families().size());
  CHECK(all["confab_build_info{version=\"" CONFAB_VERSION "\"}"] == 1);
  CHECK(all["confab_process_start_time_seconds"] == 12);
  CHECK(all["confab_open_files"] >= 3);
  CHECK(all["confab_open_files_max"] >= all["confab_open_files"]);
}

TEST_CASE("metric_families: there are at most 150 series", "[metric_families]") {
  const quiet_server server;
  const std::size_t series = expose(server.sources()).series();
  CHECK(series > 50);
  CHECK(series <= 150);
}

TEST_CASE("metric_families: without a history nothing is said of it", "[metric_families]") {
  const quiet_server server;
  const metrics::exposition out = expose(server.sources(false));
  CHECK_THAT(out.text(), !Contains("confab_history"));
  CHECK(read_exposition(out.text()).families.size() + 3 == metric_families().size());
}

TEST_CASE("metric_families: without a configuration file nothing is said of reading it again", "[metric_families]") {
  quiet_server server;
  const metrics::exposition out = expose(server.sources(true, false));
  CHECK_THAT(out.text(), !Contains("confab_config"));
  CHECK(read_exposition(out.text()).families.size() + 2 == metric_families().size());
  server.reloads.succeeded = 3;
  server.reloads.failed = 2;
  server.reloads.last_success = 1'800'000'001;
  const scraped all = read_exposition(expose(server.sources()).text());
  CHECK(all["confab_config_reload_total{result=\"success\"}"] == 3);
  CHECK(all["confab_config_reload_total{result=\"failure\"}"] == 2);
  CHECK(all["confab_config_reload_last_success_timestamp_seconds"] == 1'800'000'001);
}

TEST_CASE("metric_families: without a certificate nothing is said of TLS", "[metric_families][tls]") {
  quiet_server server;
  const scraped all = read_exposition(expose(server.sources()).text());
  CHECK(all["confab_tls_certificate_expiry_timestamp_seconds"] == 1'900'000'000);
  CHECK(all["confab_tls_handshakes_total{result=\"done\"}"] == 0);
  CHECK(all["confab_tls_handshakes_total{result=\"failed\"}"] == 0);
  server.certificate_expires = 0;
  const metrics::exposition out = expose(server.sources());
  CHECK_THAT(out.text(), !Contains("confab_tls"));
  CHECK(read_exposition(out.text()).families.size() + 2 == metric_families().size());
}

TEST_CASE("metric_families: each number is where it belongs", "[metric_families]") {
  quiet_server server;
  std::uint64_t next = 100;
  const auto set = [&](metrics::number& which) { which.set(++next); };
  set(server.hub.users);
  set(server.hub.devices);
  set(server.hub.admitted);
  set(server.hub.resumed);
  set(server.hub.full);
  set(server.hub.ending);
  set(server.hub.whispered);
  set(server.hub.told);
  for (auto& each : server.hub.said) set(each);
  for (auto& each : server.hub.ended) set(each);
  server.hub.refused.at(static_cast<std::size_t>(problem::name_empty)).set(7);
  server.hub.refused.at(static_cast<std::size_t>(problem::name_too_long)).set(11);
  const scraped all = read_exposition(expose(server.sources()).text());
  CHECK(all["confab_users{via=\"line\"}"] == 101);
  CHECK(all["confab_devices"] == 102);
  CHECK(all["confab_connections_total{via=\"line\",result=\"admitted\"}"] == 103);
  CHECK(all["confab_connections_total{via=\"line\",result=\"resumed\"}"] == 104);
  CHECK(all["confab_connections_total{via=\"line\",result=\"full\"}"] == 105);
  CHECK(all["confab_connections_total{via=\"line\",result=\"ending\"}"] == 106);
  CHECK(all["confab_messages_total{kind=\"whisper\"}"] == 107);
  CHECK(all["confab_deliveries_total"] == 108);
  CHECK(all["confab_messages_total{kind=\"plain\"}"] == 109);
  CHECK(all["confab_messages_total{kind=\"emote\"}"] == 110);
  CHECK(all["confab_ended_total{reason=\"quit\"}"] == 111);
  CHECK(all["confab_ended_total{reason=\"resumed\"}"] == 118);
  CHECK(all["confab_refused_total{why=\"bad-name\"}"] == 18);
}

TEST_CASE("metric_families: docs/operations.md lists them all, and no others", "[metric_families]") {
  const std::string text = page();
  std::set<std::string> listed;
  const std::regex row(R"(\n\| `(confab_[a-z_]+)(\{[a-z,]+\})?` \|)");
  for (std::sregex_iterator each(text.begin(), text.end(), row), end; each != end; ++each) listed.insert((*each)[1]);
  std::set<std::string> known;
  for (const metric_family& each : metric_families()) known.emplace(each.name);
  CHECK(listed == known);
}

TEST_CASE("open_files: a file more is one more", "[open_files]") {
  const std::size_t before = open_files();
  {
    const std::ifstream file("/proc/self/status");
    CHECK(open_files() == before + 1);
    CHECK(counted_open_files() == before + 1);
  }
  CHECK(open_files() == before);
  CHECK(most_open_files() >= before);
}

TEST_CASE("exposition_reader: what is no exposition is found out", "[exposition_reader]") {
  const std::string good = "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\\\"d\"} 1\n";
  CHECK_NOTHROW(read_exposition(good));
  const std::string start = "# HELP a x\n# TYPE a histogram\n";
  CHECK_NOTHROW(read_exposition(start + "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n"));
  const std::string wrong = GENERATE_COPY(
      as<std::string>(), "a 1\n", "# HELP a x\na 1\n", "# TYPE a gauge\n# HELP a x\na 1\n",
      "# HELP a x\n# TYPE a gauge\n", "# HELP a x\n# TYPE a gauge\nb 1\n", "# HELP a x\n# TYPE a counter\na 1\n",
      "# HELP a x\n# TYPE a thing\na 1\n", "# HELP a x\\y\n# TYPE a gauge\na 1\n", good + "a_total{b=\"c\\\"d\"} 1\n",
      good + good, good + "\n", good + "a_total{b=\"\\d\"} 1\n", good + "a_total{b=c} 1\n", good + "a_total x\n",
      good + "a_total 1x\n", good + "a_total -1\n", "# HELP a x\n# TYPE a gauge\na 1", start + "a_bucket{le=\"1\"} 2\n",
      start + "a_bucket{le=\"1\"} 2\na_sum 1\na_count 2\n",
      start + "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
      start + "a_bucket{le=\"1\"} 2\na_bucket{le=\"0.5\"} 2\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n",
      start + "a_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 3\n", start + "a_bucket{le=\"+Inf\"} 2\na_count 2\na_sum 1\n");
  CAPTURE(wrong);
  CHECK_THROWS_AS(read_exposition(wrong), std::runtime_error);
}

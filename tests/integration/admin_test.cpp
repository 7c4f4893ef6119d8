// What whoever runs a server can ask it over HTTP: numbers, and whether it is well.

#include <algorithm>
#include <filesystem>
#include <functional>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/exposition_reader.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/stopped_thread.hpp"
#include "tests/support/text.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// Where the next line of the program's output says that it listens.
endpoint admin_place(process& program) {
  const std::string line = program.output_line();
  const std::string start = "admin listening on 127.0.0.1:";
  REQUIRE(line.starts_with(start));
  return {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(start.size())))};
}

/// A server, and where to ask it.
struct site {
  explicit site(lines more = {}, std::size_t open_files = 0)
      : server({.arguments = with_admin(std::move(more)), .open_files = open_files}),
        admin(admin_place(server.program())) {}

  static lines with_admin(lines more) {
    more.insert(more.end(), {"--listen", "admin:127.0.0.1:0"});
    return more;
  }

  scraped scrape() const {
    const http_reply reply = ask_http(admin, "/metrics");
    REQUIRE(reply.status == 200);
    return read_exposition(reply.body);
  }
  /// What the sample comes to, once it is `wanted` or when it does not become that.
  double once(const std::string& sample, double wanted) const {
    double last = scrape()[sample];
    for (const deadline until; last != wanted && !until.passed();) last = scrape()[sample];
    return last;
  }
  bool soon(const std::string& path, int status) const {
    for (const deadline until; !until.passed();)
      if (ask_http(admin, path).status == status) return true;
    return false;
  }

  running_server server;
  endpoint admin;
};

/// By how much samples have risen.
class rise {
 public:
  explicit rise(const site& of) : site_(of), before_(of.scrape()) {}

  /// Waits for it, since a turn is heard before it is counted.
  double of(const std::string& sample, double wanted) const {
    const double before = before_[sample];
    return site_.once(sample, before + wanted) - before;
  }

 private:
  const site& site_;
  scraped before_;
};

const std::string messages = "confab_messages_total{kind=";
const std::string connections = "confab_connections_total{via=\"line\",result=";

}  // namespace

TEST_CASE("admin: the first line is the chat's, and each says what it is", "[admin]") {
  const scratch_directory state;
  process program(server_launch({"--listen", "admin:127.0.0.1:0", "--listen", "line:127.0.0.2:0"}, state));
  CHECK(program.output_line().starts_with("listening on 127.0.0.2:"));
  CHECK(ask_http(admin_place(program), "/healthz").status == 200);
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(program.errors().find("whoever reaches") == std::string::npos);
}

TEST_CASE("admin: over a unix socket, whose file says who may ask", "[admin]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/admin";
  {
    running_server server({.arguments = {"--listen", "admin:unix:" + path}});
    CHECK(server.program().output_line() == "admin listening on unix:" + path);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(ask_http({.path = path}, "/readyz").body == "ok\n");
    CHECK(server.stop() == 0);
    CHECK(server.program().errors().find("warning") == std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("admin: what strangers may reach is warned of", "[admin]") {
  running_server server({.arguments = {"--listen", "admin:0.0.0.0:0"}});
  const std::string said = server.program().output_line();
  CHECK(said.starts_with("admin listening on 0.0.0.0:"));
  CHECK(server.stop() == 0);
  CHECK(server.program().errors().find("warning admin on " + said.substr(19) + ": whoever reaches") !=
        std::string::npos);
}

TEST_CASE("admin: the numbers follow what is said", "[admin]") {
  const std::string threads = GENERATE("1", "3");
  CAPTURE(threads);
  site at({"--threads", threads});
  CHECK(at.scrape()["confab_users{via=\"line\"}"] == 0);
  peer ann = joined_as(at.server, "ann");
  peer bob = joined_as(at.server, "bob");
  peer eve = joined_as(at.server, "eve");
  for (peer* each : {&ann, &bob, &eve}) each->heard();
  CHECK(at.once("confab_users{via=\"line\"}", 3) == 3);
  CHECK(at.once("confab_devices", 3) == 3);
  CHECK(at.once(connections + "\"admitted\"}", 3) == 3);
  const rise since(at);

  const std::string said = "one\ntwo\nthree\n/me waves\nfour\nto bob psst\nrename bob\n/nonsense\n/nonsense\n";
  ann.send(said);
  const lines own = ann.lines(8);  // a whisper is not repeated to who said it
  const lines of_bob = bob.lines(6);
  const lines of_eve = eve.lines(5);
  CHECK(since.of(messages + "\"plain\"}", 4) == 4);
  CHECK(since.of(messages + "\"emote\"}", 1) == 1);
  CHECK(since.of(messages + "\"whisper\"}", 1) == 1);
  CHECK(since.of("confab_refused_total{why=\"name-in-use\"}", 1) == 1);
  CHECK(since.of("confab_refused_total{why=\"unknown-command\"}", 2) == 2);
  CHECK(since.of("confab_deliveries_total", 19) == 19);
  CHECK(since.of("confab_bytes_total{dir=\"in\"}", static_cast<double>(said.size())) ==
        static_cast<double>(said.size()));
  std::size_t heard = 0;
  for (const lines* each : {&own, &of_bob, &of_eve})
    for (const std::string& line : *each) heard += line.size() + 1;
  CHECK(since.of("confab_bytes_total{dir=\"out\"}", static_cast<double>(heard)) == static_cast<double>(heard));
  const scraped now = at.scrape();
  CHECK(now["confab_turn_seconds_count"] >= 5);
  CHECK(now["confab_history_lost_total"] == 0);
  CHECK(now["confab_history_commit_seconds_count"] >= 1);
  CHECK(now["confab_slow_total"] == 0);
  CHECK(at.once("confab_history_queue_bytes", 0) == 0);

  eve.say("/quit");
  bob.reset();
  CHECK(since.of("confab_ended_total{reason=\"quit\"}", 1) == 1);
  CHECK(since.of("confab_ended_total{reason=\"error\"}", 1) == 1);
  CHECK(at.once("confab_users{via=\"line\"}", 1) == 1);
}

TEST_CASE("admin: connections are counted by what became of them", "[admin]") {
  site at({"--max-users", "2"});
  const auto count = [&](const std::string& result, double wanted) {
    return at.once(connections + "\"" + result + "\"}", wanted);
  };
  peer ann = joined(at.server);
  ann.send("/json on\n");
  const std::string token = ann.event("welcome")["token"];
  ann.reset();
  CHECK(at.once("confab_ended_total{reason=\"error\"}", 1) == 1);
  CHECK(at.scrape()["confab_users{via=\"line\"}"] == 1);  // it may come back
  peer again(at.server);
  again.say("/resume " + token + " 0");
  CHECK(again.event("welcome")["type"] == "welcome");
  CHECK(count("resumed", 1) == 1);
  peer bob = joined(at.server);
  peer(at.server).bytes_until_end();
  CHECK(count("full", 1) == 1);
  CHECK(count("admitted", 2) == 2);
  { const peer nobody(at.server); }
  CHECK(count("silent", 1) == 1);
  peer web(at.server);
  web.send(get("/metrics"));
  const std::string said = web.bytes_until_end();
  CHECK(said.starts_with("HTTP/1."));
  CHECK(said.find("confab_") == std::string::npos);  // never on a port of the chat
  CHECK(count("stranger", 1) == 1);
}

TEST_CASE("admin: a slow reader shows while it lags, and when it goes", "[admin]") {
  site at({"--history", "off"});
  peer ann = joined(at.server);
  peer eve(at.server, 4096);
  ann.line();
  const std::string text(3000, 'x');
  bool lags = false;
  for (int i = 0; i < 400 && at.scrape()["confab_slow_total"] == 0; ++i) {
    ann.say(text);
    ann.line();
    lags = lags || at.scrape()["confab_send_queue_bytes"] > 0;
  }
  CHECK(lags);
  CHECK(at.once("confab_slow_total", 1) == 1);
  CHECK(at.once("confab_ended_total{reason=\"slow\"}", 1) == 1);
  CHECK(at.once("confab_send_queue_bytes", 0) == 0);
}

TEST_CASE("admin: open files are counted", "[admin]") {
  site at;
  const double before = at.scrape()["confab_open_files"];
  const std::vector<peer> more = joined_many(at.server, 7);
  CHECK(at.once("confab_open_files", before + 7) == before + 7);
  CHECK(at.scrape()["confab_open_files_max"] >= before + 7);
  // It was asked over one more, which is closed by now or soon.
  const auto seen = [&] { return at.server.program().open_files() + 1; };
  const std::size_t wanted = static_cast<std::size_t>(before) + 7;
  for (const deadline until; seen() != wanted && !until.passed();) {
  }
  CHECK(seen() == wanted);
}

TEST_CASE("admin: lines that the log could not write are counted", "[admin]") {
  running_server server({.arguments = {"--listen", "admin:127.0.0.1:0"}, .errors = error_output::full});
  const endpoint admin = admin_place(server.program());
  double lost = 0;  // at least the line that every start writes
  for (const deadline until; lost == 0 && !until.passed();)
    lost = read_exposition(ask_http(admin, "/metrics").body)["confab_log_lost_total"];
  CHECK(lost >= 1);
}

TEST_CASE("admin: what is exposed is what Prometheus takes", "[admin]") {
  site at;
  joined(at.server).say("hello");
  const http_reply reply = ask_http(at.admin, "/metrics");
  CHECK(reply.head.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") != std::string::npos);
  const scraped all = read_exposition(reply.body);
  CHECK(all["confab_build_info{version=\"" CONFAB_VERSION "\"}"] == 1);
  CHECK(all.samples.size() > 50);
  CHECK(all.samples.size() <= 150);
  if (run({.program = "sh", .arguments = {"-c", "command -v promtool"}}).status != 0) {
    WARN("promtool (package prometheus) is not installed: its own check is left out");
    return;
  }
  const outcome checked = run({.program = "promtool", .arguments = {"check", "metrics"}, .input = reply.body});
  CAPTURE(checked.errors);
  CHECK(checked.status == 0);
  CHECK(checked.errors.empty());
}

TEST_CASE("admin: while the hub stands still it is not healthy, and it can be asked all the same", "[admin]") {
  site at({"--threads", "2"});
  REQUIRE(ask_http(at.admin, "/healthz").body == "ok\n");
  {
    const stopped_thread hub(at.server.program().id());  // the main thread, which is the hub's
    if (!hub.is_permitted()) {
      WARN("this system lets nobody stop a thread (ptrace): not tested");
      return;
    }
    CHECK(at.soon("/healthz", 503));
    CHECK(ask_http(at.admin, "/healthz").body.starts_with("the hub has not turned for "));
    CHECK(ask_http(at.admin, "/metrics").status == 200);
  }
  CHECK(at.soon("/healthz", 200));
  joined(at.server).expect_quiet();
}

TEST_CASE("admin: without its history a server is not ready, and is again by itself", "[admin]") {
  const scratch_directory data;
  site at({"--data-dir", data.path()});
  peer ann = joined(at.server);
  CHECK(ask_http(at.admin, "/readyz").body == "ok\n");
  at.server.program().limit_files(std::filesystem::file_size(data.path() + "/history.db-wal"));
  ann.say(std::string(3000, 'x'));
  CHECK(at.soon("/readyz", 503));
  CHECK(ask_http(at.admin, "/readyz").body == "the history is not kept\n");
  CHECK(ask_http(at.admin, "/healthz").status == 200);
  CHECK(at.once("confab_history_lost_total", 1) == 1);
  at.server.program().unlimit_files();
  CHECK(at.soon("/readyz", 200));
}

TEST_CASE("admin: out of files a server is not ready", "[admin]") {
  site at({"--threads", "1"}, 60);
  const std::size_t before = at.server.program().open_files();
  peer asking(at.admin);
  asking.send("GET /readyz HTTP/1.1\r\n");
  for (const deadline until; at.server.program().open_files() == before && !until.passed();) {
  }
  std::vector<peer> crowd;
  const auto paused = [&] { return at.server.program().errors().find("accepting is paused") != std::string::npos; };
  for (const deadline until; !paused() && !until.passed();)
    if (crowd.size() < 80) crowd.emplace_back(at.server);
  REQUIRE(paused());
  asking.send("Host: chat\r\n\r\n");
  const http_reply reply = reply_on(asking);
  CHECK(reply.status == 503);
  CHECK(reply.body == "nobody is accepted: out of files or memory\n");
  crowd.clear();
  CHECK(at.soon("/readyz", 200));
}

TEST_CASE("admin: a server that ends is not ready, but answers until it has ended", "[admin]") {
  site at({"--history", "off"});
  peer ann = joined(at.server);
  peer eve(at.server, 4096);
  ann.line();
  const std::string text(3000, 'x');
  while (at.scrape()["confab_send_queue_bytes"] == 0) {  // it is given 5 s to read that
    ann.say(text);
    ann.line();
  }
  at.server.program().signal(SIGTERM);
  CHECK(at.soon("/readyz", 503));
  CHECK(ask_http(at.admin, "/readyz").body == "the server is ending\n");
  CHECK(ask_http(at.admin, "/healthz").status == 200);
  eve.reset();
  CHECK(at.server.program().wait() == 0);
  at.server.expect_ended();
}

// ---- hostile

TEST_CASE("admin: who asks slowly takes places from others who do, and nothing from those who ask",
          "[admin][hostile]") {
  site at;
  std::vector<peer> slow;
  for (int i = 0; i < 16; ++i) {
    slow.emplace_back(at.admin);
    slow.back().send(i % 2 == 0 ? "GET /metrics HTTP/1.1\r\nHost: a\r\nX-" : "");
  }
  CHECK(ask_http(at.admin, "/healthz").status == 200);  // the 17th
  CHECK(slow[0].bytes_until_end().empty());
  peer ann = joined(at.server);
  ann.say("hello");
  CHECK(ann.line() == ann.as() + "hello");
  slow[14].send("a: b\r\n\r\n");
  CHECK(read_exposition(reply_on(slow[14]).body)["confab_users{via=\"line\"}"] == 1);
  for (int i = 0; i < 40; ++i) {
    slow.emplace_back(at.admin);
    CHECK(ask_http(at.admin, "/healthz").status == 200);
  }
}

TEST_CASE("admin: what is no proper question is refused in words", "[admin][hostile]") {
  site at;
  const auto ask = [&](const std::string& bytes) {
    peer asking(at.admin);
    asking.send(bytes);
    return reply_on(asking);
  };
  CHECK(ask("hello\r\n").status == 400);
  CHECK(ask("\x16\x03\x01\x02\x01\x01\x01\xFC\x03\x03").status == 400);
  CHECK(ask("GET /metrics HTTP/1.1\r\n\r\n").status == 400);  // which host?
  CHECK(ask("GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").status == 400);
  CHECK(ask("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status == 405);
  CHECK(ask("GET /metrics HTTP/2.7\r\nHost: a\r\n\r\n").status == 505);
  CHECK(ask(get("/metrics/../metrics")).status == 404);
  CHECK(ask(get("/metrics?from=x")).status == 200);
  const std::string huge = "GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + std::string(1 << 20, 'x');
  peer large(at.admin);
  large.send_anyway(huge);
  CHECK(large.bytes_until_end().find("confab_") == std::string::npos);
  const http_reply head = ask("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  peer after(at.admin);
  after.send(get("/healthz") + get("/healthz"));  // one question a connection
  CHECK(count_of(after.bytes_until_end(), "HTTP/1.1 ") == 1);
}

TEST_CASE("admin: a question may be cut anywhere", "[admin][hostile]") {
  site at;
  const std::string question = get("/healthz");
  for (std::size_t cut = 1; cut < question.size(); ++cut) {
    peer asking(at.admin);
    asking.send(question.substr(0, cut));
    if (cut % 8 == 0) ask_http(at.admin, "/healthz");  // so that the first half has been read
    asking.send(question.substr(cut));
    const http_reply reply = reply_on(asking);
    if (reply.status != 200 || reply.body != "ok\n") FAIL_CHECK("cut at " << cut << ": " << reply.status);
  }
}

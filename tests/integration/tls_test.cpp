// The chat over TLS, with real clients and hostile ones.

#include <algorithm>
#include <csignal>
#include <fstream>
#include <openssl/ssl.h>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/tls_peer.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// A folder with a certificate and its key.
struct certificate_folder {
  scratch_directory folder;
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";

  certificate_folder() { write(make_identity({.name = "first"})); }
  void write(const identity& what) const {
    write_file(cert, what.certificate);
    write_file(key, what.key);
  }
};

endpoint place_in(const std::string& line) {
  return {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))};
}

/// A server with a plain port and one for TLS.
struct tls_server {
  explicit tls_server(lines more = {})
      : server(setup(std::move(more))), tls(place_in(server.program().output_line())) {}

  server_setup setup(lines more) const {
    lines all{"--listen", "tls:127.0.0.1:0", "--tls-cert", files.cert, "--tls-key", files.key};
    all.insert(all.end(), more.begin(), more.end());
    return {.arguments = all};
  }

  certificate_folder files;
  running_server server;
  endpoint tls;
};

/// Until the log of the server has it.
bool is_logged(process& program, const std::string& text) {
  for (const deadline end; !end.passed();) {
    if (program.errors().find(text) != std::string::npos) return true;
  }
  return false;
}

/// All that comes until the server ends a plain connection.
std::string heard_in_plain(const endpoint& where, std::string_view said) {
  peer one(where);
  if (!said.empty()) one.send(said);
  return one.bytes_until_end();
}

const std::string told =
    "This port speaks TLS: openssl s_client -quiet -connect HOST:PORT\n"
    "此端口使用 TLS：openssl s_client -quiet -connect 主机:端口\n";

}  // namespace

TEST_CASE("tls: people over TLS and without it hear each other, and each knows how it came", "[tls]") {
  tls_server at;
  peer plain = joined(at.server);
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  tls_peer over(at.tls, version);
  CHECK(over.tls().version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
  const std::string arrival = "[" + over.address() + "]" + over.address() + ": is online";
  CHECK(over.line() == arrival);
  over.say("from within");
  CHECK(plain.line() == arrival);
  CHECK(plain.line() == "[" + over.address() + "]" + over.address() + ": from within");
  CHECK(over.line() == "[" + over.address() + "]" + over.address() + ": from within");
  plain.say("from without");
  CHECK(over.line() == plain.as() + "from without");
  over.say("/whoami");
  CHECK_THAT(over.line(), Catch::EndsWith(" Your text goes to the lobby. The connection is encrypted"));
  over.say("/json on");
  CHECK(over.event("welcome")["tls"] == true);
  CHECK(plain.line() == plain.as() + "from without");
  plain.say("/whoami");
  CHECK_THAT(plain.line(), Catch::EndsWith(" The connection is not encrypted"));
  CHECK(plain.json_on()["tls"] == false);
}

TEST_CASE("tls: openssl s_client chats", "[tls]") {
  tls_server at;
  peer plain = joined(at.server);
  const outcome said = run(
      {.program = "openssl",
       .arguments = {"s_client", "-quiet", "-CAfile", at.files.cert, "-verify_return_error", "-connect", at.tls.text()},
       .input = "rename ann\nhello\n/quit\n"});
  CHECK(said.output.find("ann: hello\n") != std::string::npos);
  CHECK(said.output.find("Goodbye") != std::string::npos);
  CHECK_THAT(plain.line(), Catch::EndsWith("is now known as ann") || Catch::EndsWith("is online"));
}

TEST_CASE("tls: who speaks none on its port is told what is spoken there, and is nobody", "[tls]") {
  tls_server at;
  peer other = joined(at.server);
  CHECK(heard_in_plain(at.tls, "hello\n") == told);
  CHECK(heard_in_plain(at.tls, "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n") == told);
  CHECK_THAT(heard_in_plain(at.tls, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
             Catch::StartsWith("HTTP/1.1 400 Bad Request\r\n") && Catch::EndsWith("This port speaks TLS.\r\n"));
  CHECK(is_logged(at.server.program(), "plain text on a TLS port"));
  other.expect_quiet();
}

TEST_CASE("tls: who speaks an old version, or garbage that looks like TLS, is nobody, and it is logged", "[tls]") {
  tls_server at({"--tls-min", "1.3"});
  CHECK_THROWS(tls_peer(at.tls, TLS1_2_VERSION));
  CHECK(is_logged(at.server.program(), "the TLS handshake failed: unsupported protocol"));
  heard_in_plain(at.tls, std::string("\x16\x03\x01\x00\x05hello", 10));
  CHECK(is_logged(at.server.program(), "the TLS handshake failed: "));
  CHECK(tls_joined(at.tls).tls().version() == "TLSv1.3");
}

TEST_CASE("tls: many who never end their handshake are in nobody's way", "[tls]") {
  tls_server at;
  std::vector<peer> halves;
  tls_client client;
  client.shake();
  const std::string hello = client.take();
  for (std::size_t i = 0; i < 100; ++i) {
    halves.emplace_back(at.tls);
    halves.back().send(std::string_view(hello).substr(0, 1 + i * 2));
  }
  tls_peer other = tls_joined(at.tls);
  other.say("/count");
  CHECK(other.line() == "1 online");
}

TEST_CASE("tls: half closing gets every answer first", "[tls]") {
  tls_server at;
  tls_peer one(at.tls);
  one.send("rename zoe\nwho\n");
  one.end();
  const std::string heard = one.bytes_until_end();
  CHECK(heard.find("]zoe") != std::string::npos);
  CHECK(one.tls().was_closed());
}

TEST_CASE("tls: a line that the end of the stream cuts is said only if the peer says that it is the end", "[tls]") {
  tls_server at;
  peer other = joined(at.server);
  const bool politely = GENERATE(true, false);
  CAPTURE(politely);
  tls_peer one = tls_joined(at.tls);
  CHECK_THAT(other.line(), Catch::EndsWith("is online"));
  one.send("whole\nhalf");
  if (politely) one.end();
  one.close();
  CHECK_THAT(other.line(), Catch::EndsWith(": whole"));
  if (politely) CHECK_THAT(other.line(), Catch::EndsWith(": half"));
  CHECK_THAT(other.line(), Catch::EndsWith(": is offline"));
}

TEST_CASE("tls: lines in records of a byte, many in one, and with new keys in between arrive in order", "[tls]") {
  tls_server at;
  tls_peer one = tls_joined(at.tls);
  std::string all;
  for (int i = 0; i < 300; ++i) all += "/ping " + std::to_string(i) + "\n";
  const std::string_view text(all);
  for (std::size_t i = 0; i < 200; ++i) {
    one.tls().write(text.substr(i, 1));
    if (i % 50 == 0) one.tls().update_keys(i % 100 == 0);
  }
  one.flush();
  one.send(text.substr(200));
  for (int i = 0; i < 300; ++i) {
    REQUIRE(one.line() == "pong " + std::to_string(i));
  }
}

TEST_CASE("tls: another handshake in the connection is refused, and who asks for it harms nobody", "[tls]") {
  tls_server at;
  tls_peer one = [&] {
    tls_peer out(at.tls, TLS1_2_VERSION);
    out.line();
    return out;
  }();
  one.tls().ask_again();
  one.flush();
  CHECK_THROWS_WITH(one.line(), "read: no renegotiation");
  tls_joined(at.tls).say("still here");
}

TEST_CASE("tls: a peer that never reads is ended, and the others hear everything", "[tls]") {
  tls_server at({"--send-queue", "16384", "--write-timeout", "1"});
  tls_peer deaf = tls_joined(at.tls);
  tls_peer other = tls_joined(at.tls);
  const std::string words(4000, 'x');
  int said = 0;
  for (const deadline end; !end.passed();) {
    other.say(words);
    ++said;
    if (other.line_where([](std::string_view each) { return each.ends_with('x') || each.ends_with("offline"); })
            .ends_with("offline")) {
      break;
    }
  }
  CHECK(said < 1000);
  CHECK(is_logged(at.server.program(), "does not read; ended with"));
}

TEST_CASE("tls: what is wrong with the files keeps a server from starting, and --check-config says it, too", "[tls]") {
  const certificate_folder files;
  const bool check = GENERATE(false, true);
  CAPTURE(check);
  const auto refusal = [&](lines more) {
    lines all{"--port", "0", "--history", "off"};
    if (check) all.emplace_back("--check-config");
    all.insert(all.end(), more.begin(), more.end());
    const outcome got = run_server(all);
    CHECK(got.status == (check ? 2 : 1));
    return got.errors;
  };
  const std::string start = check ? "server: cannot serve: " : "";
  CHECK_THAT(refusal({"--listen", "tls:127.0.0.1:0"}),
             Catch::Contains("--listen tls:127.0.0.1:0 needs a certificate: --tls-cert FILE and --tls-key FILE\n"));
  CHECK_THAT(refusal({"--tls-cert", files.cert}), Catch::Contains("--tls-cert needs the key, too: --tls-key FILE\n"));
  CHECK_THAT(refusal({"--tls-key", files.key}),
             Catch::Contains("--tls-key needs the certificate, too: --tls-cert FILE\n"));
  CHECK_THAT(refusal({"--tls-cert", files.cert, "--tls-key", files.cert}),
             Catch::Contains("--tls-key " + files.cert + ": it has no key"));
  CHECK_THAT(refusal({"--tls-cert", "/nowhere", "--tls-key", files.key}),
             Catch::Contains("--tls-cert /nowhere: there is no such file\n"));
  files.write(make_identity({.begins = -48h, .expires = -24h}));
  lines right{"--port", "0", "--history", "off", "--check-config"};
  right.insert(right.end(), {"--tls-cert", files.cert, "--tls-key", files.key});
  CHECK(run_server(right).status == 0);  // an expired one is said when it runs
}

TEST_CASE("tls: an expired certificate is said, and the server works", "[tls]") {
  certificate_folder files;
  files.write(make_identity({.begins = -48h, .expires = -24h}));
  running_server server(
      {.arguments = {"--listen", "tls:127.0.0.1:0", "--tls-cert", files.cert, "--tls-key", files.key}});
  tls_joined(place_in(server.program().output_line())).say("hello");
  CHECK(is_logged(server.program(), "the certificate in " + files.cert + " expired on "));
}

TEST_CASE("tls: two hundred people talk on while the certificate is replaced by reloads, and nobody is lost", "[tls]") {
  certificate_folder files;
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  std::ofstream(file) << "listen = ['tls:127.0.0.1:0']\ntls-cert = '" << files.cert << "'\ntls-key = '" << files.key
                      << "'\n";
  running_server server({.arguments = {"--config", file}});
  const endpoint tls = place_in(server.program().output_line());
  constexpr std::size_t count = sanitized ? 50 : 200;
  std::vector<tls_peer> people;
  for (std::size_t i = 0; i < count; ++i) people.emplace_back(tls);
  for (int round = 0; round < 5; ++round) {
    files.write(make_identity({.name = "round " + std::to_string(round)}));
    for (std::size_t i = 0; i < count; ++i) {
      people[i].say("/tag t" + std::to_string(round) + " /ping " + std::to_string(i));
      if (i != count / 2) continue;
      const outcome reloaded = run_server({"--reload", std::to_string(server.program().id())});
      INFO(reloaded.errors);
      REQUIRE(reloaded.status == 0);
      CHECK(reloaded.output.find(": tls-cert") != std::string::npos);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::string pong = "t" + std::to_string(round) + " pong " + std::to_string(i);
      people[i].line_where([&](std::string_view each) { return each == pong; });
    }
    CHECK(tls_peer(tls).tls().peer_name() == "round " + std::to_string(round));
  }
  CHECK(people.front().tls().peer_name() == "first");

  // Half of a pair changes nothing.
  const identity half = make_identity({.name = "half"});
  write_file(files.cert, half.certificate);
  const outcome refused = run_server({"--reload", std::to_string(server.program().id())});
  CHECK(refused.status == 1);
  CHECK(refused.errors == "server: not reloaded, nothing has changed: " + file + ":3: --tls-key " + files.key +
                              ": this is not the key of the certificate; have both files been replaced?\n");
  CHECK(tls_peer(tls).tls().peer_name() == "round 4");
}

TEST_CASE("tls: metrics say how many handshakes there were, and when the certificate expires", "[tls]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/admin";
  tls_server at({"--listen", "admin:unix:" + path});
  tls_joined(at.tls).say("hello");
  heard_in_plain(at.tls, "hello\n");
  const std::string page = ask_http({.path = path}, "/metrics").body;
  CHECK(page.find("confab_tls_handshakes_total{result=\"done\"} 1\n") != std::string::npos);
  CHECK(page.find("confab_tls_handshakes_total{result=\"failed\"} 1\n") != std::string::npos);
  CHECK(std::regex_search(page, std::regex("confab_tls_certificate_expiry_timestamp_seconds [12][0-9]{9}\n")));
}

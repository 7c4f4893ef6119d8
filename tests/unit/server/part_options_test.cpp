// Every option, with a value like no other's, where it arrives: as what, and in which unit.

#include "server/part_options.hpp"

#include <fstream>
#include <set>
#include <string>
#include <sys/stat.h>
#include <variant>
#include <vector>

#include "server/motd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/server/arrivals.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

namespace {

// These do not go to a part: what becomes of each is seen when a real server is started with it.
const std::set<std::string> used_by_the_program{
    "--help",         "--version",       "--ip",     "--port",   "--threads", "--motd",       "--log-level",
    "--log-format",   "--log-addresses", "--export", "--backup", "--restore", "--check-data", "--config",
    "--print-config", "--check-config",  "--reload"};

// The long options that --help lists.
std::set<std::string> listed() {
  const auto result = parse_server_options(strings{"--help"});
  const std::string& help = std::get<early_exit>(result).text;
  std::set<std::string> out;
  for (std::size_t at = 0; (at = help.find("\n  -", at)) != std::string::npos; ++at) {
    const std::size_t begin = help.find("--", at);
    out.insert(help.substr(begin, help.find_first_of(" \n,", begin) - begin));
  }
  return out;
}

}  // namespace

TEST_CASE("part options: every option of the program arrives somewhere", "[part_options]") {
  std::set<std::string> known = used_by_the_program;
  for (const arrival& each : arrivals()) CHECK(known.insert(each.option).second);
  CHECK(listed() == known);
}

TEST_CASE("part options: each arrives where it is used, with its unit, and nothing else changes", "[part_options]") {
  const told defaults(strings{"--lang", "en"});
  for (const arrival& one : arrivals()) {
    CAPTURE(one.option);
    strings arguments{one.option, one.value};
    if (one.option != "--lang") arguments.insert(arguments.end(), {"--lang", "en"});
    const told to(arguments);
    CHECK(one.arrives(to));
    for (const arrival& other : arrivals()) {
      if (other.option == one.option) continue;
      CAPTURE(other.option);
      CHECK_FALSE(other.arrives(to));
    }
    CHECK_FALSE(one.arrives(defaults));
  }
}

TEST_CASE("part options: 0 days or messages are for ever", "[part_options]") {
  const told to(strings{"--keep-days", "0", "--keep-messages", "0"});
  CHECK(to.history.keep_for == 0h);
  CHECK(to.history.keep_messages == 0);
}

TEST_CASE("part options: most days that can be asked for are days all the same", "[part_options]") {
  CHECK(told(strings{"--keep-days", "36500"}).history.keep_for == 36500 * 24h);
}

TEST_CASE("part options: a longer queue is no reason to say more at once", "[part_options]") {
  const auto paced = [](const char* bytes) { return told(strings{"--send-queue", bytes}).hub.send_queue; };
  CHECK(paced("262143") == 262'143);
  CHECK(paced("262144") == 262'144);
  CHECK(paced("262145") == 262'144);
  CHECK(paced("1073741824") == 262'144);
  CHECK(told(strings{"--send-queue", "1073741824"}).net.send_queue == 1'073'741'824);
}

TEST_CASE("part options: a name that could trick a terminal is made safe", "[part_options]") {
  CHECK(told(strings{"--name",
                     "a\x1b[31mb\xE2\x80\xAE"
                     "c\nd"})
            .hub.server_name == "a\uFFFD[31mb\uFFFDc\uFFFDd");
  CHECK(told(strings{"--name", "\xFF"}).hub.server_name == "\uFFFD");
}

TEST_CASE("part options: the message of the day is made safe, line by line", "[part_options]") {
  const test::scratch_directory folder;
  const std::string file = folder.path() + "/motd";
  std::ofstream(file, std::ios::binary) << "red \x1b[31m\r\n\nright\tto left \xE2\x80\xAE\n\x9d?\n";
  CHECK_THROWS_WITH(hub_options_of(told::parsed({"--motd", file})),
                    "line 4 of the message of the day in " + file + " is not UTF-8: please convert the file");
  std::ofstream(file, std::ios::binary) << "red \x1b[31m\r\n\nright\tto left \xE2\x80\xAE\nC1 \xC2\x9D\r";
  CHECK(told(strings{"--motd", file}).hub.motd == strings{"red \uFFFD[31m", "", "right\tto left \uFFFD", "C1 \uFFFD"});
}

TEST_CASE("part options: a message of the day is as long as it may be", "[part_options]") {
  const test::scratch_directory folder;
  const std::string file = folder.path() + "/motd";
  for (const std::size_t less : {1U, 0U}) {
    std::ofstream(file, std::ios::binary) << std::string(max_motd - less, 'x');
    CHECK(told(strings{"--motd", file}).hub.motd == strings{std::string(max_motd - less, 'x')});
  }
  std::ofstream(file, std::ios::binary) << std::string(max_motd + 1, '\n');
  const std::string too_long = " is longer than 65536 bytes: please shorten it";
  CHECK_THROWS_WITH(hub_options_of(told::parsed({"--motd", file})), "the message of the day in " + file + too_long);
}

TEST_CASE("part options: a message of the day comes from a plain file, and nothing else keeps a start waiting",
          "[part_options]") {
  const test::scratch_directory folder;
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& file : {pipe, folder.path(), std::string("/dev/zero"), std::string("/dev/null")}) {
    CHECK_THROWS_WITH(hub_options_of(told::parsed({"--motd", file})),
                      "cannot read the message of the day from " + file + ": not a plain file");
  }
  CHECK_THROWS_WITH(hub_options_of(told::parsed({"--motd", pipe + "/x"})),
                    "cannot read the message of the day from " + pipe + "/x: Not a directory");
}

TEST_CASE("part options: a certificate is read where one is named, and asked for where one is needed",
          "[part_options][tls]") {
  const test::scratch_directory folder;
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
  const identity one = make_identity();
  write_file(cert, one.certificate);
  write_file(key, one.key);
  CHECK_FALSE(tls_of(told::parsed({})));
  CHECK_FALSE(tls_of(told::parsed({"--listen", "line:127.0.0.1:0"})));
  CHECK(tls_of(told::parsed({"--tls-cert", cert, "--tls-key", key})));
  CHECK(tls_of(told::parsed({"--listen", "tls:127.0.0.1:0", "--tls-cert", cert, "--tls-key", key})));
  CHECK_THROWS_WITH(tls_of(told::parsed({"--listen", "line:127.0.0.1:0", "--listen", "tls:[::1]:9"})),
                    "--listen tls:[::1]:9 needs a certificate: --tls-cert FILE and --tls-key FILE");
  CHECK_THROWS_WITH(tls_of(told::parsed({"--tls-cert", cert})), "--tls-cert needs the key, too: --tls-key FILE");
  CHECK_THROWS_WITH(tls_of(told::parsed({"--tls-key", key})), "--tls-key needs the certificate, too: --tls-cert FILE");
  CHECK_THROWS_WITH(tls_of(told::parsed({"--tls-cert", cert, "--tls-key", cert})),
                    "--tls-key " + cert + ": it has no key, which begins with -----BEGIN PRIVATE KEY-----");
  CHECK_THROWS_WITH(tls_of(told::parsed({"--tls-cert", "/nowhere", "--tls-key", key})),
                    "--tls-cert /nowhere: there is no such file");
  server_options inherits = told::parsed({});
  inherits.inherited.tls = 1;
  CHECK_THROWS_WITH(tls_of(inherits),
                    "the socket for tls that was inherited needs a certificate: --tls-cert FILE and --tls-key FILE");
}

TEST_CASE("part options: no two runs and no two tokens are the same", "[part_options]") {
  const told one(strings{});
  const told other(strings{});
  CHECK(one.hub.instance_id.size() == 16);
  CHECK(one.hub.instance_id != other.hub.instance_id);
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    const std::string token = one.hub.make_token();
    CHECK(token.size() == 32);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    tokens.insert(token);
  }
  CHECK(tokens.size() == 100);
}

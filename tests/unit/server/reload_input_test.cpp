// What is read for a reload, and whether it may be put in force.

#include "server/reload_input.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <variant>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/server/reload_base.hpp"

using namespace confab;
using namespace confab::test;
using strings = std::vector<std::string>;

TEST_CASE("reload input: what is read for it is checked as for a start, the message of the day too", "[reload_input]") {
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  const std::string motd = folder.path() + "/motd";
  const reload_base base = base_for(file);
  const auto read = [&](const std::string& text) {
    std::ofstream(file) << text;
    return prepare_reload(base);
  };
  const auto refused = [&](const std::string& text) { return std::get<std::string>(read(text)); };
  const std::string names_motd = "\nmotd = '" + motd + "'\n";
  CHECK(refused(names_motd) ==
        file + ":2: cannot read the message of the day from " + motd + ": No such file or directory");
  std::ofstream(motd) << "hello\n\nall\n";
  CHECK(std::get<reload_input>(read(names_motd)).motd == strings{"hello", "", "all"});
  std::ofstream(motd) << "\xFF\n";
  CHECK(refused(names_motd).starts_with(file + ":2: line 1 of the message of the day in "));
  CHECK(refused("port = 1\nport = 2\n").starts_with(file + ":2: "));
  CHECK(refused("listen = ['line:127.0.0.1:1', 'line:127.0.0.1:1']").starts_with(file + ":1: "));
  CHECK(refused("\nlisten = ['line:127.0.0.1:0', 'line:192.0.2.1:0']")
            .starts_with(file + ":2: --listen line:192.0.2.1:0: Cannot assign requested address"));
  auto more = read("listen = ['line:127.0.0.1:8888', 'line:127.0.0.1:0']");
  const auto& opened = std::get<reload_input>(more).places;
  REQUIRE(opened.size() == 1);
  CHECK(opened.front().place == listen_place{listener_kind::line, "127.0.0.1", 0});
  std::filesystem::remove(file);
  CHECK(std::get<std::string>(prepare_reload(base)) == file + ": no such file");
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  CHECK(std::get<std::string>(prepare_reload(base)) == file + ": not a plain file");
}

TEST_CASE("reload input: what would leave no way in is refused", "[reload_input]") {
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  reload_base base = base_for(file);
  base.now.listens_on_ip = false;
  base.now.listen = {{listener_kind::line, "127.0.0.1", 1}};
  const std::string said =
      "nobody could come in any more: name a line: place in listen, or restart for --ip and --port";
  const auto refused = [&](const std::string& text) {
    std::ofstream(file) << text;
    const auto read = prepare_reload(base);
    const auto* const why = std::get_if<std::string>(&read);
    return why == nullptr ? std::string() : *why;
  };
  CHECK(refused("name = 'x'\n") == said);
  CHECK(refused("\nlisten = ['admin:127.0.0.1:0']\n") == file + ":2: " + said);
  CHECK(refused("listen = ['line:127.0.0.1:0']\n").empty());
  base.now.inherited.lines = 1;
  CHECK(refused("name = 'x'\n").empty());
}

TEST_CASE("reload input: a certificate is read, and has to be valid today if the present one is",
          "[reload_input][tls]") {
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
  reload_base base = base_for(file);
  std::ofstream(file) << "\ntls-cert = '" << cert << "'\ntls-key = '" << key << "'\n";
  const auto write = [&](const identity_wish& wish) {
    const identity made = make_identity(wish);
    write_file(cert, made.certificate);
    write_file(key, made.key);
  };
  write({});
  const auto first = prepare_reload(base);
  REQUIRE(std::holds_alternative<reload_input>(first));
  const auto& read = std::get<reload_input>(first);
  REQUIRE(read.tls);
  CHECK(read.plan.changed == strings{"tls-cert", "tls-key"});
  base.certificate = read.tls->context;
  write({.begins = std::chrono::hours(-48), .expires = std::chrono::hours(-24)});
  const auto second = prepare_reload(base);
  REQUIRE(std::holds_alternative<std::string>(second));
  const std::string start = file + ":2: --tls-cert " + cert + ": it expired on ";
  CHECK(std::get<std::string>(second).starts_with(start));
  base.certificate = nullptr;
  CHECK(std::holds_alternative<reload_input>(prepare_reload(base)));
  std::filesystem::remove(key);
  CHECK(std::get<std::string>(prepare_reload(base)) == file + ":3: --tls-key " + key + ": there is no such file");
}

// The server's configuration file: what it sets, what is said of a wrong one, and --print-config.

#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "common/config_options.hpp"
#include "server/command_line.hpp"
#include "server/options.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using confab::test::scratch_directory;
using strings = std::vector<std::string>;

namespace {

/// A configuration file, as `server.toml` in a folder of its own.
class config_on_disk {
 public:
  explicit config_on_disk(const std::string& text) : name_(folder_.path() + "/server.toml") {
    std::ofstream(name_, std::ios::binary) << text;
  }
  const std::string& name() const { return name_; }

 private:
  scratch_directory folder_;
  std::string name_;
};

std::variant<server_options, early_exit> parse_whole(const strings& arguments) {
  return parse_server_options(arguments);
}

server_options right(const strings& arguments) {
  const auto result = parse_whole(arguments);
  if (const auto* const exit = std::get_if<early_exit>(&result)) FAIL("refused: " << exit->text);
  return std::get<server_options>(result);
}

strings with_file(const config_on_disk& file, strings arguments = {}) {
  arguments.insert(arguments.begin(), {"--config", file.name()});
  return arguments;
}

server_options of_file(const std::string& text, const strings& arguments = {}) {
  const config_on_disk file(text);
  return right(with_file(file, arguments));
}

/// What is said of a wrong file, behind the program's and the file's name.
std::string complaint(const std::string& text, const strings& arguments = {}) {
  const config_on_disk file(text);
  const auto result = parse_whole(with_file(file, arguments));
  if (!std::holds_alternative<early_exit>(result)) return "accepted";
  const auto& exit = std::get<early_exit>(result);
  CHECK(exit.code == 2);
  const std::string start = "server: " + file.name() + ":";
  if (!exit.text.starts_with(start) || !exit.text.ends_with("\n")) return exit.text;
  return exit.text.substr(start.size(), exit.text.size() - start.size() - 1);
}

std::string printed(strings arguments) {
  arguments.emplace_back("--print-config");
  const auto result = parse_whole(arguments);
  REQUIRE(std::holds_alternative<early_exit>(result));
  CHECK(std::get<early_exit>(result).code == 0);
  return std::get<early_exit>(result).text;
}

/// Every field that an option can set.
std::string all_of(const server_options& options) {
  std::string out =
      fmt::format("ip {} port {} on_ip {} motd {} threads {} log {} data {}\n", options.ip, options.port,
                  options.listens_on_ip, options.motd_file, options.threads, options.log.level, options.data_dir);
  out += fmt::format("format {} addresses {}\n", options.log.format ? static_cast<int>(*options.log.format) : -1,
                     static_cast<int>(options.log.addresses));
  out += fmt::format("cert {} key {} least {}\n", options.tls.certificate, options.tls.key,
                     static_cast<int>(options.tls.least));
  for (const listen_place& each : options.listen) out += "listen " + to_string(each) + "\n";
  for (const std::string& each : options.web.hosts) out += "host " + each + "\n";
  for (const std::string& each : options.web.origins) out += "origin " + each + "\n";
  out += "proxies " + to_string(options.web_proxies) + (options.web_proxies.over_unix ? " unix\n" : "\n");
  out += fmt::format(
      "lang {} name {} users {} idle {} announce {} rooms {} replay {} history {} recall {} resume {} "
      "dead {}\n",
      static_cast<int>(options.chat.lang), options.chat.server_name, options.chat.max_users,
      options.chat.idle_timeout.count(), options.chat.announce_limit, options.chat.max_rooms, options.chat.replay,
      options.chat.history, options.chat.recall_window.count(), options.chat.resume_window.count(),
      options.chat.dead_after);
  out += fmt::format("line {} queue {} write {} vanished {}\n", options.net.max_line, options.net.send_queue,
                     options.net.write_timeout.count(), options.net.vanished_after.count());
  out += fmt::format("sync {} days {} messages {} bytes {} asked {}\n", static_cast<int>(options.store.sync),
                     options.store.keep_for.count(), options.store.keep_messages, options.store.keep_bytes,
                     options.store.keep_bytes_asked);
  return out;
}

/// A value for each key that is not its default: as TOML, and as words of the command line.
struct sample {
  std::string toml;
  strings values;
};

const std::map<std::string, sample>& samples() {
  static const std::map<std::string, sample> all{
      {"ip", {"\"127.0.0.9:7\"", {"127.0.0.9:7"}}},
      {"port", {"1234", {"1234"}}},
      {"listen", {"[\"line:[::1]:0\", 'line:unix:/x,mode=0666']", {"line:[::1]:0", "line:unix:/x,mode=0666"}}},
      {"web-host", {"['a.example', \"B.example\"]", {"a.example", "B.example"}}},
      {"web-origin", {"['https://a.example']", {"https://a.example"}}},
      {"web-proxy", {"['10.0.0.0/8', \"unix\"]", {"10.0.0.0/8", "unix"}}},
      {"lang", {"\"zh\"", {"zh"}}},
      {"name", {R"("Our # \"chat\"")", {"Our # \"chat\""}}},
      {"motd", {"'/etc/motd'", {"/etc/motd"}}},
      {"idle-timeout", {"0", {"0"}}},
      {"max-line", {"100", {"100"}}},
      {"max-users", {"5", {"5"}}},
      {"send-queue", {"8_192", {"8192"}}},
      {"write-timeout", {"3", {"3"}}},
      {"vanished-after", {"9", {"9"}}},
      {"announce-limit", {"7", {"7"}}},
      {"threads", {"63", {"63"}}},
      {"log-level", {"\"debug\"", {"debug"}}},
      {"log-format", {"'json'", {"json"}}},
      {"log-addresses", {"'net'", {"net"}}},
      {"tls-cert", {"'/etc/cert.pem'", {"/etc/cert.pem"}}},
      {"tls-key", {"'/etc/key.pem'", {"/etc/key.pem"}}},
      {"tls-min", {"'1.3'", {"1.3"}}},
      {"max-rooms", {"3", {"3"}}},
      {"replay", {"4", {"4"}}},
      {"recall-window", {"5", {"5"}}},
      {"resume-window", {"6", {"6"}}},
      {"dead-after", {"1", {"1"}}},
      {"history", {"\"off\"", {"off"}}},
      {"data-dir", {"\"-data\"", {"-data"}}},
      {"sync", {"\"full\"", {"full"}}},
      {"keep-days", {"7", {"7"}}},
      {"keep-messages", {"8", {"8"}}},
      {"keep-bytes", {"1048577", {"1048577"}}}};
  return all;
}

strings as_arguments(const std::string& key, const strings& values) {
  strings out;
  for (const std::string& each : values) out.insert(out.end(), {"--" + key, each});
  return out;
}

}  // namespace

TEST_CASE("config: every option in a file is the same as on the command line", "[config]") {
  command_line known;
  const std::string defaults = all_of(right({}));
  std::string everything;
  strings all_arguments;
  std::size_t count = 0;
  for (const CLI::Option* const option : config_options(known.app)) {
    const std::string key = long_name(*option);
    CAPTURE(key);
    REQUIRE(samples().count(key) == 1);  // a new option: give it a value above, and its field a place in all_of()
    const sample& its = samples().at(key);
    const std::string wanted = all_of(right(as_arguments(key, its.values)));
    CHECK(wanted != defaults);
    CHECK(all_of(of_file(key + " = " + its.toml + "\n")) == wanted);
    const std::size_t dash = key.find('-');
    if (dash != std::string::npos) {
      const std::string table = fmt::format("[{}]\n{} = {}\n", key.substr(0, dash), key.substr(dash + 1), its.toml);
      CHECK(all_of(of_file(table)) == wanted);
    }
    // The command line wins, and a list there takes the place of the file's.
    const std::string other = key == "listen"       ? "'line:127.0.0.3:1'"
                              : key == "web-host"   ? "'c.example'"
                              : key == "web-origin" ? "'https://c.example'"
                              : key == "web-proxy"  ? "'fd00::/8'"
                                                    : its.toml;
    CHECK(all_of(of_file(key + " = " + other + "\n", as_arguments(key, its.values))) == wanted);
    if (key == "port") continue;  // which ip has
    everything += key + " = " + its.toml + "\n";
    const strings more = as_arguments(key, its.values);
    all_arguments.insert(all_arguments.end(), more.begin(), more.end());
    ++count;
  }
  CHECK(count + 1 == samples().size());
  CHECK(all_of(of_file(everything)) == all_of(right(all_arguments)));
}

TEST_CASE("config: of two values the command line's counts", "[config]") {
  const std::string file = "port = 1\nname = 'filed'\nlisten = ['line:127.0.0.1:1', 'line:127.0.0.1:2']\n";
  const server_options options =
      of_file(file, {"--port", "2", "--port", "3", "--listen", "line:[::1]:4", "--max-users", "6"});
  CHECK(options.port == 3);
  CHECK(options.chat.server_name == "filed");
  REQUIRE(options.listen.size() == 1);
  CHECK(options.listen[0].port == 4);
  CHECK(options.chat.max_users == 6);
}

TEST_CASE("config: a port of the command line beats one behind a file's address, and the other way round", "[config]") {
  CHECK(of_file("ip = '127.0.0.2:9000'\n", {"--port", "9001"}).port == 9001);
  CHECK(of_file("ip = '127.0.0.2:9000'\n", {"--port", "9001"}).ip == "127.0.0.2");
  CHECK(of_file("port = 9000\n", {"--ip", "[::1]:9001"}).port == 9001);
  CHECK(of_file("port = 9000\n", {"--ip", "::1"}).port == 9000);
  CHECK(of_file("ip = '127.0.0.2:9000'\nport = 9000\n").port == 9000);
  CHECK(of_file("ip = '127.0.0.2:9000'\nport = 9002\n", {"--port", "9001"}).port == 9001);
}

TEST_CASE("config: what the file sets is known by its line, what the command line overrules is not", "[config]") {
  const config_on_disk file("\nport = 1\nmotd = 'x'\nlisten = [\n'line:127.0.0.1:3',\n'line:127.0.0.1:2']\n");
  const server_options options = right(with_file(file, {"--motd", "y"}));
  CHECK(where_given(options, "port") == file.name() + ":2: ");
  CHECK(where_given(options, "listen", 0) == file.name() + ":5: ");
  CHECK(where_given(options, "listen", 1) == file.name() + ":6: ");
  CHECK(where_given(options, "listen", 2).empty());
  CHECK(where_given(options, "motd").empty());
  CHECK(where_given(options, "ip").empty());
  CHECK(where_given(right({"--port", "1"}), "port").empty());
}

TEST_CASE("config: of several --config the last is read, and only that", "[config]") {
  const config_on_disk one("port = 1\nmax-users = 7\n");
  const config_on_disk two("port = 2\n");
  const server_options options = right({"--config", one.name(), "--config", two.name()});
  CHECK(options.port == 2);
  CHECK(options.chat.max_users == 10'000);
  CHECK(options.config_file == two.name());
}

TEST_CASE("config: a wrong file is refused with its line and what is wrong", "[config]") {
  struct broken {
    std::string text;
    std::string says;
  };
  const std::vector<broken> files{
      // What is no TOML.
      {"name = \"chat\nport = 1\n", "1: the line ends before the closing quote"},
      {"port = 1\nname = 'chat\r\n", "2: the line ends before the closing quote"},
      {"name = \"\"\"chat\n\n", "2: not TOML: encountered end-of-file"},
      {"name = \"chat", "1: not TOML: encountered end-of-file"},
      {"name = \"a\\qb\"\n", "1: not TOML: unknown escape sequence '\\q'"},
      {"name = \"\x01\"\n",
       "1: not TOML: unescaped control characters other than TAB (U+0009) are explicitly prohibited"},
      {std::string("\0port = 1\n", 10), "1: not TOML: expected keys, tables, whitespace or comments, saw '\\u0000'"},
      {"port = 1\nport = 2\n", "2: not TOML: cannot redefine existing integer 'port'"},
      {"keep.days = 1\nkeep = 2\n", "2: not TOML: cannot redefine existing table 'keep'"},
      {"[keep]\ndays = 1\n\n[keep]\nbytes = 0\n", "4: not TOML: cannot redefine existing table 'keep'"},
      {"port 8888\n", "1: not TOML: expected '=', saw '8'"},
      {"port =\n", "1: not TOML: expected value, saw '\\n'"},
      {"= 8888\n", "1: not TOML: expected keys, tables, whitespace or comments, saw '='"},
      {"port = 1 name = 'x'\n", "1: not TOML: expected a comment or whitespace, saw 'n'"},
      {"--port 8888\n", "1: not TOML: expected '=', saw '8'"},
      {"[keep\ndays = 1\n", "1: not TOML: expected ']', saw '\\n'"},
      {"listen = [\n'line:[::1]:1'\n", "2: not TOML: encountered end-of-file"},
      {"\n\nport = 0123\n", "3: not TOML: leading zeroes are prohibited"},
      {"port = 0b12\n", "1: not TOML: expected digit, saw '2'"},
      {"port = 99999999999999999999\n", "1: not TOML: '99999999999999999999' is not representable in 64 bits"},
      {"name = Our chat\n", "1: not TOML: could not determine value type; text goes in quotes"},
      {"history = off\n", "1: not TOML: could not determine value type; text goes in quotes"},
      {"ip = 127.0.0.1\n", "1: not TOML: expected decimal digit or exponent, saw '.'; text goes in quotes"},
      {"log-level = info\n", "1: not TOML: expected value-terminator, saw 'o'; text goes in quotes"},
      {"listen = [[[[[[[[['x']]]]]]]]]\n",
       "1: not TOML: exceeded maximum nested value depth of 8 (TOML_MAX_NESTED_VALUES)"},
      {"# caf\xE9\n", "1: not UTF-8"},
      {"port = 1\nname = \"\xC4\xE3\"\n", "2: not UTF-8"},
      {"x" + std::string(257, '.') + "\n", "1: more than 256 dots in one line"},
      // Keys.
      {"prot = 1\n", "1: unknown key prot; the nearest that there is: port"},
      {"\xEF\xBB\xBF# mark\r\nmax_users = 1\r\n", "2: unknown key max_users; the nearest that there is: max-users"},
      {"[keep]\n\nweeks = 1\n", "3: unknown key keep.weeks; the nearest that there is: keep-bytes"},
      {"[keep]\nport = 1\n", "2: unknown key keep.port; the nearest that there is: keep-days"},
      {"[server]\n", "1: unknown key server; the nearest that there is: listen"},
      {"[port]\nx = 1\n", "2: unknown key port.x; the nearest that there is: port"},
      {"a.b.c.d = 1\n", "1: unknown key a.b.c.d; the nearest that there is: data-dir"},
      {"\n\"\" = 1\n", "2: unknown key \"\"; the nearest that there is: ip"},
      {"[[keep]]\ndays = 1\n", "1: write [keep] and not [[keep]]"},
      {"keep = 1\n", "1: keep is no key, only the beginning of these: keep-bytes, keep-days, keep-messages"},
      {"[[limits]]\nx = 1\n", "1: unknown key limits; the nearest that there is: listen"},
      {"keep-days = 1\n[keep]\ndays = 1\n", "3: keep.days is set in line 1 already"},
      {"[max]\nusers = 1\nusers2 = 1\n", "3: unknown key max.users2; the nearest that there is: max-users"},
      {"keep = { days = 1 }\nkeep-days = 1\n", "2: keep-days is set in line 1 already"},
      {"config = 'other.toml'\n", "1: config belongs on the command line and not into a file"},
      {"check-config = true\n", "1: check-config belongs on the command line and not into a file"},
      {"print-config = true\n", "1: print-config belongs on the command line and not into a file"},
      {"check-data = true\n", "1: check-data belongs on the command line and not into a file"},
      {"export = '-'\n", "1: export belongs on the command line and not into a file"},
      {"backup = 'x'\n", "1: backup belongs on the command line and not into a file"},
      {"[x]\n[restore]\n", "1: unknown key x; the nearest that there is: ip"},
      {"restore = 'x'\n", "1: restore belongs on the command line and not into a file"},
      {"help = true\n", "1: help belongs on the command line and not into a file"},
      {"version = '0.1.0'\n", "1: version belongs on the command line and not into a file"},
      // Types.
      {"port = true\n", "1: port: write a whole number"},
      {"port = 8888.0\n", "1: port: write a whole number"},
      {"port = inf\n", "1: port: write a whole number"},
      {"keep.days = 1979-05-27\n", "1: keep.days: write a whole number"},
      {"keep-days = 07:32:00\n", "1: keep-days: write a whole number"},
      {"port = [8888]\n", "1: port: write one value, not a list"},
      {"ip = ['127.0.0.1', '::1']\n", "1: ip: write one value, not a list"},
      {"[[port]]\n", "1: port: write one value, not a list"},
      {"port = {}\n", "1: port: write a whole number"},
      {"name = 5\n", "1: name: write text, in quotes"},
      {"history = false\n", "1: history: write text, in quotes"},
      {"listen = [\n'line:[::1]:1',\n\n8888 ]\n", "4: listen: write text, in quotes"},
      {"listen = 8888\n", "1: listen: write text, in quotes"},
      {"name = \"a\\u0000b\"\n", "1: name: must not have U+0000 in it"},
      // Values: a check of each kind.
      {"port = 65536\n", "1: --port: '65536' is not a whole number from 0 to 65535"},
      {"port = -1\n", "1: --port: '-1' is not a whole number from 0 to 65535"},
      {"port = '08x'\n", "1: --port: '08x' is not a whole number from 0 to 65535"},
      {"port = ''\n", "1: --port: '' is not a whole number from 0 to 65535"},
      {"max-users = 0\n", "1: --max-users: '0' is not a whole number from 1 to 1000000"},
      {"[idle]\ntimeout = 4294967296\n", "2: --idle-timeout: '4294967296' is not a whole number from 0 to 4294967295"},
      {"keep-bytes = 1048575\n", "1: --keep-bytes: must be 0 or at least 1048576"},
      {"data-dir = ''\n", "1: --data-dir: a name is missing"},
      {"lang = 'fr'\n", "1: --lang: fr not in {en,zh}"},
      {"history = 'maybe'\n", "1: --history: maybe not in {on,off}"},
      {"ip = 'localhost'\n", "1: --ip: localhost is not an IPv4 or IPv6 address, such as 127.0.0.1 or ::1"},
      {"ip = '--port'\n", "1: --ip: --port is not an IPv4 or IPv6 address, such as 127.0.0.1 or ::1"},
      {"listen = 'line:[::1]'\n", "1: --listen: line:[::1]: add the port, as in line:127.0.0.1:8888"},
      {"listen = [\n'line:[::1]:1',\n'irc:[::1]:1' ]\n",
       "3: --listen: irc:[::1]:1: write KIND:ADDRESS:PORT or KIND:unix:PATH, as in line:127.0.0.1:8888; the kinds "
       "are: line, tls, web, webs, admin"},
      // Several together.
      {"ip = '127.0.0.1:1'\nport = 2\n", "2: --ip 127.0.0.1:1 and --port 2 are two ports"},
      {"ip = '[::1]:9'\nlisten = [\n'line:[::1]:8',\n'line:[::1]:9' ]\n",
       "4: --listen line:[::1]:9 names a place for the second time: leave it out"},
      {"listen = ['line:unix:/x',\n'line:unix:x' ]\n",
       "2: --listen: x: write the path of a unix socket from / on, as in unix:/run/chat.sock"},
      {"listen = ['line:unix:/x',\n'line:unix:/x,mode=0666' ]\n",
       "2: --listen line:unix:/x,mode=0666 names a place for the second time: leave it out"},
      {"listen = ['line:[::1]:9',\n'line:[::1]:9' ]\n",
       "2: --listen line:[::1]:9 names a place for the second time: leave it out"},
      // The first of several.
      {"port = 1\n\nmax-users = 0\nprot = 1\n", "4: unknown key prot; the nearest that there is: port"},
      {"port = 70000\nlang = 'fr'\n", "1: --port: '70000' is not a whole number from 0 to 65535"}};
  CHECK(files.size() >= 40);
  for (const broken& each : files) {
    CAPTURE(each.text);
    CHECK(complaint(each.text) == each.says);
  }
}

TEST_CASE("config: what the command line overrules must be right all the same", "[config]") {
  CHECK(complaint("port = 70000\n", {"--port", "1"}) == "1: --port: '70000' is not a whole number from 0 to 65535");
}

TEST_CASE("config: a file that cannot be read is refused by its name", "[config]") {
  const scratch_directory folder;
  for (const auto& [name, why] :
       std::vector<std::pair<std::string, std::string>>{{folder.path(), "not a plain file"},
                                                        {folder.path() + "/none", "no such file"},
                                                        {"/dev/zero", "not a plain file"}}) {
    const auto result = parse_whole({"--config", name});
    REQUIRE(std::holds_alternative<early_exit>(result));
    CHECK(std::get<early_exit>(result).code == 2);
    CHECK(std::get<early_exit>(result).text == "server: " + name + ": " + why + "\n");
  }
  CHECK(std::get<early_exit>(parse_whole({"--config", ""})).text.starts_with("server: --config: a name is missing"));
}

TEST_CASE("config: --help and a wrong command line are answered before any file is read", "[config]") {
  const config_on_disk wrong("prot = 1\n");
  CHECK(std::get<early_exit>(parse_whole(with_file(wrong, {"--help"}))).code == 0);
  CHECK(std::get<early_exit>(parse_whole(with_file(wrong, {"--port", "x"}))).text.starts_with("server: --port"));
}

TEST_CASE("config: reading again sees what is there now, and a wrong file changes nothing", "[config]") {
  const config_on_disk file("port = 1\n");
  const strings arguments = with_file(file);
  const server_options before = right(arguments);
  std::ofstream(file.name()) << "port = 2\nprot = 3\n";
  CHECK(std::holds_alternative<early_exit>(parse_whole(arguments)));
  CHECK(before.port == 1);
  std::ofstream(file.name()) << "port = 2\n";
  CHECK(right(arguments).port == 2);
}

TEST_CASE("config: what --print-config prints is a file that means the same, of any options", "[config]") {
  const auto same = [](const strings& arguments) {
    const std::string text = printed(arguments);
    CAPTURE(text);
    CHECK(all_of(of_file(text)) == all_of(right(arguments)));
  };
  same({});
  strings all;
  for (const auto& [key, its] : samples()) {
    CAPTURE(key);
    same(as_arguments(key, its.values));
    if (key == "port") continue;
    const strings more = as_arguments(key, its.values);
    all.insert(all.end(), more.begin(), more.end());
  }
  same(all);
  same({"--ip", "127.0.0.1:9", "--listen", "line:[::1]:1"});
  same({"--listen", "line:[::1]:1"});
  same({"--port", "9", "--listen", "line:[::1]:1"});
  same({"--keep-messages", "18446744073709551615"});
  same({"--name", "\"quoted\"\nand # not \\ simple\t你好"});
  const config_on_disk file("ip = '[::1]:7'\n");
  same(with_file(file, {"--port", "9"}));
}

TEST_CASE("config: --print-config says where each comes from", "[config]") {
  const config_on_disk file("ip = '[::1]:7'\n[keep]\ndays = 3\n");
  const std::string text = printed(with_file(file, {"--name", "ours"}));
  const auto has = [&text](const std::string& line) {
    CAPTURE(line, text);
    CHECK(("\n" + text).find("\n" + line + "\n") != std::string::npos);
  };
  has("ip = \"::1\"  # " + file.name() + ":1");
  has("port = 7  # " + file.name() + ":1");
  has("keep-days = 3  # " + file.name() + ":3");
  has("name = \"ours\"  # command line");
  has("# max-users = 10000  # default");
  has("# listen = []  # default");
  const std::string listening = printed({"--listen", "line:[::1]:1"});
  CHECK(listening.find("# port = 8888  # default, and not listened on: see listen\n") != std::string::npos);
  CHECK(listening.find("listen = [\n  \"line:[::1]:1\",  # command line\n]\n") != std::string::npos);
}

TEST_CASE("config: --print-config prints every key", "[config]") {
  command_line known;
  const std::string text = "\n" + printed({});
  std::size_t count = 0;
  for (const CLI::Option* const each : config_options(known.app)) {
    CAPTURE(long_name(*each));
    CHECK(text.find("\n# " + long_name(*each) + " = ") != std::string::npos);
    ++count;
  }
  CHECK(count == samples().size());
}

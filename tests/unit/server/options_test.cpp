#include "server/options.hpp"

#include <cstdlib>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/arguments.hpp"
#include "common/line_decoder.hpp"
#include "common/version.hpp"
#include "tests/support/catch.hpp"

using namespace confab;
using strings = std::vector<std::string>;
using variables = std::map<std::string, std::string>;

namespace {

using parsed = std::variant<server_options, early_exit>;

parsed parse(const strings& arguments) {
  return parse_server_options(arguments);
}

server_options accepted(const strings& arguments) {
  const parsed result = parse(arguments);
  if (const auto* const exit = std::get_if<early_exit>(&result)) FAIL("refused: " << exit->text);
  return std::get<server_options>(result);
}

/// Environment variables for the length of a scope; an empty value takes one away.
class environment {
 public:
  explicit environment(const variables& wanted) {
    for (const auto& [name, value] : wanted) {
      const char* const before = std::getenv(name.c_str());
      before_[name] = before == nullptr ? "" : before;
      set(name, value);
    }
  }
  ~environment() {
    for (const auto& [name, value] : before_) set(name, value);
  }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

 private:
  static void set(const std::string& name, const std::string& value) {
    if (value.empty()) {
      ::unsetenv(name.c_str());
    } else {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  variables before_;
};

/// The place of `option` in a help text, as a word of its own.
bool lists(const std::string& help, const std::string& option) {
  const std::size_t at = help.find("  " + option);
  if (at == std::string::npos) return false;
  const std::size_t end = at + 2 + option.size();
  return end < help.size() && (help[end] == ' ' || help[end] == '\n' || help[end] == ',');
}

}  // namespace

TEST_CASE("options: without any, everything has its default", "[options]") {
  const environment english(variables{{"LC_ALL", "C"}});
  const server_options options = accepted({});
  CHECK(options.ip == "127.0.0.1");
  CHECK(options.port == 8888);
  CHECK(options.chat.lang == language::en);
  CHECK(options.chat.server_name == "confab");
  CHECK(options.motd_file.empty());
  CHECK(options.chat.idle_timeout == std::chrono::seconds(300));
  CHECK(options.net.max_line == 4096);
  CHECK(options.chat.max_users == 10'000);
  CHECK(options.net.send_queue == 1024 * 1024);
  CHECK(options.net.write_timeout == std::chrono::seconds(10));
  CHECK(options.net.vanished_after == std::chrono::seconds(120));
  CHECK(options.chat.announce_limit == 20);
  CHECK_FALSE(options.tls.any());
  CHECK(options.tls.key.empty());
  CHECK(options.tls.least == net::tls_version::tls12);
  CHECK(options.log.level == "info");
  CHECK_FALSE(options.log.format.has_value());
  CHECK(options.log.addresses == address_detail::full);
  CHECK(options.threads >= 1);
  CHECK(options.threads <= 8);
}

TEST_CASE("options: each sets what it says", "[options]") {
  const server_options options = accepted(
      {"--ip",         "::1",       "--port",          "1234",    "--lang",           "zh",  "--name",      "tea house",
       "--motd",       "/etc/motd", "--idle-timeout",  "0",       "--max-line",       "100", "--max-users", "5",
       "--send-queue", "8192",      "--write-timeout", "3",       "--announce-limit", "7",   "--threads",   "3",
       "--tls-cert",   "cert.pem",  "--tls-key",       "key.pem", "--tls-min",        "1.3", "--log-level", "debug",
       "--log-format", "json",      "--log-addresses", "net",     "--vanished-after", "9"});
  CHECK(options.ip == "::1");
  CHECK(options.port == 1234);
  CHECK(options.chat.lang == language::zh);
  CHECK(options.chat.server_name == "tea house");
  CHECK(options.motd_file == "/etc/motd");
  CHECK(options.chat.idle_timeout == std::chrono::seconds(0));
  CHECK(options.net.max_line == 100);
  CHECK(options.chat.max_users == 5);
  CHECK(options.net.send_queue == 8192);
  CHECK(options.net.write_timeout == std::chrono::seconds(3));
  CHECK(options.net.vanished_after == std::chrono::seconds(9));
  CHECK(options.chat.announce_limit == 7);
  CHECK(options.threads == 3);
  CHECK(options.tls == tls_options{"cert.pem", "key.pem", net::tls_version::tls13});
  CHECK(options.log.level == "debug");
  CHECK(options.log.format == log_format::json);
  CHECK(options.log.addresses == address_detail::net);
}

TEST_CASE("options: rooms, history and resuming", "[options]") {
  const server_options plain = accepted({});
  CHECK(plain.chat.history);
  CHECK(plain.chat.max_rooms == 1000);
  CHECK(plain.chat.replay == 20);
  CHECK(plain.chat.recall_window == std::chrono::seconds(120));
  CHECK(plain.chat.dead_after == 2);
  CHECK(plain.store.keep_for == std::chrono::hours(0));
  CHECK(plain.store.keep_messages == 0);
  CHECK(plain.store.sync == store::sync_mode::normal);
  CHECK(plain.chat.resume_window == std::chrono::seconds(120));
  const server_options options =
      accepted({"--history",       "off", "--max-rooms",  "3",         "--replay", "4",    "--recall-window", "5",
                "--resume-window", "6",   "--data-dir",   "/srv/chat", "--sync",   "full", "--keep-days",     "7",
                "--keep-messages", "8",   "--keep-bytes", "1048576"});
  CHECK_FALSE(options.chat.history);
  CHECK(options.chat.max_rooms == 3);
  CHECK(options.chat.replay == 4);
  CHECK(options.chat.recall_window == std::chrono::seconds(5));
  CHECK(options.chat.resume_window == std::chrono::seconds(6));
  CHECK(options.data_dir == "/srv/chat");
  CHECK(options.store.sync == store::sync_mode::full);
  CHECK(options.store.keep_for == std::chrono::hours(7 * 24));
  CHECK(options.store.keep_messages == 8);
  CHECK(options.store.keep_bytes == 1'048'576);
  CHECK(options.store.keep_bytes_asked);
  CHECK(plain.store.keep_bytes == 4'294'967'296);
  CHECK_FALSE(plain.store.keep_bytes_asked);
  CHECK(accepted({"--keep-bytes=0"}).store.keep_bytes == 0);
  CHECK(accepted({"--keep-bytes=0"}).store.keep_bytes_asked);
  CHECK(accepted({"--keep-bytes=9223372036854775807"}).store.keep_bytes == 9'223'372'036'854'775'807U);
}

TEST_CASE("options: the data folder is where the environment wants it", "[options]") {
  {
    const environment state({{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/anna"}});
    CHECK(accepted({}).data_dir == "/state/confab");
    CHECK(accepted({"--data-dir", "/elsewhere"}).data_dir == "/elsewhere");
  }
  {
    const environment home({{"XDG_STATE_HOME", ""}, {"HOME", "/home/anna"}});
    CHECK(accepted({}).data_dir == "/home/anna/.local/state/confab");
  }
  {
    const environment relative({{"XDG_STATE_HOME", "state"}, {"HOME", "/home/anna"}});
    CHECK(accepted({}).data_dir == "/home/anna/.local/state/confab");  // a relative path there is to be ignored
  }
  const environment service({{"XDG_STATE_HOME", ""}, {"HOME", ""}});
  CHECK(accepted({}).data_dir == "/var/lib/confab");
}

TEST_CASE("options: the original's single-dash long options work", "[options]") {
  const char* const argv[] = {"server", "-ip", "127.0.0.2", "-port=0"};
  const server_options options = accepted(normal_arguments(4, argv));
  CHECK(options.ip == "127.0.0.2");
  CHECK(options.port == 0);
}

TEST_CASE("options: the address may end in the port", "[options]") {
  struct sample {
    strings arguments;
    std::string ip;
    std::uint16_t port;
  };
  const std::vector<sample> samples{
      {{"--ip", "127.0.0.1:9000"}, "127.0.0.1", 9000},
      {{"--ip=0.0.0.0:0"}, "0.0.0.0", 0},
      {{"--ip", "[::1]:9000"}, "::1", 9000},
      {{"--ip", "[::1]"}, "::1", 8888},
      {{"--ip", "[fe80::1%eth0]:65535"}, "fe80::1%eth0", 65535},
      {{"--ip", "fe80::1%eth0"}, "fe80::1%eth0", 8888},
      {{"--ip", "127.0.0.1:9000", "--port", "9000"}, "127.0.0.1", 9000},
      {{"--port", "8", "--ip", "127.0.0.1"}, "127.0.0.1", 8},
      {{"--ip", "127.0.0.1:8888"}, "127.0.0.1", 8888},
      {{"--ip", "::1:9000"}, "::1:9000", 8888},  // an address as a whole
  };
  for (const sample& each : samples) {
    CAPTURE(each.arguments);
    const server_options options = accepted(each.arguments);
    CHECK(options.ip == each.ip);
    CHECK(options.port == each.port);
  }
  for (const strings& two :
       {strings{"--ip", "127.0.0.1:9000", "--port", "8888"}, strings{"--port", "0", "--ip", "[::1]:9000"}}) {
    const parsed result = parse(two);
    const auto* const exit = std::get_if<early_exit>(&result);
    REQUIRE(exit != nullptr);
    CHECK(exit->code == 2);
    CHECK(exit->text.find("are two ports") != std::string::npos);
  }
}

TEST_CASE("options: --listen takes the place of the default, and stands beside --ip and --port", "[options]") {
  using places = std::vector<listen_place>;
  const auto places_of = [](const strings& arguments) { return listen_places_of(accepted(arguments)); };
  const listen_place four{listener_kind::line, "127.0.0.2", 9000};
  const listen_place six{listener_kind::line, "::1", 0};
  const strings two{"--listen", "line:127.0.0.2:9000", "--listen=line:[::1]:0"};
  const auto with = [&two](strings arguments) {
    arguments.insert(arguments.begin(), two.begin(), two.end());
    return arguments;
  };
  CHECK(places_of({}) == places{{listener_kind::line, "127.0.0.1", 8888}});
  CHECK(places_of(two) == places{four, six});
  CHECK(places_of(with({"--ip", "127.0.0.3"})) == places{{listener_kind::line, "127.0.0.3", 8888}, four, six});
  CHECK(places_of(with({"--port", "8888"})) == places{{listener_kind::line, "127.0.0.1", 8888}, four, six});
  CHECK(places_of(with({"--ip", "[::]:1"})) == places{{listener_kind::line, "::", 1}, four, six});
  CHECK(places_of(with({"--listen", "line:[::1]:0"})) == places{four, six, six});  // each with a port of its own
}

TEST_CASE("options: --listen for admin alone leaves the chat where it is", "[options]") {
  using places = std::vector<listen_place>;
  const auto places_of = [](const strings& arguments) { return listen_places_of(accepted(arguments)); };
  const listen_place chat{listener_kind::line, "127.0.0.1", 8888};
  const listen_place other{listener_kind::line, "::1", 9000};
  const listen_place desk{listener_kind::admin, "127.0.0.1", 9100};
  CHECK(places_of({"--listen", "admin:127.0.0.1:9100"}) == places{chat, desk});
  CHECK(places_of({"--listen", "admin:127.0.0.1:9100", "--port", "8888"}) == places{chat, desk});
  CHECK(places_of({"--listen", "admin:127.0.0.1:9100", "--listen", "line:[::1]:9000"}) == places{desk, other});
  CHECK(std::holds_alternative<early_exit>(parse({"--listen", "admin:127.0.0.1:8888"})));  // taken by the chat
}

TEST_CASE("options: a web listener is one of the chat, and has files for those who fetch", "[options]") {
  const auto options = accepted({"--listen", "web:127.0.0.1:8080", "--threads", "2"});
  CHECK(listen_places_of(options) == std::vector<listen_place>{{listener_kind::web, "127.0.0.1", 8080}});
  CHECK(has_way_in(options));
  CHECK(files_to_listen(options) == 1);
  CHECK(files_to_arrive(options) == 2 * 1024);
  const auto inherited = std::get<server_options>(parse_server_options(strings{"--threads", "1"}, {.web = 1}));
  CHECK(listen_places_of(inherited).empty());
  CHECK(files_to_listen(inherited) == 1);
  CHECK(files_to_arrive(inherited) == 1024);
}

TEST_CASE("options: names and origins of the web are checked, and folded", "[options]") {
  const auto options = accepted(
      {"--web-host", "Chat.Example.org.", "--web-host", "localhost", "--web-origin", "HTTPS://pages.example.org:443"});
  CHECK(options.web.hosts == strings{"chat.example.org", "localhost"});
  CHECK(options.web.origins == strings{"https://pages.example.org"});
  for (const auto& [option, value] :
       std::vector<std::pair<std::string, std::string>>{{"--web-host", "a:80"},
                                                        {"--web-host", ""},
                                                        {"--web-host", "https://a"},
                                                        {"--web-origin", "a"},
                                                        {"--web-origin", "https://a/b"}}) {
    const parsed result = parse({option, value});
    const auto* const exit = std::get_if<early_exit>(&result);
    REQUIRE(exit != nullptr);
    CHECK(exit->code == 2);
    CHECK(exit->text.starts_with("server: " + option + ": "));
    CHECK(exit->text.find(", as in ") != std::string::npos);
  }
}

TEST_CASE("options: proxies of the web are networks, or whoever comes over a unix socket", "[options]") {
  const auto options = accepted({"--web-proxy", "10.0.0.0/8+::1", "--web-proxy", "unix", "--web-proxy", "fd00::/8"});
  CHECK(options.web_proxies.over_unix);
  REQUIRE(options.web_proxies.networks.size() == 3);
  CHECK(net::to_string(options.web_proxies.networks[2]) == "fd00::/8");
  CHECK(accepted({}).web_proxies.empty());
  for (const char* const wrong : {"", "localhost", "10.0.0.1/8", "unix+10.0.0.0/8"}) {
    const parsed result = parse({"--web-proxy", wrong});
    const auto* const exit = std::get_if<early_exit>(&result);
    REQUIRE(exit != nullptr);
    CHECK(exit->text.starts_with("server: --web-proxy: "));
  }
}

TEST_CASE("options: the same place twice is refused", "[options]") {
  const strings arguments = GENERATE(strings{"--listen", "line:[::1]:9000", "--listen", "line:[::1]:9000"},
                                     strings{"--ip", "[::1]:9000", "--listen", "line:[::1]:9000"},
                                     strings{"--listen", "line:unix:/x", "--listen", "line:unix:/x,mode=0666"},
                                     strings{"--port", "8888", "--listen", "line:127.0.0.1:8888"});
  CAPTURE(arguments);
  const parsed result = parse(arguments);
  const auto* const exit = std::get_if<early_exit>(&result);
  REQUIRE(exit != nullptr);
  CHECK(exit->code == 2);
  CHECK(exit->text ==
        "server: --listen " + arguments.back() + " names a place for the second time: leave it out (see --help)\n");
}

TEST_CASE("options: of an option that is given twice the last counts", "[options]") {
  const char* const argv[] = {"server", "--port", "8888", "-ip", "::1", "-port", "9999", "--ip=127.0.0.2"};
  const server_options options = accepted(normal_arguments(8, argv));
  CHECK(options.port == 9999);
  CHECK(options.ip == "127.0.0.2");
  CHECK(accepted({"--idle-timeout", "1", "--idle-timeout", "2"}).chat.idle_timeout == std::chrono::seconds(2));
  CHECK(accepted({"--history", "off", "--history", "on"}).chat.history);
  CHECK(accepted({"--export", "a", "--export", "b"}).export_file == "b");
}

TEST_CASE("options: --listen may be given 64 times", "[options]") {
  const auto with = [](std::size_t count) {
    strings out;
    for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), {"--listen", "line:127.0.0.1:0"});
    return out;
  };
  CHECK(accepted(with(63)).listen.size() == 63);
  CHECK(accepted(with(64)).listen.size() == 64);
  const parsed result = parse(with(65));
  const auto* const exit = std::get_if<early_exit>(&result);
  REQUIRE(exit != nullptr);
  CHECK(exit->code == 2);
  CHECK(exit->text == "server: --listen is given more than 64 times (see --help)\n");
}

TEST_CASE("options: each place takes a file to listen with, a unix socket two", "[options]") {
  CHECK(files_to_listen(accepted({})) == 1);
  CHECK(files_to_arrive(accepted({"--threads", "3", "--listen", "line:[::1]:1", "--listen", "admin:[::1]:2"})) == 0);
  CHECK(files_to_arrive(accepted({"--threads", "3", "--listen", "line:[::1]:1,proxy=::1"})) == 3 * 1024);
  CHECK(files_to_arrive(accepted({"--threads", "3", "--listen", "line:[::1]:1,secure"})) == 3 * 1024);
  CHECK(files_to_arrive(accepted({"--threads", "1", "--listen", "line:[::1]:1", "--listen", "tls:[::1]:2"})) == 1024);
  CHECK(files_to_listen(accepted({"--listen", "line:unix:/x"})) == 2);
  CHECK(files_to_listen(accepted({"--port", "1", "--listen", "line:unix:/x", "--listen", "line:[::1]:1"})) == 4);
  CHECK(files_to_listen(accepted({"--listen", "admin:[::1]:1"})) == 1 + 18 + 4);
  CHECK(files_to_listen(accepted({"--listen", "admin:[::1]:1", "--listen", "admin:unix:/x"})) == 1 + 18 + 19 + 4);
}

TEST_CASE("options: sockets that listen already take the place of the default, and stand beside what is given",
          "[options]") {
  const auto with = [](const strings& arguments) {
    return std::get<server_options>(parse_server_options(arguments, {.lines = 2}));
  };
  CHECK(listen_places_of(with({})).empty());
  CHECK(files_to_listen(with({})) == 2);
  CHECK(listen_places_of(with({"--port", "1"})) == std::vector<listen_place>{{listener_kind::line, "127.0.0.1", 1}});
  CHECK(files_to_listen(with({"--port", "1"})) == 3);
  const auto admin = std::get<server_options>(parse_server_options(strings{}, {.admin = 2}));
  CHECK(listen_places_of(admin) == std::vector<listen_place>{{listener_kind::line, "127.0.0.1", 8888}});
  CHECK(files_to_listen(admin) == 1 + 2 * 18 + 4);
  CHECK(listen_places_of(with({"--listen", "line:[::1]:2"})) ==
        std::vector<listen_place>{{listener_kind::line, "::1", 2}});
  const auto printed = parse_server_options(strings{"--print-config"}, {.lines = 1});
  CHECK(std::get<early_exit>(printed).text.find(
            "# port = 8888  # default, and not listened on: sockets were inherited\n") != std::string::npos);
}

TEST_CASE("options: one --listen takes one place", "[options]") {
  CHECK(std::holds_alternative<early_exit>(parse({"--listen", "line:[::1]:0", "line:[::1]:0"})));
}

TEST_CASE("options: the language is the environment's unless it is said", "[options]") {
  const environment chinese(variables{{"LC_ALL", "zh_CN.UTF-8"}});
  CHECK(accepted({}).chat.lang == language::zh);
  CHECK(accepted({"--lang", "en"}).chat.lang == language::en);
}

TEST_CASE("options: the edges of each range", "[options]") {
  struct range {
    std::string option;
    std::string below, least, most, above;
  };
  const std::vector<range> ranges{
      {"--port", "-1", "0", "65535", "65536"},
      {"--idle-timeout", "-1", "0", "4294967295", "4294967296"},
      {"--max-line", "63", "64", "60000", "60001"},
      {"--max-users", "0", "1", "1000000", "1000001"},
      {"--send-queue", "4095", "4096", "1073741824", "1073741825"},
      {"--write-timeout", "0", "1", "86400", "86401"},
      {"--vanished-after", "1", "2", "3600", "3601"},
      {"--announce-limit", "-1", "0", "1000000", "1000001"},
      {"--threads", "0", "1", "64", "65"},
      {"--max-rooms", "-1", "0", "100000", "100001"},
      {"--replay", "-1", "0", "1000", "1001"},
      {"--dead-after", "-1", "0", "2", "3"},
      {"--keep-days", "-1", "0", "36500", "36501"},
      {"--recall-window", "-1", "0", "86400", "86401"},
      {"--resume-window", "-1", "0", "86400", "86401"},
  };
  for (const range& each : ranges) {
    CAPTURE(each.option);
    for (const std::string& good : {each.least, each.most}) {
      CAPTURE(good);
      CHECK(std::holds_alternative<server_options>(parse({each.option, good})));
      CHECK(std::holds_alternative<server_options>(parse({each.option + "=" + good})));
    }
    for (const std::string& bad : {each.below, each.above}) {
      CAPTURE(bad);
      CHECK(std::holds_alternative<early_exit>(parse({each.option + "=" + bad})));
    }
  }
  CHECK(accepted({"--port", "65535"}).port == 65535);
  CHECK(accepted({"--idle-timeout", "4294967295"}).chat.idle_timeout == std::chrono::seconds(4'294'967'295));
  CHECK(line_decoder::max_unterminated > 60'001);  // so that the longest line and its end fit
}

TEST_CASE("options: a wrong option or value is one line, and exit code 2", "[options]") {
  const strings arguments = GENERATE(
      strings{"--nonsense"}, strings{"--port"}, strings{"--port", "abc"}, strings{"--port", "80x"},
      strings{"--port", ""}, strings{"--port", "8888.5"}, strings{"--ip", "nonsense"}, strings{"--ip", "1.2.3.4.5"},
      strings{"--ip", ""}, strings{"--ip", "localhost"}, strings{"--ip", "localhost:8888"}, strings{"--ip", "fe80::1"},
      strings{"--ip", "127.0.0.1:"}, strings{"--ip", "127.0.0.1:65536"}, strings{"--listen"}, strings{"--listen", ""},
      strings{"--listen", "line"}, strings{"--listen", "irc:127.0.0.1:1"}, strings{"--listen", "line:unix:x"},
      strings{"--lang", "fr"}, strings{"--lang", ""}, strings{"--idle-timeout", "soon"}, strings{"--idle-timeout", ""},
      strings{"--max-line", ""}, strings{"--keep-messages", ""}, strings{"--keep-bytes", "1048575"},
      strings{"--keep-bytes", "1"}, strings{"--keep-bytes", "9223372036854775808"}, strings{"--keep-bytes", "4G"},
      strings{"--tls-min", "1.1"}, strings{"--tls-cert", ""}, strings{"--tls-key", ""}, strings{"--max-users", "many"},
      strings{"--log-level", "loud"}, strings{"--log-level", "INFO"}, strings{"--log-format", "xml"},
      strings{"--log-format", ""}, strings{"--log-addresses", "some"}, strings{"stray"}, strings{"--port", "0", "8888"},
      strings{"--history", "maybe"}, strings{"--sync", "sometimes"}, strings{"--port=many", "--port=2"}, strings{"-x"});
  CAPTURE(arguments);
  const parsed result = parse(arguments);
  const auto* const exit = std::get_if<early_exit>(&result);
  REQUIRE(exit != nullptr);
  CHECK(exit->code == 2);
  CHECK(exit->text.starts_with("server: "));
  CHECK(exit->text.find('\n') == exit->text.size() - 1);
}

TEST_CASE("options: --version says which", "[options]") {
  const parsed result = parse({"--version"});
  const auto* const exit = std::get_if<early_exit>(&result);
  REQUIRE(exit != nullptr);
  CHECK(exit->code == 0);
  CHECK(exit->text == std::string("confab ") + version + "\n");
}

TEST_CASE("options: --help lists every option with its default, an example and the exit codes", "[options]") {
  const environment english(variables{{"LC_ALL", "C"}});
  for (const char* const word : {"--help", "-h"}) {
    const parsed result = parse({word});
    const auto* const exit = std::get_if<early_exit>(&result);
    REQUIRE(exit != nullptr);
    CHECK(exit->code == 0);
    for (const char* const option :
         {"--ip",        "--port",          "--listen",         "--lang",           "--idle-timeout", "--max-line",
          "--max-users", "--send-queue",    "--write-timeout",  "--motd",           "--log-format",   "--log-addresses",
          "--name",      "--log-level",     "--version",        "--announce-limit", "--threads",      "--max-rooms",
          "--replay",    "--recall-window", "--resume-window",  "--history",        "--data-dir",     "--sync",
          "--keep-days", "--keep-messages", "--vanished-after", "--keep-bytes",     "--tls-cert",     "--tls-key",
          "--tls-min"}) {
      CAPTURE(option);
      CHECK((lists(exit->text, option) || exit->text.find("," + std::string(option)) != std::string::npos));
    }
    for (const char* const value : {"127.0.0.1", "8888", "300", "4096", "10000", "1048576", "info", "confab"}) {
      CAPTURE(value);
      CHECK(exit->text.find(value) != std::string::npos);
    }
    CHECK(exit->text.find("Exit status") != std::string::npos);
    CHECK(exit->text.find("-ip 127.0.0.1 -port 8888") != std::string::npos);
  }
}

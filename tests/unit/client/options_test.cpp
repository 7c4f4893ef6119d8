#include "client/options.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::client;
using confab::language;

namespace {

using variables = std::map<std::string, std::string>;

std::variant<options, early_end> parse(const std::vector<std::string>& arguments, const variables& set = {}) {
  return parse_options(arguments, [&set](const std::string& name) -> std::optional<std::string> {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  });
}

options good(const std::vector<std::string>& arguments, const variables& set = {}) {
  auto result = parse(arguments, set);
  if (const auto* ending = std::get_if<early_end>(&result)) FAIL(ending->text);
  return std::get<options>(std::move(result));
}

early_end bad(const std::vector<std::string>& arguments, const variables& set = {}) {
  auto result = parse(arguments, set);
  REQUIRE(std::holds_alternative<early_end>(result));
  return std::get<early_end>(std::move(result));
}

/// A directory for $XDG_CONFIG_HOME with the client's file in it.
class config_home {
 public:
  explicit config_home(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("confab-options-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_ / "confab");
    std::ofstream(path_ / "confab" / "client.toml") << text;
  }
  ~config_home() { std::filesystem::remove_all(path_); }
  config_home(const config_home&) = delete;
  config_home& operator=(const config_home&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("options: have the documented defaults", "[options]") {
  const options made = good({});
  CHECK(made.ip == "127.0.0.1");
  CHECK(made.port == 8888);
  CHECK(made.name.empty());
  CHECK(made.lang == language::en);
  CHECK_FALSE(made.lang_chosen);
  CHECK(made.color == color_mode::automatic);
  CHECK(made.bell == bell_mode::mention);
  CHECK(made.linger.count() == 0);
  CHECK_FALSE(made.reconnect);
  CHECK_FALSE(made.once);
  CHECK_FALSE(made.plain);
  CHECK_FALSE(made.quiet);
}

TEST_CASE("options: every flag is read", "[options]") {
  const options made =
      good({"--ip", "::1", "--port=1", "--name", " bob ", "--lang", "en", "--quiet", "--color", "never", "--plain",
            "--linger", "3", "--reconnect", "0", "--once", " to bob hi ", "--bell", "all"});
  CHECK(made.ip == "::1");
  CHECK(made.port == 1);
  CHECK(made.name == "bob");
  CHECK(made.lang == language::en);
  CHECK(made.quiet);
  CHECK(made.color == color_mode::never);
  CHECK(made.plain);
  CHECK(made.linger == std::chrono::seconds(3));
  CHECK(made.reconnect == 0);
  CHECK(made.once == "to bob hi");
  CHECK(made.bell == bell_mode::all);
}

TEST_CASE("options: limits hold at both ends", "[options]") {
  CHECK(good({"--port", "65535"}).port == 65535);
  CHECK(good({"--linger", "86400"}).linger.count() == 86400);
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"--port", "0"},
                                                                 {"--port", "65536"},
                                                                 {"--port", "-1"},
                                                                 {"--port", "8x"},
                                                                 {"--port"},
                                                                 {"--linger", "-1"},
                                                                 {"--linger", "86401"},
                                                                 {"--reconnect", "-1"},
                                                                 {"--lang", "fr"},
                                                                 {"--color", "blue"},
                                                                 {"--bell", "loud"},
                                                                 {"--name", "a b"},
                                                                 {"--name", "1.2.3.4"},
                                                                 {"--once", " "},
                                                                 {"--once", "a\nb"},
                                                                 {"--ip", ""},
                                                                 {"--bad"},
                                                                 {"host", "1", "word"}}) {
    const early_end ending = bad(wrong);
    INFO(ending.text);
    CHECK(ending.code == exit_code::usage);
    CHECK(ending.text.starts_with("confab: "));
    CHECK(ending.text.find('\n') == ending.text.size() - 1);
  }
}

TEST_CASE("options: help begins with an example and lists exit codes, defaults and variables", "[options]") {
  const early_end help = bad({"--help"});
  CHECK(help.code == exit_code::done);
  CHECK(help.text.starts_with("Example"));
  for (const char* part :
       {"--once", "8888", "127.0.0.1", "69", "76", "78", "130", "CONFAB_NAME", "NO_COLOR", "client.toml"}) {
    INFO(part);
    CHECK(help.text.find(part) != std::string::npos);
  }
  CHECK(bad({"--version"}).text.starts_with("confab "));
}

TEST_CASE("options: a flag beats the environment beats the file beats the default", "[options]") {
  const config_home home("port = 1001\nname = \"filed\"\nbell = \"off\"\nplain = true\n");
  const variables set{{"XDG_CONFIG_HOME", home.path()}, {"CONFAB_PORT", "1002"}, {"CONFAB_NAME", "varied"}};
  const options made = good({"--port", "1003"}, set);
  CHECK(made.port == 1003);
  CHECK(made.name == "varied");
  CHECK(made.bell == bell_mode::off);
  CHECK(made.plain);
  CHECK(made.ip == "127.0.0.1");
  CHECK(good({}, {{"HOME", "/nonexistent"}, {"CONFAB_PORT", "1002"}}).port == 1002);
}

TEST_CASE("options: a wrong variable is a usage error that names it, unless a flag stands for it", "[options]") {
  const early_end ending = bad({}, {{"CONFAB_PORT", "many"}});
  CHECK(ending.code == exit_code::usage);
  CHECK(ending.text.find("CONFAB_PORT") != std::string::npos);
  CHECK(good({"--port", "7"}, {{"CONFAB_PORT", "many"}}).port == 7);
  CHECK(good({}, {{"CONFAB_PORT", ""}}).port == 8888);
}

TEST_CASE("options: a wrong file has an exit code of its own", "[options]") {
  const std::string text = GENERATE(as<std::string>(), "port = \"x\"\n", "port = 0\n", "unknown = 1\n",
                                    "once = \"hi\"\n", "name = \"a b\"\n", "lang = \"fr\"\n");
  const config_home home(text);
  const early_end ending = bad({}, {{"XDG_CONFIG_HOME", home.path()}});
  INFO(text << ending.text);
  CHECK(ending.code == exit_code::config);
  CHECK(ending.text.find("client.toml") != std::string::npos);
  CHECK(ending.text.find('\n') == ending.text.size() - 1);
  CHECK(bad({"--help"}, {{"XDG_CONFIG_HOME", home.path()}}).code == exit_code::done);
}

TEST_CASE("options: a name in the file that is no option is told", "[options]") {
  const config_home home("nme = \"ann\"\n");
  const early_end ending = bad({}, {{"XDG_CONFIG_HOME", home.path()}});
  CHECK(ending.text.ends_with("client.toml:1: unknown key nme; the nearest that there is: name\n"));
  const early_end zh = bad({}, {{"XDG_CONFIG_HOME", home.path()}, {"LANG", "zh_CN.UTF-8"}});
  CHECK(zh.text.ends_with("client.toml:1: 没有 nme 这一项；最接近的是 name\n"));
}

TEST_CASE("options: a file that was asked for must be there", "[options]") {
  CHECK(bad({"--config", "/nonexistent/client.toml"}).code == exit_code::config);
  const config_home home("port = 1001\n");
  CHECK(good({"--config", home.path() + "/confab/client.toml"}).port == 1001);
}

TEST_CASE("options: the locale chooses the language", "[options]") {
  CHECK(good({}, {{"LANG", "zh_CN.UTF-8"}}).lang == language::zh);
  CHECK(good({}, {{"LANG", "en_US.UTF-8"}}).lang == language::en);
  CHECK(good({}, {{"LANG", "de_DE.UTF-8"}}).lang == language::en);
  for (const char* nameless : {"C", "C.UTF-8", "POSIX"}) {
    INFO(nameless);
    CHECK(good({}, {{"LANG", nameless}}).lang == language::en);
    CHECK_FALSE(good({}, {{"LANG", nameless}}).lang_chosen);
  }
  CHECK(good({}, {{"LANG", "zh_CN.UTF-8"}}).lang_chosen);
  CHECK(good({"--lang", "en"}, {{"LANG", "C"}}).lang_chosen);
  CHECK(good({}, {{"LC_ALL", "zh_TW"}, {"LANG", "en_US"}}).lang == language::zh);
  CHECK(good({}, {{"LC_ALL", ""}, {"LC_MESSAGES", "en_GB"}, {"LANG", "zh_CN"}}).lang == language::en);
  CHECK(good({"--lang", "zh"}, {{"LANG", "en_US"}}).lang == language::zh);
  CHECK(good({}, {{"LANG", "en_US"}, {"CONFAB_LANG", "zh"}}).lang == language::zh);
}

TEST_CASE("options: the server is said as HOST:PORT, in brackets, or without a flag", "[options]") {
  const auto is = [](const options& made, std::string_view host, int port) {
    INFO(made.ip << ' ' << made.port);
    CHECK(made.ip == host);
    CHECK(made.port == port);
  };
  is(good({"--ip", "[::1]:46065"}), "::1", 46065);
  is(good({"--ip", "chat.example.org:7"}), "chat.example.org", 7);
  is(good({"--ip", "[::1]"}), "::1", 8888);
  is(good({"--ip", "::1", "--port", "7"}), "::1", 7);
  is(good({"--ip", "host:7", "--port", "7"}), "host", 7);
  is(good({"host"}), "host", 8888);
  is(good({"host", "7"}), "host", 7);
  is(good({"host:7"}), "host", 7);
  is(good({"[::1]:7"}), "::1", 7);
  is(good({"--name", "bob", "host", "--quiet", "7"}), "host", 7);
  is(good({"host", "--port", "7"}), "host", 7);
  is(good({"--quiet", "--", "host", "7"}), "host", 7);
}

TEST_CASE("options: of the server too a flag beats the environment beats the file", "[options]") {
  const config_home home("ip = \"filed:1\"\n");
  const variables file{{"XDG_CONFIG_HOME", home.path()}};
  CHECK(good({}, file).ip == "filed");
  CHECK(good({}, file).port == 1);
  CHECK(good({"--port", "2"}, file).port == 2);
  variables set = file;
  set["CONFAB_IP"] = "varied:3";
  CHECK(good({}, set).ip == "varied");
  CHECK(good({}, set).port == 3);
  CHECK(good({"flagged:4"}, set).ip == "flagged");
  CHECK(good({"flagged:4"}, set).port == 4);
  CHECK(good({"--ip", "flagged:4"}, set).port == 4);
  set["CONFAB_PORT"] = "5";
  CHECK(good({"--ip=flagged:4"}, set).port == 4);
  CHECK(good({"flagged"}, set).port == 5);
}

TEST_CASE("options: what is wrong is said in the person's language", "[options]") {
  struct example {
    std::vector<std::string> arguments;
    const char* en;
    const char* zh;
  };
  const std::vector<example> all{
      {{"--bad"}, "unknown argument: --bad", "未知参数：--bad"},
      {{"host", "7", "more"}, "unknown argument: more", "未知参数：more"},
      {{"--port", "65536"},
       "--port: '65536' is not a whole number from 1 to 65535",
       "--port：'65536' 不是 1 到 65535 的整数"},
      {{"--port"}, "--port: a value is missing", "--port：缺少值"},
      {{"--color", "blue"}, "--color: blue is not one of auto,", "--color：blue 不在 auto,"},
      {{"host", "x"}, "x is not a port (1 to 65535)", "x 不是端口（1 到 65535）"},
      {{"host:1", "2"}, "the port is given twice", "端口写了两次"},
      {{"--ip", "host:1", "--port", "2"}, "the port is given twice", "端口写了两次"},
      {{"--ip", "a", "b"}, "the server is named twice", "服务器写了两次"},
      {{"--ip", "host:0"}, "not a server address: host:0", "不是服务器地址：host:0"},
      {{"--ip", ""}, "not a server address", "不是服务器地址"},
      {{"--name", "a b"}, "--name: A name can only have", "--name：用户名只能"},
      {{"--once", " "}, "--once: one command", "--once：一条命令"},
      {{"--config", "/nonexistent"}, "/nonexistent: no such file", "/nonexistent: 没有这个文件"}};
  for (const example& each : all) {
    for (const bool zh : {false, true}) {
      INFO(each.en);
      const std::string said = bad(each.arguments, {{"LANG", zh ? "zh_CN.UTF-8" : "en_US.UTF-8"}}).text;
      CHECK_THAT(said, Catch::Matchers::Contains(zh ? each.zh : each.en));
      CHECK(said.find('\n') == said.size() - 1);
      std::vector<std::string> asked{"--lang", zh ? "zh" : "en"};
      asked.insert(asked.end(), each.arguments.begin(), each.arguments.end());
      CHECK(bad(asked).text == said);
    }
  }
  CHECK_THAT(bad({"--bad"}, {{"CONFAB_LANG", "zh"}}).text, Catch::Matchers::Contains("未知参数"));
  CHECK_THAT(bad({"--bad"}).text, Catch::Matchers::Contains("unknown argument"));
}

TEST_CASE("options: the state is kept where the desktop says", "[options]") {
  CHECK(good({}, {{"XDG_STATE_HOME", "/x"}, {"HOME", "/home/a"}}).state_folder == "/x/confab");
  CHECK(good({}, {{"HOME", "/home/a"}}).state_folder == "/home/a/.local/state/confab");
  CHECK(good({}, {{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}}).state_folder == "/h/.local/state/confab");
  CHECK(good({}).state_folder.empty());
}

TEST_CASE("options: --tls, --ca and --pin each mean TLS, which has a port of its own", "[options][tls]") {
  const std::string pin = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";
  CHECK_FALSE(good({}).tls.wanted);
  CHECK(good({"--tls"}).tls.wanted);
  CHECK(good({"--tls"}).port == 6697);
  const options with_ca = good({"--ca", "own.pem"});
  CHECK(with_ca.tls.wanted);
  CHECK(with_ca.tls.ca == "own.pem");
  CHECK(with_ca.port == 6697);
  const options with_pin = good({"--pin",
                                 "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:01:23:45:67:89:ab:cd:ef:01:"
                                 "23:45:67:89:ab:cd:ef"});
  CHECK(with_pin.tls.wanted);
  CHECK(with_pin.tls.pin == pin);
  CHECK(good({"--pin", pin}).tls.pin == pin);
  CHECK_FALSE(good({"--tls=false", "--pin", pin}).tls.wanted);
  CHECK(good({"--tls=false", "--pin", pin}).port == 8888);
}

TEST_CASE("options: whoever names a port gets it, with TLS too", "[options][tls]") {
  CHECK(good({"--tls", "--port", "8888"}).port == 8888);
  CHECK(good({"--tls", "chat.example.org:7"}).port == 7);
  CHECK(good({"--tls", "chat.example.org", "7"}).port == 7);
  CHECK(good({"--tls", "--ip", "[::1]:7"}).port == 7);
  CHECK(good({"--tls"}, {{"CONFAB_PORT", "7"}}).port == 7);
  CHECK(good({"--tls", "chat.example.org"}).port == 6697);
  CHECK(good({"chat.example.org"}, {{"CONFAB_TLS", "true"}}).port == 6697);
  const config_home home("port = 7\n");
  CHECK(good({"--tls"}, {{"XDG_CONFIG_HOME", home.path()}}).port == 7);
}

TEST_CASE("options: what is wrong with a pin or a file is said", "[options][tls]") {
  const std::string pin(64, 'a');
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"--pin", ""},
                                                                 {"--pin", pin.substr(1)},
                                                                 {"--pin", pin + "a"},
                                                                 {"--pin", std::string(64, 'g')},
                                                                 {"--pin"},
                                                                 {"--ca", ""},
                                                                 {"--ca"},
                                                                 {"--tls=perhaps"},
                                                                 {"--ca", "own.pem", "--pin", pin}}) {
    const early_end ending = bad(wrong);
    INFO(ending.text);
    CHECK(ending.code == exit_code::usage);
    CHECK(ending.text.starts_with("confab: "));
    CHECK(ending.text.find('\n') == ending.text.size() - 1);
  }
  CHECK(bad({"--lang", "zh", "--pin", "x"}).text.find("64 位") != std::string::npos);
  CHECK(bad({}, {{"CONFAB_TLS", "perhaps"}}).text.starts_with("confab: CONFAB_TLS: "));
}

TEST_CASE("options: a flag for the certificate stands for the other that the file has", "[options][tls]") {
  const std::string pin(64, 'a');
  {
    const config_home home("pin = \"" + pin + "\"\n");
    const variables set{{"XDG_CONFIG_HOME", home.path()}};
    CHECK(good({}, set).tls.pin == pin);
    CHECK(good({}, set).port == 6697);
    const options flagged = good({"--ca", "own.pem"}, set);
    CHECK(flagged.tls.ca == "own.pem");
    CHECK(flagged.tls.pin.empty());
    CHECK_FALSE(good({"--tls=false"}, set).tls.wanted);
  }
  const config_home home("tls = true\nca = \"own.pem\"\n");
  const options flagged = good({"--pin", pin}, {{"XDG_CONFIG_HOME", home.path()}});
  CHECK(flagged.tls.ca.empty());
  CHECK(flagged.tls.pin == pin);
}

// The client's configuration file: what it sets, and what is said of a wrong one.

#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "client/options.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab::client;
using confab::language;
using confab::test::scratch_directory;
using words = std::vector<std::string>;

namespace {

std::variant<options, early_end> with_locale(const words& arguments, const std::string& locale) {
  return parse_options(arguments, [&locale](const std::string& name) {
    return name == "LC_ALL" ? std::optional<std::string>(locale) : std::nullopt;
  });
}

/// A configuration file, as `client.toml` in a folder of its own.
class client_toml {
 public:
  explicit client_toml(const std::string& text) : name_(folder_.path() + "/client.toml") {
    std::ofstream(name_, std::ios::binary) << text;
  }
  words arguments(const words& more = {}) const {
    words all{"--config", name_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  const std::string& name() const { return name_; }

 private:
  scratch_directory folder_;
  std::string name_;
};

options taken(const words& arguments) {
  const auto result = with_locale(arguments, "C");
  if (const auto* const ending = std::get_if<early_end>(&result)) FAIL(ending->text);
  return std::get<options>(result);
}

options of_text(const std::string& text, const words& more = {}) {
  const client_toml file(text);
  return taken(file.arguments(more));
}

/// What is said of a wrong file, behind the program's and the file's name.
std::string refusal(const std::string& text, const std::string& locale = "C", const words& more = {}) {
  const client_toml file(text);
  const auto result = with_locale(file.arguments(more), locale);
  if (!std::holds_alternative<early_end>(result)) return "accepted";
  const auto& ending = std::get<early_end>(result);
  CHECK(ending.code == exit_code::config);
  const std::string start = "confab: " + file.name() + ":";
  if (!ending.text.starts_with(start) || !ending.text.ends_with("\n")) return ending.text;
  return ending.text.substr(start.size(), ending.text.size() - start.size() - 1);
}

/// Every field that an option can set.
std::string fields_of(const options& made) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", made.ip, made.port, made.name,
                     static_cast<int>(made.lang), made.lang_chosen, made.quiet, static_cast<int>(made.color),
                     made.plain, made.linger.count(), made.reconnect.value_or(-1), made.once.value_or(""),
                     static_cast<int>(made.bell), made.tls.wanted, made.tls.ca, made.tls.pin);
}

/// The keys that --help lists.
std::set<std::string> listed() {
  const std::string help = std::get<early_end>(with_locale({"--help"}, "C")).text;
  std::set<std::string> out;
  for (std::size_t at = help.find("  --"); at != std::string::npos; at = help.find("  --", at + 1)) {
    const std::size_t end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at + 4);
    out.insert(help.substr(at + 4, end - at - 4));
  }
  return out;
}

}  // namespace

TEST_CASE("client.toml: every option is the same as on the command line", "[options][config]") {
  struct value {
    std::string toml;
    words flags;
  };
  const std::string pin(64, 'a');
  const std::map<std::string, value> values{{"ip", {"\"[::1]:7\"", {"--ip", "[::1]:7"}}},
                                            {"port", {"9", {"--port", "9"}}},
                                            {"tls", {"true", {"--tls"}}},
                                            {"ca", {"\"own.pem\"", {"--ca", "own.pem"}}},
                                            {"pin", {"'" + pin + "'", {"--pin", pin}}},
                                            {"name", {"\"你好\"", {"--name", "你好"}}},
                                            {"lang", {"\"zh\"", {"--lang", "zh"}}},
                                            {"color", {"'never'", {"--color", "never"}}},
                                            {"bell", {"'all'", {"--bell", "all"}}},
                                            {"plain", {"true", {"--plain"}}},
                                            {"quiet", {"true", {"--quiet"}}},
                                            {"linger", {"3", {"--linger", "3"}}},
                                            {"reconnect", {"0", {"--reconnect", "0"}}}};
  std::set<std::string> keys = listed();
  for (const char* const of_the_command_line : {"config", "once", "version"}) {
    CHECK(keys.erase(of_the_command_line) == 1);
  }
  const std::string defaults = fields_of(taken({}));
  for (const std::string& key : keys) {
    CAPTURE(key);
    REQUIRE(values.count(key) == 1);  // a new option: give it a value above, and its field a place in fields_of()
    const value& its = values.at(key);
    CHECK(fields_of(taken(its.flags)) != defaults);
    CHECK(fields_of(of_text(key + " = " + its.toml + "\n")) == fields_of(taken(its.flags)));
  }
  CHECK(keys.size() == values.size());
  CHECK_FALSE(of_text("plain = false\nquiet = false\n").plain);
}

TEST_CASE("client.toml: what is in quotes is text, to its last letter", "[options][config]") {
  CHECK(refusal("name = \"Our # chat\"\n").starts_with("1: --name: "));  // a blank and a # are in no name
  CHECK(of_text("ip = \"chat.example.org\"  # ours\n").ip == "chat.example.org");
}

TEST_CASE("client.toml: a wrong file is refused with its line, in the person's language", "[options][config]") {
  struct broken {
    std::string text, en, zh;
  };
  const std::vector<broken> files{
      {"\nname = \"ann\n", "2: the line ends before the closing quote", "2: 这一行没有右引号"},
      {"name = ann\n", "1: not TOML: could not determine value type; text goes in quotes",
       "1: 不是正确的 TOML：could not determine value type；文字要加引号"},
      {"port = 1\nport = 2\n", "2: not TOML: cannot redefine existing integer 'port'",
       "2: 不是正确的 TOML：cannot redefine existing integer 'port'"},
      {"name = \"\xFF\"\n", "1: not UTF-8", "1: 不是 UTF-8"},
      {"nme = 'ann'\n", "1: unknown key nme; the nearest that there is: name", "1: 没有 nme 这一项；最接近的是 name"},
      {"colour = 'never'\n", "1: unknown key colour; the nearest that there is: color",
       "1: 没有 colour 这一项；最接近的是 color"},
      {"[server]\nip = 'x'\n", "2: unknown key server.ip; the nearest that there is: ip",
       "2: 没有 server.ip 这一项；最接近的是 ip"},
      {"HOST = 'x'\n", "1: unknown key HOST; the nearest that there is: bell", "1: 没有 HOST 这一项；最接近的是 bell"},
      {"once = 'hi'\n", "1: once belongs on the command line and not into a file",
       "1: once 只能写在命令行上，不能写在文件里"},
      {"config = 'x'\n", "1: config belongs on the command line and not into a file",
       "1: config 只能写在命令行上，不能写在文件里"},
      {"name = 5\n", "1: name: write text, in quotes", "1: name：请写带引号的文字"},
      {"port = true\n", "1: port: write a whole number", "1: port：请写整数"},
      {"linger = 1.5\n", "1: linger: write a whole number", "1: linger：请写整数"},
      {"plain = 'yes'\n", "1: plain: write true or false", "1: plain：请写 true 或 false"},
      {"plain = 1\n", "1: plain: write true or false", "1: plain：请写 true 或 false"},
      {"ip = ['a', 'b']\n", "1: ip: write one value, not a list", "1: ip：只能有一个值，不能是列表"},
      {"port = 0\n", "1: --port: '0' is not a whole number from 1 to 65535", "1: --port：'0' 不是 1 到 65535 的整数"},
      {"\n\nbell = 'loud'\n", "3: --bell: loud is not one of off,pm,mention,all",
       "3: --bell：loud 不在 off,pm,mention,all 之中"},
      {"ip = ''\n", "1: not a server address:", "1: 不是服务器地址："},
      {"ip = 'host:7'\nport = 8\n", "2: the port is given twice", "2: 端口写了两次"}};
  for (const broken& each : files) {
    CAPTURE(each.text);
    CHECK(refusal(each.text) == each.en);
    CHECK(refusal(each.text, "zh_CN.UTF-8") == each.zh);
  }
}

TEST_CASE("client.toml: a flag and a variable that name host and port beat the file's port", "[options][config]") {
  CHECK(of_text("port = 9\n", {"host:7"}).port == 7);
  CHECK(of_text("port = 9\n", {"--ip", "host:7"}).port == 7);
  CHECK(of_text("port = 9\n", {"host"}).port == 9);
  CHECK(of_text("ip = 'host:7'\n", {"--port", "9"}).port == 9);
  const client_toml file("port = 9\n");
  const auto made = parse_options(file.arguments(), [](const std::string& name) {
    return name == "CONFAB_IP" ? std::optional<std::string>("host:7") : std::nullopt;
  });
  REQUIRE(std::holds_alternative<options>(made));
  CHECK(std::get<options>(made).ip == "host");
  CHECK(std::get<options>(made).port == 7);
}

TEST_CASE("client.toml: --config without a name is wrong usage", "[options][config]") {
  const auto said = [](const std::string& locale) {
    const auto result = with_locale({"--config", ""}, locale);
    REQUIRE(std::holds_alternative<early_end>(result));
    CHECK(std::get<early_end>(result).code == exit_code::usage);
    return std::get<early_end>(result).text;
  };
  CHECK(said("C") == "confab: --config: a name is missing (see --help)\n");
  CHECK(said("zh_CN.UTF-8") == "confab: --config：缺少文件名（见 --help）\n");
}

TEST_CASE("client.toml: a folder in its place is refused", "[options][config]") {
  const scratch_directory folder;
  const auto result = with_locale({"--config", folder.path()}, "C");
  REQUIRE(std::holds_alternative<early_end>(result));
  CHECK(std::get<early_end>(result).code == exit_code::config);
  CHECK(std::get<early_end>(result).text == "confab: " + folder.path() + ": not a plain file\n");
}

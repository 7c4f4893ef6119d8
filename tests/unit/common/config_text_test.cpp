#include "common/config_text.hpp"

#include <string>
#include <variant>
#include <vector>

#include "common/config_file.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

TEST_CASE("config text: any text comes back as it was", "[config]") {
  std::string all;
  for (char32_t c = 1; c < 0x3000; ++c) utf8::append(all, c);
  for (const char32_t c : {0xD7FFU, 0xE000U, 0xFFFDU, 0xFEFFU, 0x1F600U, 0x10FFFFU}) utf8::append(all, c);
  for (const std::string& text : {all, std::string(), std::string("a \"quote\" and a \\ # no comment")}) {
    const auto read = parse_config("x = " + toml_quoted(text) + "\n");
    REQUIRE(std::holds_alternative<config_entries>(read));
    CHECK(std::get<config_entries>(read).at(0).value.text == text);
    CHECK(toml_quoted(text).find_first_of("\n\x1B\x7F") == std::string::npos);
  }
}

TEST_CASE("config text: what is given is set, what is not is a comment, and both say where from", "[config]") {
  const std::vector<config_setting> settings{
      {"port", config_type::number, true, {{"7", "a.toml:3"}}},
      {"many", config_type::number, true, {{"18446744073709551615", "command line"}}},
      {"plain", config_type::truth, true, {{"false", "command line"}}},
      {"name", config_type::text, false, {{"con\"fab", "default"}}},
      {"listen", config_type::texts, true, {{"a", "a.toml:4"}, {"b", "a.toml:5"}}},
      {"place", config_type::texts, false, {}},
      {"motd", config_type::text, true, {{"/tmp/\xFF", "command line"}}},
      {"odd", config_type::text, true, {{"x", "a\nb.toml:1"}}}};
  const std::string text = config_text(settings);
  CHECK(text ==
        "port = 7  # a.toml:3\n"
        "many = \"18446744073709551615\"  # command line\n"
        "plain = false  # command line\n"
        "# name = \"con\\\"fab\"  # default\n"
        "listen = [\n"
        "  \"a\",  # a.toml:4\n"
        "  \"b\",  # a.toml:5\n"
        "]\n"
        "# place = []  # default\n"
        "# motd: cannot be written here, it is not UTF-8\n"
        "odd = \"x\"  # a\xEF\xBF\xBD"
        "b.toml:1\n");
  CHECK(std::get<config_entries>(parse_config(text)).size() == 5);
}

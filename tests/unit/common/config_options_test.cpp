#include "common/config_options.hpp"

#include <string>
#include <variant>
#include <vector>

#include "common/whole_number.hpp"
#include "tests/support/catch.hpp"

using namespace confab;
using words = std::vector<std::string>;

namespace {

/// A program with an option of each kind.
struct program {
  std::string name;
  unsigned port = 0;
  bool plain = false;
  std::vector<std::string> places;
  std::string action;
  std::string keep_days;
  CLI::App app{"", "program"};

  program() {
    app.add_option("HOST", action)->configurable(false);
    app.add_option("--name", name);
    app.add_option("-p,--port", port)->transform(whole_number(0, 65535));
    app.add_flag("--plain", plain);
    app.add_option("--place", places)->allow_extra_args(false);
    app.add_option("--keep-days", keep_days);
    app.add_option("--export", action)->configurable(false);
    app.add_option("-x", action);
  }
};

std::variant<std::vector<config_argument>, config_error> read(const std::string& text) {
  program its;
  auto entries = parse_config(text);
  REQUIRE(std::holds_alternative<config_entries>(entries));
  return arguments_of(std::get<config_entries>(entries), its.app);
}

std::vector<config_argument> accepted(const std::string& text) {
  auto result = read(text);
  if (const auto* const wrong = std::get_if<config_error>(&result)) FAIL(explain(*wrong, "file", language::en));
  return std::get<std::vector<config_argument>>(std::move(result));
}

config_error refused(const std::string& text) {
  const auto result = read(text);
  CAPTURE(text);
  REQUIRE(std::holds_alternative<config_error>(result));
  return std::get<config_error>(result);
}

}  // namespace

TEST_CASE("config options: those with a long name are keys, but for what belongs on the command line", "[config]") {
  program its;
  words keys;
  for (const CLI::Option* const each : config_options(its.app)) keys.push_back(long_name(*each));
  CHECK(keys == words{"name", "port", "plain", "place", "keep-days"});
}

TEST_CASE("config options: each kind of option knows what is written for it", "[config]") {
  program its;
  const auto type_of = [&its](const char* option) { return config_type_of(*its.app.get_option(option)); };
  CHECK(type_of("--name") == config_type::text);
  CHECK(type_of("--port") == config_type::number);
  CHECK(type_of("--plain") == config_type::truth);
  CHECK(type_of("--place") == config_type::texts);
}

TEST_CASE("config options: values become the words of a command line", "[config]") {
  const auto all = accepted("name = '--port'\nport = 7\nplain = false\nplace = ['a',\n '']\n[keep]\ndays = 'x'\n");
  REQUIRE(all.size() == 6);
  CHECK(all[0].words == words{"--name", "--port"});
  CHECK(all[1].words == words{"--port", "7"});
  CHECK(all[2].words == words{"--plain=false"});
  CHECK(all[3].words == words{"--place", "a"});
  CHECK(all[4].words == words{"--place", ""});
  CHECK(all[5].words == words{"--keep-days", "x"});
  CHECK(all[3].key == "place");
  CHECK(all[3].line == 4);
  CHECK(all[4].line == 5);
  CHECK(all[5].line == 7);
  words together;
  for (const config_argument& each : all) together.insert(together.end(), each.words.begin(), each.words.end());
  program its;
  its.app.parse(words(together.rbegin(), together.rend()));
  CHECK(its.name == "--port");
  CHECK(its.port == 7);
  CHECK_FALSE(its.plain);
  CHECK(its.places == words{"a", ""});
}

TEST_CASE("config options: a number may stand in quotes, and a single text for a list", "[config]") {
  CHECK(accepted("port = '7'\n")[0].words == words{"--port", "7"});
  CHECK(accepted("place = 'a'\n")[0].words == words{"--place", "a"});
  CHECK(accepted("place = []\n").empty());
}

TEST_CASE("config options: an empty table is well if keys could stand in it", "[config]") {
  CHECK(accepted("[keep]\n# days = 3\n").empty());
  CHECK(refused("[kee]\n").what == config_fault::unknown_key);
  CHECK(refused("[keep-]\n").what == config_fault::unknown_key);
  CHECK(refused("[keep-days]\n").what == config_fault::not_text);
  CHECK(refused("port = {}\n").what == config_fault::not_a_number);
}

TEST_CASE("config options: what keys begin with has no value and is no list", "[config]") {
  for (const char* const value : {"1", "'x'", "true", "[]", "['x']", "1.5"}) {
    CAPTURE(value);
    const config_error wrong = refused(std::string("\nkeep = ") + value + "\n");
    CHECK(wrong.what == config_fault::only_begins);
    CHECK(wrong.line == 2);
    CHECK(wrong.detail == "keep-days");
  }
  for (const char* const list : {"[[keep]]\n", "[[keep]]\ndays = 1\n", "keep = [{ days = 1 }]\n"}) {
    CAPTURE(list);
    CHECK(refused(list).what == config_fault::table_list);
  }
}

TEST_CASE("config options: of an unknown key the nearest known one is named", "[config]") {
  for (const auto& [key, nearest] : std::vector<std::pair<std::string, std::string>>{{"prot", "port"},
                                                                                     {"Port", "port"},
                                                                                     {"nmae", "name"},
                                                                                     {"keep_days", "keep-days"},
                                                                                     {"'keep.days'", "keep-days"},
                                                                                     {"keep.day", "keep-days"},
                                                                                     {"plian", "plain"},
                                                                                     {"places", "place"},
                                                                                     {"place.x", "place"},
                                                                                     {"HOST", "name"},
                                                                                     {"x", "name"},
                                                                                     {"''", "name"},
                                                                                     {"-port", "port"}}) {
    CAPTURE(key);
    const config_error wrong = refused("\n" + key + " = 1\n");
    CHECK(wrong.what == config_fault::unknown_key);
    CHECK(wrong.line == 2);
    CHECK(wrong.detail == nearest);
  }
  CHECK(refused("keep-day" + std::string(500'000, 's') + " = 1\n").detail == "keep-days");
}

TEST_CASE("config options: what belongs on the command line is refused by name", "[config]") {
  for (const char* const text : {"export = 'x'\n", "help = true\n", "[export]\n"}) {
    CHECK(refused(text).what == config_fault::action);
  }
}

TEST_CASE("config options: one thing is said once, in whichever spelling", "[config]") {
  for (const char* const text : {"keep-days = 'x'\n\nkeep.days = 'y'\n", "keep-days = 'x'\n[keep]\ndays = 'y'\n",
                                 "keep.days = 'x'\n\n[keep-days]\n"}) {
    const config_error wrong = refused(text);
    CHECK(wrong.what == config_fault::repeated);
    CHECK(wrong.line == 3);
    CHECK(wrong.detail == "1");
  }
}

TEST_CASE("config options: a value of another type is refused where it stands", "[config]") {
  const auto is = [](const std::string& text, config_fault what, std::size_t line) {
    const config_error wrong = refused(text);
    CHECK(wrong.what == what);
    CHECK(wrong.line == line);
  };
  for (const char* const other : {"1", "true", "1.5", "1979-05-27", "07:32:00", "{ a = 1 }"}) {
    CAPTURE(other);
    if (other[0] != '{') is(std::string("name = ") + other, config_fault::not_text, 1);
    is(std::string("place = [\n'a',\n") + other + "]", config_fault::not_text, 3);
  }
  for (const char* const other : {"true", "1.5", "1979-05-27", "inf", "nan"}) {
    is(std::string("port = ") + other, config_fault::not_a_number, 1);
  }
  for (const char* const other : {"'true'", "1", "0", "1.5"}) {
    is(std::string("plain = ") + other, config_fault::not_true_false, 1);
  }
  for (const char* const single : {"name", "port", "plain"}) {
    is(std::string(single) + " = []", config_fault::not_single, 1);
    is(std::string("[[") + single + "]]", config_fault::not_single, 1);
  }
  is("place = [['a']]", config_fault::not_text, 1);
  is("[[place]]\nx = 1", config_fault::not_text, 1);
  is("name = \"a\\u0000\"", config_fault::nul, 1);
}

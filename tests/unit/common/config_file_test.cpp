#include "common/config_file.hpp"

#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using confab::test::scratch_directory;
using kind = config_value::kind;

namespace {

config_entries entries_of(const std::string& text) {
  auto result = parse_config(text);
  if (const auto* const wrong = std::get_if<config_error>(&result)) FAIL(explain(*wrong, "file", language::en));
  return std::get<config_entries>(std::move(result));
}

config_error fault_of(const std::variant<config_entries, config_error>& result) {
  REQUIRE(std::holds_alternative<config_error>(result));
  return std::get<config_error>(result);
}

std::string write(const scratch_directory& folder, const std::string& text) {
  std::string name = folder.path() + "/test.toml";
  std::ofstream(name, std::ios::binary) << text;
  return name;
}

}  // namespace

TEST_CASE("config file: every key has its value, its type and its line, in the order of the file", "[config]") {
  const config_entries all = entries_of(
      "zebra = 'last letter'\n"
      "port = 0x10\n"
      "\n"
      "plain = true  # a comment\n"
      "listen = [\n"
      "  \"a\",\n"
      "  2,\n"
      "]\n"
      "when = 1979-05-27\n"
      "share = 0.5\n"
      "[keep]\n"
      "days = -3\n"
      "[empty]\n");
  struct expected {
    std::string key, written;
    std::size_t line;
    kind type;
    std::string text;
  };
  const std::vector<expected> wanted{{"zebra", "zebra", 1, kind::text, "last letter"},
                                     {"port", "port", 2, kind::number, "16"},
                                     {"plain", "plain", 4, kind::truth, "true"},
                                     {"listen", "listen", 5, kind::list, ""},
                                     {"when", "when", 9, kind::other, ""},
                                     {"share", "share", 10, kind::other, ""},
                                     {"keep-days", "keep.days", 12, kind::number, "-3"},
                                     {"empty", "empty", 13, kind::table, ""}};
  REQUIRE(all.size() == wanted.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(wanted[i].key);
    CHECK(all[i].key == wanted[i].key);
    CHECK(all[i].written == wanted[i].written);
    CHECK(all[i].line == wanted[i].line);
    CHECK(all[i].value.type == wanted[i].type);
    CHECK(all[i].value.text == wanted[i].text);
  }
  REQUIRE(all[3].items.size() == 2);
  CHECK(all[3].items[0].text == "a");
  CHECK(all[3].items[0].line == 6);
  CHECK(all[3].items[1].type == kind::number);
  CHECK(all[3].items[1].line == 7);
}

TEST_CASE("config file: a table, a dotted key and an inline table say the same", "[config]") {
  for (const char* const text : {"[a]\nb = 1\n", "a.b = 1\n", "a = { b = 1 }\n", "[a]\n'b' = 1\n"}) {
    CAPTURE(text);
    const config_entries all = entries_of(text);
    REQUIRE(all.size() == 1);
    CHECK(all[0].key == "a-b");
    CHECK(all[0].written == "a.b");
  }
  CHECK(entries_of("'a.b' = 1\n")[0].key == "a.b");
  CHECK(entries_of("[x.y]\nz = 1\n")[0].key == "x-y-z");
}

TEST_CASE("config file: text is what is in the quotes", "[config]") {
  CHECK(entries_of("name = \"Our # chat\"  # ours\n")[0].value.text == "Our # chat");
  CHECK(entries_of("name = \"a\\tb\\u4F60\\\"\"\n")[0].value.text == "a\tb你\"");
  CHECK(entries_of("name = 'a\\tb'\n")[0].value.text == "a\\tb");
  CHECK(entries_of("name = \"\"\"\na\nb\"\"\"\n")[0].value.text == "a\nb");
  CHECK(entries_of("name = \"\"\n")[0].value.text.empty());
}

TEST_CASE("config file: a byte order mark, CR LF, no line end and nothing at all are well", "[config]") {
  CHECK(entries_of("\xEF\xBB\xBFport = 1\r\nip = 'x'\r\n").size() == 2);
  CHECK(entries_of("\xEF\xBB\xBFport = 1\r\nip = 'x'\r\n")[1].line == 2);
  CHECK(entries_of("port = 1").size() == 1);
  CHECK(entries_of("").empty());
  CHECK(entries_of("\xEF\xBB\xBF").empty());
  CHECK(entries_of("# nothing\n\n").empty());
}

TEST_CASE("config file: a line that is not UTF-8 is named", "[config]") {
  for (const char* const bytes : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    const config_error wrong = fault_of(parse_config(std::string("port = 1\n# ") + bytes + "\n"));
    CHECK(wrong.what == config_fault::not_utf8);
    CHECK(wrong.line == 2);
  }
}

TEST_CASE("config file: the size is bounded", "[config]") {
  const scratch_directory folder;
  const auto of_size = [](std::size_t bytes) { return "port = 1\n" + std::string(bytes - 9, '#'); };
  CHECK(std::holds_alternative<config_entries>(read_config_file(write(folder, of_size(most_config_bytes - 1)))));
  CHECK(std::holds_alternative<config_entries>(read_config_file(write(folder, of_size(most_config_bytes)))));
  const config_error wrong = fault_of(read_config_file(write(folder, of_size(most_config_bytes + 1))));
  CHECK(wrong.what == config_fault::too_large);
  CHECK(wrong.line == 0);
}

TEST_CASE("config file: how deep tables are is bounded, so that nothing runs out of stack", "[config]") {
  const auto deep = [](std::size_t dots) {
    std::string key = "a";
    for (std::size_t i = 0; i < dots; ++i) key += ".a";
    return key;
  };
  CHECK(entries_of(deep(most_config_dots - 1) + " = 1\n").size() == 1);
  CHECK(entries_of(deep(most_config_dots) + " = 1\n").size() == 1);
  const config_error wrong = fault_of(parse_config("\n" + deep(most_config_dots + 1) + " = 1\n"));
  CHECK(wrong.what == config_fault::too_many_dots);
  CHECK(wrong.line == 2);

  // Each way to nest, as deep as it goes, within the others.
  const std::string most = deep(most_config_dots);
  std::string all = "[" + most + "]\n" + most + " = [\n";
  for (int i = 0; i < 3; ++i) all += "{ " + most + " = [\n";
  for (int i = 0; i < 3; ++i) all += "] },\n";
  CHECK(entries_of(all + "]\n").size() == 1);

  for (const std::size_t times : {9U, 1000U, 100'000U}) {
    const config_error nested =
        fault_of(parse_config("x = " + std::string(times, '[') + std::string(times, ']') + "\n"));
    CHECK(nested.what == config_fault::not_toml);
    CHECK(nested.line == 1);
  }
}

TEST_CASE("config file: what is no plain file is refused at once", "[config]") {
  const scratch_directory folder;
  CHECK(fault_of(read_config_file(folder.path())).what == config_fault::not_plain);
  CHECK(fault_of(read_config_file("/dev/null")).what == config_fault::not_plain);
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(fault_of(read_config_file(pipe)).what == config_fault::not_plain);  // nobody writes to it, ever
  CHECK(fault_of(read_config_file(folder.path() + "/none")).what == config_fault::no_file);
  CHECK(fault_of(read_config_file("")).what == config_fault::no_file);
  CHECK(fault_of(read_config_file(write(folder, "") + "/below")).what == config_fault::no_file);
  const config_error endless = fault_of(read_config_file(folder.path() + "/" + std::string(300, 'x')));
  CHECK(endless.what == config_fault::unreadable);
  CHECK(endless.detail == "File name too long");
}

TEST_CASE("config file: a link to a plain file is read", "[config]") {
  const scratch_directory folder;
  const std::string link = folder.path() + "/link";
  REQUIRE(::symlink(write(folder, "port = 1\n").c_str(), link.c_str()) == 0);
  CHECK(std::get<config_entries>(read_config_file(link)).size() == 1);
}

#include "common/config_error.hpp"

#include <string>
#include <vector>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

TEST_CASE("config error: each is said in English and in Chinese, with file and line", "[config]") {
  struct sample {
    config_error error;
    const char* en;
    const char* zh;
  };
  const std::vector<sample> samples{
      {{config_fault::no_file}, "f: no such file", "f: 没有这个文件"},
      {{config_fault::unreadable, 0, {}, "Permission denied"},
       "f: cannot be read: Permission denied",
       "f: 无法读取：Permission denied"},
      {{config_fault::not_plain}, "f: not a plain file", "f: 不是普通文件"},
      {{config_fault::too_large}, "f: larger than 1 MiB", "f: 大于 1 MiB"},
      {{config_fault::not_utf8, 7}, "f:7: not UTF-8", "f:7: 不是 UTF-8"},
      {{config_fault::too_many_dots, 7}, "f:7: more than 256 dots in one line", "f:7: 一行里的点超过 256 个"},
      {{config_fault::not_toml, 7, {}, "why"}, "f:7: not TOML: why", "f:7: 不是正确的 TOML：why"},
      {{config_fault::not_closed, 7}, "f:7: the line ends before the closing quote", "f:7: 这一行没有右引号"},
      {{config_fault::not_quoted, 7, {}, "why"},
       "f:7: not TOML: why; text goes in quotes",
       "f:7: 不是正确的 TOML：why；文字要加引号"},
      {{config_fault::unknown_key, 7, "prot", "port"},
       "f:7: unknown key prot; the nearest that there is: port",
       "f:7: 没有 prot 这一项；最接近的是 port"},
      {{config_fault::unknown_key, 7, "", "port"},
       "f:7: unknown key \"\"; the nearest that there is: port",
       "f:7: 没有 \"\" 这一项；最接近的是 port"},
      {{config_fault::only_begins, 7, "keep", "keep-bytes, keep-days"},
       "f:7: keep is no key, only the beginning of these: keep-bytes, keep-days",
       "f:7: keep 不是一项，只是这些项的开头：keep-bytes, keep-days"},
      {{config_fault::table_list, 7, "keep"},
       "f:7: write [keep] and not [[keep]]",
       "f:7: 请写 [keep]，不要写 [[keep]]"},
      {{config_fault::action, 7, "export"},
       "f:7: export belongs on the command line and not into a file",
       "f:7: export 只能写在命令行上，不能写在文件里"},
      {{config_fault::repeated, 7, "a.b", "3"}, "f:7: a.b is set in line 3 already", "f:7: a.b 在第 3 行已经设置"},
      {{config_fault::not_text, 7, "name"}, "f:7: name: write text, in quotes", "f:7: name：请写带引号的文字"},
      {{config_fault::not_a_number, 7, "port"}, "f:7: port: write a whole number", "f:7: port：请写整数"},
      {{config_fault::not_true_false, 7, "plain"}, "f:7: plain: write true or false", "f:7: plain：请写 true 或 false"},
      {{config_fault::not_single, 7, "port"},
       "f:7: port: write one value, not a list",
       "f:7: port：只能有一个值，不能是列表"},
      {{config_fault::nul, 7, "name"}, "f:7: name: must not have U+0000 in it", "f:7: name：不能有 U+0000"},
      {{config_fault::bad_value, 7, "port", "--port: no"}, "f:7: --port: no", "f:7: --port: no"}};
  CHECK(samples.size() == static_cast<std::size_t>(config_fault::bad_value) + 2);  // one is here twice
  for (const sample& each : samples) {
    CHECK(explain(each.error, "f", language::en) == each.en);
    CHECK(explain(each.error, "f", language::zh) == each.zh);
  }
}

TEST_CASE("config error: is one safe line of at most 1,000 bytes, whatever is in the file", "[config]") {
  std::string endless;
  while (endless.size() < 100'000) endless += "\n\x1B[31m你\xE2\x80\xAE";
  for (const config_fault what : {config_fault::unknown_key, config_fault::bad_value, config_fault::not_toml}) {
    for (const language lang : {language::en, language::zh}) {
      const std::string text = explain({what, 1, endless, endless}, endless, lang);
      CHECK(text.size() <= 1000);
      CHECK(utf8::valid(text));
      CHECK(text.find_first_of("\n\x1B") == std::string::npos);
    }
  }
  CHECK(explain({config_fault::unknown_key, 1, std::string(100, 'x'), "port"}, "f", language::en) ==
        "f:1: unknown key " + std::string(100, 'x') + "; the nearest that there is: port");
  CHECK(explain({config_fault::unknown_key, 1, std::string(101, 'x'), "port"}, "f", language::en) ==
        "f:1: unknown key " + std::string(100, 'x') + "...; the nearest that there is: port");
}

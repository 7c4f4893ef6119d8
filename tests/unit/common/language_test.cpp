#include "common/language.hpp"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using confab::language;

namespace {

/// The environment's say about languages; put back at the end of the scope.
class environment {
 public:
  explicit environment(const std::map<std::string, std::string>& wanted) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : wanted) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

 private:
  std::map<std::string, std::string> before_;
};

}  // namespace

TEST_CASE("language: has two words", "[language]") {
  CHECK(confab::parse_language("en") == std::optional(language::en));
  CHECK(confab::parse_language("zh") == std::optional(language::zh));
  for (const char* other : {"", "EN", "fr", "zh_CN", "english", " en"})
    CHECK(confab::parse_language(other) == std::nullopt);
}

TEST_CASE("language: the environment is asked in its order", "[language]") {
  using variables = std::map<std::string, std::string>;
  struct example {
    variables given;
    language expected;
  };
  const std::vector<example> examples{
      {{}, language::en},
      {{{"LANG", "zh_CN.UTF-8"}}, language::zh},
      {{{"LANG", "zh"}}, language::zh},
      {{{"LANG", "en_US.UTF-8"}}, language::en},
      {{{"LANG", "C"}}, language::en},
      {{{"LC_MESSAGES", "zh_TW"}, {"LANG", "de_DE"}}, language::zh},
      {{{"LC_MESSAGES", "de_DE"}, {"LANG", "zh_CN"}}, language::en},
      {{{"LC_ALL", "zh_CN"}, {"LC_MESSAGES", "en_US"}, {"LANG", "en_US"}}, language::zh},
      {{{"LC_ALL", "C"}, {"LC_MESSAGES", "zh_CN"}, {"LANG", "zh_CN"}}, language::en},
      {{{"LC_ALL", ""}, {"LC_MESSAGES", ""}, {"LANG", "zh_CN"}}, language::zh},
      {{{"LC_ALL", ""}, {"LANG", ""}}, language::en},
  };
  for (const example& each : examples) {
    const environment set(each.given);
    CAPTURE(each.given);
    CHECK((confab::language_from_environment() == each.expected));
  }
}

TEST_CASE("language: the fallback stands where nothing asks for Chinese", "[language]") {
  {
    const environment none(std::map<std::string, std::string>{});
    CHECK(confab::language_from_environment(language::zh) == language::zh);
  }
  const environment chinese(std::map<std::string, std::string>{{"LANG", "zh_CN"}});
  CHECK(confab::language_from_environment(language::en) == language::zh);
}

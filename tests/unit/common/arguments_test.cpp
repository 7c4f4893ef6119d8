#include "common/arguments.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using strings = std::vector<std::string>;

namespace {

strings normal(const strings& typed) {
  std::vector<const char*> argv{"program"};
  for (const std::string& each : typed) argv.push_back(each.c_str());
  return confab::normal_arguments(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("arguments: single-dash long options get their second dash", "[arguments]") {
  CHECK(normal({"-ip", "127.0.0.1", "-port", "8888"}) == strings{"--ip", "127.0.0.1", "--port", "8888"});
  CHECK(normal({"-port=8888", "-ip=::1"}) == strings{"--port=8888", "--ip=::1"});
  CHECK(normal({"-max-line", "64"}) == strings{"--max-line", "64"});
  CHECK(normal({"-help"}) == strings{"--help"});
}

TEST_CASE("arguments: all else stays as it is", "[arguments]") {
  const strings given =
      GENERATE(strings{}, strings{"--ip", "x"}, strings{"--port=1"}, strings{"-h"}, strings{"-"}, strings{"-5"},
               strings{"-55"}, strings{"-h5"}, strings{"word", "=", ""}, strings{"-.5"}, strings{"-é"});
  CHECK(normal(given) == given);
}

TEST_CASE("arguments: an empty value is one, and does not take the next option", "[arguments]") {
  CHECK(normal({"--motd=", "--check-config"}) == strings{"--motd", "", "--check-config"});
  CHECK(normal({"-motd=", "-port=1"}) == strings{"--motd", "", "--port=1"});
  const strings others = GENERATE(strings{"--=", "x"}, strings{"--", "--motd="}, strings{"--name=a="},
                                  strings{"--name==", "x"}, strings{"-n=", "x"}, strings{"word="});
  CHECK(normal(others) == others);
}

TEST_CASE("arguments: nothing is changed after two dashes alone", "[arguments]") {
  CHECK(normal({"-ip", "x", "--", "-ip", "x"}) == strings{"--ip", "x", "--", "-ip", "x"});
}

TEST_CASE("arguments: a program without even a name has none", "[arguments]") {
  const char* const none = nullptr;
  CHECK(confab::normal_arguments(0, &none).empty());
}

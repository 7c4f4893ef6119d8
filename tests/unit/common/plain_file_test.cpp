#include "common/plain_file.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <variant>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;

namespace {

file_fault fault_of(const std::string& name, std::size_t most = 100) {
  const auto read = read_plain_file(name, most);
  REQUIRE(std::holds_alternative<file_fault>(read));
  return std::get<file_fault>(read);
}

}  // namespace

TEST_CASE("plain file: what is in it, as much as there may be", "[plain_file]") {
  const test::scratch_directory folder;
  const std::string name = folder.path() + "/file";
  for (const std::size_t size : {0U, 1U, 99'999U, 100'000U}) {
    const std::string all(size, '\0');
    std::ofstream(name, std::ios::binary) << all;
    const auto read = read_plain_file(name, 100'000);
    REQUIRE(std::holds_alternative<std::string>(read));
    CHECK(std::get<std::string>(read) == all);
  }
  std::ofstream(name, std::ios::binary) << std::string(100'001, 'x');
  CHECK(fault_of(name, 100'000).what == file_fault::kind::too_large);
}

TEST_CASE("plain file: what cannot be read has a reason, and keeps nobody waiting", "[plain_file]") {
  const test::scratch_directory folder;
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& name : {pipe, folder.path(), std::string("/dev/zero"), std::string("/dev/null")}) {
    CAPTURE(name);
    CHECK(fault_of(name).what == file_fault::kind::not_plain);
  }
  for (const std::string& name : {folder.path() + "/none", pipe + "/below", std::string()}) {
    CAPTURE(name);
    CHECK(fault_of(name).what == file_fault::kind::none_there);
  }
  const file_fault why = fault_of(folder.path() + "/" + std::string(300, 'n'));
  CHECK(why.what == file_fault::kind::unreadable);
  CHECK(why.error == ENAMETOOLONG);
}

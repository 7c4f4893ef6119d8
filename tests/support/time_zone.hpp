#pragma once

#include <cstdlib>
#include <ctime>
#include <string>

namespace confab::test {

/// The time zone of this process, for as long as one of these is there: eight hours before UTC unless told otherwise.
class time_zone {
 public:
  explicit time_zone(const char* rules = "CST-8") {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", rules, 1);
    ::tzset();
  }
  time_zone(const time_zone&) = delete;
  time_zone& operator=(const time_zone&) = delete;
  ~time_zone() {
    if (before_.empty()) {
      ::unsetenv("TZ");
    } else {
      ::setenv("TZ", before_.c_str(), 1);
    }
    ::tzset();
  }

 private:
  std::string before_;
};

}  // namespace confab::test

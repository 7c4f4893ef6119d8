#include "client/app/error_text.hpp"

#include <asio/error.hpp>

#include "tests/support/catch.hpp"

using namespace confab::client;
using confab::language;

namespace {
const std::string where = "1.2.3.4:5";
outage failing(std::error_code failure) {
  return {.fault = {}, .failure = failure, .connected = false};
}
outage faulty(fault what, std::string detail) {
  return {.fault = link_fault{.what = what, .detail = std::move(detail)}, .failure = {}, .connected = true};
}
}  // namespace

TEST_CASE("error text: says what the system said, in the person's language", "[error_text]") {
  const auto refused = describe_end(language::en, failing(asio::error::connection_refused), "", where);
  CHECK(refused.code == exit_code::unavailable);
  CHECK(refused.text == "Cannot connect to 1.2.3.4:5: nothing listens there");
  CHECK(describe_end(language::zh, failing(asio::error::timed_out), "", where).text == "连不上 1.2.3.4:5：没有回应");
  CHECK(describe_end(language::en, failing(asio::error::host_not_found), "", where).text.ends_with("no such host"));
}

TEST_CASE("error text: what is not a confab server has an exit code of its own", "[error_text]") {
  for (const auto& why : {faulty(fault::no_answer, ""), faulty(fault::unreadable, "oops"),
                          faulty(fault::line_too_long, ""), faulty(fault::closed_early, "HTTP/1.1 400")}) {
    const auto words = describe_end(language::en, why, "", where);
    INFO(words.text);
    CHECK(words.code == exit_code::protocol);
    CHECK(words.text.starts_with("1.2.3.4:5 is not a confab server: "));
  }
}

TEST_CASE("error text: a full server is no other kind of server", "[error_text]") {
  outage refused = faulty(fault::refused, "");
  refused.fault->why = {.code = "server-full", .text = "voll", .problem = "server-full", .detail = "10000"};
  const auto words = describe_end(language::en, refused, "", where);
  CHECK(words.code == exit_code::unavailable);
  CHECK(words.text == "Cannot connect to 1.2.3.4:5: The server is full (10000 users): try again later");
  CHECK(describe_end(language::zh, refused, "", where).text == "连不上 1.2.3.4:5：服务器已满（10000 人），请稍后再试");
  refused.fault->why.problem = "new-to-us";
  CHECK(describe_end(language::en, refused, "", where).text == "Cannot connect to 1.2.3.4:5: voll");
  CHECK(describe_end(language::en, faulty(fault::closed_early, ""), "", where).code == exit_code::unavailable);
}

TEST_CASE("error text: nor is one that shuts down", "[error_text]") {
  outage refused = faulty(fault::refused, "");
  refused.fault->bye = "shutdown";
  const auto words = describe_end(language::en, refused, "", where);
  CHECK(words.code == exit_code::unavailable);
  CHECK(words.text == "Cannot connect to 1.2.3.4:5: the server is shutting down");
}

TEST_CASE("error text: the server's last word is the reason", "[error_text]") {
  const outage closed{.fault = {}, .failure = {}, .connected = true};
  CHECK(reason_of(language::en, closed, "idle") == "idle for too long");
  CHECK(reason_of(language::zh, closed, "shutdown") == "服务器正在关闭");
  CHECK(reason_of(language::en, closed, "") == "closed by the server");
  const outage refused{.fault = {}, .failure = asio::error::connection_refused};
  CHECK(reason_of(language::en, refused, "shutdown") == "nothing listens there");
  CHECK(describe_end(language::en, closed, "kicked", where).text == "Connection lost: you were removed");
  CHECK(describe_end(language::en, faulty(fault::silent, ""), "", where).code == exit_code::unavailable);
}

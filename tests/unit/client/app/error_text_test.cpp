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

TEST_CASE("error text: of TLS that did not come about it says what to do", "[error_text][tls]") {
  struct sample {
    tls_fault fault;
    std::string en;
    std::string zh;
  };
  const std::string print = "AA:BB";
  const std::vector<sample> samples{
      {{.what = tls_trouble::untrusted, .fingerprint = print}, "add --pin AA:BB", "加上 --pin AA:BB"},
      {{.what = tls_trouble::expired, .detail = "2026-11-20"}, "expired on 2026-11-20", "已于 2026-11-20 过期"},
      {{.what = tls_trouble::not_yet_valid, .detail = "2026-11-30"}, "before 2026-11-30", "从 2026-11-30 起"},
      {{.what = tls_trouble::wrong_host, .detail = "a.org, b.org"},
       "another host: a.org, b.org",
       "别的主机：a.org, b.org"},
      {{.what = tls_trouble::wrong_host, .fingerprint = print}, "names no host", "没有写明主机"},
      {{.what = tls_trouble::wrong_pin, .fingerprint = print}, "--pin: AA:BB", "--pin 不符：AA:BB"},
      {{.what = tls_trouble::not_tls}, "without --tls", "去掉 --tls"},
      {{.what = tls_trouble::failed, .detail = "unsupported protocol"},
       "unsupported protocol",
       "unsupported protocol"}};
  for (const sample& each : samples) {
    CAPTURE(each.en);
    const outage why{.tls = each.fault};
    const auto words = describe_end(language::en, why, "", where);
    CHECK(words.code == exit_code::protocol);
    CHECK(words.text.starts_with("Cannot connect to 1.2.3.4:5: "));
    CHECK(words.text.find(each.en) != std::string::npos);
    const auto chinese = describe_end(language::zh, why, "", where);
    CHECK(chinese.text.starts_with("连不上 1.2.3.4:5："));
    CHECK(chinese.text.find(each.zh) != std::string::npos);
    CHECK(reason_of(language::en, why, "shutdown").find(each.en) != std::string::npos);
  }
}

TEST_CASE("error text: a wrong file of those who may vouch is a wrong option", "[error_text][tls]") {
  const outage why{.tls = tls_fault{.what = tls_trouble::bad_ca, .detail = "no start line", .file = "a\x1b.pem"}};
  const auto words = describe_end(language::en, why, "", where);
  CHECK(words.code == exit_code::usage);
  CHECK(words.text.starts_with("--ca a"));
  CHECK(words.text.ends_with(".pem cannot be used: no start line"));
  CHECK(words.text.find('\x1b') == std::string::npos);
}

TEST_CASE("error text: what a certificate says of its hosts is safe to print", "[error_text][tls]") {
  const outage why{.tls = tls_fault{.what = tls_trouble::wrong_host, .detail = "a\x1b[2J\nb"}};
  for (const language each : {language::en, language::zh}) {
    const std::string text = reason_of(each, why, "");
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("error text: whoever closes without a word may want TLS, unless there was some", "[error_text][tls]") {
  outage why = faulty(fault::closed_early, "");
  CHECK(reason_of(language::en, why, "") == "closed without a word; does it want --tls?");
  CHECK(reason_of(language::zh, why, "").find("--tls") != std::string::npos);
  why.secured = true;
  CHECK(reason_of(language::en, why, "") == "closed by the server");
  why.secured = false;
  why.known = true;
  CHECK(reason_of(language::en, why, "") == "closed by the server");
  CHECK(reason_of(language::en, faulty(fault::closed_early, "x"), "").find("--tls") == std::string::npos);
}

TEST_CASE("error text: a server that says that it wants TLS is believed", "[error_text][tls]") {
  outage why = faulty(fault::closed_early, "This port speaks TLS: openssl s_client");
  const auto words = describe_end(language::en, why, "", where);
  CHECK(words.text == "Cannot connect to 1.2.3.4:5: TLS is spoken there: add --tls");
  CHECK(words.code == exit_code::protocol);
  CHECK(describe_end(language::zh, why, "", where).text == "连不上 1.2.3.4:5：那里使用 TLS：请加上 --tls");
  why.secured = true;
  CHECK(reason_of(language::en, why, "").find("add --tls") == std::string::npos);
}

TEST_CASE("error text: who was there before and has a wrong certificate now was lost", "[error_text][tls]") {
  const outage why{.tls = tls_fault{.what = tls_trouble::untrusted, .fingerprint = "AA"}, .known = true};
  CHECK(describe_end(language::en, why, "", where).code == exit_code::unavailable);
}
